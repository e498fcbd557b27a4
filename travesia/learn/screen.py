"""What a learner sees of one item and can do with it, whoever draws it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from markupsafe import Markup

from travesia.language import Translate, translator
from travesia.learn import prose, wording
from travesia.learn.answers import AnswersError
from travesia.learn.content import Desk
from travesia.learn.messages import Message
from travesia.templates import environment

_TEMPLATES = environment(Path(__file__).parent / "templates")

_views = count(1)


@dataclass(frozen=True)
class Summary:
    """An item and its saved answer as a page without a kernel shows them."""

    html: str
    text: str


class Screen(ABC):
    """Something that is shown in a language and acts on what the learner does.

    Attributes:
        problem: a sentence about what just went wrong, empty while all is well.
        focus: the id of the element that the keyboard moves to next, empty to leave it.
    """

    def __init__(self, language: str, identifier: str) -> None:
        self.language = language
        self.id = identifier
        self.uid = f"tv-{next(_views)}-{identifier}"
        self._: Translate = translator(language)
        self.problem = ""
        self.focus = ""

    @property
    def actions(self) -> Mapping[str, Callable[[Message], None]]:
        """What a learner can do here, by the name of the action."""
        return {}

    @abstractmethod
    def html(self) -> str:
        """What is shown now."""

    @abstractmethod
    def summary(self) -> Summary:
        """The same without anything to operate."""

    def act(self, message: Message) -> None:
        """Does what the learner asked for; an action that is not offered changes nothing."""
        action = self.actions.get(message.action)
        if action is None:
            return
        self.problem = self.focus = ""
        try:
            action(message)
        except AnswersError as error:
            self.problem = str(error)

    def render(self, template: str, **parts: Any) -> str:
        """A template of this package, filled; all text in it is escaped."""
        return render(
            template,
            _=self._,
            block=prose.block,
            inline=prose.inline,
            day=lambda when: wording.day(when, self.language),
            language=self.language,
            screen=self,
            uid=self.uid,
            **parts,
        )


class ItemScreen(Screen):
    """An item on a learner's desk, with its saved answer.

    Attributes:
        saved_at: when the shown answer was saved, empty while there is none.
    """

    def __init__(self, desk: Desk, identifier: str) -> None:
        super().__init__(desk.language, identifier)
        self.desk = desk
        self.saved_at = ""

    def save(self, kind: str, version: str, value: Any, *, keep_before: bool = False) -> None:
        """Keeps an answer; raises `AnswersError` with a sentence where it cannot be kept."""
        answer = self.desk.store.set(self.id, kind, version, value, keep_before=keep_before)
        self.saved_at = answer.at

    @property
    def status(self) -> Markup:
        """Whether and when the answer was saved, for the live region."""
        _ = self._
        if not self.saved_at:
            return Markup("")
        saved = wording.fill(_("Saved at {time}."), time=wording.clock(self.saved_at))
        if self.desk.graded:
            saved += " " + _("Your answers are saved; hand in with the button above.")
        return saved

    def render(self, template: str, **parts: Any) -> str:
        """A template of this package, filled, with the desk at hand."""
        return super().render(template, desk=self.desk, **parts)


def render(template: str, **parts: Any) -> str:
    """A template of this package, filled with parts; all text in it is escaped.

    Half a surrogate pair, which JSON lets through, becomes a question mark: no page can hold it.
    """
    text = _TEMPLATES.get_template(template).render(**parts)
    return text.encode("utf-8", "replace").decode()
