"""What the hub tells by files: workspaces in their folders of notices, the campus in one.

Nothing rests on a notice. Where the disk has no room for it nobody is told, and all else goes on.
"""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from travesia.hub import room
from travesia.hub.place import Place
from travesia.sandbox.usage import Room


def tell_end(place: Place, kind: str) -> None:
    """Leave the reason why a program of a person's was ended, for them to read."""
    allowed = place.allowance
    now = datetime.now(UTC).isoformat(timespec="seconds")
    _write(
        place.notices / "ended.json",
        {"kind": kind, "at": now, "memory": allowed.memory, "home": allowed.home},
    )


def tell_room(place: Place, home: Room) -> None:
    """Leave how full a person's home is, for their workspace."""
    allowed = place.allowance
    _write(
        place.notices / "room.json",
        {
            "used": home.bytes,
            "allowed": allowed.home,
            "files": home.files,
            "allowed_files": allowed.home_files,
        },
    )


class Board:
    """How full homes are, for the campus: it can't look into them, and shows it to each."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}

    def publish(self, homes: list[tuple[Place, Room]]) -> None:
        """Tell what was measured, where it has changed."""
        new = {each.person.username: round(room.part_used(home, each), 2) for each, home in homes}
        if not new.items() - self._told.items():
            return
        path = homes[0][0].settings.people_file.with_name("room.json")
        # What an earlier hub measured of people who have not come back yet stays told.
        told = (self._told or _read(path)) | new
        if _write(path, told):
            self._told = told


def _read(path: Path) -> dict[str, float]:
    with suppress(OSError, ValueError):
        return {str(name): float(part) for name, part in json.loads(path.read_text()).items()}
    return {}


def _write(path: Path, content: object) -> bool:
    """Whether it could be written."""
    fresh = path.with_suffix(".new")
    try:
        fresh.write_text(json.dumps(content), encoding="utf-8")
        fresh.chmod(0o644)
        fresh.replace(path)
    except OSError:
        return False
    return True
