"""What a learner's own home keeps about cases, and no submission ever holds.

Of two cases of equal credit a learner first gets one by lot, and may take the other without a
reason. Were either recorded with the answers, an instructor could tell who left a case; so both
are kept here, outside the assignment's folder. Losing the file costs nothing but the draw.
"""

import contextlib
import json
import os
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = Path("travesia") / "cases.json"
LARGEST = 100_000


def _place() -> Path:
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / FILE


@dataclass
class Lot:
    """Which of an item's cases is in hand, and which were left behind."""

    now: str
    left: list[str] = field(default_factory=list)


def draw(item: str, cases: Sequence[str], *, by_lot: bool) -> Lot:
    """The case that a learner has in hand, drawn the first time and the same from then on.

    Args:
        item: the item's own name in this home.
        cases: the ids of the cases that count alike, the first being the item's own.
        by_lot: whether the first draw is by chance; else the item's own case comes first.
    """
    if lot := kept(item, cases):
        return lot
    lot = Lot(secrets.choice(cases) if by_lot else cases[0])
    if by_lot and len(cases) > 1:
        keep(item, lot)
    return lot


def kept(item: str, cases: Sequence[str]) -> Lot | None:
    """The case that this home has in hand for an item; None where it keeps nothing of it."""
    found = _read().get("items", {}).get(item)
    if not isinstance(found, dict) or found.get("now") not in cases:
        return None
    left = found.get("left")
    return Lot(found["now"], [each for each in cases if isinstance(left, list) and each in left])


def keep(item: str, lot: Lot) -> None:
    """Remembers what is in hand; where the home cannot be written, only as long as the view."""
    document = _read()
    items = document.setdefault("items", {})
    items[item] = {"now": lot.now, "left": lot.left}
    _write(document)


def plain() -> bool:
    """Whether the learner prefers cases as plain text."""
    return _read().get("plain") is True


def prefer(*, plain_text: bool) -> None:
    """Remembers whether the learner prefers cases as plain text."""
    _write(_read() | {"plain": plain_text})


def _read() -> dict[str, Any]:
    try:
        with _place().open("rb") as source:
            document = json.loads(source.read(LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(document, dict) or not isinstance(document.get("items", {}), dict):
        return {}
    return document


def _write(document: dict[str, Any]) -> None:
    place = _place()
    # A full or read-only home must never keep anybody from a case.
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=".cases-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as target:
                json.dump(document, target)
            Path(name).replace(place)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
