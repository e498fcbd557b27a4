"""Where folders are made before they get their name."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Beside `source/` and `keys/`, where nobody but who makes them writes.
NAME = ".unfinished"


@contextmanager
def unfinished(course: Path) -> Iterator[Path]:
    """An empty folder in a course's own, to make things in and move them out once they are whole.

    What is killed half-way leaves nothing by a name that others read: the next one begins anew.
    """
    folder = course / NAME
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(made: Path, target: Path) -> None:
    """Move what was made to where it belongs, in one step within a disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(made, target)
