"""The parts of a case: roles, scenes, choices, endings, references.

Where learners may not have all of a part, `Learner...` holds what they may have, and the class
derived from it adds the key.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    model_validator,
)

MAX_CHOICES = 8
FIRST_YEAR = 1900
"""The year before which no text was checked: an earlier one is a slip of the pen."""


class Dimension(StrEnum):
    """The four dimensions on which conduct in a case is judged."""

    SAFETY = "safety"
    LEGAL = "legal"
    REFERRAL = "referral"
    CONSENT = "consent"


class Critical(StrEnum):
    """The failures that fail a case whatever its score."""

    REFOULEMENT = "refoulement"
    DETAINING_CHILD = "detaining-child"
    SEPARATING_FAMILY = "separating-family"
    CONSULATE_TOLD = "consulate-told"
    INTERVIEWING_BEFORE_SUSPECT = "interviewing-before-suspect"
    PROMISING_OUTCOME = "promising-outcome"


class EndingKind(StrEnum):
    """What an ending means for the person in the case."""

    GOOD = "good"
    MIXED = "mixed"
    HARM = "harm"


def _calendar_day(value: Any) -> Any:
    """A day, as YAML reads it or as it is written; pydantic alone takes `'0'` for one of 1970."""
    day = value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        with suppress(ValueError):
            day = date.fromisoformat(value)
    if isinstance(day, datetime) or not isinstance(day, date):
        raise ValueError("it should be a day, written as 2026-02-08")  # noqa: TRY004 - pydantic reports only ValueError
    if day.year < FIRST_YEAR:
        raise ValueError(f"it should be a day after {FIRST_YEAR - 1}; correct the year")
    return day


Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000)]
Draft = Annotated[str, StringConstraints(strip_whitespace=True, max_length=8000)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Day = Annotated[date, BeforeValidator(_calendar_day)]
Points = Annotated[StrictInt, Field(ge=-100, le=100)]
ByRole = Mapping[Identifier, Prose]
Effects = Mapping[Dimension, Points]


class Part(BaseModel):
    """A part of a case: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Reference(Part):
    """A dated reference to the law or another source."""

    instrument: Name
    """The instrument's short name, such as `LM`."""
    article: Name
    """The article, in quotes, such as `"112 VI"`."""
    as_of: Day | None = None
    """The day on which the text was last checked."""


class Illustration(Part):
    """A drawing with its alternative text."""

    src: Annotated[
        str,
        StringConstraints(
            pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$",
            max_length=200,
        ),
    ]
    """The file, relative to the case's folder."""
    alt: Prose
    """What the drawing shows that matters here."""


class Role(Part):
    """A role in which the case can be played."""

    title: Prose
    briefing: Prose


class When(Part):
    """A condition on earlier decisions: all of `chosen`, one of `any_of`, none of `not_chosen`."""

    chosen: tuple[Identifier, ...] = ()
    any_of: tuple[Identifier, ...] = ()
    not_chosen: tuple[Identifier, ...] = ()

    def holds(self, taken: frozenset[str]) -> bool:
        """Whether the condition holds after these decisions."""
        return (
            taken.issuperset(self.chosen)
            and taken.isdisjoint(self.not_chosen)
            and not (self.any_of and taken.isdisjoint(self.any_of))
        )

    @property
    def decisions(self) -> tuple[str, ...]:
        """Every earlier decision that the condition asks about."""
        return (*self.chosen, *self.any_of, *self.not_chosen)


class Passage(Part):
    """A paragraph that a scene has for some roles, or after some decisions, alone."""

    text: Prose
    roles: tuple[Identifier, ...] = ()
    """The roles that read it; everybody if empty."""
    when: When | None = None
    """The earlier decisions on which it depends."""

    def stands(self, role: str, taken: frozenset[str]) -> bool:
        """Whether a role reads the passage after these decisions."""
        return (not self.roles or role in self.roles) and (
            self.when is None or self.when.holds(taken)
        )


class Moment(Part):
    """A short fact of the story with its time: when it was, and what happened."""

    at: Name
    """When, in words: `Two weeks ago`, `22:40`."""
    text: Prose


class Feedback(Part):
    """What a choice brings: the person, the reason, the article, the sentence to say."""

    person: Draft = ""
    """What happens to the person."""
    why: Draft = ""
    """Why."""
    article: Draft = ""
    """The article, or the rule, in words."""
    say: Draft = ""
    """The sentence to say."""


