"""The files that a submission's code finds beside it, and those that stay when it has run."""

import stat
from collections.abc import Iterator
from logging import Logger
from pathlib import Path

from travesia.grading.bundle import SERVICE_FILES
from travesia.sandbox.limits import MEBIBYTE

MOST_BYTES = 128 * MEBIBYTE
SERVED_SUFFIXES = frozenset(
    {".ipynb", ".json", ".csv", ".tsv", ".txt", ".parquet", ".yaml", ".yml"}
)
"""What may stay in the folder that the formgrader serves to the instructor's browser."""


def files(graded: Path, handed_in: Path, log: Logger) -> Iterator[tuple[str, Path]]:
    """What was handed in, with the assignment's own files, and no link to elsewhere.

    The notebooks are not among them: they hold the tests by now.

    Args:
        graded: the folder of the graded submission, which nbgrader has filled.
        handed_in: the folder of the submission as it came.
        log: where files are named that there is no room for.
    """
    room = MOST_BYTES
    for path in sorted(graded.rglob("*")):
        inner = path.relative_to(graded)
        if inner.parts[0] in SERVICE_FILES or path.suffix == ".ipynb":
            continue
        if not stat.S_ISREG(path.lstat().st_mode) or came_by_link(handed_in, inner):
            continue
        size = path.stat().st_size
        if size > room:
            log.warning("There is no room for %s where the notebook runs.", path)
            continue
        room -= size
        yield str(inner), path


def remove_active(graded: Path, handed_in: Path, log: Logger) -> None:
    """Leaves nothing in the graded folder that a browser would run; all stays in submitted/."""
    for path in sorted(graded.rglob("*")):
        linked = came_by_link(handed_in, path.relative_to(graded))
        if path.is_file() and (linked or path.suffix.lower() not in SERVED_SUFFIXES):
            log.info("Not shown in the formgrader: %s", path)
            path.unlink()


def came_by_link(handed_in: Path, inner: Path) -> bool:
    """Whether a file was a link in the submission, of either kind, or lay in a folder that was one.

    nbgrader follows links as it copies: what a link brought is not the learner's.
    """
    parts = [handed_in / part for part in (inner, *inner.parents) if part != Path()]
    own = handed_in / inner
    return any(path.is_symlink() for path in parts) or (own.is_file() and own.stat().st_nlink > 1)
