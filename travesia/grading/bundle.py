"""What a grading process is given: an assignment and submissions as data, whole and bounded.

Nothing of it names a place on the driver's disk, so that a process on another machine can grade.
"""

import fnmatch
import hashlib
import os
import pickle
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    AssignLatePenalties,
    GetGrades,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from travesia.grading.errors import GradingError
from travesia.grading.released import NOTEBOOK_SUFFIX, ReleasedNotebook, read_released

CATALOGUES = "locale"
STEPS = frozenset({"sanitize_preprocessors", "autograde_preprocessors", "exporter_class"})
LARGEST_SUBMISSION = 256 * 1024 * 1024
ASK_THE_GRADEBOOK = (
    OverwriteKernelspec,
    OverwriteCells,
    SaveAutoGrades,
    AssignLatePenalties,
    GetGrades,
)
"""nbgrader's steps that open its gradebook themselves: a grading process has none."""

SERVICE_FILES = frozenset({"receipt.json", "timestamp.txt", "submission_secret.txt"})
"""What the exchange wrote beside a submission: whose it is and when it came."""

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class AssignmentBundle:
    """An assignment with all that judges it.

    Attributes:
        name: its id.
        course: the course's id.
        notebooks: its notebooks as released.
        source: the files of `source/<assignment>/`.
        release: the files of `release/<assignment>/` but its notebooks.
        keys: the files below the folder of keys.
        kept: the files of the source that must not replace a learner's own.
        ignored: what nbgrader never copies, as patterns of file names.
        config: what the steps of grading are configured with.
    """

    name: str
    course: str
    notebooks: Mapping[str, ReleasedNotebook]
    source: Files
    release: Files
    keys: Files
    kept: frozenset[str]
    ignored: tuple[str, ...]
    config: Config

    @cached_property
    def version(self) -> str:
        """A fingerprint of the key, the source and the released cells: what a mark rests on."""
        whole = hashlib.sha256(repr(sorted(self.notebooks.items())).encode())
        for files in (self.source, keys_of(self.name, self.keys)):
            whole.update(fingerprint(files).encode())
        return whole.hexdigest()


@dataclass(frozen=True)
class SubmissionBundle:
    """One learner's submission, as `collect` delivered it."""

    student: str
    files: Files

    @cached_property
    def fingerprint(self) -> str:
        """A fingerprint of everything in it, receipt and timestamp included."""
        return fingerprint(self.files)


def fingerprint(files: Files) -> str:
    """The SHA-256 of files, whatever the order in which they were read."""
    whole = hashlib.sha256()
    for name in sorted(files):
        line = f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n"
        # A file's name may be bytes that no encoding knows.
        whole.update(line.encode("utf-8", "surrogateescape"))
    return whole.hexdigest()


def read_assignment(
    gradebook: Gradebook, coursedir: CourseDirectory, config: Config, assignment: str
) -> AssignmentBundle:
    """An assignment as data, from the gradebook, `source/`, `release/` and the keys.

    Raises:
        GradingError: the gradebook does not know it, or its keys are missing.
    """
    source = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
    notebooks = read_released(gradebook, assignment, source)
    if not notebooks:
        raise GradingError(
            f"The gradebook has no assignment {assignment} with notebooks: run 'nbgrader "
            f"generate_assignment {assignment}', or check the name."
        )
    converter = Autograde(coursedir=coursedir, config=config)
    keys_root = str(config.get("CoursePreprocessor", {}).get("keys_root", ""))
    if not keys_root:
        raise GradingError(
            "The folder of the keys is not set: set CoursePreprocessor.keys_root in "
            "nbgrader_config.py."
        )
    ignored = tuple(coursedir.ignore)
    release = read_files(
        Path(coursedir.format_path(coursedir.release_directory, ".", assignment)), ignored
    )
    return AssignmentBundle(
        name=assignment,
        course=coursedir.course_id,
        notebooks=notebooks,
        source=read_files(source, ignored),
        release={name: data for name, data in release.items() if not is_notebook(name)},
        keys=read_keys(Path(keys_root), assignment),
        kept=frozenset(converter.exclude_overwriting.get(assignment, ())),
        ignored=ignored,
        config=portable(config),
    )


def read_keys(root: Path, assignment: str) -> dict[str, bytes]:
    """All keys of the course by their names below the keys' folder: assignments share parts.

    Raises:
        GradingError: the assignment has no keys.
    """
    if not (root / assignment).is_dir():
        raise GradingError(
            f"The assignment {assignment} has no keys: put its questions.yaml and its cases into "
            f"{root / assignment}."
        )
    return read_files(root)


