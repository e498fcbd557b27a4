"""Travesía's plotly template and configuration: calm, readable on a phone, nothing remote."""

from datetime import date
from typing import Any

from travesia.charts.words import Words
from travesia.language import current_language, translator

INK = "#1f2a30"
INK_SOFT = "#4a565c"
PAPER = "#fffdf9"
SHADE = "#ede7db"
LINE = "#dcd4c4"

# Told apart by people who see colours differently. The tokens' reddish second colour is left out:
# people who move are never drawn in red.
DATA = ("#0b6e75", "#9a7410", "#4a5fa8", "#8c4a7f", "#3f4a4f")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
"""A second way to tell lines apart, beside their colours and in the same order."""

# From little to much in one hue, so that the order is seen in grey too.
SCALE = ((0.0, "#f7f4ee"), (0.25, "#b9d6d5"), (0.6, "#4f9da1"), (1.0, "#07535a"))

FONT = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, Cantarell, '
    '"DejaVu Sans", sans-serif'
)
HEIGHT = 460
LEGEND_AT = -0.12
"""Where the legend begins below the axes, as a share of their height."""


def template() -> dict[str, Any]:
    """The template that every chart is drawn with, for `figure.update_layout(template=…)`."""
    axis = {
        "gridcolor": LINE,
        "linecolor": INK_SOFT,
        "zerolinecolor": LINE,
        "automargin": True,
        # Dragging on a phone scrolls the page; it does not zoom the chart.
        "fixedrange": True,
    }
    return {
        "layout": {
            "font": {"family": FONT, "size": 14, "color": INK},
            "colorway": list(DATA),
            "colorscale": {"sequential": [list(stop) for stop in SCALE]},
            "paper_bgcolor": PAPER,
            "plot_bgcolor": PAPER,
            "dragmode": False,
            "hovermode": "x unified",
            "hoverlabel": {"bgcolor": PAPER, "bordercolor": INK_SOFT, "font": {"color": INK}},
            "margin": {"l": 8, "r": 12, "t": 96, "b": 8},
            "legend": {
                "orientation": "h",
                "x": 0,
                "xanchor": "left",
                "y": LEGEND_AT,
                "yanchor": "top",
                "traceorder": "normal",
            },
            "xaxis": {**axis, "showgrid": False, "ticks": "outside", "tickcolor": INK_SOFT},
            "yaxis": {**axis, "rangemode": "tozero"},
        }
    }


def config(language: str = "") -> dict[str, Any]:
    """The configuration to show a figure with: no upload, no logo, months in the language.

    Args:
        language: the language of months, days and buttons; the reader's own if not given.
    """
    language = language or current_language()
    return {
        "displayModeBar": False,
        "displaylogo": False,
        "scrollZoom": False,
        # Plotly 7 otherwise offers to upload the chart to a service of its own.
        "showSendToCloud": False,
        "locale": language,
        "locales": {language: _locale(language)},
    }


def _locale(language: str) -> dict[str, Any]:
    """What plotly writes itself, given along with the figure: it knows English only."""
    _, words = translator(language), Words(language)
    months = [date(2024, month, 1) for month in range(1, 13)]
    days = [date(2024, 9, day) for day in range(1, 8)]  # the first of them is a Sunday
    return {
        "dictionary": {
            "Autoscale": _("Fit to the data"),
            "Reset axes": _("First view"),
            "Zoom": _("Zoom"),
            "Pan": _("Move"),
        },
        "format": {
            "months": [words.month_alone(day) for day in months],
            "shortMonths": [words.short_month_alone(day) for day in months],
            "days": [words.weekday(day) for day in days],
            "shortDays": [words.weekday(day)[:3] for day in days],
            "date": "%d/%m/%Y",
            "decimal": words.separators[0],
            "thousands": words.separators[1],
        },
    }
