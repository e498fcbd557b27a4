"""Questions as data: what a learner is asked, and what only the instructor's key knows.

A question has two forms. In *practice* the learner gets everything, since feedback comes at once;
in a *graded* assignment the correct answer, hints and all feedback stay on the instructor's side.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from travesia.course.arrangements import MatchQuestion, OrderQuestion
from travesia.course.document import ContentModel, load
from travesia.course.question_kinds import (
    ChoiceQuestion,
    NumberQuestion,
    ShortQuestion,
    TextQuestion,
    TruthQuestion,
)
from travesia.course.question_parts import (
    Feedback,
    Identifier,
    Localise,
    Option,
    Reference,
    Text,
    repeated,
)
from travesia.course.spots import SpotQuestion
from travesia.language import Translate

__all__ = [
    "ChoiceQuestion",
    "Feedback",
    "Form",
    "Identifier",
    "Localise",
    "MatchQuestion",
    "NumberQuestion",
    "Option",
    "OrderQuestion",
    "Question",
    "QuestionFile",
    "Reference",
    "ShortQuestion",
    "SpotQuestion",
    "Text",
    "TextQuestion",
    "TruthQuestion",
    "load_questions",
]

Form = Literal["practice", "graded"]

Question = Annotated[
    ChoiceQuestion
    | NumberQuestion
    | TextQuestion
    | TruthQuestion
    | ShortQuestion
    | OrderQuestion
    | MatchQuestion
    | SpotQuestion,
    Field(discriminator="kind"),
]

_QUESTION: TypeAdapter[Question] = TypeAdapter(Question)


class QuestionFile(ContentModel):
    """The questions of one lesson or assignment, in order."""

    questions: tuple[Question, ...] = ()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        twice = repeated(question.id for question in self.questions)
        if twice:
            raise ValueError(f"two questions are called {twice}: rename one.")
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
    changed |= question.texts(tell)
    changed["hints"] = tuple(tell(f"hint/{n}", hint) for n, hint in enumerate(question.hints, 1))
    changed["feedback"] = Feedback(
        right=tell("feedback/right", question.feedback.right),
        wrong=tell("feedback/wrong", question.feedback.wrong),
    )
    return question.model_copy(update=changed)


def practice_form(question: Question) -> dict[str, Any]:
    """Everything about a question as JSON, for practice, where feedback comes at once."""
    return question.model_dump(mode="json")


def from_practice(form: Mapping[str, Any]) -> Question:
    """The question that a practice form holds."""
    return _QUESTION.validate_python(form)


def graded_form(question: Question) -> dict[str, Any]:
    """A question as JSON without anything from which its answer could be read."""
    return question.graded()


def question_form(question: Question, form: Form) -> dict[str, Any]:
    """A question as JSON in one of its two forms."""
    return graded_form(question) if form == "graded" else practice_form(question)


def rule(kind: str, translate: Translate, *, multiple: bool = False) -> str:
    """How a kind of question gives part of its points, in one sentence; empty if it gives none."""
    _ = translate
    rules = {
        "choice": _(
            "Each option that holds counts, and each one that does not takes one of them back."
        )
        if multiple
        else "",
        "truth": _(
            "Half of the points are for the statement and half for the reason, which counts only "
            "with the right statement."
        ),
        "order": _("Each step that comes directly after the right one counts."),
        "match": _("Each right pair counts the same."),
    }
    return rules.get(kind, "")


def option_order(question_id: str, options: Sequence[str], person: str) -> list[str]:
    """The ids of a question's options in the order that one person always sees them in."""

    def rank(option: str) -> bytes:
        return hashlib.sha256(f"{question_id}\0{person}\0{option}".encode()).digest()

    return sorted(options, key=rank)