def keys_of(assignment: str, keys: Files) -> Files:
    """The files that an assignment's key rests on: not those of other assignments' own."""
    others = {name.partition("/")[0] for name in keys if name.endswith("/questions.yaml")}
    others -= {assignment, CATALOGUES}
    return {name: data for name, data in keys.items() if name.partition("/")[0] not in others}


def portable(config: Config) -> Config:
    """The part of the course's configuration that can be sent to a grading process.

    Raises:
        GradingError: a step of grading is none that another process could load.
    """
    kept = Config()
    for section, traits in config.items():
        for name, value in traits.items() if section != "CourseDirectory" else ():
            try:
                kept[section][name] = pickle.loads(pickle.dumps(value))  # noqa: S301 - just written
            except Exception as error:
                if section == "Autograde" and name in STEPS:
                    raise GradingError(
                        f"The setting Autograde.{name} can't be sent to a grading process "
                        f"({error}): put its classes into a module, and name them in "
                        "nbgrader_config.py."
                    ) from error
    return kept


def check_steps(steps: Sequence[type | str]) -> list[type]:
    """The classes of the configured steps of grading.

    Raises:
        GradingError: one of them opens the gradebook itself.
    """
    classes: list[type] = [import_item(step) if isinstance(step, str) else step for step in steps]
    own = import_item("travesia.grading.saving.LatePenalties")
    for step in classes:
        if issubclass(step, ASK_THE_GRADEBOOK) and not issubclass(step, own):
            raise GradingError(
                f"nbgrader's step {step.__name__} can't run here: it opens the gradebook itself. "
                "Take the steps that travesia.grading.configure sets, or grade with 'nbgrader "
                "autograde'."
            )
    return classes


def read_submission_files(folder: Path, student: str) -> SubmissionBundle:
    """A submission as data: its ordinary files, and no link to elsewhere.

    Raises:
        GradingError: it is larger than any submission may be, or can't be read.
    """
    try:
        files = read_files(folder, largest=LARGEST_SUBMISSION, linked=False)
        return SubmissionBundle(student, files)
    except OSError as error:
        raise GradingError(f"{error.filename} can't be read ({error.strerror}).") from error


def read_files(
    folder: Path, ignored: Sequence[str] = (), *, largest: int | None = None, linked: bool = True
) -> dict[str, bytes]:
    """The ordinary files below a folder by their relative names; none if there is no folder.

    Args:
        folder: where they are.
        ignored: patterns of names that are left out.
        largest: how many bytes they may have together.
        linked: whether files that have a second name, somewhere, are among them.

    Raises:
        GradingError: together they are larger than `largest` bytes.
        OSError: one can't be read.
    """
    room = largest
    files = {}
    for path in _walk(folder, ignored):
        data = read_ordinary(path, linked=linked)
        if data is None:
            continue
        files[path.relative_to(folder).as_posix()] = data
        if room is not None:
            room -= len(data)
            if room < 0:
                raise GradingError(f"{folder} is larger than {largest} bytes: look into it.")
    return files


def _walk(folder: Path, ignored: Sequence[str]) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if is_ignored(entry.name, ignored):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), ignored)
        elif entry.is_file(follow_symlinks=False):
            yield Path(entry.path)


def read_ordinary(path: Path, *, linked: bool = True) -> bytes | None:
    """The bytes of a file that is an ordinary one when it is opened, else None.

    Args:
        path: where it is.
        linked: whether it may have a second name, somewhere.

    Raises:
        OSError: it can't be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as source:
        status = os.fstat(source.fileno())
        wanted = stat.S_ISREG(status.st_mode) and (linked or status.st_nlink == 1)
        return source.read() if wanted else None


def is_ignored(name: str, ignored: Sequence[str]) -> bool:
    """Whether nbgrader would not copy a file of that name."""
    return any(fnmatch.fnmatch(name, pattern) for pattern in ignored)


def is_notebook(name: str) -> bool:
    """Whether a file is a notebook of the assignment itself, not one in a folder below."""
    return name.endswith(NOTEBOOK_SUFFIX) and "/" not in name


def write_files(folder: Path, files: Mapping[str, Any]) -> None:
    """Writes files below a folder, making the folders between."""
    for parent in {(folder / name).parent for name in files}:
        parent.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
