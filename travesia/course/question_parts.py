"""What every question is made of, whatever its kind."""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field, FiniteFloat

from travesia.course.document import ContentModel
from travesia.scenarios.parts import Day


def _says_something(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty: write a text.")
    return text


Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Text = Annotated[str, AfterValidator(_says_something)]
Localise = Callable[[str, str], str]
"""Gives the text of a context in another language: `localise(context, text)`."""
Tell = Callable[[str, str], str]
"""The same within one question: `tell(place, text)`, an empty text stays empty."""


class Reference(ContentModel):
    """Where a statement stands: the instrument, the article and the day it was checked."""

    instrument: Text
    article: str = ""
    as_of: Day | None = None


class Feedback(ContentModel):
    """What a learner reads after answering."""

    right: str = ""
    wrong: str = ""


class Option(ContentModel):
    """One answer that a learner may choose."""

    id: Identifier
    text: Text
    feedback: str = ""

    def localised(self, tell: Tell, place: str) -> "Option":
        """The option in another language."""
        changed = {
            "text": tell(place, self.text),
            "feedback": tell(f"{place}/feedback", self.feedback),
        }
        return self.model_copy(update=changed)


class Named(ContentModel):
    """A thing with words that an answer refers to by its id."""

    id: Identifier
    text: Text

    def localised(self, tell: Tell, place: str) -> "Named":
        """The thing in another language."""
        return self.model_copy(update={"text": tell(place, self.text)})


class BaseQuestion(ContentModel):
    """What all questions have; each kind adds how it is answered and what is right.

    Attributes:
        id: stable and unique in the course; answers are kept under it.
        outcome: the learning outcome that it practises or assesses.
        hints: what helps, from a nudge to almost the answer; only practice shows them.
        difficulty: 1 easy, 2 medium, 3 hard, as the author judges or a cohort's answers showed.
        vignette: whether it tells of somebody in a situation, where it is to be decided what to do.
    """

    key_side: ClassVar[frozenset[str]] = frozenset({"feedback", "hints", "difficulty", "vignette"})
    """Fields that never reach a learner while the question is graded."""

    id: Identifier
    version: str = "1"
    prompt: Text
    outcome: Identifier
    points: Annotated[FiniteFloat, Field(strict=True, ge=0, le=1000)] = 1
    feedback: Feedback = Feedback()
    hints: tuple[Text, ...] = ()
    difficulty: Annotated[int, Field(ge=1, le=3)] = 2
    vignette: bool = False
    references: tuple[Reference, ...] = ()
    facts: tuple[Identifier, ...] = ()
    monday_task: bool = False

    def texts(self, tell: Tell) -> dict[str, Any]:
        """The fields of this kind that hold words, in another language."""
        raise NotImplementedError

    def graded(self) -> dict[str, Any]:
        """The question as JSON without anything from which its answer could be read."""
        return {
            name: value
            for name, value in self.model_dump(mode="json").items()
            if name not in self.key_side
        }


def repeated(ids: Iterable[str]) -> str:
    """The first id that occurs twice, empty if each occurs once."""
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            return each
        seen.add(each)
    return ""


def offered(things: Sequence[Option] | Sequence[Named]) -> list[str]:
    """The ids of what may be answered.

    Raises:
        ValueError: two have the same id.
    """
    ids = [each.id for each in things]
    if twice := repeated(ids):
        raise ValueError(f"two entries are called {twice}: rename one.")
    return ids
