"""What was put in order in a submitted notebook, as the instructor reads it."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from nbformat.notebooknode import NotebookNode

MENDED = "travesia_mended"
"""Where a notebook's metadata carries the list between two conversions of nbgrader."""

Kind = Literal[
    "unreadable", "encoding", "format", "structure", "kernel", "metadata",
    "copied", "deleted", "changed", "retyped", "moved", "found", "renamed", "missing",
    "collided", "suspect",
]  # fmt: skip
"""What was clumsy, or more than that: a word for programs, stable."""


@dataclass(frozen=True)
class Mended:
    """One thing that was put in order.

    Attributes:
        kind: what it was, as a stable word.
        cell: the graded cell it is about; empty if it is about the whole notebook.
        what: a sentence for the instructor.
    """

    kind: Kind
    cell: str
    what: str

    def to_json(self) -> dict[str, str]:
        """The entry as data."""
        return asdict(self)


def keep(nb: NotebookNode, mended: list[Mended]) -> None:
    """Adds to the list that a notebook carries."""
    if mended:
        carried = nb.metadata.setdefault(MENDED, [])
        carried += [NotebookNode(each.to_json()) for each in mended]


def carried(nb: NotebookNode) -> list[dict[str, Any]]:
    """The list that a notebook carries, as data; the notebook carries it no longer."""
    return [dict(each) for each in nb.metadata.pop(MENDED, [])]
