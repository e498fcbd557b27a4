"""Who may take which attempt at a test, as the exchange's own records say.

An attempt opens for a learner when the marks of the one before it were released to that learner and
do not pass, and it is over once its own marks were: feedback tells what was right.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from travesia.exchange.errors import N_, Refusal
from travesia.exchange.receipt import Marks
from travesia.exchange.store import Store


def passes(marks: Marks, pass_mark: float) -> bool:
    """Whether marks reach the pass mark, which is a percentage."""
    return marks.score * 100 >= pass_mark * marks.max_score


@dataclass(frozen=True)
class Attempts:
    """The tests of one course.

    Attributes:
        course: the course's id.
        pass_mark: the percentage that passes.
        before: each form of a test, with the form whose failing opens it; empty if nothing has to.
    """

    course: str = ""
    pass_mark: float = 0
    before: Mapping[str, str] = field(default_factory=dict)

    def check_open(self, store: Store, course: str, assignment: str, student: str) -> None:
        """Refuses a learner an attempt that is not theirs to take yet."""
        earlier = self.before.get(assignment) if course == self.course else None
        if not earlier:
            return
        marks = released_marks(store, course, earlier, student)
        if marks is None or passes(marks, self.pass_mark):
            raise Refusal(
                403,
                "not_open_yet",
                N_(
                    "This attempt is not open to you. It opens once the attempt before it is"
                    " marked and did not reach what passes."
                ),
            )

    def check_not_over(self, store: Store, course: str, assignment: str, student: str) -> None:
        """Refuses to take an attempt in once its learner can read what was right."""
        if course != self.course or assignment not in self.before:
            return
        if released_marks(store, course, assignment, student) is not None:
            raise Refusal(
                409,
                "attempt_over",
                N_("This attempt has been marked and is over. What you handed in before counts."),
            )


def released_marks(store: Store, course: str, assignment: str, student: str) -> Marks | None:
    """The marks that were last released to a learner for an assignment, if there are any."""
    for receipt in reversed(store.submissions(course, assignment=assignment, student=student)):
        try:
            feedback = store.feedback(receipt)
        except Refusal:  # marks that cannot be read are the instructor's to release again
            continue
        if feedback is not None and feedback.marks is not None:
            return feedback.marks
    return None
