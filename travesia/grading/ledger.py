"""What has been graded, entered where it lasts: grades in the gradebook, then graded folders.

Many are committed at once. What goes wrong with one of them stops no other: it is told, and the
submission is left to the next run.
"""

import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from nbgrader.api import SubmittedAssignment
from sqlalchemy.exc import IntegrityError, OperationalError

from travesia.grading.bundle import SubmissionBundle
from travesia.grading.errors import GradingError, UnwritableError
from travesia.grading.graded import Graded
from travesia.grading.grades import Booking
from travesia.grading.report import Result
from travesia.grading.shelf import Shelf

T = TypeVar("T")
ATTEMPTS = 3
WAIT_SECONDS = 0.5
LOCKED_SECONDS = 60
SQLITE_PASSES = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
LASTS = {"53100", "25006", "42501"}
"""PostgreSQL's own words for a full disk, a database to read only, and a missing right."""


@dataclass(frozen=True)
class Arrived:
    """One submission that came back from its grading process.

    Attributes:
        submission: what was graded.
        graded: what grading it gave.
        finished: how long after the batch began.
    """

    submission: SubmissionBundle
    graded: Graded
    finished: float


class Ledger:
    """Enters grades and graded folders, some submissions at a time."""

    def __init__(self, shelf: Shelf, booking: Booking) -> None:
        self._shelf = shelf
        self._booking = booking
        self._deadline = 0.0

    def enter(self, arrived: Sequence[Arrived]) -> list[Result]:
        """What became of each: its grades are committed before its folder stands in its place.

        Raises:
            UnwritableError: the gradebook takes nothing from anybody.
        """
        if not arrived:
            return []
        self._deadline = time.monotonic() + LOCKED_SECONDS
        try:
            results = self._commit(lambda: [self._book(each) for each in arrived])
        except UnwritableError:
            raise
        except Exception:  # noqa: BLE001 - whose it is, is found below
            # One that can't be booked would take the others' grades with it: each by itself.
            results = [self._alone(each) for each in arrived]
        return [self._put(each, result) for each, result in zip(arrived, results, strict=True)]

    def assign_penalties(self, student: str) -> Result:
        """What became of a submission that nobody changed: its lateness may count otherwise now.

        An extension was granted, the due date moved, or it was marked by hand meanwhile.

        Raises:
            UnwritableError: the gradebook takes nothing from anybody.
        """
        self._deadline = time.monotonic() + LOCKED_SECONDS
        try:
            changed = self._commit(lambda: self._booking.assign_penalties(student))
        except UnwritableError:
            raise
        except Exception as error:  # noqa: BLE001 - one must not stop the others
            return Result(student, "failed", _unbooked(error))
        return Result(student, "unchanged", penalty=changed)

    def _commit(self, work: Callable[[], T]) -> T:
        while True:
            try:
                results = work()
                self._booking.commit()
            except OperationalError as error:
                self._booking.roll_back()
                self._wait(error)
            except Exception:
                self._booking.roll_back()
                raise
            else:
                return results

    def _book(self, arrived: Arrived) -> Result:
        student = arrived.submission.student
        timestamp = self._shelf.timestamp(student)
        return _result(self._booking.book(student, timestamp, arrived.graded.grades), arrived)

    def _wait(self, error: OperationalError) -> None:
        """Waits a little for whoever else works with the gradebook."""
        if not _passes(error):
            raise UnwritableError(
                f"The gradebook can't be written ({error.orig}): see to the room on its disk and "
                "to who may write it, then run the command again; nothing of it was half done."
            ) from error
        if time.monotonic() > self._deadline:
            raise UnwritableError(
                f"The gradebook can't be written ({error.orig}): close what else works with it, "
                "then run the command again; nothing of it was half done."
            ) from error
        time.sleep(WAIT_SECONDS)

    def _alone(self, arrived: Arrived) -> Result:
        student = arrived.submission.student
        for attempt in range(ATTEMPTS):
            try:
                result = self._commit(lambda: self._book(arrived))
            except UnwritableError:
                raise
            except GradingError as error:
                return Result(student, "failed", str(error))
            except IntegrityError as error:
                # The formgrader has made the same rows meanwhile: they are there the next time.
                if attempt + 1 == ATTEMPTS:
                    return Result(student, "failed", _unbooked(error.orig or error))
            except Exception as error:  # noqa: BLE001 - one must not stop the others
                return Result(student, "failed", _unbooked(error))
            else:
                return result
        raise AssertionError("the last attempt returns")

    def _put(self, arrived: Arrived, result: Result) -> Result:
        if result.state == "failed":
            return result
        student = arrived.submission.student
        try:
            self._shelf.put(arrived.submission, arrived.graded)
        except Exception as error:  # noqa: BLE001 - one must not stop the others
            why = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
            return Result(
                student,
                "failed",
                f"{self._shelf.graded(student)} can't be written ({why}); its grades are booked, "
                "and it is graded again when the command is run again.",
            )
        return result


def _unbooked(error: BaseException) -> str:
    said = " ".join(str(error).split())
    return (
        f"its grades can't be booked ({type(error).__name__}: {said}); nothing of it was half "
        "done, and it is graded again when the command is run again."
    )


def _passes(error: OperationalError) -> bool:
    """Whether waiting helps: somebody else writes, or the database's server is restarted."""
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in SQLITE_PASSES
    return getattr(error.orig, "sqlstate", None) not in LASTS


def _result(booked: SubmittedAssignment, arrived: Arrived) -> Result:
    graded = arrived.graded
    grades = [grade for notebook in booked.notebooks for grade in notebook.grades]
    penalty = sum(notebook.late_submission_penalty or 0 for notebook in booked.notebooks)
    score = sum(
        (grade.auto_score or 0 if grade.manual_score is None else grade.manual_score)
        + (grade.extra_credit or 0)
        for grade in grades
    )
    return Result(
        student=graded.student,
        state="graded",
        score=round(max(0.0, score - penalty), 2),
        max_score=round(sum(grade.cell.max_score for grade in grades), 2),
        waiting=sum(bool(grade.needs_manual_grade) for grade in grades),
        seconds=round(graded.seconds, 3),
        finished=arrived.finished,
        mended=tuple(
            {**entry, "notebook": name if len(graded.mended) > 1 else ""}
            for name, entries in graded.mended.items()
            for entry in entries
        ),
        changed=graded.changed,
    )
