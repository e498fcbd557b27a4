"""An estimate by month with what is not known of it, drawn as a band."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from travesia.charts.about import About, ChartDataError, require
from travesia.charts.chart import Chart
from travesia.charts.marks import Marks, room, ticks
from travesia.charts.small_cells import is_small
from travesia.charts.template import DATA, HEIGHT
from travesia.charts.words import Words
from travesia.language import Translate, translator

_FIGURES = ["value", "low", "high"]
_AXIS = {"counts": ",d", "rates": "", "shares": ".0%"}
"""What an estimate can be of, and how the axis writes it."""
_DIGITS = 3
"""The digits of a rate that are written."""


def uncertainty_band(data: pd.DataFrame, about: About, *, figures: str = "") -> Chart:
    """The chart of an estimate by month between a lower and an upper bound.

    A month without a row, or without a figure, is a gap. Estimated counts below `about.smallest`
    are neither drawn nor written; rates and shares count nobody and are all shown.

    Args:
        data: `period`, `value`, `low` and `high`; the bounds' own meaning stands in `about`.
        about: what is estimated and how it is to be read, the share of the interval included.
        figures: `counts`, `rates` or `shares` (1 is all); if not given, fractions none of which is
            above 1 are shares, and all else is counts.

    Raises:
        ChartDataError: a column is missing, a month has two rows, an estimate lies outside its
            bounds, or nothing is left to draw.
    """
    _ = translator(about.language)
    require(data, "period", *_FIGURES)
    table = _by_month(data, about)
    kind = figures or _kind(table)
    if kind not in _AXIS:
        raise ChartDataError(
            _("'{figures}' is none of the figures a band is drawn of: {known}.").format(
                figures=figures, known=", ".join(_AXIS)
            )
        )
    # A rate or a share is no count, so that no count is said to be withheld.
    about = about if kind == "counts" else replace(about, smallest=0)
    words = about.words
    shown = _shown(table, about)
    said = _said(table, shown, _writer(kind, words), about)
    months = list(table.index)
    first, last = months[0], months[-1]
    marks = Marks(about.language)
    marks.draw([mark for mark in about.marks if first <= pd.Timestamp(mark.day) <= last])
    until = marks.end(last) if about.ends_in(last) else last
    marks.counts(about.unit, about.meaning)
    return Chart(
        title=about.title,
        spec={
            "data": [*_band(shown, _("Range")), *_line(shown, said, _("Estimate"), _)],
            "layout": {
                "height": HEIGHT,
                "separators": words.separators,
                "margin": {"t": marks.top},
                "shapes": marks.shapes,
                "annotations": marks.notes,
                "xaxis": {
                    "type": "date",
                    "range": [edge.isoformat() for edge in room(first, until)],
                    **ticks(first, until, words),
                    "tickangle": 0,
                    "hoverformat": "%B %Y",
                },
                "yaxis": {"type": "linear", "nticks": 6, "tickformat": _AXIS[kind]},
            },
        },
        summary=about.said(_finding(shown, said, words, _)),
        table=pd.DataFrame(
            {
                _("Month"): [words.month(month) for month in months],
                _("Estimate"): list(said["value"]),
                _("From"): list(said["low"]),
                _("To"): list(said["high"]),
            }
        ),
        table_title=_("The figures by month"),
        source=about.source,
        language=about.language,
    )


def _by_month(data: pd.DataFrame, about: About) -> pd.DataFrame:
    """The estimates and their bounds, a row for each month from first to last."""
    _ = translator(about.language)
    table = pd.DataFrame(data)[["period", *_FIGURES]]
    table = table.assign(**{name: pd.to_numeric(table[name]).astype(float) for name in _FIGURES})
    table["period"] = pd.to_datetime(table["period"]).dt.to_period("M").dt.to_timestamp()
    table = table.sort_values("period").set_index("period")
    twice = table.index[table.index.duplicated()]
    if len(twice):
        raise ChartDataError(
            _(
                "{month} has more than one estimate: the chart's table needs one row a month."
            ).format(month=about.words.month(twice[0]))
        )
    outside = table[
        (table["low"] > table["value"])
        | (table["value"] > table["high"])
        | (table["low"] > table["high"])
    ]
    if len(outside):
        raise ChartDataError(
            f"The estimate of {about.words.month(outside.index[0])} lies outside its own bounds: "
            "check the columns 'low', 'value' and 'high'."
        )
    return table.reindex(pd.date_range(table.index[0], table.index[-1], freq="MS"))


def _kind(table: pd.DataFrame) -> str:
    """Shares where there are fractions of 1 and nothing above it; zeros and ones may be counts."""
    fractions = ((table > 0) & (table < 1)).any(axis=None)
    return "shares" if fractions and table.max(axis=None) <= 1 else "counts"


def _shown(table: pd.DataFrame, about: About) -> pd.DataFrame:
    """The figures that are drawn.

    The bounds of a small estimate go with it: from both, it could be worked out.
    """
    _ = translator(about.language)
    shown = table.mask(table.apply(is_small, smallest=about.smallest))
    shown[is_small(table["value"], about.smallest)] = math.nan
    if shown["value"].notna().any():
        return shown
    if table["value"].notna().any():
        raise ChartDataError(
            _(
                "Every estimate is below {smallest}, too small to be shown as a count. If they are "
                "rates or shares, say so: figures='rates' or figures='shares'."
            ).format(smallest=about.smallest)
        )
    raise ChartDataError(_("Every estimate of the table is missing, so there is nothing to draw."))


def _writer(kind: str, words: Words) -> Callable[[float], str]:
    """How a figure is written: a count whole, a share in per cent, a rate with its decimals."""

    def rate(value: float) -> str:
        decimals = _DIGITS - 1 - math.floor(math.log10(abs(value))) if value else 0
        text = f"{value:,.{max(decimals, 0)}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        mark, group = words.separators[0], words.separators[1:]
        return text.translate({ord("."): mark, ord(","): group})

    def count(value: float) -> str:
        return words.number(round(value))

    return {"counts": count, "rates": rate, "shares": words.share}[kind]


def _said(
    table: pd.DataFrame, shown: pd.DataFrame, write: Callable[[float], str], about: About
) -> pd.DataFrame:
    """Each figure as it is read: missing, too small, withheld with a small one, or itself."""
    _ = translator(about.language)

    def read(value: float, seen: float) -> str:
        if pd.isna(value):
            return "–"
        if pd.isna(seen):
            return f"< {about.smallest}" if 0 < value < about.smallest else _("not shown")
        return write(value)

    return pd.DataFrame(
        {
            name: [read(*pair) for pair in zip(table[name], shown[name], strict=True)]
            for name in _FIGURES
        },
        index=table.index,
    )


def _finding(shown: pd.DataFrame, said: pd.DataFrame, words: Words, _: Translate) -> str:
    last = shown["value"].last_valid_index()
    width = (shown["high"] - shown["low"]).where(shown["value"].notna())
    if width.isna().all():
        return _("The last estimate, for {month}, is {last}.").format(
            month=words.month(last), last=_read(said.loc[last], _)
        )
    widest = width.idxmax()
    return _(
        "The last estimate, for {month}, is {last}. Least certain is {widest_month}: {widest}."
    ).format(
        month=words.month(last),
        last=_read(said.loc[last], _),
        widest_month=words.month(widest),
        widest=_read(said.loc[widest], _),
    )


def _read(row: pd.Series, _: Translate) -> str:
    if row["low"] == row["high"] == "–":
        return str(row["value"])
    return _("{number} ({low} to {high})").format(
        number=row["value"], low=row["low"], high=row["high"]
    )


def _band(shown: pd.DataFrame, name: str) -> list[dict[str, Any]]:
    """A piece for each run of months whose bounds are both shown; of one month, a stroke."""
    both = shown["low"].notna() & shown["high"].notna()
    runs = shown[both].groupby((~both).cumsum()[both])
    return [
        {
            "type": "scatter",
            "name": name,
            "legendgroup": name,
            "showlegend": number == 0,
            "x": [*part.index, *reversed(part.index)],
            "y": [*part["high"], *reversed(list(part["low"]))],
            "fill": "toself",
            "fillcolor": "rgba(11,110,117,0.22)",
            "line": {"width": 0 if len(part) > 1 else 1, "color": DATA[0]},
            "mode": "lines",
            "hoverinfo": "skip",
        }
        for number, (_key, part) in enumerate(runs)
    ]


def _line(shown: pd.DataFrame, said: pd.DataFrame, name: str, _: Translate) -> list[dict[str, Any]]:
    """The line of the estimates, and a dot where one stands between gaps."""
    values = shown["value"]
    alone = values[values.notna() & values.shift().isna() & values.shift(-1).isna()]
    line = {
        "type": "scatter",
        "name": name,
        "x": list(values.index),
        "y": [None if pd.isna(value) else float(value) for value in values],
        "customdata": [
            "" if pd.isna(value) else _read(said.loc[month], _) for month, value in values.items()
        ],
        "hovertemplate": "<b>%{customdata}</b><extra></extra>",
        "mode": "lines",
        "line": {"color": DATA[0], "width": 2.25},
        "connectgaps": False,
    }
    dots = {
        "type": "scatter",
        "name": name,
        "showlegend": False,
        "x": list(alone.index),
        "y": list(alone.astype(float)),
        "mode": "markers",
        "marker": {"color": DATA[0], "size": 7},
        "hoverinfo": "skip",
    }
    return [line, dots] if len(alone) else [line]
