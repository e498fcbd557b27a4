"""The room that outputs have in a graded notebook, and what is said where it ends."""

from collections.abc import Mapping
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import LimitOutput

from travesia.grading import messages
from travesia.grading.course import CoursePreprocessor, place_of
from travesia.language import translator

MESSAGE_OVERHEAD = 200
LONGEST_RESULT = 1000
"""What of a test's result stays where there is no room: far more than any number has."""
CUT = "…"


class Room:
    """What a notebook's outputs may still take; once it is used up, nothing more goes in."""

    def __init__(self, characters: int) -> None:
        self._left = characters

    def take(
        self, kind: str, content: Mapping[str, Any], cell: NotebookNode, *, is_test: bool
    ) -> tuple[dict[str, Any] | None, bool]:
        """The content of a message as far as there is room for it, and whether some was left out.

        Of a test the result always has room, shortened: without one it would earn full marks.
        """
        taken = messages.checked(kind, content)
        if taken is None:
            return None, False
        if kind == "execute_result" and is_test:
            taken["data"].setdefault("text/plain", CUT)
        room, size = max(0, self._left), _size(taken) + MESSAGE_OVERHEAD
        cut = content.get("cut") is True
        if self._left >= 0:
            self._left -= size
        if self._left >= 0:
            return (None if taken.get("text") == "" else taken), cut
        match kind:
            case "stream":
                taken["text"] = taken["text"][:room]
                return (taken if taken["text"] else None), True
            case "error":
                # The reply says it again, and that is always heard.
                return None, False
            case "execute_result" if is_test:
                return _shortened(taken, cell), True
        return None, kind != "clear_output"


def say_cut(cell: NotebookNode, language: str) -> None:
    """Has a cell say once that some of its output was left out."""
    notice = cut_notice(language)
    if not any(output.get("text") == notice.text for output in reversed(cell.outputs)):
        cell.outputs.append(notice)


def cut_notice(language: str) -> NotebookNode:
    """The output that says it."""
    _ = translator(language)
    sentence = _("… the rest of what was printed is left out.")
    return new_output("stream", name="stdout", text=f"\n{sentence}")


class LimitLines(CoursePreprocessor, LimitOutput):
    """nbgrader's limit to the lines that a cell prints, which says so in the learner's language."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook with no cell that prints more."""
        self._notice = cut_notice(self.submission(place_of(resources)).language)
        limited: tuple[NotebookNode, dict[str, Any]] = super().preprocess(nb, resources)
        return limited

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """A cell within the limit, so that nbgrader's own step has no line to cut."""
        if cell.cell_type == "code" and self.max_lines != -1:
            cell.outputs = self._limited(cell.outputs)
        limited: tuple[NotebookNode, dict[str, Any]] = super().preprocess_cell(
            cell, resources, cell_index
        )
        return limited

    def _limited(self, outputs: list[NotebookNode]) -> list[NotebookNode]:
        if sum(len(_lines(output)) for output in outputs) <= self.max_lines:
            return outputs
        kept: list[NotebookNode] = []
        left = self.max_lines - len(_lines(self._notice))
        for output in outputs:
            if output.output_type != "stream":
                kept.append(output)
                continue
            lines = _lines(output)[: max(0, left)] if output.text != self._notice.text else []
            if lines:
                kept.append(new_output("stream", name=output.name, text="\n".join(lines)))
            left -= len(_lines(output))
            if left < 0 and self._notice not in kept:
                kept.append(self._notice)
        return kept


def _lines(output: NotebookNode) -> list[str]:
    return output.text.split("\n") if output.output_type == "stream" else []


def _shortened(taken: dict[str, Any], cell: NotebookNode) -> dict[str, Any] | None:
    """A test's result in short; where the cell has one already, this takes its place."""
    text = taken["data"]["text/plain"]
    text = text if len(text) <= LONGEST_RESULT else text[:LONGEST_RESULT] + CUT
    taken["data"] = {"text/plain": text}
    results = [each for each in cell.outputs if each.output_type == "execute_result"]
    if not results:
        return taken
    results[-1]["data"] = NotebookNode(taken["data"])
    return None


def _size(content: dict[str, Any]) -> int:
    """About how many characters a message's content takes in a notebook."""
    total = 0
    for value in content.values():
        if isinstance(value, str):
            total += len(value)
        elif isinstance(value, dict):
            total += _size(value)
        elif isinstance(value, list):
            total += sum(len(line) for line in value)
    return total
