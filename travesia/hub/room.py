"""Room on the data's disk and in people's homes: when no workspace is started."""

import os
from collections.abc import Iterable
from pathlib import Path

import psutil
from tornado.web import HTTPError

from travesia.hub.place import Place
from travesia.language import translator
from travesia.sandbox.usage import Room, room_in, told

# From here on people are told.
NEARLY_FULL = 0.9
FULL = 1.0
# Beyond this nothing of theirs runs: what came so far came past every refusal before.
TOO_FULL = 1.25
INSUFFICIENT_STORAGE = 507


class NoRoomError(HTTPError):
    """Nothing is started; its sentence is for the person, in their language."""

    def __init__(self, sentence: str) -> None:
        super().__init__(INSUFFICIENT_STORAGE, "%s", sentence, reason="No room")
        # What the hub's pages and its interface show of an error.
        self.jupyterhub_message = sentence


def free_bytes(folder: Path) -> int:
    """The room that this account has left on a folder's disk, in bytes."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def home_of(place: Place, processes: Iterable[psutil.Process] = ()) -> Room:
    """What a person holds on the data's disk, and what these programs of theirs hold open there."""
    return room_in(place.own_folders, processes)


def part_used(home: Room, place: Place) -> float:
    """How much of their room a person has used, of bytes or of files, whichever is nearer."""
    allowed = place.allowance
    return max(home.bytes / allowed.home, home.files / allowed.home_files)


def check(place: Place) -> None:
    """Make sure that there is room for a person's workspace to start.

    Raises:
        NoRoomError: the data's disk is nearly full, or the person's home is far beyond its room.
    """
    _ = translator(place.language)
    if free_bytes(place.settings.data) < place.allowances.reserve:
        raise NoRoomError(
            _(
                "The campus's disk is nearly full, so no workspace is opened now. Nothing of "
                "yours is lost. Please tell your instructor, and try again later."
            )
        )
    home = home_of(place)
    if part_used(home, place) >= TOO_FULL:
        sentence = _(
            "Your files take {used} and may take {allowed}, so your workspace stays closed. "
            "Nothing was deleted. Please ask your instructor to have room made."
        )
        raise NoRoomError(
            sentence.format(used=told(home.bytes), allowed=told(place.allowance.home))
        )
