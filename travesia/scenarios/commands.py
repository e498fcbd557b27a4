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
from travesia.scenarios.twee import TweeError, to_twee
from travesia.scenarios.twee_import import from_twee

LONGEST_ID, LONGEST_TITLE = 64, 8000
"""What a case may have, as `parts.Identifier` and `parts.Prose` say."""

_output = click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; beside the given one by default.",
)

_force = click.option("--force", is_flag=True, help="Replace a file that is there.")


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
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) or len(name) > LONGEST_ID:
        raise click.ClickException(
            f"{name} is not an id: use small letters, digits and single hyphens, {LONGEST_ID} signs"
            " at most."
        )
    if file.exists():
        raise click.ClickException(f"{file} exists already: choose another name.")
    text = skeleton(name, _title(title) or name.replace("-", " ").capitalize())
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("x", encoding="utf-8") as target:
        target.write(text)
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
@_force
@plainly
def graph(file: Path, role: str | None, output: Path | None, *, force: bool) -> None:
    """Draw a case as an SVG picture."""
    case = load_case(file, str(file))
    _known_role(case, role)
    target = output or _beside(file, ".svg")
    _write(target, graph_svg(case, role), force=force)


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--twee", is_flag=True, help="As Twee 3, which Twine opens.")
@_output
@_force
@plainly
def export(file: Path, output: Path | None, *, twee: bool, force: bool) -> None:
    """Write a case in the format of another program."""
    if not twee:
        raise click.UsageError("Say in which format: --twee.")
    target = output or _beside(file, ".twee")
    _write(target, to_twee(load_case(file, str(file))), force=force)


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


def _title(given: str) -> str:
    """A title on one line, which a case can have."""
    title = " ".join(given.split())
    if len(title) > LONGEST_TITLE:
        raise click.ClickException(
            f"its title is longer than {LONGEST_TITLE} characters: shorten it."
        )
    try:
        title.encode()
    except UnicodeEncodeError:
        raise click.ClickException("its title is not UTF-8 text: write it again.") from None
    return title


def _write(target: Path, text: str, *, force: bool) -> None:
    """Writes a file, and over another only when asked: it may be the case's own drawing."""
    try:
        with target.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise click.ClickException(
            f"{target} exists already: name another with --output, or replace it with --force."
        ) from None
    click.echo(f"{target} written.")


def _beside(file: Path, ending: str) -> Path:
    return file.with_name(file.name.removesuffix(".yaml").removesuffix(".case") + ending)


def _known_role(case: Case, role: str | None) -> None:
    if role is not None and role not in case.roles:
        raise click.ClickException(
            f"{role} is no role of the case: use one of {', '.join(case.roles)}."
        )
