"""Feedback for a whole class: nbgrader's own conversion, made once and used for everybody."""

from collections.abc import Collection
from pathlib import Path

from nbformat.v4 import reads as read_notebook
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory

from travesia.grading.bundle import SERVICE_FILES, is_notebook, read_ordinary
from travesia.grading.errors import GradingError
from travesia.grading.feedback import BOOKED
from travesia.grading.gradebooks import open_gradebook
from travesia.grading.marks import Booked, read_booked
from travesia.grading.settings import CourseSettings
from travesia.grading.shares import Progress, shared
from travesia.grading.shelf import put_folder, students_in, sweep

ABANDONED_SECONDS = 600
"""A folder that is half-made for so long is nobody's any more: one takes milliseconds."""


def write_feedback(
    settings: CourseSettings, assignment: str, students: Collection[str], progress: Progress
) -> tuple[list[str], dict[str, str]]:
    """Writes the feedback of an assignment: for whom, and for whom not with the reason.

    Each folder is put in its place whole. It holds the pages of `nbgrader generate_feedback`, the
    marks, and what tells which submission they are about: no copy of what was handed in.

    Args:
        settings: the course.
        assignment: the assignment's id.
        students: only these; everybody whose work is graded if empty.
        progress: is told how many are done, of how many.

    Raises:
        GradingError: nothing of the assignment is graded.
    """
    coursedir = settings.coursedir
    step = coursedir.autograded_directory
    graded = {
        student: _folder(coursedir, step, student, assignment)
        for student in students_in(coursedir, step, assignment)
        if not students or student in students
    }
    if not graded and not students:
        raise GradingError(
            f"Nothing of the assignment {assignment} is graded: run 'travesia grade {assignment}' "
            "first, or check the name."
        )
    problems = {
        student: f"{student}'s work is not graded: run 'travesia grade {assignment}' first."
        for student in sorted(set(students) - set(graded))
    }
    with open_gradebook(settings) as gradebook:
        booked = read_booked(gradebook, assignment, students)
    sweep(coursedir, coursedir.feedback_directory, older_than=ABANDONED_SECONDS)
    writer = _Writer(settings)

    def write(student: str) -> str:
        place = _folder(coursedir, coursedir.feedback_directory, student, assignment)
        try:
            writer.write(graded[student], place, booked.get(student))
        except GradingError as error:
            return str(error)
        return ""

    outcomes = shared(list(graded), write, progress)
    problems |= {student: problem for student, problem in outcomes.items() if problem}
    return sorted(set(graded) - set(problems)), problems


class _Writer:
    """nbgrader's converter and its exporter with all their templates, made once."""

    def __init__(self, settings: CourseSettings) -> None:
        self._converter = GenerateFeedback(coursedir=settings.coursedir, config=settings.config)
        self._converter.log.setLevel("ERROR")
        self._exporter = self._converter.exporter_class(
            parent=self._converter, config=self._converter.config
        )
        for step in self._converter.preprocessors:
            self._exporter.register_preprocessor(step)

    def write(self, graded: Path, place: Path, booked: Booked | None) -> None:
        """Puts the feedback on one graded folder in its place."""
        files = _needed(graded)
        made = {name: files.pop(name) for name in SERVICE_FILES & files.keys()}
        for name in sorted(files):
            resources = self._converter.init_single_notebook_resources(str(graded / name))
            resources["metadata"] = {"name": resources["unique_key"], "path": str(graded)}
            resources[BOOKED] = booked
            # Grading has checked what it wrote; to do so again would take a third of the time.
            nb = read_notebook(files[name].decode())
            page, resources = self._exporter.from_notebook_node(nb, resources=resources)
            made.update(resources["outputs"])
            made[f"{resources['unique_key']}{resources['output_extension']}"] = page.encode()
        put_folder(self._converter.coursedir, place, made, self._converter.permissions)


def _needed(graded: Path) -> dict[str, bytes]:
    """The notebooks of graded work, and what the exchange wrote beside them."""
    names = (path.name for path in graded.iterdir())
    wanted = [name for name in names if name in SERVICE_FILES or is_notebook(name)]
    found = {name: read_ordinary(graded / name) for name in wanted}
    return {name: data for name, data in found.items() if data is not None}


def _folder(coursedir: CourseDirectory, step: str, student: str, assignment: str) -> Path:
    return Path(coursedir.format_path(step, student, assignment))
