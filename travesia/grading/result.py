"""What judging one item gives: points, an outcome, and an explanation for the learner."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

N_ = str  # marks a string for the catalogue; it is translated where it is shown

Outcome = Literal[
    "right",
    "partly",
    "wrong",
    "blank",
    "waiting",
    "marked",
    "unreadable",
    "critical",
    "unfinished",
    "flagged",
]
"""How an item ended.

`blank` was not answered; `waiting` needs the instructor's mark and `marked` has it; `unreadable` is
an answer that is none; `critical` and `unfinished` belong to cases. The instructor has to look at
what is `flagged`: a road that its case does not have, or a test that ended in no number. A word,
never shown as it is.
"""


class Unreadable(Exception):  # noqa: N818 - it is caught beside its cause and becomes a sentence
    """An answer that does not have the shape of its kind; the text is for the learner."""


@dataclass(frozen=True)
class ItemResult:
    """The judgement of one item, in one language.

    Attributes:
        id: the item's stable id.
        kind: the question's kind, or case.
        title: what the item asks, on one line.
        outcome: how it ended.
        points: what it earned; 0 while it waits for the instructor.
        max_points: what it can earn.
        message: the explanation in one or two sentences of plain text.
        html: the explanation with its details, made of elements that pass nbconvert's sanitiser.
    """

    id: str
    kind: str
    title: str
    outcome: Outcome
    points: float
    max_points: float
    message: str
    html: str

    @property
    def needs_marking(self) -> bool:
        """Whether the instructor has to mark it by hand."""
        return self.outcome in {"waiting", "flagged"}

    def to_json(self) -> dict[str, Any]:
        """The result as data, to be kept with the graded notebook."""
        return asdict(self)


def result_from_json(data: object) -> ItemResult | None:
    """The result kept in a graded notebook; None if there is none."""
    if not isinstance(data, dict) or set(data) != set(ItemResult.__dataclass_fields__):
        return None
    if data["outcome"] not in get_args(Outcome):
        return None
    return ItemResult(**data)


OUTCOME_WORDS: Mapping[Outcome, str] = {
    "right": N_("right"),
    "partly": N_("partly right"),
    "wrong": N_("not right yet"),
    "blank": N_("not answered"),
    "waiting": N_("your instructor still marks this"),
    "marked": N_("marked by your instructor"),
    "unreadable": N_("not readable"),
    "critical": N_("a critical rule was broken"),
    "unfinished": N_("not finished"),
    "flagged": N_("your instructor looks at this"),
}
"""Outcomes as a learner reads them, as source strings of the catalogue."""
