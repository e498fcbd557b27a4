"""The commands `travesia translate` and `travesia check`."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from travesia.course import translate as catalogues
from travesia.course.document import ContentError
from travesia.course.manifest import Manifest
from travesia.course.strings import MANIFEST_NAME
from travesia.scenarios import CaseError

_root = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The checkout; the current folder by default.",
)


def _plainly(command: Callable[..., None]) -> Callable[..., None]:
    """Shows what is wrong with the content as sentences, without a traceback."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except (ContentError, CaseError) as error:
            raise click.ClickException(str(error)) from error

    return run


def _languages(root: Path, named: tuple[str, ...]) -> list[str]:
    return catalogues.check_languages(
        list(named) or list(Manifest.load(root / MANIFEST_NAME).languages)
    )


@click.group()
def translate() -> None:
    """Keep the catalogues of every language complete."""


@translate.command()
@_root
@click.option("--language", "named", multiple=True, help="Only this language, or a new one.")
@_plainly
def extract(root: Path, named: tuple[str, ...]) -> None:
    """Write every string for people into the catalogues."""
    for path in catalogues.extract(root, _languages(root, named)):
        click.echo(f"{path} changed.")


@translate.command()
@_root
@_plainly
def build(root: Path) -> None:
    """Compile the catalogues."""
    for path in catalogues.build(root):
        click.echo(f"{path} written.")


@translate.command()
@_root
@click.option("--language", "named", multiple=True, help="Only this language.")
@_plainly
def status(root: Path, named: tuple[str, ...]) -> None:
    """Say what is not translated; exit 1 if anything is not."""
    languages = _languages(root, named)
    problems = catalogues.status(root, languages)
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(1)
    click.echo(f"Every string is translated into {', '.join(languages)}.")


@click.command()
@_root
@click.option("--reading", is_flag=True, help="List the words that a person has to read instead.")
@_plainly
def check(root: Path, *, reading: bool) -> None:
    """Check the course's content; exit 1 if anything is wrong."""
    # The charts take seconds to load, which `travesia translate` need not wait for.
    from travesia.course.checks import check_course, word_findings  # noqa: PLC0415

    if reading:
        for where, finding in word_findings(root):
            click.echo(f"{where}: {finding}")
        return
    problems = check_course(root, datetime.now(UTC).date())
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(1)
    click.echo("The course's content is in order.")
