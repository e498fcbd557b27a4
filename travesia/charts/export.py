"""Charts as PNG and SVG files with nothing fetched, drawn by the Chromium of this machine.

Where none starts, they are the chart's own still picture. That is the rule in a workspace of the
hub: Chromium asks for more addresses than its limit on memory leaves.
"""

import json
import logging
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from travesia.charts import svg
from travesia.charts.template import HEIGHT, LEGEND_AT
from travesia.language import translator

if TYPE_CHECKING:
    from travesia.charts.chart import Chart

FORMATS = ("png", "svg")
WIDTH, SCALE = 900, 2
_LINE, _LINE_HEIGHT, _TITLE, _LEGEND_ROW = 120, 17, 46, 36


class ExportError(RuntimeError):
    """A picture that could not be written, with the sentence that says why and what helps."""


class NoBrowserError(Exception):
    """There is no Chromium (`missing`), or it does not start here."""

    def __init__(self, *, missing: bool) -> None:
        super().__init__()
        self.missing = missing


def save(
    chart: "Chart", path: str | Path, *, width: int = WIDTH, say: Callable[[str], object] = print
) -> Path:
    """The path of the picture that was written, PNG or SVG by its ending, its source below it.

    Args:
        chart: the chart.
        path: where to write, ending in `.png` or `.svg`.
        width: pixels; a PNG has twice as many, for print.
        say: is told in a sentence where no Chromium drew it, and why.

    Raises:
        ExportError: the ending is neither, or the folder cannot be written.
    """
    form = form_of(path)
    try:
        content = _drawn(framed(chart), form, width)
    except NoBrowserError as without:
        content = encoded(chart.still(width, framed=True), form)
        say(_sentence(Path(path).name, chart.language, missing=without.missing))
    return write(content, path)


def form_of(path: str | Path) -> str:
    """Which of the two formats a path's ending names.

    Raises:
        ExportError: neither.
    """
    target = Path(path)
    form = target.suffix.lower().removeprefix(".")
    if form not in FORMATS:
        raise ExportError(f"{target.name} ends in neither .png nor .svg: these two can be written.")
    return form


def encoded(picture: str, form: str) -> bytes:
    """An SVG picture as the content of a file of that format."""
    return svg.png(picture, zoom=SCALE) if form == "png" else svg.alone(picture).encode()


def write(content: bytes, path: str | Path) -> Path:
    """The path, once the content is in it.

    Raises:
        ExportError: the folder cannot be written.
    """
    target = Path(path)
    try:
        target.write_bytes(content)
    except OSError as error:
        raise ExportError(f"{target} cannot be written: {error.strerror}.") from error
    return target


def _sentence(name: str, language: str, *, missing: bool) -> str:
    _ = translator(language)
    if missing:
        return _(
            "{file} was drawn without Chromium, which was not found on this machine: figures, "
            "title and source are the same. Where 'chromium' is installed, plotly draws it."
        ).format(file=name)
    return _(
        "{file} was drawn without Chromium, which does not start here: figures, title and source "
        "are the same. Outside the hub's workspaces, plotly draws it."
    ).format(file=name)


def framed(chart: "Chart") -> dict[str, Any]:
    """The figure as it leaves the notebook: with its title above and its source below."""
    figure = json.loads(chart.figure.to_json())
    layout = figure["layout"]
    source = "<br>".join(textwrap.wrap(chart.source, _LINE))
    rows = source.count("<br>") + 1
    margin = {"l": 8, "r": 12, "t": 96, "b": 8, **layout.get("margin", {})}
    margin["l"] = max(margin["l"], 12)
    legend = _room_for_legend(figure, margin) if layout.get("showlegend", True) else 30
    low = legend + rows * _LINE_HEIGHT
    layout["height"] = layout.get("height", HEIGHT) + _TITLE + low
    layout["margin"] = {**margin, "t": margin["t"] + _TITLE, "b": margin["b"] + low, "r": 20}
    layout["title"] = {
        "text": f"<b>{chart.title}</b>", "font": {"size": 18}, "pad": {"t": 16, "l": 12},
        "x": 0, "xref": "container", "xanchor": "left",
        "y": 1, "yref": "container", "yanchor": "top",
    }  # fmt: skip
    layout["annotations"] = [
        *layout.get("annotations", []),
        {
            "text": source, "font": {"size": 11}, "align": "left", "showarrow": False,
            "xref": "paper", "x": 0, "xanchor": "left",
            "yref": "paper", "y": 0, "yanchor": "top", "yshift": -legend - margin["b"],
        },
    ]  # fmt: skip
    return {**figure, "config": chart.config}


def _room_for_legend(figure: dict[str, Any], margin: dict[str, Any]) -> int:
    """The pixels below the axes that the ticks and the legend below them take."""
    layout = figure["layout"]
    below = layout.get("legend", {}).get("y", LEGEND_AT) < 0
    named = [each for each in figure["data"] if each.get("name") and each.get("showlegend", True)]
    if not below or not named:
        return 30
    inside = layout.get("height", HEIGHT) - margin["t"] - margin["b"]
    return round(inside * -LEGEND_AT) + _LEGEND_ROW


def _drawn(figure: dict[str, Any], form: str, width: int) -> bytes:
    try:
        import kaleido  # noqa: PLC0415 - takes half a second, and only an export needs it
        from kaleido.errors import (  # noqa: PLC0415
            BrowserClosedError,
            BrowserFailedError,
            ChromeNotFoundError,
        )
    except ModuleNotFoundError as error:
        raise ExportError(
            f"The Python package '{error.name}' is missing, so no picture can be written: install "
            "it with 'python -m pip install kaleido'."
        ) from error
    # Its farewell to the browser is written down as a fault where it comes with another message.
    logging.getLogger("choreographer.channels.pipe").setLevel(logging.CRITICAL)
    options = {"format": form, "width": width, "height": figure["layout"]["height"],
               "scale": SCALE if form == "png" else 1}  # fmt: skip
    try:
        # Formulas are not used, and their script would be fetched from elsewhere.
        return bytes(kaleido.calc_fig_sync(figure, opts=options, kopts={"mathjax": False}))
    except (ChromeNotFoundError, BrowserFailedError, BrowserClosedError, TimeoutError) as error:
        raise NoBrowserError(missing=isinstance(error, ChromeNotFoundError)) from error