class LearnerChoice(Part):
    """A choice as a learner may have it."""

    id: Identifier
    """Stable, and unique in the case."""
    text: Prose
    next: Identifier
    """The node that follows."""
    text_by_role: ByRole = Field(default_factory=dict)
    next_by_role: Mapping[Identifier, Identifier] = Field(default_factory=dict)
    roles: tuple[Identifier, ...] = ()
    """The roles to which it is offered; everybody if empty."""
    when: When | None = None
    """The earlier decisions on which it depends."""

    def text_for(self, role: str) -> str:
        """The text that a role reads."""
        return self.text_by_role.get(role, self.text)

    def next_for(self, role: str) -> str:
        """The node to which the choice leads a role."""
        return self.next_by_role.get(role, self.next)

    def offered(self, role: str, taken: frozenset[str]) -> bool:
        """Whether a role may take the choice after these decisions; each can be taken once."""
        return (
            self.id not in taken
            and (not self.roles or role in self.roles)
            and (self.when is None or self.when.holds(taken))
        )


class Choice(LearnerChoice):
    """A choice with its key: what it does, whether it is acceptable, its feedback."""

    effects: Effects = Field(default_factory=dict)
    effects_by_role: Mapping[Identifier, Effects] = Field(default_factory=dict)
    acceptable: StrictBool = False
    """Whether a competent colleague may decide so."""
    acceptable_by_role: Mapping[Identifier, StrictBool] = Field(default_factory=dict)
    critical: Critical | None = None
    """The critical failure that the choice is."""
    critical_by_role: Mapping[Identifier, Critical | None] = Field(default_factory=dict)
    feedback: Feedback | None = None
    feedback_by_role: Mapping[Identifier, Feedback] = Field(default_factory=dict)
    references: tuple[Reference, ...] = ()
    """The rules the feedback rests on; the node's, if empty."""
    refers: StrictBool = False
    """Whether the choice refers the person to another service."""

    def effects_for(self, role: str) -> Effects:
        """The effects of the choice in a role."""
        return self.effects_by_role.get(role, self.effects)

    def acceptable_for(self, role: str) -> bool:
        """Whether the choice is acceptable in a role."""
        return self.acceptable_by_role.get(role, self.acceptable)

    def critical_for(self, role: str) -> Critical | None:
        """The critical failure that the choice is in a role, if it is one."""
        return self.critical_by_role.get(role, self.critical)

    def feedback_for(self, role: str) -> Feedback | None:
        """The feedback of the choice in a role."""
        return self.feedback_by_role.get(role, self.feedback)


class LearnerEnding(Part):
    """An ending as a learner may have it."""

    title: Prose
    text: Prose
    text_by_role: ByRole = Field(default_factory=dict)

    def text_for(self, role: str) -> str:
        """The text that a role reads."""
        return self.text_by_role.get(role, self.text)


class Ending(LearnerEnding):
    """An ending with its meaning."""

    kind: EndingKind


class LearnerNode(Part):
    """A node as a learner may have it: a scene with choices, or an ending."""

    text: Prose | None = None
    """The scene, in Markdown."""
    text_by_role: ByRole = Field(default_factory=dict)
    note: Prose | None = None
    """A content note, shown before the scene."""
    passages: tuple[Passage, ...] = ()
    """Paragraphs that follow the text for some roles, or after some decisions."""
    timeline: Annotated[tuple[Moment, ...], Field(max_length=12)] = ()
    """What happened before, in short dated facts."""
    illustration: Illustration | None = None
    shuffle: StrictBool = False
    """Whether the choices may be shown in another order; their order is kept otherwise."""
    choices: Annotated[tuple[LearnerChoice, ...], Field(max_length=MAX_CHOICES)] = ()
    ending: LearnerEnding | None = None

    @model_validator(mode="after")
    def _scene_or_ending(self) -> Self:
        if self.ending is None and not self.choices:
            raise ValueError("it has neither choices nor an ending; add `choices:` or an `ending:`")
        if self.ending is not None and self.choices:
            raise ValueError("it has both choices and an ending; take one of the two away")
        if self.ending is None and self.text is None:
            raise ValueError("it has choices but no text; add `text:`")
        return self

    def text_for(self, role: str, taken: frozenset[str] = frozenset()) -> str | None:
        """The text that a role reads after these decisions, with the passages that stand there."""
        text = self.text_by_role.get(role, self.text)
        added = [passage.text for passage in self.passages if passage.stands(role, taken)]
        return "\n\n".join([text, *added]) if text and added else text


class Node(LearnerNode):
    """A node with its key."""

    choices: Annotated[tuple[Choice, ...], Field(max_length=MAX_CHOICES)] = ()
    ending: Ending | None = None
    references: tuple[Reference, ...] = ()
    outcome: Identifier | None = None
    """The learning outcome that the node practises."""
