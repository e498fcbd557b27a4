"""Questions as data: what a learner is asked, and what only the instructor's key knows.

A question has two forms. In *practice* the learner gets everything, since feedback comes at once;
in a *graded* assignment the correct answer and all feedback stay on the instructor's side.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from travesia.course.document import ContentModel, load

Form = Literal["practice", "graded"]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Text = Annotated[str, Field(min_length=1)]
Localise = Callable[[str, str], str]
"""Gives the text of a context in another language: `localise(context, text)`."""

KEY_SIDE = frozenset({"correct", "value", "tolerance", "rubric", "feedback"})
"""Fields that never reach a learner while the question is graded."""


class Reference(ContentModel):
    """Where a statement stands: the instrument, the article and the day it was checked."""

    instrument: Text
    article: str = ""
    as_of: date | None = None


class Feedback(ContentModel):
    """What a learner reads after answering."""

    right: str = ""
    wrong: str = ""


class Option(ContentModel):
    """One answer that a learner may choose."""

    id: Identifier
    text: Text
    feedback: str = ""


class _Question(ContentModel):
    id: Identifier
    version: str = "1"
    prompt: Text
    outcome: Identifier
    points: Annotated[float, Field(ge=0)] = 1
    feedback: Feedback = Feedback()
    references: tuple[Reference, ...] = ()
    facts: tuple[Identifier, ...] = ()
    monday_task: bool = False


class ChoiceQuestion(_Question):
    """A question with one right option, or several where `multiple` says so."""

    kind: Literal["choice"]
    multiple: bool = False
    shuffle: bool = True
    options: Annotated[tuple[Option, ...], Field(min_length=2)]
    correct: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _correct_is_offered(self) -> Self:
        offered = [option.id for option in self.options]
        repeated = sorted({each for each in offered if offered.count(each) > 1})
        if repeated:
            raise ValueError(f"two options are called {repeated[0]}: rename one.")
        unknown = [each for each in self.correct if each not in offered]
        if unknown:
            raise ValueError(
                f"correct names {unknown[0]}, which is no option: use one of {', '.join(offered)}."
            )
        if not self.multiple and len(self.correct) > 1:
            raise ValueError("several options are correct: say `multiple: true`, or keep one.")
        return self


class NumberQuestion(_Question):
    """A question whose answer is a number with a unit."""

    kind: Literal["number"]
    unit: str = ""
    value: float
    tolerance: Annotated[float, Field(ge=0)] = 0


class TextQuestion(_Question):
    """A question that is answered in the learner's own words and marked by the instructor."""

    kind: Literal["text"]
    rubric: Text


Question = Annotated[ChoiceQuestion | NumberQuestion | TextQuestion, Field(discriminator="kind")]


class QuestionFile(ContentModel):
    """The questions of one lesson or assignment, in order."""

    questions: tuple[Question, ...] = ()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = [question.id for question in self.questions]
        repeated = sorted({each for each in ids if ids.count(each) > 1})
        if repeated:
            raise ValueError(f"two questions are called {repeated[0]}: rename one.")
        return self


def load_questions(path: Path) -> dict[str, Question]:
    """The questions of a YAML file by id, in the file's order.

    Raises:
        ContentError: naming the file, the line and the remedy.
    """
    return {question.id: question for question in load(path, QuestionFile).questions}


def iter_strings(question: Question) -> Iterator[tuple[str, str]]:
    """Every text of a question with its catalogue context, empty ones left out."""
    found: list[tuple[str, str]] = []

    def note(context: str, text: str) -> str:
        found.append((context, text))
        return text

    localised(question, note)
    yield from found


def localised(question: Question, localise: Localise) -> Question:
    """The same question with every text in another language; ids and values never change."""

    def tell(place: str, text: str) -> str:
        return localise(f"question:{question.id}/{place}", text) if text else ""

    changed: dict[str, Any] = {"prompt": tell("prompt", question.prompt)}
    match question:
        case ChoiceQuestion():
            changed["options"] = tuple(
                option.model_copy(
                    update={
                        "text": tell(f"option/{option.id}", option.text),
                        "feedback": tell(f"option/{option.id}/feedback", option.feedback),
                    }
                )
                for option in question.options
            )
        case NumberQuestion():
            changed["unit"] = tell("unit", question.unit)
        case TextQuestion():
            changed["rubric"] = tell("rubric", question.rubric)
    changed["feedback"] = Feedback(
        right=tell("feedback/right", question.feedback.right),
        wrong=tell("feedback/wrong", question.feedback.wrong),
    )
    return question.model_copy(update=changed)


def practice_form(question: Question) -> dict[str, Any]:
    """Everything about a question as JSON, for practice, where feedback comes at once."""
    return question.model_dump(mode="json")


def graded_form(question: Question) -> dict[str, Any]:
    """A question as JSON without anything from which its answer could be read."""
    form = {
        name: value
        for name, value in question.model_dump(mode="json").items()
        if name not in KEY_SIDE
    }
    if isinstance(question, ChoiceQuestion):
        form["options"] = [{"id": option.id, "text": option.text} for option in question.options]
    return form


def question_form(question: Question, form: Form) -> dict[str, Any]:
    """A question as JSON in one of its two forms."""
    return graded_form(question) if form == "graded" else practice_form(question)


def option_order(question_id: str, options: Sequence[str], person: str) -> list[str]:
    """The ids of a question's options in the order that one person always sees them in."""

    def rank(option: str) -> bytes:
        return hashlib.sha256(f"{question_id}\0{person}\0{option}".encode()).digest()

    return sorted(options, key=rank)
