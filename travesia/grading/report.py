"""What became of each submission of a batch: for people as a table, for programs as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from travesia.grading.printable import printable

State = Literal["graded", "unchanged", "failed"]
SCHEMA = 1


@dataclass(frozen=True)
class Result:
    """What became of one submission.

    Attributes:
        student: whose it is.
        state: whether it was graded now, left as it was, or could not be graded.
        reason: why it could not be graded, in one sentence.
        score: its points, the instructor's own marks included, less a penalty for lateness.
        max_score: the points there are.
        waiting: how many cells wait for a mark by hand.
        seconds: how long grading took.
        finished: how long after the batch began its process was done with it.
        mended: what was put in order in it, with the notebook's name where there are several.
        penalty: whether its penalty for lateness changed, though nothing of it was graded again.
        changed: what its code changed of what its tests rely on: look at it before you trust them.
    """

    student: str
    state: State
    reason: str = ""
    score: float | None = None
    max_score: float | None = None
    waiting: int = 0
    seconds: float = 0.0
    finished: float = 0.0
    mended: tuple[Mapping[str, Any], ...] = ()
    changed: tuple[str, ...] = ()
    penalty: bool = False


@dataclass
class Report:
    """What became of a batch.

    Attributes:
        assignment: the assignment's id.
        warning: what the instructor has to know of all of it, in one sentence; mostly empty.
        results: what became of each submission, by student.
        seconds: how long it took.
    """

    assignment: str
    warning: str = ""
    results: dict[str, Result] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, result: Result) -> None:
        """Adds what became of a submission, in words that can be printed."""
        self.results[result.student] = replace(
            result, student=printable(result.student), reason=printable(result.reason)
        )

    def having(self, state: State) -> list[Result]:
        """The submissions that ended so, by name."""
        return [each for _, each in sorted(self.results.items()) if each.state == state]

    def to_json(self) -> dict[str, Any]:
        """The report as data."""
        return {
            "schema": SCHEMA,
            "assignment": self.assignment,
            "seconds": round(self.seconds, 3),
            "warning": self.warning,
            "graded": [
                {name: value for name, value in asdict(each).items() if name not in HOW_IT_ENDED}
                for each in self.having("graded")
            ],
            "unchanged": [each.student for each in self.having("unchanged")],
            "penalties": [each.student for each in self.having("unchanged") if each.penalty],
            "failed": [
                {"student": each.student, "reason": each.reason} for each in self.having("failed")
            ],
        }


HOW_IT_ENDED = frozenset({"state", "reason", "penalty"})
