"""What stands in a learner's cell: a function for each kind of item, and what it shows.

Whatever is wrong is shown as a sentence in the learner's language, never raised.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from travesia.language import Translate, current_language, translator
from travesia.learn.answers import AnswersError
from travesia.learn.case_screen import CaseScreen
from travesia.learn.content import ContentMissingError, Desk, open_desk
from travesia.learn.facts import FactsScreen
from travesia.learn.kinds import SCREENS
from travesia.learn.screen import Screen, Summary
from travesia.learn.view import Page, View, present
from travesia.scenarios import CaseError

if TYPE_CHECKING:
    from travesia.learn.chart_output import ChartOutput


def choice(identifier: str) -> View | Page:
    """A question whose answer is chosen among options, with the saved answer marked."""
    return _question(identifier, "choice")


def number(identifier: str) -> View | Page:
    """A question whose answer is a number, with the saved answer filled in."""
    return _question(identifier, "number")


def text(identifier: str) -> View | Page:
    """A question that is answered in the learner's own words, with the saved text."""
    return _question(identifier, "text")


def truth(identifier: str) -> View | Page:
    """A statement that holds or does not, with the reason for it, as it was answered."""
    return _question(identifier, "truth")


def short(identifier: str) -> View | Page:
    """A question that is answered with a word or two, with the saved words."""
    return _question(identifier, "short")


def order(identifier: str) -> View | Page:
    """Steps to put in order, in the order they were left in."""
    return _question(identifier, "order")


def match(identifier: str) -> View | Page:
    """Things to pair, with the saved pairs."""
    return _question(identifier, "match")


def spot(identifier: str) -> View | Page:
    """A question that is answered on a picture or from its list, with the saved area marked."""
    return _question(identifier, "spot")


def case(identifier: str) -> View | Page:
    """A case at the step that the saved decisions lead to."""
    return _item(identifier, lambda desk: desk.cases, CaseScreen)


def fact(*identifiers: str) -> View | Page:
    """Dated facts with their sources and the day on which they were checked."""

    def show(desk: Desk) -> Screen:
        for identifier in identifiers:
            _known(identifier, desk.facts, desk)
        return FactsScreen(desk, identifiers)

    return _shown(show)


def chart(name: str) -> "ChartOutput | Page":
    """A chart with its text alternative and its table."""
    # pandas and plotly take seconds to load, and a notebook without charts needs neither.
    from travesia.charts import CHARTS  # noqa: PLC0415
    from travesia.learn.chart_output import ChartOutput, ChartScreen  # noqa: PLC0415

    language = current_language()
    if name not in CHARTS:
        _ = translator(language)
        return _sentence(_("There is no chart called {id}.").format(id=name), language)
    return ChartOutput(ChartScreen(language, name))


def _question(identifier: str, kind: str) -> View | Page:
    return _item(
        identifier,
        lambda desk: {
            name: question
            for name, question in desk.questions.items()
            if question.get("kind") == kind
        },
        SCREENS[kind],
    )


def _item(
    identifier: str,
    items: Callable[[Desk], Mapping[str, Any]],
    screen: Callable[[Desk, str], Screen],
) -> View | Page:
    def show(desk: Desk) -> Screen:
        _known(identifier, items(desk), desk)
        return screen(desk, identifier)

    return _shown(show)


def _known(identifier: object, items: Mapping[str, Any], desk: Desk) -> None:
    if isinstance(identifier, str) and identifier in items:
        return
    _: Translate = translator(desk.language)
    raise ContentMissingError(
        _(
            "There is nothing called {id} in the content of the folder {folder}. Open the lesson "
            "or the assignment from your course page to get a fresh copy. Your answers are kept."
        ).format(id=identifier, folder=desk.folder.name)
    )


def _shown(show: Callable[[Desk], Screen]) -> View | Page:
    """What a cell shows, or the sentence that says why it cannot."""
    try:
        return present(show(open_desk()))
    except (AnswersError, CaseError, ContentMissingError) as error:
        return _sentence(str(error), current_language())


def _sentence(sentence: str, language: str) -> Page:
    html = f'<p lang="{escape(language)}" role="alert"><strong>{escape(sentence)}</strong></p>'
    return Page(Summary(html, sentence))
