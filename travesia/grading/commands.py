"""The commands of who grades: `travesia grade`, `travesia feedback`.

Their imports are made when they run: nothing of this is needed to print a help text.
"""

import json
import signal
import sys
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import click

COURSE_DIR = click.option(
    "--course-dir",
    type=click.Path(path_type=Path),
    help="The course directory [default: the configured one, or this folder].",
)
STUDENTS = click.option(
    "--student", "students", multiple=True, metavar="NAME", help="Only this learner; repeatable."
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
INTERRUPTED = 130


@click.command()
@click.argument("assignment")
@STUDENTS
@click.option("--all", "everything", is_flag=True, help="Every submission, graded already or not.")
@click.option(
    "--regrade",
    is_flag=True,
    help="Also what has not changed since it was graded. Marks and comments given by hand stay.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="How many grading processes [default: as many as processors, for few submissions fewer].",
)
@click.option(
    "--scheduler", metavar="tcp://…", help="Grade on the workers of this Dask scheduler instead."
)
@AS_JSON
@COURSE_DIR
def grade(
    assignment: str,
    students: tuple[str, ...],
    *,
    everything: bool,
    as_json: bool,
    course_dir: Path | None,
    **options: Any,
) -> None:
    """Grade what is new or changed in ASSIGNMENT.

    A submission is graded when it, the key or the source has changed since. It can be stopped at
    any time, and run again: what was finished stays, and nothing is counted twice.

    Ends with 0 if everything chosen is graded, 1 if something could not be, 2 if nothing was tried:
    a wrong option, or the instructor's own solution did not earn full marks.
    """
    if everything and students:
        raise click.UsageError("--all and --student contradict each other: use one of them.")
    if options["workers"] and options["scheduler"]:
        raise click.UsageError("--workers counts processes here; --scheduler has its own workers.")
    from travesia.grading import executors, worker  # noqa: PLC0415 - see the module
    from travesia.grading.errors import GradingError  # noqa: PLC0415

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if options["scheduler"]:
            made: Any = nullcontext(executors.dask(options["scheduler"]))
        else:
            source = (course_dir or Path()).resolve() / "source" / assignment
            made = executors.processes(options["workers"], partial(worker.warm_up, source))
        with made as make:
            report, code = _grade(
                assignment,
                make,
                course_dir,
                students=frozenset(students),
                again=everything or options["regrade"],
            )
    except GradingError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        click.echo("\nInterrupted before anything was graded.", err=True)
        sys.exit(INTERRUPTED)
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        from travesia.grading.tables import show_report  # noqa: PLC0415

        show_report(report)
    sys.exit(code)


def _grade(
    assignment: str, make: Any, course_dir: Path | None, *, students: frozenset[str], again: bool
) -> tuple[Any, int]:
    """The report of a batch and the status that the command ends with."""
    from travesia.quick import quick_imports  # noqa: PLC0415

    with quick_imports():
        from travesia.grading.batch import Choice, Interrupted, grade_batch  # noqa: PLC0415
        from travesia.grading.settings import read_settings  # noqa: PLC0415
        from travesia.grading.tables import progress_bar  # noqa: PLC0415

        settings = read_settings(course_dir)
    try:
        with progress_bar(f"Grading {assignment}") as progress:
            report = grade_batch(settings, assignment, Choice(students, again), make, progress)
    except Interrupted as stopped:
        done = len(stopped.report.having("graded"))
        click.echo(
            f"Interrupted: {done} graded and kept; run the command again for the rest.", err=True
        )
        return stopped.report, INTERRUPTED
    return report, 1 if report.having("failed") else 0


@click.command()
@click.argument("assignment")
@STUDENTS
@AS_JSON
@COURSE_DIR
def feedback(
    assignment: str, students: tuple[str, ...], *, as_json: bool, course_dir: Path | None
) -> None:
    """Write the feedback of everybody whose work in ASSIGNMENT is graded.

    The pages are those of 'nbgrader generate_feedback'; release them with 'nbgrader
    release_feedback'. Ends with 0 if all are written, 1 if some could not be, 2 if none was tried.
    """
    from travesia.grading.errors import GradingError  # noqa: PLC0415 - see the module
    from travesia.quick import quick_imports  # noqa: PLC0415

    with quick_imports():
        from travesia.grading.pages import write_feedback  # noqa: PLC0415
        from travesia.grading.settings import read_settings  # noqa: PLC0415
        from travesia.grading.tables import progress_bar  # noqa: PLC0415

    try:
        with progress_bar(f"Feedback on {assignment}") as progress:
            written, problems = write_feedback(
                read_settings(course_dir), assignment, frozenset(students), progress
            )
    except GradingError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        click.echo("\nInterrupted; what is written is whole. Run the command again.", err=True)
        sys.exit(INTERRUPTED)
    if as_json:
        failed = [{"student": name, "reason": why} for name, why in sorted(problems.items())]
        document = {"schema": 1, "assignment": assignment, "written": written, "failed": failed}
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        for reason in problems.values():
            click.echo(reason)
        click.echo(f"{len(written)} written, {len(problems)} not.")
    sys.exit(1 if problems else 0)
