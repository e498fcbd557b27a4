"""What grading one submission gives, as data: it travels from a grading process to the driver."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from travesia.grading.grades import NotebookGrades


@dataclass(frozen=True)
class Graded:
    """What grading one submission gave.

    Attributes:
        student: whose it is.
        notebooks: the graded notebooks by name, as they are written to disk.
        kept: the other files that belong into the graded folder.
        grades: the grades by notebook.
        mended: what was put in order, by notebook.
        changed: what the code changed of what its tests rely on: somebody has to look at it.
        seconds: how long it took.
        problem: why nothing was graded; empty if all is well.
    """

    student: str
    notebooks: Mapping[str, bytes] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    grades: Mapping[str, NotebookGrades] = field(default_factory=dict)
    mended: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    seconds: float = 0.0
    problem: str = ""
