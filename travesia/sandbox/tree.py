"""Everything in a folder of a person's, measured whatever they do to keep something out of sight.

Folders are opened one within the other: a path has a longest length, and their depth has none.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

# Folders on the way down that are held open; from deeper ones the way up is asked for.
HELD = 32
TRIES = 10
FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
READABLE = 0o500

Key = tuple[int, int]


class HiddenError(Exception):
    """A folder of this account's own is closed again as often as it is opened."""


@dataclass
class _Level:
    """A folder on the way down: its descriptor unless it was let go, and what is left to enter."""

    folder: int | None
    key: Key
    left: list[str] = field(default_factory=list)


def key(status: os.stat_result) -> Key:
    """What tells one file from every other, by whatever name."""
    return status.st_dev, status.st_ino


def below(top: Path) -> Iterator[os.stat_result]:
    """What is known of each file and folder in a folder, at any depth; no link is followed.

    A folder of this account's that its owner has closed is given back to be read.

    Raises:
        HiddenError: it can't be, because somebody closes it all the time.
    """
    entered: set[Key] = set()
    levels: list[_Level] = []
    try:
        with suppress(OSError):
            levels.append(_level(_opened(os.path.realpath(top), None)))
            yield from _listed(levels[-1], entered)
        while levels:
            level = levels[-1]
            if not level.left:
                _go_back(levels)
                continue
            # It may have gone since it was listed.
            with suppress(OSError):
                levels.append(_level(_opened(level.left.pop(), level.folder)))
                if len(levels) > HELD and level.folder is not None:
                    os.close(level.folder)
                    level.folder = None
                yield from _listed(levels[-1], entered)
    finally:
        for level in levels:
            if level.folder is not None:
                os.close(level.folder)


def _level(folder: int) -> _Level:
    return _Level(folder, key(os.fstat(folder)))


def _listed(level: _Level, entered: set[Key]) -> Iterator[os.stat_result]:
    """What is in a folder; those in it that nobody has entered are left to be."""
    with os.scandir(level.folder) as entries:
        for entry in entries:
            with suppress(OSError):
                status = _status(entry.name, level.folder)
                yield status
                # One that is moved on meanwhile is entered no second time.
                if stat.S_ISDIR(status.st_mode) and key(status) not in entered:
                    entered.add(key(status))
                    level.left.append(entry.name)


def _go_back(levels: list[_Level]) -> None:
    """Leave the folder that is done, for the one it was entered from."""
    done = levels.pop()
    if levels and levels[-1].folder is None:
        with suppress(OSError):
            above = _level(_opened("..", done.folder))
            if above.key == levels[-1].key:
                levels[-1].folder = above.folder
            else:
                _close(above)
        # Where it was moved meanwhile, its former neighbours are measured next time.
        while levels[-1].folder is None:
            levels.pop()
    _close(done)


def _close(level: _Level) -> None:
    if level.folder is not None:
        os.close(level.folder)


def _opened(name: str, above: int | None) -> int:
    for _ in range(TRIES):
        with suppress(PermissionError):
            return os.open(name, FLAGS, dir_fd=above)
        with suppress(PermissionError):
            _give_back(name, above)
    if _is_ours(name, above):
        raise HiddenError(name)
    raise PermissionError(name)


def _status(name: str, above: int | None) -> os.stat_result:
    for _ in range(TRIES):
        with suppress(PermissionError):
            return os.stat(name, dir_fd=above, follow_symlinks=False)
        _make_readable(above)
    if _is_ours(name, above):
        raise HiddenError(name)
    raise PermissionError(name)


def _give_back(name: str, above: int | None) -> None:
    _make_readable(above)
    found = os.open(name, os.O_PATH | FLAGS, dir_fd=above)
    try:
        _make_readable(found)
    finally:
        os.close(found)


def _make_readable(folder: int | None) -> None:
    if folder is None:
        return
    status = os.fstat(folder)
    mode = stat.S_IMODE(status.st_mode)
    if status.st_uid == os.geteuid() and mode & READABLE != READABLE:
        # By way of /proc, since this descriptor may be one that only names the folder.
        Path(f"/proc/self/fd/{folder}").chmod(mode | READABLE)


def _is_ours(name: str, above: int | None) -> bool:
    try:
        owner = os.stat(name, dir_fd=above, follow_symlinks=False).st_uid
    except PermissionError:
        # Nobody but its owner can have closed the folder that it is in.
        owner = os.geteuid() if above is None else os.fstat(above).st_uid
    return owner == os.geteuid()
