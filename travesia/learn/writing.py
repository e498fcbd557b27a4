"""Questions that are answered in a person's own words: a text, or a word or two.

A sign of a real person is pointed out before it is saved.
"""

from typing import Any

from babel.lists import format_list

from travesia.course.question_kinds import LONGEST_SHORT_TEXT
from travesia.learn import privacy, wording
from travesia.learn.arranged import ArrangedScreen
from travesia.learn.messages import Message
from travesia.learn.question import QuestionScreen

LONGEST_TEXT = 20_000


class WritingScreen(QuestionScreen):
    """A question with a box to write in, which warns of what could identify somebody.

    The writer is warned and never stopped: what was written is saved when the box is left.

    Attributes:
        waiting: whether what was typed is held back until the warning could be read.
    """

    longest: int

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._signs = privacy.identifying(self.value or "", self._)
        self.waiting = False

    @property
    def signs(self) -> str:
        """What could identify a real person, as a list in the reader's language."""
        return format_list(self._signs, locale=wording.locale(self.desk.language))

    def holds_back(self, message: Message) -> bool:
        """Whether a new sign is to be read before the text is saved; said once for each."""
        known, self._signs = self._signs, privacy.identifying(message.text, self._)
        new = set(self._signs) - set(known)
        self.waiting = bool(new) and not message.final and message.action == "answer"
        return self.waiting


class TextScreen(WritingScreen):
    """A question that is answered in the learner's own words."""

    template = "text.html.j2"
    kind = "text"
    longest = LONGEST_TEXT

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
        if self.holds_back(message):
            return
        if message.text or self.value:
            self.keep(message.text)
        if not message.text.strip() and message.action == "check":
            self.problem = self._("Write your answer first.")

    def answer_text(self) -> str:
        """The text as it was written."""
        return self.value or ""


class ShortScreen(WritingScreen, ArrangedScreen):
    """A question that is answered with a word or two."""

    template = "short.html.j2"
    kind = "short"
    longest = LONGEST_SHORT_TEXT

    def answer(self, message: Message) -> None:
        """Saves the words; a new sign of a real person is pointed out before they are saved."""
        if self.holds_back(message):
            return
        self.take(message.text.strip()[:LONGEST_SHORT_TEXT], message)
        if message.action == "check" and self.problem:
            self.problem = self._("Write your answer first.")

    def answer_text(self) -> str:
        """The words as they were written."""
        return self.value or ""
