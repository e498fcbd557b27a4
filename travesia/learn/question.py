"""Questions on a learner's screen: one of several, several of several, a number, own words."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from travesia.course.questions import option_order
from travesia.learn import privacy, prose, wording
from travesia.learn.content import Desk
from travesia.learn.messages import Message
from travesia.learn.screen import ItemScreen, Summary

LONGEST_TEXT = 20_000
_NOT_A_LINE = re.compile(r"\s*(?:[-*+]\s|[|>#]|\d+[.)]\s|```|~~~)")


class QuestionScreen(ItemScreen):
    """A question with its saved answer; in practice it tells at once what was right."""

    template = ""
    kind = ""

    def __init__(self, desk: Desk, identifier: str) -> None:
        super().__init__(desk, identifier)
        self.question: dict[str, Any] = desk.questions[identifier]
        self.value: Any = None
        self.checked = False
        answer = desk.store.get(identifier)
        if answer and answer.kind == self.kind and self.accepts(answer.value):
            self.value = answer.value
            self.saved_at = answer.at

    def accepts(self, value: Any) -> bool:
        """Whether a saved value can be an answer to this question as it is now."""
        raise NotImplementedError

    def right(self) -> bool:
        """Whether the answer is right; only practice knows."""
        raise NotImplementedError

    def answer_text(self) -> str:
        """The saved answer in words, empty while there is none."""
        raise NotImplementedError

    @property
    def story(self) -> str:
        """What comes before the question itself."""
        return self._prompt[0]

    @property
    def asked(self) -> str:
        """The question itself, one line."""
        return self._prompt[1]

    @property
    def _prompt(self) -> tuple[str, str]:
        before, _, last = self.question["prompt"].strip().rpartition("\n\n")
        if _NOT_A_LINE.match(last):
            return self.question["prompt"], self._("Your answer")
        return before, last

    @property
    def actions(self) -> Mapping[str, Callable[[Message], None]]:
        """Answering, and in practice asking whether the answer is right."""
        return {"answer": self.answer} | ({} if self.desk.graded else {"check": self.check})

    def answer(self, message: Message) -> None:
        """Takes an answer and saves it."""
        raise NotImplementedError

    def keep(self, value: Any) -> None:
        """Saves a value as the answer; feedback on an earlier one goes."""
        self.checked = self.checked and value == self.value
        self.save(self.kind, str(self.question.get("version", "")), value)
        self.value = value

    def check(self, message: Message) -> None:
        """Shows the feedback on the answer given."""
        self.answer(message)
        self.checked = not self.problem and self.value is not None

    def html(self) -> str:
        """The question with what to answer it."""
        return self.render(self.template, question=self.question)

    def summary(self) -> Summary:
        """The question and the saved answer."""
        answer = self.answer_text() or self._("Not answered.")
        return Summary(
            html=self.render("summary.html.j2", question=self.question, answer=answer),
            text="{label}: {answer}".format(label=self._("Your answer"), answer=answer),
        )


class ChoiceScreen(QuestionScreen):
    """A question whose answer is chosen among options."""

    template = "choice.html.j2"
    kind = "choice"

    @property
    def options(self) -> list[dict[str, Any]]:
        """The options in the order that this person always sees."""
        options = {option["id"]: option for option in self.question["options"]}
        if not self.question.get("shuffle", True):
            return list(options.values())
        return [options[each] for each in option_order(self.id, list(options), self.desk.person)]

    def accepts(self, value: Any) -> bool:
        """Whether every chosen option is still offered."""
        known = {option["id"] for option in self.question["options"]}
        return (
            isinstance(value, list)
            and all(isinstance(each, str) and each in known for each in value)
            and (self.question.get("multiple", False) or len(value) <= 1)
        )

    def answer(self, message: Message) -> None:
        """Saves the chosen options; ids that are not offered are refused."""
        chosen = list(dict.fromkeys(message.values))
        if not self.accepts(chosen):
            self.problem = self._("This answer is not one of the options. Choose again.")
        elif chosen or self.value:
            self.keep(chosen)
        if not chosen and message.action == "check":
            self.problem = self._("Choose an answer first.")

    def right(self) -> bool:
        """Whether exactly the right options are chosen."""
        return set(self.value) == set(self.question["correct"])

    def chosen(self, option: Mapping[str, Any]) -> bool:
        """Whether an option is part of the answer."""
        return self.value is not None and option["id"] in self.value

    def answer_text(self) -> str:
        """The chosen options in words."""
        return "; ".join(
            str(prose.inline(option["text"]).striptags())
            for option in self.options
            if self.chosen(option)
        )


class NumberScreen(QuestionScreen):
    """A question whose answer is a number, written as people of the region write it."""

    template = "number.html.j2"
    kind = "number"

    def __init__(self, desk: Desk, identifier: str) -> None:
        super().__init__(desk, identifier)
        self.written = "" if self.value is None else wording.number(self.value, desk.language)

    def accepts(self, value: Any) -> bool:
        """Whether it is a number."""
        return isinstance(value, int | float) and not isinstance(value, bool)

    def answer(self, message: Message) -> None:
        """Saves the number that was written, or says why it cannot be read."""
        _ = self._
        self.written = message.text[:40]
        if not message.text.strip():
            self.problem = _("Write a number first.") if message.action == "check" else ""
            return
        try:
            value = wording.read_number(message.text, self.desk.language)
        except wording.NumberUnclearError:
            self.problem = _(
                "This could not be read as a number, and was not saved. "
                "Write it in digits, for example {example}."
            ).format(example=wording.number(12345, self.desk.language))
            return
        self.keep(value)
        self.written = wording.number(value, self.desk.language)

    def right(self) -> bool:
        """Whether the number lies within the tolerance."""
        return bool(abs(self.value - self.question["value"]) <= self.question["tolerance"])

    def answer_text(self) -> str:
        """The number with its unit."""
        if self.value is None:
            return ""
        unit = self.question.get("unit", "")
        return f"{wording.number(self.value, self.desk.language)} {unit}".strip()


class TextScreen(QuestionScreen):
    """A question that is answered in the learner's own words."""

    template = "text.html.j2"
    kind = "text"
    longest = LONGEST_TEXT

    def __init__(self, desk: Desk, identifier: str) -> None:
        super().__init__(desk, identifier)
        self.signs = privacy.identifying(self.value or "", self._)
        self.waiting = False

    def accepts(self, value: Any) -> bool:
        """Whether it is a text of a size that was allowed."""
        return isinstance(value, str) and len(value) <= LONGEST_TEXT

    def answer(self, message: Message) -> None:
        """Saves the text; a new sign of a real person is pointed out before it is saved."""
        self.waiting = False
        if not self.accepts(message.text):
            self.problem = self._(
                "Your text has {count} characters and at most {limit} can be saved. Shorten it: "
                "until then, what was saved before is kept."
            ).format(
                count=wording.number(len(message.text), self.desk.language),
                limit=wording.number(LONGEST_TEXT, self.desk.language),
            )
            return
        known, self.signs = self.signs, privacy.identifying(message.text, self._)
        if set(self.signs) - set(known) and not message.final and message.action == "answer":
            self.waiting = True
            return
        if message.text or self.value:
            self.keep(message.text)
        if not message.text.strip() and message.action == "check":
            self.problem = self._("Write your answer first.")

    def right(self) -> bool:
        """Own words are compared by their author: nothing here calls them right or wrong."""
        return True

    def answer_text(self) -> str:
        """The text as it was written."""
        return self.value or ""


SCREENS: dict[str, type[QuestionScreen]] = {
    screen.kind: screen for screen in (ChoiceScreen, NumberScreen, TextScreen)
}
