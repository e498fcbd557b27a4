"""The marks of a submission as data: what the campus shows a learner beside the feedback."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from travesia.grading import markup
from travesia.grading.grades import NO_RESPONSE
from travesia.grading.headings import titles
from travesia.grading.result import Outcome, result_from_json

SCHEMA = 1


@dataclass(frozen=True)
class Mark:
    """One item as it is given back: judged by the key, or marked by the instructor.

    Two notebooks of an assignment may have cells of the same id: only with its notebook's name is
    an id one item's.
    """

    notebook: str
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
            "notebook": self.notebook,
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


@dataclass(frozen=True)
class BookedCell:
    """What the gradebook holds of one graded cell of a submission."""

    score: float
    max_score: float
    by_hand: bool
    waiting: bool
    blank: bool
    comment: str


@dataclass(frozen=True)
class Booked:
    """What the gradebook holds of one submission: its cells by notebook and name."""

    score: float
    max_score: float
    penalty: float
    late: bool
    cells: Mapping[str, Mapping[str, BookedCell]]


def read_booked(
    gradebook: Gradebook, assignment: str, students: Collection[str] = ()
) -> dict[str, Booked]:
    """What the gradebook holds of submissions of an assignment, by student: everybody's by default.

    A few questions to the database, however many submissions there are.
    """
    notebooks = selectinload(SubmittedAssignment.notebooks)
    found = (
        select(SubmittedAssignment)
        .join(SubmittedAssignment.assignment)
        .where(Assignment.name == assignment)
        .options(
            selectinload(SubmittedAssignment.assignment),
            notebooks.selectinload(SubmittedNotebook.notebook),
            notebooks.selectinload(SubmittedNotebook.grades).selectinload(Grade.cell),
            notebooks.selectinload(SubmittedNotebook.comments).selectinload(Comment.cell),
        )
    )
    if students:
        found = found.where(SubmittedAssignment.student_id.in_(students))
    booked = gradebook.db.execute(found).scalars().all()
    return {submission.student_id: _booked(submission) for submission in booked}


def _booked(submission: SubmittedAssignment) -> Booked:
    penalty = sum(each.late_submission_penalty or 0 for each in submission.notebooks)
    cells = {each.name: _booked_cells(each) for each in submission.notebooks}
    every = [cell for own in cells.values() for cell in own.values()]
    return Booked(
        score=round(max(0.0, sum(cell.score for cell in every) - penalty), 2),
        max_score=round(sum(cell.max_score for cell in every), 2),
        penalty=penalty,
        late=bool(submission.total_seconds_late > 0),
        cells=cells,
    )


def _booked_cells(notebook: SubmittedNotebook) -> dict[str, BookedCell]:
    comments = {each.cell.name: each for each in notebook.comments}
    blank = {name for name, each in comments.items() if each.auto_comment == NO_RESPONSE}
    return {
        grade.cell.name: BookedCell(
            score=grade.score,
            max_score=grade.cell.max_score,
            by_hand=grade.manual_score is not None,
            waiting=bool(grade.needs_manual_grade) and grade.manual_score is None,
            blank=grade.cell.name in blank and grade.manual_score is None,
            comment=getattr(comments.get(grade.cell.name), "manual_comment", None) or "",
        )
        for grade in notebook.grades
    }


def read_marks(
    booked: Booked,
    notebooks: Mapping[str, NotebookNode],
    assignment: str,
    student: str,
) -> Marks:
    """The marks of a submission as booked, explained by its graded notebooks.

    Args:
        booked: what the gradebook holds.
        notebooks: the graded notebooks by name.
        assignment: the assignment's id.
        student: whose they are.
    """
    items = []
    for name, notebook in notebooks.items():
        named = titles(notebook.cells)
        for cell in notebook.cells:
            if utils.is_grade(cell) or utils.is_task(cell):
                grade_id = cell.metadata["nbgrader"]["grade_id"]
                items.append(_mark(name, cell, named[grade_id], booked.cells[name][grade_id]))
    receipts = [
        str(notebook.metadata.get("travesia", {}).get("submission", ""))
        for notebook in notebooks.values()
    ]
    return Marks(
        assignment=assignment,
        student=student,
        submission=next((receipt for receipt in receipts if receipt), ""),
        score=booked.score,
        max_score=booked.max_score,
        penalty=booked.penalty,
        late=booked.late,
        items=tuple(items),
    )


def _mark(notebook: str, cell: NotebookNode, title: str, booked: BookedCell) -> Mark:
    result = result_from_json(cell.metadata.get("travesia", {}).get("result"))
    points, most = round(booked.score, 2), round(booked.max_score, 2)
    if result is None:
        # An ordinary nbgrader cell: the points are all that is known about it.
        grade_id = cell.metadata["nbgrader"]["grade_id"]
        outcome = _outcome(booked, points, most)
        return Mark(
            notebook, grade_id, "cell", title, outcome, points, most, "", "", booked.comment
        )
    comment = booked.comment
    return Mark(
        notebook=notebook,
        id=result.id,
        kind=result.kind,
        title=result.title,
        outcome="marked" if booked.by_hand else result.outcome,
        points=points,
        max_points=most,
        message=markup.plain(comment) if booked.by_hand and comment else result.message,
        html=result.html,
        comment=comment,
    )


def _outcome(booked: BookedCell, points: float, most: float) -> Outcome:
    if booked.by_hand or booked.waiting:
        return "marked" if booked.by_hand else "waiting"
    if points >= most:
        return "right"
    if booked.blank:
        return "blank"
    return "partly" if points > 0 else "wrong"
