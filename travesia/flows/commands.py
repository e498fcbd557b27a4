"""The command `travesia flows`: what is done with figures outside a notebook."""

from pathlib import Path

import click

from travesia.flows.disclosure import SMALLEST_CELL
from travesia.flows.importers import commands as importing
from travesia.flows.package import SHIPPED


@click.group()
def flows() -> None:
    """Figures about transit: what ships, and what is made from it."""


@flows.command()
@click.option(
    "--figures",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of published figures.",
)
@click.option(
    "--into",
    default=SHIPPED,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The data package to make anew; its datapackage.json must be there.",
)
@click.option(
    "--threshold",
    default=SMALLEST_CELL,
    show_default=True,
    type=click.IntRange(min=1),
    help="Counts from 1 to one less than this are put together with others.",
)
def build(figures: Path, into: Path, threshold: int) -> None:
    """Make the data package anew from published figures (a new vintage)."""
    from travesia.flows.build import build as make  # noqa: PLC0415 - other commands need no pandera

    try:
        make(figures, into, threshold=threshold, tell=click.echo)
    except FileNotFoundError as error:
        raise click.ClickException(
            f"{error.filename} is missing: --figures names the folder of published figures, --into "
            "a folder with a datapackage.json."
        ) from error
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error


for command in importing.COMMANDS:
    flows.add_command(command)


@flows.command()
@click.option("--rows", required=True, type=click.IntRange(min=1), help="How many records.")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The Parquet file; 'synthetic-' is put in front of a name that does not say so.",
)
@click.option("--seed", default=0, show_default=True, help="Where the random numbers start.")
def synthetic(rows: int, out: Path, seed: int) -> None:
    """Write synthetic records, drawn from published margins, for exercises and benchmarks."""
    from travesia.flows import synthetic as records  # noqa: PLC0415 - other commands need none of it

    click.echo(records.LABEL)
    try:
        with click.progressbar(length=rows, label="Records") as bar:
            made = records.generate(out, rows, seed=seed, tell=bar.update)
    except OSError as error:
        raise click.ClickException(
            f"{error.filename or out} cannot be written: {error.strerror}."
        ) from error
    click.echo(f"{made}: {rows:,} synthetic records, {made.stat().st_size / 1e6:.1f} MB.")
