"""The marks of a submission as data: what the campus shows a learner beside the feedback."""

from dataclasses import dataclass
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook

from travesia.grading import markup
from travesia.grading.result import Outcome, result_from_json

SCHEMA = 1


@dataclass(frozen=True)
class Mark:
    """One item as it is given back: judged by the key, or marked by the instructor."""

    id: str
    kind: str
    title: str
    outcome: Outcome
    points: float
    max_points: float
    message: str
    html: str
    comment: str

    def to_json(self) -> dict[str, Any]:
        """The mark as `marks.json` holds it."""
        return {
            "id": self.id,
            "title": self.title,
            "kind": self.kind,
            "points": self.points,
            "max_points": self.max_points,
            "outcome": self.outcome,
            "message": self.message,
        }


@dataclass(frozen=True)
class Marks:
    """All marks of one submission."""

    assignment: str
    student: str
    submission: str
    score: float
    max_score: float
    penalty: float
    late: bool
    items: tuple[Mark, ...]

    def to_json(self) -> dict[str, Any]:
        """The document that `marks.json` is."""
        return {
            "schema": SCHEMA,
            "assignment": self.assignment,
            "student": self.student,
            "submission": self.submission,
            "score": self.score,
            "max_score": self.max_score,
            "late": self.late,
            "items": [item.to_json() for item in self.items],
        }


def read_marks(
    gradebook: Gradebook, notebooks: dict[str, NotebookNode], assignment: str, student: str
) -> Marks:
    """The marks of a submission from the gradebook, explained by its graded notebooks."""
    booked = gradebook.find_submission(assignment, student)
    penalties = [notebook.late_submission_penalty or 0 for notebook in booked.notebooks]
    items = [
        mark
        for name, notebook in notebooks.items()
        for mark in _notebook_marks(gradebook, name, notebook, assignment, student)
    ]
    receipts = [
        str(notebook.metadata.get("travesia", {}).get("submission", ""))
        for notebook in notebooks.values()
    ]
    return Marks(
        assignment=assignment,
        student=student,
        submission=next((receipt for receipt in receipts if receipt), ""),
        score=round(max(0.0, booked.score - sum(penalties)), 2),
        max_score=round(booked.max_score, 2),
        penalty=sum(penalties),
        late=bool(booked.total_seconds_late > 0),
        items=tuple(items),
    )


def _notebook_marks(
    gradebook: Gradebook, name: str, notebook: NotebookNode, assignment: str, student: str
) -> list[Mark]:
    marks = []
    for cell in notebook.cells:
        if not (utils.is_grade(cell) or utils.is_task(cell)):
            continue
        grade_id = cell.metadata["nbgrader"]["grade_id"]
        grade = gradebook.find_grade(grade_id, name, assignment, student)
        comment = ""
        if utils.is_solution(cell) or utils.is_task(cell):
            found = gradebook.find_comment(grade_id, name, assignment, student)
            comment = found.manual_comment or ""
        marks.append(_mark(cell, grade, comment))
    return marks


def _mark(cell: NotebookNode, grade: Any, comment: str) -> Mark:
    result = result_from_json(cell.metadata.get("travesia", {}).get("result"))
    points, most = round(grade.score, 2), round(grade.max_score, 2)
    by_hand = grade.manual_score is not None
    waiting = bool(grade.needs_manual_grade) and not by_hand
    if result is None:
        # An ordinary nbgrader cell: the points are all that is known about it.
        grade_id = cell.metadata["nbgrader"]["grade_id"]
        outcome = _outcome(points, most, by_hand=by_hand, waiting=waiting)
        return Mark(grade_id, "cell", grade_id, outcome, points, most, "", "", comment)
    return Mark(
        id=result.id,
        kind=result.kind,
        title=result.title,
        outcome="marked" if by_hand else result.outcome,
        points=points,
        max_points=most,
        message=markup.plain(comment) if by_hand and comment else result.message,
        html=result.html,
        comment=comment,
    )


def _outcome(points: float, most: float, *, by_hand: bool, waiting: bool) -> Outcome:
    if by_hand or waiting:
        return "marked" if by_hand else "waiting"
    if points >= most:
        return "right"
    return "partly" if points > 0 else "wrong"
