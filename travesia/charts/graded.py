"""What a chart shows in a notebook that is being graded: a picture, and the same in words.

No browser runs there, and the page of feedback runs no script.
"""

import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from travesia.charts.still import still
from travesia.charts.svg import light_png

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from travesia.charts.chart import Chart
    from travesia.charts.flow_map import FlowMap

VARIABLE = "NBGRADER_EXECUTION"
"""What nbgrader sets where it runs a notebook."""


def executing() -> bool:
    """Whether the notebook is run for grading."""
    return bool(os.environ.get(VARIABLE))


def show(shown: "Chart | FlowMap", picture: str = "") -> None:
    """Shows title, picture, words, tables and source as outputs that feedback can hold.

    Args:
        shown: the chart or the map.
        picture: what is drawn as SVG, where it is not the chart's own still picture.
    """
    from IPython import display  # noqa: PLC0415 - charts are also drawn without Jupyter

    put: Callable[..., object] = display.display  # IPython declares no types
    heading = Markup('<h4 lang="{}">{}</h4>').format(shown.language, shown.title)
    put({"text/html": heading, "text/plain": shown.title}, raw=True)
    drawn = b64encode(light_png(picture or shown.still())).decode()
    put({"image/png": drawn, "text/plain": shown.title}, raw=True)
    put({"text/html": words(shown), "text/plain": shown.summary}, raw=True)


def standing(figure: "go.Figure", chart: "Chart") -> "go.Figure":
    """The same figure, shown as a picture of what it has become, with the chart's own words."""
    import plotly.graph_objects as go  # noqa: PLC0415 - it takes a second to load

    class Standing(go.Figure):
        def _ipython_display_(self) -> None:
            spec = self.to_plotly_json()
            data = [{key: _plain(part) for key, part in trace.items()} for trace in spec["data"]]
            # What all charts share is in the still picture already.
            layout = {key: part for key, part in spec["layout"].items() if key != "template"}
            try:
                picture = still({"data": data, "layout": layout}, chart.title, chart.summary)
            except (KeyError, TypeError, ValueError):
                # Somebody added what a still picture cannot draw.
                picture = ""
            show(chart, picture)

    return Standing(figure)


def _plain(part: Any) -> Any:
    """A part of a trace, numbers that plotly packed as a list again."""
    if isinstance(part, dict) and "bdata" in part:
        return np.frombuffer(b64decode(part["bdata"]), dtype=part["dtype"]).tolist()
    return part


def words(shown: "Chart | FlowMap") -> str:
    """The text alternative, the tables and the source as HTML, to stand below the drawing."""
    folded = Markup("").join(
        Markup("<details><summary>{}</summary>{}</details>").format(
            title,
            # pandas escapes what is in its cells.
            Markup(table.to_html(index=False, border=0)),  # noqa: S704
        )
        for title, table in shown.tables
    )
    return Markup('<section lang="{}"><p>{}</p>{}<p><small>{}</small></p></section>').format(
        shown.language, shown.summary, folded, shown.source
    )
