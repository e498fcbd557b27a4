"""The commands `travesia case new`, `schema`, `graph`, `import` and `export`."""

import json
import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path

import click

from travesia.scenarios.graph import graph_svg
from travesia.scenarios.loading import load_case
from travesia.scenarios.model import Case
from travesia.scenarios.problems import CaseError
from travesia.scenarios.schema import group_schema, json_schema
from travesia.scenarios.skeleton import skeleton
from travesia.scenarios.twee import TweeError, from_twee, to_twee

_output = click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; beside the given one by default.",
)


def plainly(command: Callable[..., None]) -> Callable[..., None]:
    """Shows what is wrong with a file in a sentence, without a traceback."""

    @wraps(command)
    def run(*args: object, **kwargs: object) -> None:
        try:
            command(*args, **kwargs)
        except (CaseError, TweeError) as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise click.ClickException(f"{error.filename}: {reason}; check the name.") from error

    return run


@click.command("new")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--title", default="", help="The case's title.")
@plainly
def new(file: Path, title: str) -> None:
    """Write a new case to start from, and the schema with which an editor completes it.

    FILE is the case's file, such as notebooks/children/the-queue.case.yaml.
    """
    if not file.name.endswith(".case.yaml"):
        file = file.with_name(f"{file.name.split('.')[0]}.case.yaml")
    name = file.name.removesuffix(".case.yaml")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise click.ClickException(
            f"{name} is not an id: use small letters, digits and single hyphens."
        )
    if file.exists():
        raise click.ClickException(f"{file} exists already: choose another name.")
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("x", encoding="utf-8") as target:
        target.write(skeleton(name, title or name.replace("-", " ").capitalize()))
    schema = file.with_name("case.schema.json")
    schema.write_text(json.dumps(json_schema(), indent=1) + "\n", encoding="utf-8")
    click.echo(f"{file} written, with {schema.name} beside it for your editor.")


@click.command("schema")
@click.option("--group", is_flag=True, help="The schema of a group in a file of its own.")
def print_schema(*, group: bool) -> None:
    """Print the JSON Schema of a case, with which editors complete and check one."""
    schema = group_schema() if group else json_schema()
    click.echo(json.dumps(schema, indent=2, ensure_ascii=False))


@click.command("graph")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--role", help="Draw the ways of this role alone.")
@_output
@plainly
def graph(file: Path, role: str | None, output: Path | None) -> None:
    """Draw a case as an SVG picture."""
    case = load_case(file, str(file))
    _known_role(case, role)
    target = output or _beside(file, ".svg")
    target.write_text(graph_svg(case, role), encoding="utf-8")
    click.echo(f"{target} written.")


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--twee", is_flag=True, help="As Twee 3, which Twine opens.")
@_output
@plainly
def export(file: Path, output: Path | None, *, twee: bool) -> None:
    """Write a case in the format of another program."""
    if not twee:
        raise click.UsageError("Say in which format: --twee.")
    target = output or _beside(file, ".twee")
    target.write_text(to_twee(load_case(file, str(file))), encoding="utf-8")
    click.echo(f"{target} written.")


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_output
@plainly
def import_twee(file: Path, output: Path | None) -> None:
    """Make a case of a Twee 3 file; what Twine does not know is left to be written."""
    made = from_twee(file.read_bytes(), str(file))
    target = output or file.with_name(f"{made.name}.case.yaml")
    if target.exists():
        raise click.ClickException(f"{target} exists already: name another with --output.")
    target.write_text(made.yaml, encoding="utf-8")
    for note in made.notes:
        click.echo(note)
    click.echo(f"{target} written; check it with: travesia case check {target}")


def _beside(file: Path, ending: str) -> Path:
    return file.with_name(file.name.removesuffix(".yaml").removesuffix(".case") + ending)


def _known_role(case: Case, role: str | None) -> None:
    if role is not None and role not in case.roles:
        raise click.ClickException(
            f"{role} is no role of the case: use one of {', '.join(case.roles)}."
        )
