"""The course's gradebook, opened once for a whole command; what stands in its way is a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

from nbgrader.api import Gradebook
from sqlalchemy.exc import ArgumentError, OperationalError

from travesia.grading.errors import GradingError
from travesia.grading.settings import CourseSettings


@contextmanager
def open_gradebook(settings: CourseSettings) -> Iterator[Gradebook]:
    """The gradebook that the course's `db_url` names, until the block ends.

    Raises:
        GradingError: it can't be reached, its driver is missing, or the setting is no address.
    """
    coursedir = settings.coursedir
    try:
        gradebook = Gradebook(coursedir.db_url, coursedir.course_id)
    except OperationalError as error:
        said = " ".join(str(error.orig).split())
        raise GradingError(
            f"The gradebook can't be opened ({said}): look at CourseDirectory.db_url in "
            "nbgrader_config.py, and whether its server runs."
        ) from error
    except ModuleNotFoundError as error:
        raise GradingError(
            f"The gradebook's database needs the package {error.name}: for PostgreSQL install it "
            "with 'pip install \"travesia[postgresql]\"'."
        ) from error
    except ArgumentError as error:
        # The address itself may hold a password: it is not repeated.
        raise GradingError(
            "CourseDirectory.db_url in nbgrader_config.py is no address of a database: write "
            "sqlite:////FOLDER/gradebook.db, or postgresql+psycopg://NAME@HOST/DATABASE."
        ) from error
    with gradebook:
        yield gradebook
