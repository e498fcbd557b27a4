"""The commands `travesia translate`, `check`, `forms` and `notebooks`."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from travesia.course import form_files
from travesia.course import translate as catalogues
from travesia.course.analysts import copy_notebooks
from travesia.course.document import ContentError
from travesia.course.manifest import MANIFEST_NAME, Manifest
from travesia.language import current_language
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
    """Check the course's content; exit 1 if anything is wrong, not if there are only warnings."""
    # The charts take seconds to load, which `travesia translate` need not wait for.
    from travesia.course.checks import check_course, word_findings  # noqa: PLC0415
    from travesia.course.giveaways import giveaways  # noqa: PLC0415

    if reading:
        for where, finding in word_findings(root):
            click.echo(f"{where}: {finding}")
        return
    problems = check_course(root, datetime.now(UTC).date())
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(1)
    for warning in giveaways(Manifest.load(root / MANIFEST_NAME)):
        click.echo(f"Warning: {warning}")
    click.echo("The course's content is in order.")


@click.group()
def forms() -> None:
    """Draw the parallel forms of a module's tests from their pool."""


@forms.command()
@_root
@_plainly
def show(root: Path) -> None:
    """Say which questions each form has, and how the forms compare."""
    manifest = Manifest.load(root / MANIFEST_NAME)
    for module in manifest.modules:
        for assignment, form in form_files.forms_of(manifest, module).items():
            click.echo(
                f"{assignment}: {len(form.questions)} questions, {form.points:g} points, "
                f"difficulty {form.difficulty}"
            )
            for question in form.questions:
                click.echo(f"  {question.outcome}: {question.id} ({question.difficulty})")


@forms.command()
@_root
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The folder that holds source/ and keys/; the current one by default.",
)
@_plainly
def write(root: Path, into: Path) -> None:
    """Make an assignment of each form that has none yet; what is there stays as it is."""
    manifest = Manifest.load(root / MANIFEST_NAME)
    written = [
        path
        for module in manifest.modules
        for path in form_files.write_forms(manifest, module, into)
    ]
    for path in written:
        click.echo(f"{path} written.")
    if not written:
        click.echo("Every form has its assignment already.")


@click.group()
def notebooks() -> None:
    """The notebooks for analysts."""


@notebooks.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--language",
    default=current_language,
    help="The language of the prose; your own on a hub, else English.",
)
@click.option(
    "--from",
    "lessons",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="TRAVESIA_LESSONS",
    default=Path("notebooks"),
    help="The folder of lessons: the hub's, or the checkout's.",
)
@_plainly
def copy(folder: Path, language: str, lessons: Path) -> None:
    """Copy the analysts' notebooks into FOLDER; what is there already stays as it is."""
    written, left = copy_notebooks(lessons, folder, language)
    for path in written:
        click.echo(f"{path} written.")
    for path in left:
        click.echo(f"{path} was there and is left as it is.")
