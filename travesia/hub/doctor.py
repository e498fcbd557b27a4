"""The command `travesia doctor`: what this machine allows, and what therefore holds."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from travesia.hub import allowances, launch
from travesia.hub.people import KINDS
from travesia.sandbox import cgroups
from travesia.sandbox.limits import Limits
from travesia.sandbox.survey import GOOD, LESS, MISSING, Trait, survey
from travesia.sandbox.usage import told

MARKS = {GOOD: ("ok", "green"), LESS: ("less", "yellow"), MISSING: ("missing", "red")}
WIDTH = 18


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), help="The hub's data folder [default: ./data]."
)
@click.option("--json", "as_json", is_flag=True, help="The same as one JSON object.")
def doctor(data: Path | None, *, as_json: bool) -> None:
    """Tell what this machine allows a hub to hold, and how to allow more.

    Ends with status 1 where no sandbox can be made.
    """
    try:
        checkout = launch.find_checkout(Path.cwd())
        folder = (data or checkout / "data").resolve()
        limits = allowances.load(checkout, folder)
    except (launch.LaunchError, allowances.AllowancesError) as error:
        raise click.ClickException(str(error)) from error
    traits = survey(folder)
    possible = all(trait.state != MISSING for trait in traits)
    means = held_by(cgroups.find())
    kinds = {kind: allowed(limits.of(kind).limits, limits.of(kind).home) for kind in KINDS}
    if as_json:
        report = {
            "isolation": possible,
            "machine": [asdict(trait) for trait in traits],
            "held_by": means,
            "limits": kinds,
            "reserve": int(limits.reserve),
            "submissions": int(limits.submissions),
            "outside": list(limits.outside),
        }
        click.echo(json.dumps(report, indent=1))
    else:
        _tell(traits, means, kinds)
        click.echo(f"\nThe hub takes nothing new below {told(limits.reserve)} of free disk.")
        reach = ", ".join(limits.outside) or "nobody"
        click.echo(f"May reach the internet: {reach}.")
    if not possible:
        raise SystemExit(1)


def held_by(found: cgroups.Delegation) -> dict[str, str]:
    """What holds each limit on this machine."""
    kernel, hub = "kernel, each process", "hub, every second"
    group = f"kernel, cgroup v2 ({found.means})"
    return {
        "memory": group if found.means else hub,
        "process_memory": kernel,
        "processes": f"kernel, user namespace{'; cgroup v2' if found.means else ''}",
        "processors": group if "cpu" in found.controllers else "not held: workspaces step back",
        "open_files": kernel,
        "file": kernel,
        "tmp": "kernel, size of the folder",
        "shm": "kernel, size of the folder",
        "home": "hub: saves at once, programs every second",
    }


def allowed(limits: Limits, home: int) -> dict[str, float | None]:
    """A kind's limits under their names in the file of limits; sizes are bytes."""
    return {
        "memory": limits.total_bytes,
        "process_memory": limits.memory_bytes,
        "processes": limits.processes,
        "processors": limits.processors,
        "open_files": limits.open_files,
        "file": limits.file_bytes,
        "tmp": limits.tmp_bytes,
        "shm": limits.shm_bytes,
        "home": home,
    }


def _tell(
    traits: list[Trait], means: dict[str, str], kinds: dict[str, dict[str, float | None]]
) -> None:
    click.secho("This machine", bold=True)
    for trait in traits:
        word, colour = MARKS[trait.state]
        click.echo(f"  {click.style(f'{word:<8}', fg=colour)}{trait.name:<{WIDTH}}{trait.told}")
        for line in trait.remedy.splitlines():
            click.echo(f"  {'':<8}{'':<{WIDTH}}{line}")
    click.echo()
    click.secho("Limits of each workspace, and what holds them", bold=True)
    click.echo("  " + "".join(f"{name:<{WIDTH}}" for name in ("", *kinds)) + "held by")
    for name, holder in means.items():
        values = [_shown(name, kinds[kind][name]) for kind in kinds]
        click.echo("  " + "".join(f"{each:<{WIDTH}}" for each in (name, *values)) + holder)


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    if name in {"processes", "processors", "open_files"}:
        return f"{value:g}"
    return told(int(value))
