"""What the instructor sees at the top of a submission where they mark it: what was mended in it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_markdown_cell

MARKED = "submission_id"
"""What the formgrader alone puts into a conversion's resources: the submission that is open."""
TO_LOOK_AT = "suspect"
MOST_NAMES = 12
LONGEST = 500
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


class ShowMended(Preprocessor):
    """Puts the list of what was mended before a submission's first cell, in the formgrader only.

    The names and texts in it may be a learner's: they are written as text.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook with the list, if there is something to say; the file stays as it is."""
        if MARKED not in resources:
            return nb, resources
        own = nb.metadata.get("travesia")
        entries = own.get("mended") if isinstance(own, Mapping) else None
        listed = entries if isinstance(entries, list) else []
        words = mended_words(each for each in listed if isinstance(each, Mapping))
        if words:
            nb.cells.insert(0, new_markdown_cell(words))
        return nb, resources


def mended_words(entries: Iterable[Mapping[str, Any]]) -> str:
    """The list as Markdown, empty if nothing was mended: first what has to be looked at."""
    look: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    order: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for entry in entries:
        kind, cell = str(entry.get("kind", "")), str(entry.get("cell", ""))
        group = look if kind == TO_LOOK_AT else order
        # What happened to one cell after the other is said once.
        key = (kind, "" if cell and group is order else str(entry.get("what", "")))
        group.setdefault(key, []).append(entry)
    parts = []
    if look:
        parts.append("**Look at this before you trust the marks**\n\n" + _list(look.values()))
    if order:
        head = "**Mended before grading** (the file that was handed in is unchanged)"
        parts.append(f"{head}\n\n{_list(order.values())}")
    return "\n\n".join(parts)


def _list(groups: Iterable[list[Mapping[str, Any]]]) -> str:
    return "\n".join(f"- {_sentence(group)}" for group in groups)


def _sentence(group: list[Mapping[str, Any]]) -> str:
    sentence = _text(group[0].get("what"))
    others = [_text(each.get("cell")) for each in group[1:]]
    if not others:
        return sentence
    left = len(others) - MOST_NAMES
    more = f" and {left} more" if left > 0 else ""
    return f"{sentence} The same: {', '.join(others[:MOST_NAMES])}{more}."


def _text(value: object) -> str:
    """A text as Markdown that means nothing but itself, on one line."""
    line = "".join(sign if sign.isprintable() else " " for sign in str(value or "")[:LONGEST])
    return _PUNCTUATION.sub(r"\\\1", " ".join(line.split()))
