"""The command `travesia case check`: a case beside its translations, drawings and substitute."""

import math
import sys
from pathlib import Path

import click

from travesia.course.case_checks import bounds_of, check_around
from travesia.scenarios import Case, CaseError, check, load_case
from travesia.scenarios.roads import roads_of


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check_files(files: tuple[Path, ...]) -> None:
    """Check case files; one line a problem, exit code 1 if there is any."""
    failed = False
    for file in files:
        try:
            case = load_case(file, str(file))
        except CaseError as error:
            problems = list(error.problems)
        else:
            problems = [*check(case), *check_around(case, file.parent, bounds_of(file))]
            if not problems:
                click.echo(f"{file}: {_size(case)}, no problem found.")
        for problem in problems:
            click.echo(str(problem))
        failed = failed or bool(problems)
    if failed:
        sys.exit(1)


def _size(case: Case) -> str:
    """How large a sound case is: its nodes, and the roads of each role."""
    roads = ", ".join(
        f"{_approximately(roads_of(case, role).count)} as {role}" for role in case.roles
    )
    return f"{len(case.nodes)} nodes; roads: {roads}"


def _approximately(number: int) -> str:
    """A number in digits, or from a milliard on its first digit and its size."""
    if number < 10**9:
        return f"{number:,}"
    # Not by a float, which ends before the roads of a large case do.
    power = int(math.log10(number))
    first = (number + 10**power // 2) // 10**power
    return f"about 1 × 10^{power + 1}" if first == 10 else f"about {first} × 10^{power}"
