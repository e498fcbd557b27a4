"""A person's own series: imported files, merged by edition, in a data package of their own.

The folder holds each file's figures (`imports/`), the series merged from them, and
`datapackage.json`, which names both. Everything is written beside what is there, and becomes valid
in one step, when `datapackage.json` is replaced: whatever interrupts an import, the folder holds
what it held before, or all of the new.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from travesia.flows import columns as flow
from travesia.flows.importers.files import WRITING, replace
from travesia.flows.importers.merge import Edition, merge
from travesia.flows.importers.outcome import Outcome
from travesia.flows.importers.problems import Refusal
from travesia.flows.importers.reading import UNIT, Reading
from travesia.flows.importers.resource import resource
from travesia.flows.package import DESCRIPTOR, own_folder
from travesia.flows.schema import validate

IMPORTS = "imports"
PATIENCE = 60.0
"""How many seconds an import waits for another one."""


@dataclass(frozen=True)
class Entry:
    """A table of a file that was imported, as `datapackage.json` keeps it."""

    series: str
    sha256: str
    file: str
    format: str
    rows: int
    start: str
    end: str
    total: int
    vintage: str
    vintage_from: str
    imported: str
    path: str
    problems: tuple[dict[str, Any], ...] = ()

    @property
    def edition(self) -> Edition:
        """What the merge needs to know."""
        return Edition(self.vintage, self.sha256)


class Store:
    """The own series of a person, in a folder.

    Args:
        folder: where they lie; the catalogue's own folder by default.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = Path(folder) if folder else own_folder()

    def entries(self) -> list[Entry]:
        """Every table that was imported, oldest import first.

        Raises:
            Refusal: the folder's list is damaged.
        """
        return [_entry(item, self.folder) for item in self._package().get("imports", [])]

    def add(self, readings: Iterable[Reading], name: str) -> list[Outcome]:
        """Merge a file's tables into their series, all of them or none.

        Args:
            readings: the tables of one file.
            name: the file's name, kept for the person.

        Raises:
            Refusal: the folder cannot be written, or two editions of the same day differ.
        """
        with self._locked():
            package = self._package()
            entries = [_entry(item, self.folder) for item in package.get("imports", [])]
            outcomes = []
            for reading in readings:
                entries, outcome = self._merged(entries, reading, name)
                outcomes.append(outcome)
            if any(outcome.state != "again" for outcome in outcomes):
                self._commit(package, entries, {each.reading.series for each in outcomes})
            return outcomes

    def forget(self, digest: str) -> list[Entry]:
        """Take the tables of a file out of their series again; what they replaced comes back.

        Args:
            digest: the file's SHA-256, or its first characters (8 at least).

        Raises:
            Refusal: no imported file begins so, or more than one does.
        """
        with self._locked():
            package = self._package()
            entries = [_entry(item, self.folder) for item in package.get("imports", [])]
            gone = [each for each in entries if each.sha256.startswith(digest.lower())]
            if len({each.sha256 for each in gone}) != 1 or len(digest) < 8:
                raise Refusal(
                    f"“{digest[:70]}” names no single imported file: give the first 8 or more "
                    "characters of a SHA-256 from “travesia flows imports”."
                )
            left = [each for each in entries if each not in gone]
            self._commit(package, left, {each.series for each in gone})
            return gone

    def _merged(
        self, entries: list[Entry], reading: Reading, name: str
    ) -> tuple[list[Entry], Outcome]:
        """The entries with a reading among them, and what it changes; nothing is written yet."""
        same = [
            each for each in entries
            if (each.sha256, each.series) == (reading.sha256, reading.series)
        ]  # fmt: skip
        state = "new"
        if same:
            is_moved = reading.vintage_from == "given" and same[0].vintage != reading.vintage
            state = "vintage" if is_moved else "again"
        if state == "again":
            merged = merge(self._editions(entries, reading.series), reading.series)
            rows = sum(len(each) for each in merged.kept.values())
            return entries, Outcome(reading, state, merged.of(same[0].edition), rows)
        path = f"{IMPORTS}/{reading.series}-{reading.sha256[:16]}.parquet"
        entry = Entry(
            series=reading.series, sha256=reading.sha256, file=Path(name).name,
            format=reading.format, rows=reading.rows, start=reading.period[0],
            end=reading.period[1], total=reading.total, vintage=reading.vintage,
            vintage_from=reading.vintage_from, imported=_now(), path=path,
            problems=tuple(problem.as_dict() for problem in reading.problems),
        )  # fmt: skip
        entries = [*(each for each in entries if each not in same), entry]
        validate(reading.figures[list(flow.NAMES)])
        editions = [
            (each.edition, reading.figures if each is entry else self._figures(each))
            for each in entries
            if each.series == reading.series
        ]
        merged = merge(editions, reading.series)
        _write(self.folder / path, reading.figures)
        rows = sum(len(each) for each in merged.kept.values())
        return entries, Outcome(reading, state, merged.of(entry.edition), rows)

    def _commit(self, package: dict[str, Any], entries: list[Entry], changed: set[str]) -> None:
        """Write the changed series and then, in one step, the list that names them."""
        resources = [each for each in package["resources"] if each["name"] not in changed]
        for series in sorted(changed):
            own = [each for each in entries if each.series == series]
            if own:
                table = merge(self._editions(own, series), series).table()
                path = f"{series}-{_digest(own)}.parquet"
                _write(self.folder / path, table)
                resources.append(resource(series, table, path, own_vintages(own)))
        package |= {
            "name": "own-flows",
            "title": "Own series, imported from the publishers' files",
            "profile": "data-package",
            "resources": sorted(resources, key=lambda each: str(each["name"])),
            "imports": [asdict(each) for each in entries],
        }
        content = json.dumps(package, indent=1, ensure_ascii=False) + "\n"
        replace(self.folder / DESCRIPTOR, content.encode("utf-8"))
        self._tidy(package)

    def _editions(
        self, entries: Iterable[Entry], series: str
    ) -> list[tuple[Edition, pd.DataFrame]]:
        return [(each.edition, self._figures(each)) for each in entries if each.series == series]

    def _figures(self, entry: Entry) -> pd.DataFrame:
        path = self.folder / entry.path
        try:
            table = pd.read_parquet(path)
        except (OSError, ValueError, pa.ArrowException) as error:
            raise Refusal(
                f"{path} is missing or damaged: forget the file with “travesia flows forget "
                f"{entry.sha256[:8]}” and import {entry.file} again."
            ) from error
        table["period"] = pd.to_datetime(table["period"]).astype("datetime64[us]")
        table["value"] = table["value"].astype("Int64")
        # The day of the edition can be corrected later; the list says which one holds.
        table["vintage"] = pd.array([entry.vintage] * len(table), dtype="str")
        if entry.format == "missing-migrants":
            # Files imported earlier have a year and a region as their part; a year is the part.
            table[UNIT] = table[UNIT].str[:4]
        return table

    def _package(self) -> dict[str, Any]:
        path = self.folder / DESCRIPTOR
        try:
            package = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(package["resources"], list):
                raise TypeError  # noqa: TRY301 - one sentence for every kind of damage
        except FileNotFoundError:
            return {"resources": [], "imports": []}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Refusal(
                f"{path} cannot be read: move the folder aside and import the files again, or put "
                "the list back from a copy."
            ) from error
        return dict(package)

    def _tidy(self, package: dict[str, Any]) -> None:
        """Remove what the list does not name: older versions, and what an interruption left."""
        named = {str(each["path"]) for each in [*package["resources"], *package["imports"]]}
        for path in [*self.folder.glob("imported-*.parquet"), *self.folder.glob("imports/*")]:
            if path.relative_to(self.folder).as_posix() not in named:
                path.unlink(missing_ok=True)
        for path in self.folder.glob(f"{WRITING}*"):
            path.unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            (self.folder / IMPORTS).mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / ".lock", timeout=PATIENCE):
                yield
        except Timeout as error:
            raise Refusal(
                f"Another import into {self.folder} is under way; wait for it, and try again."
            ) from error
        except OSError as error:
            raise Refusal(
                f"{self.folder} cannot be written ({error.strerror or type(error).__name__}); "
                "nothing was imported: make room or choose another folder with --into."
            ) from error


def own_vintages(entries: list[Entry]) -> str:
    """The newest edition of a series."""
    return max(each.vintage for each in entries)


def _entry(item: Any, folder: Path) -> Entry:
    try:
        return Entry(**{**item, "problems": tuple(item.get("problems", ()))})
    except (TypeError, AttributeError) as error:
        raise Refusal(
            f"{folder / DESCRIPTOR}: its list of imports is not this program's; use another folder."
        ) from error


def _digest(entries: list[Entry]) -> str:
    """What the merged table is made of, so that another content has another name."""
    parts = sorted(f"{each.sha256} {each.vintage}" for each in entries)
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _write(path: Path, table: pd.DataFrame) -> None:
    schema = flow.arrow_schema()
    if UNIT in table:
        schema = schema.append(pa.field(UNIT, pa.string(), nullable=False))
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.Table.from_pandas(table[schema.names], schema=schema, preserve_index=False),
        sink, compression="zstd",
    )  # fmt: skip
    replace(path, sink.getvalue().to_pybytes())
