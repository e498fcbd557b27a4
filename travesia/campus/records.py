"""What the exchange's store says, as the pages ask it: releases, receipts, released feedback."""

import logging
from dataclasses import dataclass
from datetime import datetime

from travesia.exchange.errors import Refusal
from travesia.exchange.receipt import Marks, Receipt, Release
from travesia.exchange.store import Feedback, Store

log = logging.getLogger(__name__)

PAGE = ".html"
SHORT_ID = 8
NOT_ANSWERED = "blank"
"""The outcome, as marks have it, of an item that nobody tried."""
NOT_MARKED = "waiting"
"""The outcome of an item that the instructor has still to mark."""


@dataclass(frozen=True)
class Record:
    """What one learner has handed in for one assignment, and what came back."""

    receipts: tuple[Receipt, ...]
    """Newest first."""
    released: tuple[Receipt, Feedback] | None
    """The last submission that feedback was released for, with that feedback."""

    @property
    def marks(self) -> Marks | None:
        """The marks that were released last."""
        return self.released[1].marks if self.released else None

    @property
    def unanswered(self) -> int:
        """How many items of the released marks were not answered, which is not being wrong."""
        return self._count(NOT_ANSWERED)

    @property
    def unmarked(self) -> int:
        """How many items of the released marks the instructor has still to mark."""
        return self._count(NOT_MARKED)

    def _count(self, outcome: str) -> int:
        return sum(item.outcome == outcome for item in self.marks.items) if self.marks else 0

    @property
    def superseded(self) -> bool:
        """Whether something was handed in after what the feedback is about."""
        return self.released is not None and self.released[0] != self.receipts[0]

    def late(self, due: datetime | None) -> bool:
        """Whether the last submission came after the due date, an extension apart.

        Who was granted one is known to the gradebook alone, whose marks say so once released.
        """
        if not self.receipts or due is None or self.receipts[0].time <= due:
            return False
        return self.marks is None or self.superseded or self.marks.late

    @property
    def pages(self) -> list[str]:
        """The names of the pages of feedback."""
        files = self.released[1].files if self.released else ()
        return sorted(name for name in files if name.endswith(PAGE))

    def page(self, name: str) -> bytes | None:
        """The page of feedback of a name; None for whatever is not one of `pages`."""
        if self.released is None or name not in self.pages:
            return None
        return (self.released[1].folder / name).read_bytes()


class Records:
    """Reads the exchange for people's pages; it writes nothing, and opens no gradebook."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def release(self, course: str, assignment: str) -> Release | None:
        """The release of an assignment; None while learners cannot open it."""
        try:
            return self.store.release(course, assignment)
        except Refusal:
            return None

    def record(self, course: str, assignment: str, student: str) -> Record:
        """One learner's record of one assignment."""
        found = self.store.submissions(course, assignment=assignment, student=student)
        return self._record(found)

    def records(self, course: str, assignment: str) -> dict[str, Record]:
        """The record of each learner who handed in, by user name."""
        by_student: dict[str, list[Receipt]] = {}
        for receipt in self.store.submissions(course, assignment=assignment):
            by_student.setdefault(receipt.student, []).append(receipt)
        return {student: self._record(receipts) for student, receipts in by_student.items()}

    def _record(self, oldest_first: list[Receipt]) -> Record:
        receipts = tuple(reversed(oldest_first))
        for receipt in receipts:
            try:
                feedback = self.store.feedback(receipt)
            except Refusal as refusal:
                # Marks that cannot be read are the instructor's to release again; the learner's
                # page goes on without them.
                log.warning("Feedback on submission %s is left out: %s", receipt.id, refusal)
                continue
            if feedback is not None and feedback.marks is not None:
                return Record(receipts, (receipt, feedback))
        return Record(receipts, None)


def short_id(receipt: Receipt) -> str:
    """So much of a receipt's number as people read to each other."""
    return receipt.id[:SHORT_ID]
