"""What a conversion in memory carries, where nbgrader's own would ask its gradebook."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from travesia.grading.grades import NotebookGrades
from travesia.grading.released import ReleasedNotebook

DESK = "travesia_desk"


@dataclass
class Desk:
    """The assignment as data, and the grades as they come.

    A step that finds one in its conversion's resources uses it and leaves the gradebook alone: the
    process that runs it may be on another machine.
    """

    notebooks: Mapping[str, ReleasedNotebook]
    grades: dict[str, NotebookGrades] = field(default_factory=dict)


def desk_of(resources: Mapping[str, Any]) -> Desk | None:
    """The desk of a conversion in memory; None where nbgrader's converter runs."""
    found = resources.get(DESK)
    return found if isinstance(found, Desk) else None
