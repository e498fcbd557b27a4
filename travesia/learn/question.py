"""Questions on a learner's screen: one of several, several of several, a number."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from travesia.course.question_kinds import LARGEST_NUMBER
from travesia.course.questions import from_practice, option_order, rule
from travesia.learn import prose, wording
from travesia.learn.content import Desk
from travesia.learn.messages import Message
from travesia.learn.screen import ItemScreen, Summary

_NOT_A_LINE = re.compile(r"\s*(?:[-*+]\s|[|>#]|\d+[.)]\s|```|~~~)")


class QuestionScreen(ItemScreen):
    """A question with its saved answer; in practice it tells at once what was right."""

    template = ""
    kind = ""

    def __init__(self, desk: Desk, identifier: str) -> None:
        super().__init__(desk, identifier)
        self.question: dict[str, Any] = desk.questions[identifier]
        self.key = None if desk.graded else from_practice(self.question)
        self.value: Any = None
        self.checked = False
        self.hints_shown = 0
        answer = desk.store.get(identifier)
        if answer and answer.kind == self.kind and self.accepts(answer.value):
            self.value = answer.value
            self.saved_at = answer.at

    def accepts(self, value: Any) -> bool:
        """Whether a saved value can be an answer to this question as it is now."""
        raise NotImplementedError

    def share(self) -> float:
        """How much of the saved answer is right, from 0 to 1; only practice knows."""
        return 0.0 if self.key is None else self.key.share(self.value)

    def right(self) -> bool:
        """Whether all of the answer is right."""
        return self.share() == 1

    @property
    def verdict(self) -> str:
        """What is said first of a checked answer."""
        if self.right():
            return self._("Yes, that is right.")
        if self.share() > 0:
            return self._("A part of it is right.")
        return self._("Not yet: look again.")

    @property
    def rule(self) -> str:
        """How a part of an answer counts, in one sentence; empty where nothing does."""
        if self.desk.graded and not self.question.get("points"):
            return ""
        multiple = bool(self.question.get("multiple", False))
        return rule(self.kind, self._, multiple=multiple)

    @property
    def hints(self) -> list[str]:
        """The hints that were asked for so far."""
        return list(self.question.get("hints", ()))[: self.hints_shown]

    @property
    def more_hints(self) -> bool:
        """Whether another hint can be asked for; never while the answers count."""
        return not self.desk.graded and self.hints_shown < len(self.question.get("hints", ()))

    def hint(self, message: Message) -> None:  # noqa: ARG002 - the signature of every action
        """Shows the next hint."""
        self.hints_shown += self.more_hints

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
        practice = {} if self.desk.graded else {"check": self.check, "hint": self.hint}
        return {"answer": self.answer} | practice

    def answer(self, message: Message) -> None:
        """Takes an answer and saves it."""
        raise NotImplementedError

    def keep(self, value: Any) -> None:
        """Saves a value as the answer; feedback on an earlier one goes."""
        self.checked = self.checked and value == self.value
        self.save(self.kind, str(self.question.get("version", "")), value)
        self.value = value

    def take_back(self) -> None:
        """Takes the answer away: the question counts as not answered again."""
        if self.value is not None:
            self.desk.store.remove(self.id)
            self.value, self.saved_at, self.checked = None, "", False

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
        text = "{label}: {answer}".format(label=self._("Your answer"), answer=answer)
        return Summary(
            html=self.render("summary.html.j2", question=self.question, answer=answer),
            text=text.encode("utf-8", "replace").decode(),
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

    @property
    def verdict(self) -> str:
        """What is said first of a checked answer: of one option, that there is a better one."""
        if self.question.get("multiple", False) or self.right():
            return super().verdict
        return self._("Not yet: there is a better answer.")

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
        """Whether it is a number of a size that can be written."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and abs(value) <= LARGEST_NUMBER

    def answer(self, message: Message) -> None:
        """Saves the number that was written, or says why it cannot be read."""
        _ = self._
        self.written = message.text[:40]
        if not message.text.strip():
            self.take_back()
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

    def answer_text(self) -> str:
        """The number with its unit."""
        if self.value is None:
            return ""
        unit = self.question.get("unit", "")
        return f"{wording.number(self.value, self.desk.language)} {unit}".strip()
