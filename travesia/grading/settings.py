"""The course's configuration as nbgrader's own commands find it."""

from dataclasses import dataclass
from pathlib import Path

from nbgrader.apps.baseapp import NbGrader
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from travesia.grading.errors import GradingError


class GradingApp(NbGrader):
    """Loads nbgrader's configuration files, and nothing else of its applications."""

    name = "travesia-grade"
    description = "The configuration of nbgrader, read for travesia's own commands."


@dataclass(frozen=True)
class CourseSettings:
    """A course directory with its configuration."""

    config: Config
    coursedir: CourseDirectory


def read_settings(course_dir: Path | None) -> CourseSettings:
    """The settings of the course in a directory, by default the one that is configured or here.

    Raises:
        GradingError: there is no such directory, its configuration does not load, or it is none of
            a course: whatever is done there would make a gradebook in it.
    """
    if course_dir is not None and not course_dir.is_dir():
        raise GradingError(f"{course_dir} is no folder: name the course directory.")
    app = GradingApp()
    app.log_level = "ERROR"
    try:
        app.initialize([], root=str(course_dir.resolve()) if course_dir else "")
    except SystemExit as error:
        raise GradingError(
            "nbgrader's configuration could not be loaded; what is wrong in it stands above."
        ) from error
    root, source = Path(app.coursedir.root), app.coursedir.source_directory
    if not (root / source).is_dir():
        raise GradingError(
            f"{root} is no course directory, it has no folder {source}/: go to the course "
            "directory, or name it with --course-dir."
        )
    return CourseSettings(app.config, app.coursedir)
