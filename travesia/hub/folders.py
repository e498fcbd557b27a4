"""The folders of one hub: made if absent, owned by who may use them, never emptied."""

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from travesia.course.form_files import write_forms
from travesia.course.manifest import MANIFEST_NAME, Manifest
from travesia.course.unfinished import put_in_place, unfinished
from travesia.hub.people import Person
from travesia.hub.settings import CAMPUS_UID, COURSE_GID, COURSE_ID, HubSettings
from travesia.sandbox.bubblewrap import started_by_root

# What a course directory holds, as nbgrader names it; `keys` is ours, beside it.
INSTRUCTORS_OWN = ("submitted", "autograded", "feedback", "gradebook")
SHARED = ("source", "release", "keys")
PUBLIC = ("notebooks",)


class FolderError(Exception):
    """A folder that can't be used as it is; the message says what to do."""


def make_private(settings: HubSettings) -> None:
    """Make the data folder and what nobody but the hub enters in it."""
    for name in ("", "hub", "logs", "run", "homes"):
        _private(settings.data / name)


def prepare(settings: HubSettings) -> None:
    """Make every folder of the hub that is missing, and give each to who works in it."""
    make_private(settings)
    (settings.data / "people").mkdir(exist_ok=True)
    if settings.course_files != settings.checkout:
        _copy_course(settings)
    _draw_tests(settings)
    for name in INSTRUCTORS_OWN:
        folder = settings.course_folder() / name
        folder.mkdir(parents=True, exist_ok=True)
        _to_instructors(folder)
    for name in SHARED:
        folder = settings.course_files / name
        folder.mkdir(parents=True, exist_ok=True)
        _to_instructors(folder)
    for folder in (settings.exchange, settings.campus_data):
        folder.mkdir(parents=True, exist_ok=True)
        _to_campus(folder)


def home_of(settings: HubSettings, person: Person) -> Path:
    """Where the person's home is, or would be."""
    return settings.homes / person.username


def home(settings: HubSettings, person: Person) -> Path:
    """The person's home, theirs alone; made if it is not there."""
    folder = home_of(settings, person)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if started_by_root() and folder.stat().st_uid != person.uid:
        os.chown(folder, person.uid, person.gid)
    return folder


def runtime(settings: HubSettings, person: Person) -> Path:
    """A short, private folder for the sockets of a person's kernels, without isolation.

    A Unix socket's path has room for 107 bytes, which a home below the data folder can exceed.

    Raises:
        FolderError: something else lies at its place.
    """
    mark = hashlib.sha256(str(settings.data).encode()).hexdigest()[:8]
    folder = Path(tempfile.gettempdir()) / f"tv-{mark}-{person.uid}"
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = person.uid if started_by_root() else os.geteuid()
    if started_by_root():
        os.chown(folder, person.uid, person.gid, follow_symlinks=False)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner or status.st_mode & 0o077:
        raise FolderError(f"{folder} is not a private folder of {person.username}: remove it.")
    return folder


def keep_aside(settings: HubSettings, person: Person) -> Path | None:
    """Where a removed person's home went, if they had one: nothing is deleted."""
    folder = home_of(settings, person)
    if not folder.is_dir():
        return None
    kept = settings.data / "removed" / f"{person.username}-{person.uid}"
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Path(shutil.move(folder, kept))


def course_mounts(settings: HubSettings) -> dict[str, Path]:
    """What an instructor's sandbox gets of the course: folder name to path on the machine."""
    mounts = {name: settings.course_files / name for name in SHARED}
    mounts |= {name: settings.course_folder(COURSE_ID) / name for name in INSTRUCTORS_OWN}
    return mounts


def _private(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def _copy_course(settings: HubSettings) -> None:
    """Lay the course out in the data folder once, so that the checkout stays untouched."""
    for name in ("source", "keys"):
        target = settings.course_files / name
        if not target.exists():
            with unfinished(settings.course_files) as fresh:
                shutil.copytree(settings.checkout / name, fresh / name)
                put_in_place(fresh / name, target)


def _draw_tests(settings: HubSettings) -> None:
    """Give each form of the course's tests its assignment, for instructors to release.

    Nobody's program runs yet, so what lies in the folders does not change meanwhile.
    """
    found = settings.checkout / MANIFEST_NAME
    if not found.is_file():
        return  # the check before the start names it
    manifest = Manifest.load(found)
    for module in manifest.modules:
        for _ in write_forms(manifest, module, settings.course_files):
            continue


def _to_instructors(folder: Path) -> None:
    """Let the instructors' group write below a folder, whoever owns it, as root only can."""
    if not started_by_root():
        return
    for path in [folder, *folder.rglob("*")]:
        _share(path)


def _share(path: Path) -> None:
    """Give one file or folder to the instructors' group; a link, which they can make, is left.

    What they can rename may be another thing by now: it is opened without following a link, and
    what was opened is changed. A file with a second name may be somebody else's.
    """
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return
    try:
        status = os.fstat(opened)
        is_folder = stat.S_ISDIR(status.st_mode)
        if not is_folder and (not stat.S_ISREG(status.st_mode) or status.st_nlink > 1):
            return
        mode = stat.S_IMODE(status.st_mode) | (0o2070 if is_folder else 0o060)
        if status.st_gid != COURSE_GID:
            os.fchown(opened, -1, COURSE_GID)
        if stat.S_IMODE(status.st_mode) != mode or status.st_gid != COURSE_GID:
            os.fchmod(opened, mode)
    finally:
        os.close(opened)


def _to_campus(folder: Path) -> None:
    folder.chmod(0o700)
    if not started_by_root():
        return
    for path in [folder, *folder.rglob("*")]:
        if path.lstat().st_uid != CAMPUS_UID:
            os.chown(path, CAMPUS_UID, CAMPUS_UID, follow_symlinks=False)
