"""The command `travesia case`: check case files, print the schema for editors."""

import json
import sys
from pathlib import Path

import click

from travesia.scenarios.checks import check_file
from travesia.scenarios.schema import json_schema


@click.group()
def case() -> None:
    """Check case studies and print their schema."""


@case.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check_files(files: tuple[Path, ...]) -> None:
    """Check case files; one line a problem, exit code 1 if there is any."""
    problems = [problem for file in files for problem in check_file(file)]
    for problem in problems:
        click.echo(str(problem))
    if problems:
        sys.exit(1)
    click.echo(f"{len(files)} checked, no problem found.")


@case.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of a case, with which editors complete and check one."""
    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
