"""The parts of the explorer's screen as HTML, in one language."""

from functools import cache
from pathlib import Path
from typing import Any

from travesia.charts import SMALLEST, Chart
from travesia.charts.naming import counting, title
from travesia.charts.spans import MONTH
from travesia.charts.still import frame_of
from travesia.charts.words import Words
from travesia.explorer import code
from travesia.explorer.answer import Answer
from travesia.explorer.choice import Choice
from travesia.explorer.cube import Cube
from travesia.explorer.naming import word_name
from travesia.flows import describe
from travesia.flows.package import series as all_series
from travesia.language import Translate, translator
from travesia.templates import environment

_TEMPLATES = environment(Path(__file__).parent / "templates")


class Screen:
    """Every word and picture of one explorer, apart from its map."""

    def __init__(self, language: str, uid: str) -> None:
        self.language = language
        self._: Translate = translator(language)
        self._uid = uid
        self._controls: tuple[object, str] = (None, "")

    def shell(self) -> str:
        """The places that all other parts are put into."""
        return self._render("shell.html.j2")

    def controls(self, choice: Choice, cube: Cube) -> str:
        """What can be chosen of a series; the same for every choice, so made once."""
        if self._controls[0] != (choice.series, cube):
            about = describe(choice.series)
            html = self._render(
                "controls.html.j2",
                titles=_titles(self.language),
                own=choice.series,
                first=about.start,
                last=about.end,
                words=cube.words,
                name_of=self._name,
            )
            self._controls = ((choice.series, cube), html)
        return self._controls[1]

    def series(self, found: Answer) -> str:
        """The chart over time."""
        return self._chart(found.series, self._("Over time"))

    def sankey(self, found: Answer) -> str:
        """The corridors."""
        return self._chart(found.sankey, self._("From where to where"))

    def table(self, found: Answer) -> str:
        """The nationalities."""
        return self._render("table.html.j2", table=found.table)

    def take(self, choice: Choice) -> str:
        """What can be taken along: files, the view's own line, its code."""
        return self._render(
            "take.html.j2",
            line=choice.line,
            pandas=code.pandas_lines(choice),
            ibis=code.ibis_lines(choice),
            citation=describe(choice.series).citation_in(self.language),
        )

    def told(self, found: Answer) -> str:
        """How much the choice keeps, in a sentence."""
        _ = self._
        strange = _strange(found)
        if strange:
            return _("This series has no {words}.").format(words=strange)
        if found.totals.empty:
            return _("No figure of this series fits the choice.")
        total = int(found.totals.sum())
        if found.series is None or total < SMALLEST:
            return _("What fits the choice is too small to show.")
        kept = found.cube.groups.loc[found.totals.index]
        periods = kept["period"].nunique()
        monthly = bool((kept["frequency"] == MONTH).all())
        if periods == 1:
            sentence = (
                _("{number} {unit} in one month.") if monthly else _("{number} {unit} in one year.")
            )
        else:
            sentence = (
                _("{number} {unit} in {months} months.")
                if monthly
                else _("{number} {unit} in {years} years.")
            )
        return sentence.format(
            number=Words(self.language).number(total),
            unit=counting(_)[describe(found.choice.series).counts][0].lower(),
            months=periods,
            years=periods,
        )

    def _chart(self, drawn: Chart | None, heading: str) -> str:
        return self._render("chart.html.j2", drawn=drawn, heading=heading, frame_of=frame_of)

    def _name(self, column: str, word: str) -> str:
        return word_name(column, word, self.language)

    def _render(self, template: str, **parts: Any) -> str:
        return _TEMPLATES.get_template(template).render(
            _=self._, uid=self._uid, language=self.language, **parts
        )


def _strange(found: Answer) -> str:
    """The words of a choice that its series does not have, as they were written in a line."""
    return ", ".join(
        f"{column} “{word}”"
        for column, words in found.choice.words.items()
        for word in words
        if not found.cube.has(column, word)
    )


@cache
def _titles(language: str) -> dict[str, str]:
    _ = translator(language)
    return {each.id: title(each, _) for each in all_series().values()}
