"""The kinds of question that are answered by arranging: an order, or pairs."""

import hashlib
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from travesia.course.question_parts import BaseQuestion, Named, Tell, offered
from travesia.language import Translate


class OrderQuestion(BaseQuestion):
    """Steps to be put in order, a referral pathway say; the file has them in the right one.

    Its answer is the list of their ids.
    """

    kind: Literal["order"]
    steps: Annotated[tuple[Named, ...], Field(min_length=3, max_length=12)]

    @model_validator(mode="after")
    def _steps_differ(self) -> Self:
        offered(self.steps)
        return self

    @property
    def answer(self) -> list[str]:
        """The right order."""
        return [step.id for step in self.steps]

    def texts(self, tell: Tell) -> dict[str, Any]:
        """The steps in another language."""
        return {"steps": tuple(step.localised(tell, f"step/{step.id}") for step in self.steps)}

    def graded(self) -> dict[str, Any]:
        """The question with its steps in an order that says nothing."""
        form = super().graded()
        return form | {"steps": sorted(form["steps"], key=lambda step: self._rank(step["id"]))}

    def _rank(self, step: str) -> bytes:
        return hashlib.sha256(f"{self.id}\0{step}".encode()).digest()

    def share(self, value: Any) -> float:
        """The steps that come directly after the right one, over all that can."""
        right = set(pairwise(self.answer))
        return sum(pair in right for pair in pairwise(value)) / len(right)

    def told(self, value: Any, translate: Translate) -> list[str]:  # noqa: ARG002 - as every kind
        """The steps in an answer's order."""
        texts = {step.id: step.text for step in self.steps}
        return [f"{place}. {texts[each]}" for place, each in enumerate(value, 1)]

    def comments(self, value: Any) -> list[str]:  # noqa: ARG002 - the signature of every kind
        """Nothing: no step has words of its own."""
        return []


class MatchQuestion(BaseQuestion):
    """Things to be paired, each with one of a list; several may share a partner.

    Its answer is `{"<item id>": "<partner id>"}`; an item may still be without one.

    Attributes:
        items: what is to be paired.
        partners: what they are paired with, possibly more than are needed.
        pairs: the partner of each item.
    """

    key_side: ClassVar[frozenset[str]] = BaseQuestion.key_side | {"pairs"}

    kind: Literal["match"]
    items: Annotated[tuple[Named, ...], Field(min_length=2, max_length=12)]
    partners: Annotated[tuple[Named, ...], Field(min_length=2, max_length=12)]
    pairs: dict[str, str]

    @model_validator(mode="after")
    def _pairs_are_offered(self) -> Self:
        items, partners = offered(self.items), offered(self.partners)
        missing = [each for each in items if each not in self.pairs]
        if missing:
            raise ValueError(f"pairs has no partner for {missing[0]}: name one.")
        for item, partner in self.pairs.items():
            if item not in items or partner not in partners:
                raise ValueError(
                    f"pairs has {item}: {partner}, and one of the two is not there: use items "
                    f"{', '.join(items)} and partners {', '.join(partners)}."
                )
        return self

    @property
    def answer(self) -> dict[str, str]:
        """The right pairs."""
        return dict(self.pairs)

    def texts(self, tell: Tell) -> dict[str, Any]:
        """What is paired, in another language."""
        return {
            "items": tuple(each.localised(tell, f"item/{each.id}") for each in self.items),
            "partners": tuple(each.localised(tell, f"partner/{each.id}") for each in self.partners),
        }

    def share(self, value: Any) -> float:
        """The right pairs over all."""
        right = sum(value.get(item) == partner for item, partner in self.pairs.items())
        return right / len(self.pairs)

    def told(self, value: Any, translate: Translate) -> list[str]:  # noqa: ARG002 - as every kind
        """The pairs of an answer, a line each."""
        texts = {each.id: each.text for each in self.partners}
        paired = [(each.text, value.get(each.id)) for each in self.items]
        return [f"{text} → {texts[partner]}" for text, partner in paired if partner]

    def comments(self, value: Any) -> list[str]:  # noqa: ARG002 - the signature of every kind
        """Nothing: no pair has words of its own."""
        return []
