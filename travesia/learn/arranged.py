"""Questions whose answer is put together: a statement with its reason, an order, pairs."""

from collections.abc import Callable, Mapping
from typing import Any

from travesia.course.answer_shapes import accepts, attempted
from travesia.course.questions import option_order
from travesia.learn import prose
from travesia.learn.messages import Message
from travesia.learn.question import QuestionScreen


class ArrangedScreen(QuestionScreen):
    """A question whose answer has a shape that only its kind knows."""

    def accepts(self, value: Any) -> bool:
        """Whether it is an answer to this question as it is now."""
        return accepts(self.question, value)

    @property
    def parts(self) -> int:
        """Of how many parts alike the answer is made; none where a share says nothing of them."""
        return 0

    @property
    def verdict(self) -> str:
        """What is said first of a checked answer, with how many of its parts are right."""
        share = self.share()
        if not self.parts or share in {0, 1}:
            return super().verdict
        return self._("A part of it is right: {count} of {all}.").format(
            count=round(share * self.parts), all=self.parts
        )

    def take(self, value: Any, message: Message) -> None:
        """Saves what was put together, or says what is missing."""
        if not self.accepts(value):
            self.problem = self._("This answer does not belong to the question. Choose again.")
        elif attempted(value) or self.value:
            self.keep(value)
        if message.action == "check" and not attempted(self.value):
            self.problem = self._("Choose an answer first.")

    def in_order(self, things: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Things in the order that this person always sees."""
        known = {thing["id"]: thing for thing in things}
        return [known[each] for each in option_order(self.id, list(known), self.desk.person)]

    def comments(self) -> list[str]:
        """What the author says about the parts of the answer."""
        return [] if self.key is None else [said for said in self._comments() if said]

    def _comments(self) -> list[str]:
        return []

    @staticmethod
    def words(markdown: str) -> str:
        """The words of a text without its markup."""
        return str(prose.inline(markdown).striptags())


class TruthScreen(ArrangedScreen):
    """A statement that holds or not, with the reason for it."""

    template = "truth.html.j2"
    kind = "truth"

    @property
    def reasons(self) -> list[dict[str, Any]]:
        """The reasons in the order that this person always sees."""
        return self.in_order(self.question["reasons"])

    @property
    def statements(self) -> list[tuple[str, str, bool]]:
        """Both answers to the statement: the value, the words, whether it is chosen."""
        holds = (self.value or {}).get("holds")
        return [
            ("true", self._("It holds."), holds is True),
            ("false", self._("It does not hold."), holds is False),
        ]

    def chosen(self, reason: Mapping[str, Any]) -> bool:
        """Whether a reason is part of the answer."""
        return bool(self.value) and self.value.get("reason") == reason["id"]

    def answer(self, message: Message) -> None:
        """Saves the statement and the reason as far as they were picked."""
        holds = {"true": True, "false": False}.get(message.parts.get("holds", ""))
        self.take({"holds": holds, "reason": message.parts.get("reason", "")}, message)
        if (
            message.action == "check"
            and not self.problem
            and (self.value or {}).get("holds") is None
        ):
            self.problem = self._("Say first whether the statement holds.")

    def answer_text(self) -> str:
        """The statement and the reason in words."""
        picked = [words for _value, words, chosen in self.statements if chosen]
        picked += [self.words(each["text"]) for each in self.reasons if self.chosen(each)]
        return " ".join(picked)

    def _comments(self) -> list[str]:
        return [each.get("feedback", "") for each in self.reasons if self.chosen(each)]


class OrderScreen(ArrangedScreen):
    """Steps that are put in order, one place at a time; any first order is the person's own."""

    template = "order.html.j2"
    kind = "order"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.moved = ""

    @property
    def actions(self) -> Mapping[str, Callable[[Message], None]]:
        """Moving a step up or down, besides what every question offers."""
        return {**super().actions, "up": self._up, "down": self._down}

    @property
    def parts(self) -> int:
        """The steps that have one before them."""
        return len(self.question["steps"]) - 1

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps in the order of the answer, or of this person's first look."""
        if not self.value:
            return self._first_look()
        known = {step["id"]: step for step in self.question["steps"]}
        return [known[each] for each in self.value]

    def _first_look(self) -> list[dict[str, Any]]:
        steps = self.in_order(self.question["steps"])
        # Nothing is practised where chance has put all in place already.
        solved = self.key is not None and self.key.share([step["id"] for step in steps]) == 1
        return [*steps[1:], steps[0]] if solved else steps

    def answer(self, message: Message) -> None:
        """Saves the order as it stands: by asking, a person makes it theirs."""
        self.moved = ""
        self.take([step["id"] for step in self.steps], message)

    def _up(self, message: Message) -> None:
        self._move(message, -1)

    def _down(self, message: Message) -> None:
        self._move(message, 1)

    def _move(self, message: Message, by: int) -> None:
        order = [step["id"] for step in self.steps]
        if message.value not in order:
            return
        place = order.index(message.value)
        goal = place + by
        if not 0 <= goal < len(order):
            return
        order[place], order[goal] = order[goal], order[place]
        self.keep(order)
        text = next(self.words(s["text"]) for s in self.steps if s["id"] == message.value)
        self.moved = self._("{step}: now number {place} of {count}.").format(
            step=text, place=goal + 1, count=len(order)
        )
        # The same button again, or the other one where the end is reached.
        last = goal in {0, len(order) - 1}
        way = {(-1, False): "up", (1, False): "down", (-1, True): "down", (1, True): "up"}
        self.focus = f"{self.uid}-{way[by, last]}-{message.value}"

    def answer_text(self) -> str:
        """The steps in their order."""
        if not self.value:
            return ""
        return "; ".join(f"{n}. {self.words(s['text'])}" for n, s in enumerate(self.steps, 1))


class MatchScreen(ArrangedScreen):
    """Things that are paired, each with one of a list."""

    template = "match.html.j2"
    kind = "match"

    @property
    def parts(self) -> int:
        """The pairs."""
        return len(self.question["items"])

    @property
    def items(self) -> list[dict[str, Any]]:
        """What is paired, in the order that this person always sees."""
        return self.in_order(self.question["items"])

    @property
    def partners(self) -> list[dict[str, Any]]:
        """What it is paired with, likewise."""
        return self.in_order(self.question["partners"])

    def paired(self, item: Mapping[str, Any], partner: Mapping[str, Any]) -> bool:
        """Whether an item and a partner are a pair of the answer."""
        return bool(self.value) and self.value.get(item["id"]) == partner["id"]

    def answer(self, message: Message) -> None:
        """Saves the pairs made so far."""
        known = {item["id"] for item in self.question["items"]}
        self.take({name: each for name, each in message.parts.items() if name in known}, message)

    def answer_text(self) -> str:
        """The pairs in words."""
        return "; ".join(
            f"{self.words(item['text'])} → {self.words(partner['text'])}"
            for item in self.items
            for partner in self.partners
            if self.paired(item, partner)
        )
