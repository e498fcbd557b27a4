"""The command `travesia case check`: a case beside its translations, drawings and substitute."""

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
    return f"{number:,}" if number < 10**9 else f"about {number:.0e}".replace("e+", " × 10^")
