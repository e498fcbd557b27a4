"""What is wrong with a file: a refusal ends the reading, a problem is told beside what was read."""

from dataclasses import asdict, dataclass
from typing import Any


class Refusal(Exception):  # noqa: N818 - the field's word: the file is refused, nothing broke
    """One sentence for the person who gave the file: the file, the place, the remedy."""

    def __init__(self, sentence: str) -> None:
        # Names of files, sheets and columns stand in it: none may break the line or the terminal.
        super().__init__(printable(sentence))

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows instead of a traceback: the sentence."""
        return [str(self)]


def printable(text: str) -> str:
    """The text on one line, whatever somebody wrote into a name or a cell."""
    return "".join(each if each.isprintable() else "�" for each in text)


@dataclass(frozen=True)
class Problem:
    """Something an analyst must know of what was read: what it is, where, and in words.

    Attributes:
        kind: a stable name, such as `total-mismatch`.
        place: the sheet, row or column, as the person sees it; empty if it is the whole file.
        text: the sentence.
    """

    kind: str
    text: str
    place: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The problem as JSON holds it."""
        return asdict(self)


class Notebook:
    """Collects problems, each kind once with how often it was met and where first.

    A file can repeat one surprise a hundred thousand times; the person needs to read it once.
    """

    def __init__(self) -> None:
        self._notes: dict[tuple[str, str], tuple[str, int]] = {}

    def copy(self) -> "Notebook":
        """Another notebook with the same problems so far."""
        other = Notebook()
        other._notes.update(self._notes)
        return other

    def note(self, kind: str, text: str, place: str = "") -> None:
        """Keep a problem; the same text again only raises its count."""
        text = printable(text)
        first, times = self._notes.get((kind, text), (printable(place), 0))
        self._notes[kind, text] = first, times + 1

    def problems(self, *, most: int = 50) -> tuple[Problem, ...]:
        """The problems in the order they were met; beyond `most` only their number is told."""
        found = [
            Problem(kind, text if times == 1 else f"{text} ({times:,} times)", place)
            for (kind, text), (place, times) in self._notes.items()
        ]
        if len(found) > most:
            left = len(found) - most
            found = [*found[:most], Problem("more", f"{left:,} further problems are not listed.")]
        return tuple(found)
