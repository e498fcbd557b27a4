"""The folders of submitted and graded work on the driver's disk."""

import contextlib
import re
import shutil
import time
import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from travesia.grading.bundle import AssignmentBundle, SubmissionBundle, write_files
from travesia.grading.graded import Graded
from travesia.grading.record import RECORD_NAME, Record
from travesia.grading.released import NOTEBOOK_SUFFIX

HALF_MADE = ".half-made-"
GROUP_SHARED = 0o2770


class Shelf:
    """Finds submissions and puts graded work in its place, whole or not at all."""

    def __init__(self, coursedir: CourseDirectory, bundle: AssignmentBundle) -> None:
        self._coursedir = coursedir
        self._bundle = bundle
        self._permissions = Autograde(coursedir=coursedir, config=coursedir.config).permissions

    def students(self) -> list[str]:
        """Whose submissions were collected, by name."""
        coursedir = self._coursedir
        return students_in(coursedir, coursedir.submitted_directory, self._bundle.name)

    def submitted(self, student: str) -> Path:
        """The folder of what a learner handed in."""
        return self._folder(self._coursedir.submitted_directory, student)

    def graded(self, student: str) -> Path:
        """The folder of a learner's graded work."""
        return self._folder(self._coursedir.autograded_directory, student)

    def _folder(self, step: str, student: str) -> Path:
        return Path(self._coursedir.format_path(step, student, self._bundle.name))

    def timestamp(self, student: str) -> datetime | None:
        """When the exchange took a submission, in UTC; None where it did not say."""
        found: datetime | None = self._coursedir.get_existing_timestamp(
            str(self.submitted(student))
        )
        return found

    def sweep(self) -> None:
        """Takes away what an earlier run, ended half-way, left behind."""
        sweep(self._coursedir, self._coursedir.autograded_directory)

    def put(self, submission: SubmissionBundle, graded: Graded) -> None:
        """Puts a graded submission in the place of an earlier one."""
        source, kept = self._bundle.source, self._bundle.kept
        files = {
            name: source[name] if name in source and name not in kept else submission.files[name]
            for name in graded.kept
        }
        files |= {f"{name}{NOTEBOOK_SUFFIX}": data for name, data in graded.notebooks.items()}
        record = Record(submission.fingerprint, self._bundle.version, graded.mended)
        files[RECORD_NAME] = record.to_bytes()
        put_folder(self._coursedir, self.graded(submission.student), files, self._permissions)


def sweep(coursedir: CourseDirectory, step: str, *, older_than: float = 0) -> None:
    """Takes away the half-made folders in one of nbgrader's steps, whoever's they are.

    Args:
        coursedir: the course directory.
        step: the step's folder.
        older_than: how many seconds ago they were last changed, at the least: a younger one may be
            another command's that is at work.
    """
    root = Path(coursedir.root)
    pattern = Path(coursedir.format_path(step, "*", f"{HALF_MADE}*")).relative_to(root)
    for path in root.glob(pattern.as_posix()):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime >= older_than:
                shutil.rmtree(path, ignore_errors=True)


def students_in(coursedir: CourseDirectory, step: str, assignment: str) -> list[str]:
    """Who has a folder of an assignment in one of nbgrader's steps, by name."""
    pattern = coursedir.format_path(step, "(?P<student>[^/]+)", re.escape(assignment), escape=True)
    root = Path(coursedir.root)
    wanted = Path(coursedir.format_path(step, "*", assignment)).relative_to(root)
    found = (path for path in root.glob(wanted.as_posix()) if path.is_dir())
    names = (re.fullmatch(pattern, str(path)) for path in found)
    excluded = set(filter(None, coursedir.student_id_exclude.split(",")))
    return sorted({name["student"] for name in names if name} - excluded)


def put_folder(
    coursedir: CourseDirectory, place: Path, files: Mapping[str, bytes], permissions: int
) -> None:
    """Puts a folder of files in the place of an earlier one, whole or not at all.

    Args:
        coursedir: the course directory, which says whether a group shares it.
        place: where it belongs.
        files: what is in it.
        permissions: of its files, as nbgrader gives them: decimal digits that mean octal ones.
    """
    made, earlier = (place.with_name(f"{HALF_MADE}{uuid.uuid4().hex}") for _ in range(2))
    try:
        write_files(made, files)
        for path in (made, *made.rglob("*")):
            if path.is_file():
                path.chmod(int(str(permissions), 8))
            elif coursedir.groupshared:
                path.chmod((path.stat().st_mode | GROUP_SHARED) & 0o2777)
        if place.exists():
            place.rename(earlier)
        made.rename(place)
    except BaseException:
        # A full disk, or whoever stops the command.
        shutil.rmtree(made, ignore_errors=True)
        if earlier.exists() and not place.exists():
            earlier.rename(place)
        raise
    shutil.rmtree(earlier, ignore_errors=True)
