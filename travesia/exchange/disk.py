"""Folders that appear on the disk whole or not at all."""

import os
import shutil
from pathlib import Path

_REPLACED = ".replaced-"


def write_file(path: Path, content: bytes) -> None:
    """Writes a new file for good: it is on the disk when this returns."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folders(folder: Path) -> None:
    """Makes the names in a folder and in all folders below it survive a power cut."""
    for place, _, _ in os.walk(folder):
        sync_folder(Path(place))


def sync_folder(folder: Path) -> None:
    """Makes the names in one folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def place(staged: Path, target: Path) -> None:
    """Moves a finished folder to where it was not before, in one step.

    Raises:
        OSError: if something is there already.
    """
    sync_folders(staged)
    staged.rename(target)
    sync_folder(target.parent)


def replace(staged: Path, target: Path) -> None:
    """Moves a finished folder over what is there; `repair` ends it if the process is killed."""
    sync_folders(staged)
    old = target.with_name(_REPLACED + target.name)
    if target.exists():
        target.rename(old)
    staged.rename(target)
    sync_folder(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def repair(folder: Path) -> None:
    """Ends the replacements in a folder that a killed process began: the old stays or goes."""
    for old in sorted(folder.glob(_REPLACED + "*")):
        target = old.with_name(old.name.removeprefix(_REPLACED))
        if target.exists():
            shutil.rmtree(old)
        else:
            old.rename(target)
    sync_folder(folder)
