"""Hidden tests: what learners must never read, and how to tell whether something repeats it."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from nbformat.notebooknode import NotebookNode

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
SHORTEST = 6
"""Lines with fewer signs, such as `x = 1`, stand in anybody's code."""
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class HiddenTests:
    """The hidden tests of a notebook, by the delimiters that nbgrader's `ClearHiddenTests` uses.

    Attributes:
        begin: what begins a hidden region.
        end: what ends it.
    """

    begin: str = "BEGIN HIDDEN TESTS"
    end: str = "END HIDDEN TESTS"
    _secrets: set[str] = field(default_factory=set)
    _hidden: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, cells: Iterable[NotebookNode], begin: str, end: str) -> "HiddenTests":
        """The hidden tests of a graded notebook, whose test cells are the gradebook's own."""
        found = cls(begin, end)
        for cell in cells:
            if cell.metadata.get("nbgrader", {}).get("grade"):
                found._secrets.update(found.lines_of(cell.source))
                found._hidden.extend(line for _, line, hides in found._lines(cell.source) if hides)
        return found

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._hidden)

    def seen(self, source: str) -> str:
        """The part of a cell that the learner was given."""
        return "\n".join(self.visible_lines(source).values())

    def visible_lines(self, source: str) -> dict[int, str]:
        """The lines of a cell that the learner was given, by their numbers, from 1."""
        return {number: line for number, line, hidden in self._lines(source) if not hidden}

    def lines_of(self, source: str) -> set[str]:
        """The hidden lines of a cell that are long enough to be told from others."""
        visible = {_packed(line) for line in self.visible_lines(source).values()}
        packed = {_packed(line) for _, line, hidden in self._lines(source) if hidden}
        return {line for line in packed if len(line) >= SHORTEST} - visible

    def _lines(self, source: str) -> list[tuple[int, str, bool]]:
        lines, inside = [], False
        for number, line in enumerate(source.split("\n"), start=1):
            inside = inside or self.begin in line
            lines.append((number, line, inside))
            inside = inside and self.end not in line
        return lines

    def repeated_in(self, text: str) -> bool:
        """Whether a text, plain or HTML, coloured or not, repeats a hidden line."""
        if not self._secrets:
            return False
        plain = ANSI.sub("", text)
        for shown in (plain, html.unescape(_TAG.sub("", plain))):
            packed = _packed(shown)
            if any(secret in packed for secret in self._secrets):
                return True
        return False


NOTHING_HIDDEN = HiddenTests()
"""A notebook without hidden tests."""


def _packed(text: str) -> str:
    return _SPACE.sub("", text)
