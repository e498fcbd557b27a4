"""What a chart consists of, whoever shows it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from travesia.charts import graded
from travesia.charts.export import WIDTH, save
from travesia.charts.still import WIDTH as STILL_WIDTH
from travesia.charts.still import still
from travesia.charts.template import config, template

if TYPE_CHECKING:
    import plotly.graph_objects as go

PLOTLY_MIME = "application/vnd.plotly.v1+json"


@dataclass(frozen=True)
class Chart:
    """A chart in one language: the figure, and everything that says the same without seeing it."""

    title: str
    spec: Mapping[str, Any]
    """The figure as plotly's `data` and `layout`, without the template that all charts share."""
    summary: str
    """The text alternative: the finding, what the figure shows and what it cannot show."""
    table: pd.DataFrame
    """The figures, with headings and numbers as they are read."""
    table_title: str
    source: str
    """Publisher, what is counted, period, vintage, and the day of checking."""
    monthly: pd.DataFrame | None = None
    """The figures by month, where the table has years."""
    monthly_title: str = ""
    language: str = "en"

    @cached_property
    def figure(self) -> "go.Figure":
        """A plain plotly figure, to be changed and combined like any other."""
        # plotly takes a second to load, and the still picture needs none of it.
        import plotly.graph_objects as go  # noqa: PLC0415

        layout = {**self.spec["layout"], "template": template()}
        figure = go.Figure({"data": list(self.spec["data"]), "layout": layout})
        return graded.standing(figure, self) if graded.executing() else figure

    @property
    def config(self) -> dict[str, Any]:
        """The configuration to show the figure with: nothing is uploaded, nothing fetched."""
        return config(self.language)

    @property
    def tables(self) -> list[tuple[str, pd.DataFrame]]:
        """Every table behind the figure, with its title."""
        own = [(self.table_title, self.table)]
        return own if self.monthly is None else [*own, (self.monthly_title, self.monthly)]

    def still(self, width: float = STILL_WIDTH, *, framed: bool = False) -> str:
        """The figure as an SVG picture, so many pixels wide, that needs no script or browser.

        Args:
            width: pixels.
            framed: whether title and source are written on it.
        """
        source = self.source if framed else ""
        return still(self.spec, self.title, self.summary, width=width, source=source)

    def save(
        self, path: str | Path, *, width: int = WIDTH, say: Callable[[str], object] = print
    ) -> Path:
        """The path of a PNG or SVG file that was written, with title and source on it.

        Args:
            path: where to write, ending in `.png` or `.svg`.
            width: pixels; a PNG has twice as many, for print.
            say: is told in a sentence where no Chromium drew it, and why.

        Raises:
            ExportError: the ending is neither, or the folder cannot be written.
        """
        return save(self, path, width=width, say=say)

    def bundle(self) -> dict[str, Any]:
        """The figure as a notebook displays it, with a configuration that uploads nothing."""
        figure = json.loads(self.figure.to_json())
        return {
            PLOTLY_MIME: {**figure, "config": self.config},
            "text/plain": self.summary,
        }

    def words(self) -> str:
        """The text alternative, the tables and the source as HTML, to stand below the figure."""
        return graded.words(self)

    def _ipython_display_(self) -> None:
        if graded.executing():
            graded.show(self)
            return
        from IPython import display  # noqa: PLC0415 - charts are also drawn without Jupyter

        show: Callable[..., object] = display.display  # IPython declares no types
        show(self.bundle(), raw=True)
        show({"text/html": self.words(), "text/plain": self.source}, raw=True)
