"""The grades of a graded notebook, as data, and the one place that writes them to the gradebook."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from travesia.grading.errors import GradingError
from travesia.grading.result import result_from_json

NO_RESPONSE = "No response."
"""nbgrader's own words for an answer left as it was released."""


class Penalties(Protocol):
    """What takes points off for late work."""

    def assign(self, submission: SubmittedAssignment, notebook: SubmittedNotebook) -> None:
        """Sets the penalty of one notebook of a submission."""


@dataclass(frozen=True)
class NotebookGrades:
    """What one graded notebook earned.

    Attributes:
        scores: the points by cell; None where somebody has to mark it by hand.
        comments: the grader's comment on each of the learner's own cells, None where it has none.
        flagged: the cells whose points somebody has to look at, such as a road that a case does
            not have.
    """

    scores: Mapping[str, float | None]
    comments: Mapping[str, str | None]
    flagged: frozenset[str] = frozenset()

    def waits(self, name: str) -> bool:
        """Whether a cell waits for the instructor."""
        return self.scores[name] is None or name in self.flagged


def read_grades(nb: NotebookNode, log: Any = None) -> NotebookGrades:
    """The grades that nbgrader reads in a graded notebook's outputs."""
    scores, comments, flagged = {}, {}, set()
    for cell in nb.cells:
        if utils.is_grade(cell):
            name = cell.metadata["nbgrader"]["grade_id"]
            scores[name], _ = utils.determine_grade(cell, log)
            result = result_from_json(cell.metadata.get("travesia", {}).get("result"))
            if result is not None and result.outcome == "flagged":
                flagged.add(name)
        if utils.is_solution(cell) or utils.is_task(cell):
            own = cell.metadata["nbgrader"]
            blank = own.get("checksum") == utils.compute_checksum(cell) and not utils.is_task(cell)
            comments[own["grade_id"]] = NO_RESPONSE if blank else None
    return NotebookGrades(scores, comments, frozenset(flagged))


class Booking:
    """Writes grades to nbgrader's gradebook: one engine, its own rows, committed when it is told.

    The rows are those that nbgrader's own `Autograde` leaves. Marks and comments that an instructor
    gave stay, and a marked item that is graded again asks to be looked at, as there.

    Args:
        gradebook: nbgrader's, open; this takes its session.
        assignment: the assignment's id, which the gradebook knows.
        penalties: makes nbgrader's step for late work, with its plugin.
    """

    def __init__(
        self, gradebook: Gradebook, assignment: str, penalties: Callable[[], Penalties]
    ) -> None:
        self._session = gradebook.db
        self._assignment: Assignment = gradebook.find_assignment(assignment)
        self._penalties = penalties

    def commit(self) -> None:
        """Makes everything booked so far last."""
        self._session.commit()

    def roll_back(self) -> None:
        """Forgets everything booked since the last commit."""
        self._session.rollback()

    def knows(self, student: str) -> bool:
        """Whether the gradebook has a submission of a student."""
        return self._find(student) is not None

    def book(
        self, student: str, timestamp: datetime | None, graded: Mapping[str, NotebookGrades]
    ) -> SubmittedAssignment:
        """Writes the grades of a submission; a notebook that is not in it earns nothing.

        Raises:
            GradingError: a grade belongs to no cell of the gradebook; nothing may be committed.
        """
        submission = self._find(student)
        if submission is None:
            with self._session.no_autoflush:
                submission = self._new(student)
        if timestamp is not None:
            submission.timestamp = timestamp
        for notebook in submission.notebooks:
            self._book_notebook(notebook, graded.get(notebook.name))
        self._session.flush()
        self._assign(submission)
        return submission

    def late(self) -> set[str]:
        """Who handed in late, or has a penalty for it: two questions, however many there are."""
        own = SubmittedAssignment.assignment_id == self._assignment.id
        due = self._assignment.duedate
        times = select(
            SubmittedAssignment.student_id,
            SubmittedAssignment.timestamp,
            SubmittedAssignment.extension,
        )
        late = {
            student
            for student, at, extension in self._session.execute(times.where(own))
            if at and due and at > due + (extension or timedelta())
        }
        punished = (
            select(SubmittedAssignment.student_id)
            .join(SubmittedAssignment.notebooks)
            .where(own, SubmittedNotebook.late_submission_penalty.is_not(None))
        )
        return late | set(self._session.execute(punished).scalars())

    def assign_penalties(self, student: str) -> bool:
        """Whether a booked submission's penalty for lateness is another now, and is set."""
        submission = self._find(student)
        return submission is not None and self._assign(submission)

    def _assign(self, submission: SubmittedAssignment) -> bool:
        before = [notebook.late_submission_penalty for notebook in submission.notebooks]
        if submission.total_seconds_late <= 0 and all(each is None for each in before):
            return False
        penalties = self._penalties()
        for notebook in submission.notebooks:
            self._session.refresh(notebook)
            penalties.assign(submission, notebook)
        self._session.flush()
        return before != [notebook.late_submission_penalty for notebook in submission.notebooks]

    def _find(self, student: str) -> SubmittedAssignment | None:
        found = self._session.execute(
            select(SubmittedAssignment)
            .where(
                SubmittedAssignment.assignment_id == self._assignment.id,
                SubmittedAssignment.student_id == student,
            )
            .options(
                selectinload(SubmittedAssignment.notebooks).selectinload(SubmittedNotebook.grades),
                selectinload(SubmittedAssignment.notebooks).selectinload(
                    SubmittedNotebook.comments
                ),
            )
        )
        return found.scalar_one_or_none()

    def _new(self, student: str) -> SubmittedAssignment:
        """The rows of a first submission, as nbgrader's `add_submission` makes them."""
        person = self._session.get(Student, student)
        if person is None:
            person = Student(id=student)
            self._session.add(person)
        submission = SubmittedAssignment(assignment=self._assignment, student=person)
        for notebook in self._assignment.notebooks:
            made = SubmittedNotebook(notebook=notebook, assignment=submission)
            for cell in [*notebook.grade_cells, *notebook.task_cells]:
                Grade(cell=cell, notebook=made)
            for cell in [*notebook.solution_cells, *notebook.task_cells]:
                Comment(cell=cell, notebook=made)
        self._session.add(submission)
        return submission

    def _book_notebook(self, notebook: SubmittedNotebook, graded: NotebookGrades | None) -> None:
        grades = {grade.cell.name: grade for grade in notebook.grades}
        if graded is None:
            for grade in grades.values():
                grade.auto_score, grade.needs_manual_grade = 0, False
            return
        unknown = sorted(set(graded.scores) - set(grades))
        if unknown:
            raise GradingError(
                f"The gradebook has no grade for the cell {unknown[0]} of this submission: the "
                "assignment was generated again after it was graded. Remove the submission with "
                "'nbgrader db', or generate the assignment with the cells it had."
            )
        for name, points in graded.scores.items():
            grade = grades[name]
            grade.auto_score = points
            grade.needs_manual_grade = grade.manual_score is not None or graded.waits(name)
        for comment in notebook.comments:
            if comment.cell.name in graded.comments:
                comment.auto_comment = graded.comments[comment.cell.name]
