"""The commands `travesia flows inspect`, `import`, `imports`, `forget` and `fetch`."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from travesia.flows.countries import country_codes
from travesia.flows.importers.problems import Refusal
from travesia.flows.importers.reading import Reading
from travesia.flows.importers.unhcr_client import ADDRESS, TABLES, Client, Query

if TYPE_CHECKING:
    from travesia.flows.importers.outcome import Outcome

_into = click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of your own series; “flows” in your home, or $TRAVESIA_FLOWS, by default.",
)
_file = click.argument("file", type=click.Path(path_type=Path))
_vintage = click.option(
    "--vintage",
    default="",
    metavar="DAY",
    help="The day of the edition, such as 2025-02-14, where the file does not say it.",
)
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def _plainly(command: Callable[..., None]) -> Callable[..., None]:
    """Shows a refusal as one sentence, or as a JSON object where one was asked for; exit code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except Refusal as error:
            if kwargs.get("as_json"):
                click.echo(json.dumps({"recognised": False, "error": str(error)}))
                raise SystemExit(1) from error
            raise click.ClickException(str(error)) from error

    return run


@click.command("inspect")
@_file
@_vintage
@_json
@_plainly
def inspect(file: Path, vintage: str, *, as_json: bool) -> None:
    """Say what a downloaded FILE holds, without keeping anything.

    Exit code 0: it can be imported. 1: it cannot; the sentence says where and why.
    """
    from travesia.flows.importers.read import read  # noqa: PLC0415 - `--help` waits for no pandas

    readings = read(file, vintage=vintage)
    if as_json:
        click.echo(json.dumps(_report(file, readings), ensure_ascii=False))
        return
    for reading in readings:
        click.echo(str(reading))


@click.command("import")
@_file
@_into
@_vintage
@_json
@_plainly
def import_(file: Path, into: Path | None, vintage: str, *, as_json: bool) -> None:
    """Merge a downloaded FILE into your own series.

    A newer edition replaces the years that it has too; an older one adds only years that are not
    there. Importing a file twice changes nothing. Exit codes as of `inspect`.
    """
    from travesia.flows.importers.read import read  # noqa: PLC0415 - as above
    from travesia.flows.importers.store import Store  # noqa: PLC0415 - as above

    def changed(outcome: "Outcome") -> dict[str, Any]:
        merged = outcome.merge
        return {
            "series": outcome.reading.series,
            "state": outcome.state,
            "added": len(merged.added),
            "replaced": len(merged.replaced),
            "outdated": len(merged.outdated),
            "narrowed": len(merged.narrowed),
            "figures": outcome.rows,
        }

    readings = read(file, vintage=vintage)
    store = Store(into)
    outcomes = store.add(readings, file.name)
    if as_json:
        report = _report(file, readings) | {"folder": str(store.folder)}
        report["changes"] = [changed(outcome) for outcome in outcomes]
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    for outcome in outcomes:
        click.echo(str(outcome))


@click.command("imports")
@_into
@_json
@_plainly
def imports(into: Path | None, *, as_json: bool) -> None:
    """List the files that were imported: day, vintage, SHA-256, series, period, total."""
    from travesia.flows.importers.store import Store  # noqa: PLC0415 - as above

    entries = Store(into).entries()
    if as_json:
        keys = (
            "series",
            "sha256",
            "file",
            "format",
            "vintage",
            "imported",
            "start",
            "end",
            "total",
        )
        listed = [{key: getattr(each, key) for key in keys} for each in entries]
        click.echo(json.dumps({"imports": listed}, ensure_ascii=False))
        return
    for each in entries:
        click.echo(
            f"{each.sha256[:8]}  {each.file}  →  {each.series}, {each.start} to {each.end}, "
            f"total {each.total:,}, vintage {each.vintage}, imported {each.imported[:10]}"
        )
    if not entries:
        click.echo("No file was imported yet: travesia flows import FILE.")


@click.command("forget")
@click.argument("sha256")
@_into
@_plainly
def forget(sha256: str, into: Path | None) -> None:
    """Take an imported file out again, by the first characters of its SHA256."""
    from travesia.flows.importers.store import Store  # noqa: PLC0415 - as above

    for each in Store(into).forget(sha256):
        click.echo(f"{each.file} is no longer in {each.series}; what it had replaced is back.")


@click.command("fetch")
@click.argument("publisher", type=click.Choice(["unhcr"]))
@click.argument("table", type=click.Choice(TABLES))
@click.option("--years", required=True, metavar="FIRST-LAST", help="Such as 2018-2024, or 2024.")
@click.option("--asylum", multiple=True, metavar="ISO", help="Only these countries of asylum.")
@click.option("--origin", multiple=True, metavar="ISO", help="Only these countries of origin.")
@click.option("--address", default=ADDRESS, help="Where the API is, if not at UNHCR.")
@click.option("--only-download", is_flag=True, help="Keep the file and do not import it.")
@_into
@_plainly
def fetch(
    publisher: str,  # noqa: ARG001 - there is one so far
    table: str,
    *,
    years: str,
    asylum: tuple[str, ...],
    origin: tuple[str, ...],
    address: str,
    into: Path | None,
    only_download: bool,
) -> None:
    """Fetch a table from UNHCR's API and import it; needs the internet.

    Each page is kept as it arrives in “downloads” beside your own series. After a cut, the same
    command goes on from there.
    """
    from travesia.flows.importers.read import read  # noqa: PLC0415 - as above
    from travesia.flows.importers.store import Store  # noqa: PLC0415 - as above

    first, last = _years(years)
    store = Store(into)
    query = Query(table, first, last, _codes(asylum), _codes(origin))
    downloads = store.folder / "downloads"
    with Client(downloads, address=address, say=click.echo) as client:
        path = client.fetch(query)
    click.echo(f"Kept as {path}.")
    if only_download:
        return
    today = datetime.now(UTC).date().isoformat()
    for outcome in store.add(read(path, vintage=today), path.name):
        click.echo(str(outcome))


COMMANDS = (inspect, import_, imports, forget, fetch)
"""What `travesia flows` offers for files."""


def _years(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{4})(?:\s*[-–:]\s*(\d{4}))?", text.strip())
    if not found or not 1951 <= int(found[1]) <= int(found[2] or found[1]) <= 2100:
        raise Refusal(f"“{text}” is no span of years: give them like 2018-2024.")
    return int(found[1]), int(found[2] or found[1])


def _codes(given: tuple[str, ...]) -> tuple[str, ...]:
    """Country codes, each checked: a wrong one would be answered with nothing."""
    codes = tuple(code.upper() for text in given for code in text.split(",") if code)
    for code in codes:
        if code not in country_codes():
            raise Refusal(f"“{code}” is no ISO code of a country: give three letters such as MEX.")
    return codes


def _report(file: Path, readings: tuple[Reading, ...]) -> dict[str, Any]:
    """One JSON object: the file, then its first table's facts, then every table."""
    tables = [reading.as_dict() for reading in readings]
    first = readings[0]
    return {
        "recognised": True,
        "file": file.name,
        "sha256": first.sha256,
        "vintage": first.vintage,
        **{key: tables[0][key] for key in ("format", "rows", "period", "total", "problems")},
        "tables": tables,
    }
