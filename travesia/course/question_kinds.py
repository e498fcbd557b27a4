"""The kinds of question that are answered by choosing or writing."""

import math
import unicodedata
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from travesia.course.question_parts import (
    BaseQuestion,
    Identifier,
    Option,
    Tell,
    Text,
    offered,
    repeated,
)
from travesia.language import Translate

LONGEST_SHORT_TEXT = 200
LARGEST_NUMBER = 10**15
"""No answer is a larger number."""
ROUNDING = 1e-9


class ChoiceQuestion(BaseQuestion):
    """A question with one right option, or several where `multiple` says so.

    `shuffle: false` keeps the options in the file's order, for options whose order means something.
    """

    key_side: ClassVar[frozenset[str]] = BaseQuestion.key_side | {"correct"}

    kind: Literal["choice"]
    multiple: bool = False
    shuffle: bool = True
    options: Annotated[tuple[Option, ...], Field(min_length=2)]
    correct: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _correct_is_offered(self) -> Self:
        ids = offered(self.options)
        unknown = [each for each in self.correct if each not in ids]
        if unknown:
            raise ValueError(
                f"correct names {unknown[0]}, which is no option: use one of {', '.join(ids)}."
            )
        # Of a right option that counts twice, nobody could ever give the second half.
        if twice := repeated(self.correct):
            raise ValueError(f"correct names {twice} twice: keep one.")
        if not self.multiple and len(self.correct) > 1:
            raise ValueError("several options are correct: say `multiple: true`, or keep one.")
        return self

    def texts(self, tell: Tell) -> dict[str, Any]:
        """The options in another language."""
        return {
            "options": tuple(each.localised(tell, f"option/{each.id}") for each in self.options)
        }

    def graded(self) -> dict[str, Any]:
        """The question without what is right; options without what is said about them."""
        options = [{"id": option.id, "text": option.text} for option in self.options]
        return super().graded() | {"options": options}

    def share(self, value: Any) -> float:
        """All or nothing for one option; for several, right picks less wrong, over the right."""
        chosen, correct = set(value), set(self.correct)
        if not self.multiple:
            return float(chosen == correct)
        return max(0.0, (len(chosen & correct) - len(chosen - correct)) / len(correct))


def visible(text: str) -> str:
    """A text without the signs that show nothing, such as soft hyphens that came with a copy."""
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


