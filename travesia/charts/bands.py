"""An estimate by month with what is not known of it, drawn as a band."""

from typing import Any

import pandas as pd

from travesia.charts.about import About, ChartDataError, require
from travesia.charts.chart import Chart
from travesia.charts.marks import Marks
from travesia.charts.template import DATA, HEIGHT
from travesia.charts.words import Words
from travesia.language import translator

_SHORT = 400


def uncertainty_band(data: pd.DataFrame, about: About) -> Chart:
    """The chart of an estimate by month between a lower and an upper bound.

    Args:
        data: `period`, `value`, `low` and `high`; the bounds' own meaning stands in `about`.
        about: what is estimated and how it is to be read, the share of the interval included.

    Raises:
        ChartDataError: a column is missing, or an estimate lies outside its bounds.
    """
    _ = translator(about.language)
    require(data, "period", "value", "low", "high")
    table = pd.DataFrame(data).sort_values("period").reset_index(drop=True)
    outside = table[(table["low"] > table["value"]) | (table["value"] > table["high"])]
    if len(outside):
        month = about.words.month(outside["period"].iloc[0])
        raise ChartDataError(
            f"The estimate of {month} lies outside its own bounds: check the columns 'low', "
            "'value' and 'high'."
        )
    words = about.words
    share = bool(table["high"].max() <= 1)

    def write(value: float) -> str:
        return words.share(value) if share else words.number(round(value))

    marks = Marks(about.language)
    first, last = table["period"].iloc[0], table["period"].iloc[-1]
    marks.draw([mark for mark in about.marks if first <= pd.Timestamp(mark.day) <= last])
    until = marks.end(last) if about.ends else last
    marks.counts(about.unit, about.meaning)
    months = list(table["period"])
    band = {
        "type": "scatter",
        "name": _("Range"),
        "x": [*months, *reversed(months)],
        "y": [*table["high"].astype(float), *reversed(list(table["low"].astype(float)))],
        "fill": "toself",
        "fillcolor": "rgba(11,110,117,0.22)",
        "line": {"width": 0, "color": DATA[0]},
        "mode": "lines",
        "hoverinfo": "skip",
    }
    said = [
        _("{number} ({low} to {high})").format(
            number=write(row.value), low=write(row.low), high=write(row.high)
        )
        for row in table.itertuples()
    ]
    line = {
        "type": "scatter",
        "name": _("Estimate"),
        "x": months,
        "y": list(table["value"].astype(float)),
        "customdata": said,
        "hovertemplate": "<b>%{customdata}</b><extra></extra>",
        "mode": "lines",
        "line": {"color": DATA[0], "width": 2.25},
    }
    widest = (table["high"] - table["low"]).idxmax()
    finding = _(
        "The last estimate, for {month}, is {last}. Least certain is {widest_month}: {widest}."
    ).format(
        month=words.month(last),
        last=said[-1],
        widest_month=words.month(months[widest]),
        widest=said[widest],
    )
    return Chart(
        title=about.title,
        spec={
            "data": [band, line],
            "layout": {
                "height": HEIGHT,
                "separators": words.separators,
                "margin": {"t": marks.top},
                "shapes": marks.shapes,
                "annotations": marks.notes,
                "xaxis": {
                    "type": "date",
                    "range": [first.isoformat(), until.isoformat()],
                    **_ticks(first, last, until, words),
                    "tickangle": 0,
                    "hoverformat": "%B %Y",
                },
                "yaxis": {"type": "linear", "nticks": 6, "tickformat": ".0%" if share else ",d"},
            },
        },
        summary=about.said(finding),
        table=pd.DataFrame(
            {
                _("Month"): [words.month(month) for month in months],
                _("Estimate"): [write(value) for value in table["value"]],
                _("From"): [write(value) for value in table["low"]],
                _("To"): [write(value) for value in table["high"]],
            }
        ),
        table_title=_("The figures by month"),
        source=about.source,
        language=about.language,
    )


def _ticks(
    first: pd.Timestamp, last: pd.Timestamp, until: pd.Timestamp, words: Words
) -> dict[str, Any]:
    """A tick a year, or in a short series a tick every other month, the year below its first."""
    if (last - first).days > _SHORT:
        return {"dtick": "M12", "tickformat": "%Y"}
    months = list(pd.date_range(first, until, freq="2MS"))
    new = [not at or month.year != months[at - 1].year for at, month in enumerate(months)]
    # Written here, because a picture is drawn by a plotly that knows English months alone.
    texts = [
        f"{words.short_month_alone(month)}<br>{month.year}"
        if begins
        else words.short_month_alone(month)
        for month, begins in zip(months, new, strict=True)
    ]
    return {"tickvals": [month.isoformat() for month in months], "ticktext": texts}
