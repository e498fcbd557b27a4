"""What every grading step needs to know about the course it runs in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import List, Unicode

from travesia.grading.errors import GradingError
from travesia.grading.submission import Submission, read_submission

if TYPE_CHECKING:
    from travesia.grading.key import Key


@dataclass(frozen=True)
class Place:
    """Which notebook of whose submission is at hand, as nbgrader found it in its folders."""

    student: str
    assignment: str
    notebook: str
    db_url: str


def place_of(resources: Mapping[str, Any]) -> Place:
    """The place that nbgrader put into a conversion's resources."""
    own = resources["nbgrader"]
    return Place(own["student"], own["assignment"], own["notebook"], own["db_url"])


@lru_cache(maxsize=8)
def _loaded(root: Path, assignment: str, _stamps: tuple[tuple[str, int, int], ...]) -> "Key":
    from travesia.grading.key import load_key  # noqa: PLC0415 - feedback needs none, and it is long

    return load_key(root, assignment)


def stamps(root: Path) -> tuple[tuple[str, int, int], ...]:
    """The files below a folder with their sizes and times: another one means another content."""
    found = ((path, path.stat()) for path in sorted(root.rglob("*")) if path.is_file())
    return tuple((str(path), status.st_size, status.st_mtime_ns) for path, status in found)


class CoursePreprocessor(NbGraderPreprocessor):
    """A step of nbgrader's conversions that knows the course's keys and folders.

    nbgrader makes it with the exporter as parent, and the exporter with the converter: that is
    where the course directory comes from.
    """

    # nbconvert's exporters set it on every step; nbgrader's own base class does not take it.
    display_data_priority = List(
        ["text/html", "image/png", "image/jpeg", "text/markdown", "text/plain"]
    ).tag(config=True)
    keys_root = Unicode("", help="The folder of the keys, outside source/.").tag(config=True)
    fallback_language = Unicode(
        "es", help="The language of a learner whose receipt names none."
    ).tag(config=True)

    @property
    def coursedir(self) -> CourseDirectory:
        """The course directory of the converter that runs this step."""
        converter = getattr(self.parent, "parent", None)
        coursedir = getattr(converter, "coursedir", None)
        if coursedir is None:
            raise GradingError(f"{type(self).__name__} runs only inside nbgrader's converters.")
        return coursedir

    def key(self, assignment: str) -> "Key":
        """The instructor's key of an assignment."""
        if not self.keys_root:
            raise GradingError(
                "The folder of the keys is not set: set CoursePreprocessor.keys_root in "
                "nbgrader_config.py."
            )
        root = Path(self.keys_root)
        return _loaded(root, assignment, stamps(root))

    def folder(self, step: str, place: Place) -> Path:
        """The folder of a submission in one of nbgrader's steps, such as `submitted`."""
        directory = getattr(self.coursedir, f"{step}_directory")
        return Path(self.coursedir.format_path(directory, place.student, place.assignment))

    def submission(self, place: Place) -> Submission:
        """The answers that were collected, checked against their receipt."""
        return read_submission(
            self.folder("submitted", place),
            student=place.student,
            assignment=place.assignment,
            fallback_language=self.fallback_language,
        )
