"""A chart in a notebook: the drawing, and below it the same in words and in tables."""

from collections.abc import Callable

from IPython.display import display
from markupsafe import escape

from travesia.charts import CHARTS, Chart
from travesia.learn.answers import executing
from travesia.learn.screen import Screen, Summary
from travesia.learn.view import Page, present

_show: Callable[..., object] = display  # IPython declares no types


class ChartScreen(Screen):
    """What a chart says, for whoever does not see it: a text and its tables."""

    def __init__(self, language: str, name: str) -> None:
        super().__init__(language, name)
        self.chart: Chart = CHARTS[name](language)
        self.open = False

    def heading(self) -> Page:
        """The title above the drawing."""
        title = self.chart.title
        html = f'<h3 lang="{escape(self.language)}">{escape(title)}</h3>'
        return Page(Summary(html, title))

    def html(self) -> str:
        """The text alternative, the tables and the source."""
        return self.render("chart.html.j2", chart=self.chart)

    def summary(self) -> Summary:
        """The same with the tables open."""
        self.open = True
        return Summary(self.html(), self.chart.summary)


class ChartOutput:
    """A chart as a cell's output; on paper without the drawing, which needs a browser."""

    def __init__(self, screen: ChartScreen) -> None:
        self.screen = screen
        self.words = present(screen)

    def _ipython_display_(self) -> None:
        if not executing():
            _show(self.screen.heading())
            _show(self.screen.chart.bundle(), raw=True)
        _show(self.words)
