"""A batch on the terminal: a bar while it runs, a table when it is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from travesia.grading.report import Report


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the error stream, where it is a terminal; gives what moves it: done, total."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def show_report(report: Report) -> None:
    """Prints what became of each submission."""
    console = Console()
    graded, failed = report.having("graded"), report.having("failed")
    if graded:
        table = Table("learner", "points", "by hand", "seconds", "mended", box=None)
        for each in graded:
            kinds = ", ".join(dict.fromkeys(str(entry["kind"]) for entry in each.mended))
            table.add_row(
                escape(each.student),
                f"{each.score:g} of {each.max_score:g}",
                f"{each.waiting} to mark" if each.waiting else "",
                f"{each.seconds:.2f}",
                kinds,
            )
        console.print(table)
    for each in graded:
        for entry in each.mended:
            notebook = entry.get("notebook")
            whose = f"{each.student}, {notebook}.ipynb" if notebook else each.student
            console.print(f"{escape(whose)}: {escape(str(entry['what']))}", highlight=False)
        if each.changed:
            console.print(
                f"{escape(each.student)}: the code changed what its tests rely on "
                f"({escape(', '.join(each.changed))}): look at it before you trust its marks.",
                highlight=False,
            )
    for each in failed:
        console.print(
            f"{escape(each.student)} was not graded: {escape(each.reason)}", highlight=False
        )
    for each in report.having("unchanged"):
        if each.penalty:
            console.print(
                f"{escape(each.student)}: the penalty for lateness is another now.", highlight=False
            )
    if report.warning:
        console.print(f"Warning: {escape(report.warning)}", highlight=False)
    unchanged = len(report.having("unchanged"))
    console.print(
        f"{len(graded)} graded, {unchanged} unchanged, {len(failed)} not graded.", highlight=False
    )
