"""A chart in a notebook: the drawing, and below it the same in words and in tables."""

from base64 import b64encode
from collections.abc import Callable
from functools import cached_property

from IPython.display import display
from markupsafe import escape

from travesia.charts import CHARTS, Chart, FlowMap
from travesia.charts.map_view import MapView
from travesia.charts.svg import light_png
from travesia.learn.answers import executing
from travesia.learn.screen import Screen, Summary
from travesia.learn.view import Page, View, present

_show: Callable[..., object] = display  # IPython declares no types


class ChartScreen(Screen):
    """What a chart says, for whoever does not see it: a text and its tables."""

    def __init__(self, language: str, name: str) -> None:
        super().__init__(language, name)
        self.chart: Chart | FlowMap = CHARTS[name](language)
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
    """A chart as a cell's output; where no browser runs, a still picture of it."""

    def __init__(self, screen: ChartScreen) -> None:
        self.screen = screen

    @cached_property
    def words(self) -> View | Page:
        """The chart in words and tables."""
        return present(self.screen)

    def _ipython_display_(self) -> None:
        chart = self.screen.chart
        if executing():
            # Of pictures, the feedback shows those that cannot hold a script.
            picture = b64encode(light_png(chart.still())).decode()
            _show({"image/png": picture, "text/plain": chart.title}, raw=True)
            _show(self.words)
        elif isinstance(chart, FlowMap):
            # The map brings its words and its figures along.
            _show(MapView(chart))
        else:
            _show(self.screen.heading())
            _show(chart.bundle(), raw=True)
            _show(self.words)
