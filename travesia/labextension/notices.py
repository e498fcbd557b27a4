"""What a person's workspace tells them of its limits, from the notices that the hub leaves there.

The hub measures and decides; here its notices become sentences, and a save that would make files
grow beyond their room is refused before anything is touched.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from tornado.web import HTTPError, authenticated

from travesia.labextension.handlers import DataHandler
from travesia.language import Translate, current_language, translator
from travesia.sandbox.usage import told

FOLDER_VARIABLE = "TRAVESIA_NOTICES"
NEARLY_FULL = 0.9
# What is typed into a page is always saved: only what makes files really grow is refused.
SMALL_GROWTH = 1_000_000
INSUFFICIENT_STORAGE = 507
ROOM = {"used", "allowed", "files", "allowed_files"}


class NoticesHandler(DataHandler):
    """Tells a page what the hub has to say."""

    @authenticated
    def get(self) -> None:
        """Answers `{"room": …, "ended": …}`: a sentence each, or null while there is none."""
        _ = translator(self.language)
        self.finish({"room": room_sentence(_), "ended": ended_sentence(_)})


def room_sentence(_: Translate) -> str | None:
    """How full the person's room is, from nine tenths on."""
    room = _read("room.json", ROOM)
    if room is None or part_used(room) < NEARLY_FULL:
        return None
    if room["files"] / room["allowed_files"] > room["used"] / room["allowed"]:
        used, allowed = f"{room['files']:n}", f"{room['allowed_files']:n}"
        sentence = _(
            "You have {used} files and may have {allowed}. Delete what you no longer need: when "
            "that many are reached, no new ones can be saved."
        )
    elif part_used(room) < 1:
        used, allowed = told(room["used"]), told(room["allowed"])
        sentence = _(
            "Your files take {used} of your {allowed}. Delete what you no longer need: when they "
            "are used up, no larger files can be saved."
        )
    else:
        used, allowed = told(room["used"]), told(room["allowed"])
        sentence = _(
            "Your room is full: your files take {used} and may take {allowed}. Delete what you no "
            "longer need. Your answers are still saved."
        )
    return sentence.format(used=used, allowed=allowed)


def ended_sentence(_: Translate) -> dict[str, str] | None:
    """Why the hub last ended a program of the person's, and when (`at`, an ISO time)."""
    ended = _read("ended.json", {"kind", "at", "memory", "home"})
    if ended is None:
        return None
    if ended["kind"] == "memory":
        sentence = _(
            "A program of yours needed more than your {allowed} of memory and was ended. Your "
            "saved answers are safe. Start again, with less data at once."
        )
        allowed = ended["memory"]
    elif ended["kind"] == "disk":
        sentence = _(
            "A program of yours was ended: it wrote much while the campus's disk was nearly full. "
            "Nothing was deleted. Tell your instructor, and start again later."
        )
        allowed = ended["home"]
    elif ended["kind"] == "terminals":
        sentence = _(
            "A program of yours was ended: it held very many terminals while few were left for "
            "everybody. Your saved answers are safe. Close what you no longer need."
        )
        allowed = ended["home"]
    else:
        sentence = _(
            "A program of yours was ended: it went on writing when your {allowed} of room were "
            "full. Nothing was deleted. Delete what you no longer need, then start again."
        )
        allowed = ended["home"]
    return {"at": ended["at"], "sentence": sentence.format(allowed=told(allowed))}


def refuse_growth(model: dict[str, Any], path: str, contents_manager: Any, **_more: Any) -> None:
    """Refuse to save what would make a full room grow; what was saved before stays whole.

    Raises:
        HTTPError: with the sentence for the person.
    """
    room = _read("room.json", ROOM)
    if room is None or model.get("type") == "directory":
        return
    growth = _size(model) - _present(Path(contents_manager.root_dir) / path.strip("/"))
    if growth <= SMALL_GROWTH or room["used"] + growth < room["allowed"]:
        return
    _ = translator(current_language())
    sentence = _(
        "There is no room for this: your files take {used} of your {allowed}. What was saved "
        "before is kept. Delete what you no longer need, and save again."
    )
    raise HTTPError(
        INSUFFICIENT_STORAGE,
        sentence.format(used=told(room["used"]), allowed=told(room["allowed"])),
    )


def part_used(room: dict[str, int]) -> float:
    """How much of the room is used, of bytes or of files, whichever is nearer."""
    return max(room["used"] / room["allowed"], room["files"] / room["allowed_files"])


def _size(model: dict[str, Any]) -> int:
    content = model.get("content")
    if content is None:
        return 0
    text = content if isinstance(content, str) else json.dumps(content)
    size = len(text.encode())
    return size * 3 // 4 if model.get("format") == "base64" else size


def _present(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0


def _read(name: str, keys: set[str]) -> dict[str, Any] | None:
    """A notice of the hub's with these keys; none where there is none, or no hub."""
    folder = os.environ.get(FOLDER_VARIABLE)
    with suppress(OSError, ValueError):
        if folder:
            found = json.loads(Path(folder, name).read_text(encoding="utf-8"))
            return found if isinstance(found, dict) and keys <= found.keys() else None
    return None