class NumberQuestion(BaseQuestion):
    """A question whose answer is a number with a unit."""

    key_side: ClassVar[frozenset[str]] = BaseQuestion.key_side | {"value", "tolerance"}

    kind: Literal["number"]
    unit: str = ""
    value: Annotated[FiniteFloat, Field(strict=True, ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]
    tolerance: Annotated[FiniteFloat, Field(strict=True, ge=0)] = 0

    def texts(self, tell: Tell) -> dict[str, Any]:
        """The unit in another language."""
        return {"unit": tell("unit", self.unit)}

    def share(self, value: Any) -> float:
        """All within the tolerance, nothing outside."""
        slack = self.tolerance + ROUNDING * max(1.0, abs(self.value))
        return float(math.isfinite(value) and abs(value - self.value) <= slack)


class TextQuestion(BaseQuestion):
    """A question that is answered in the learner's own words and marked by the instructor."""

    key_side: ClassVar[frozenset[str]] = BaseQuestion.key_side | {"rubric"}

    kind: Literal["text"]
    rubric: Text

    def texts(self, tell: Tell) -> dict[str, Any]:
        """The rubric in another language."""
        return {"rubric": tell("rubric", self.rubric)}

    def share(self, value: Any) -> float:  # noqa: ARG002 - the signature of every kind
        """All: own words are compared by their author or marked by the instructor."""
        return 1.0


class TruthQuestion(BaseQuestion):
    """A statement that holds or does not, and the reason for it.

    Its answer is `{"holds": true, "reason": "<id>"}`; either may still be missing.
    """

    key_side: ClassVar[frozenset[str]] = BaseQuestion.key_side | {"holds", "because"}

    kind: Literal["truth"]
    holds: bool
    reasons: Annotated[tuple[Option, ...], Field(min_length=2)]
    because: Identifier

    @model_validator(mode="after")
    def _reason_is_offered(self) -> Self:
        ids = offered(self.reasons)
        if self.because not in ids:
            raise ValueError(
                f"because names {self.because}, which is no reason: use one of {', '.join(ids)}."
            )
        return self

    @property
    def answer(self) -> dict[str, Any]:
        """The right answer."""
        return {"holds": self.holds, "reason": self.because}

    def texts(self, tell: Tell) -> dict[str, Any]:
        """The reasons in another language."""
        return {
            "reasons": tuple(each.localised(tell, f"reason/{each.id}") for each in self.reasons)
        }

    def graded(self) -> dict[str, Any]:
        """The question without what is right; reasons without what is said about them."""
        reasons = [{"id": each.id, "text": each.text} for each in self.reasons]
        return super().graded() | {"reasons": reasons}

    def share(self, value: Any) -> float:
        """Half for the statement; the other half for its reason, which counts only with it."""
        if value.get("holds") is not self.holds:
            return 0.0
        return 1.0 if value.get("reason") == self.because else 0.5

    def told(self, value: Any, translate: Translate) -> list[str]:
        """An answer in words, a line each."""
        _ = translate
        words = {True: [_("It holds.")], False: [_("It does not hold.")], None: []}
        reasons = [each.text for each in self.reasons if each.id == value.get("reason")]
        return [*words[value.get("holds")], *reasons]

    def comments(self, value: Any) -> list[str]:
        """What the author says about the reason that was chosen."""
        return [each.feedback for each in self.reasons if each.id == value.get("reason")]


class ShortQuestion(BaseQuestion):
    """A question that is answered with a word or two, compared with the forms that are accepted.

    The accepted forms of every language of the course stand side by side: which language somebody
    answers in never changes a mark.

    Attributes:
        accepted: every form that is right, the first one shown as the answer.
        same_case: whether capital letters must agree too.
        same_accents: whether accents must agree too.
    """

    key_side: ClassVar[frozenset[str]] = BaseQuestion.key_side | {
        "accepted",
        "same_case",
        "same_accents",
    }

    kind: Literal["short"]
    accepted: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=LONGEST_SHORT_TEXT)], ...],
        Field(min_length=1),
    ]
    same_case: bool = False
    same_accents: bool = False

    @model_validator(mode="after")
    def _forms_say_something(self) -> Self:
        empty = [form for form in self.accepted if not self._folded(form)]
        if empty:
            raise ValueError(
                f"accepted has “{empty[0]}”, of which nothing is left to compare: write a word."
            )
        return self

    @property
    def answer(self) -> str:
        """The form that is shown as the right answer."""
        return self.accepted[0]

    def texts(self, tell: Tell) -> dict[str, Any]:  # noqa: ARG002 - the signature of every kind
        """Nothing: the accepted forms of all languages stand side by side."""
        return {}

    def share(self, value: Any) -> float:
        """All for an accepted form, nothing for another."""
        return float(self._folded(value) in {self._folded(form) for form in self.accepted})

    def told(self, value: Any, translate: Translate) -> list[str]:  # noqa: ARG002 - as every kind
        """The answer as it was written."""
        return [value.strip()]

    def comments(self, value: Any) -> list[str]:  # noqa: ARG002 - the signature of every kind
        """Nothing: no form has words of its own."""
        return []

    def _folded(self, text: str) -> str:
        seen = visible(unicodedata.normalize("NFKC", text))
        folded = " ".join(seen.strip(" .,;:!?¡¿\"'«»“”‘’()").split())
        if not self.same_accents:
            parts = unicodedata.normalize("NFKD", folded)
            folded = "".join(each for each in parts if not unicodedata.combining(each))
        return folded if self.same_case else folded.casefold()
