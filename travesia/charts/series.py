"""A number over time, with what a reader has to know drawn across it."""

import math
from typing import Any

import numpy as np
import pandas as pd

from travesia.charts.about import About, ChartDataError, require
from travesia.charts.chart import Chart
from travesia.charts.marks import Marks, room, ticks
from travesia.charts.places import OTHER, place_name
from travesia.charts.small_cells import hidden_with
from travesia.charts.spans import Span, span_of
from travesia.charts.template import DASHES, DATA, HEIGHT
from travesia.language import translator

MOST_LINES = 5


def time_series(data: pd.DataFrame, about: About, *, by: str = "", sums: bool = True) -> Chart:
    """The chart of a number by month or year, one line or one a group, with its marks and its end.

    A period without a row is a gap, never a zero, and a line is broken where counting changed.

    Args:
        data: `period` (a timestamp of its first day) and `value`, with a column of groups if `by`
            names one; rows of the same period and group are added up. A `frequency` says whether
            periods are months, years or US fiscal years; without it they are months.
        about: what the figures count and how they are to be read.
        by: the column whose groups each get a line; the largest are drawn, the others joined.
            ISO 3166 codes are written as names.
        sums: whether months add up to years, so that a table gives them: not those of a rate, an
            average, or the total of a moving window.

    Raises:
        ChartDataError: a column is missing, `period` is none, or there is nothing to draw.
    """
    _ = translator(about.language)
    require(data, "period", "value", *([by] if by else []))
    span = span_of(data)
    wide = _wide(data, by, span, _("All"))
    if wide.isna().all(axis=None):
        raise ChartDataError("The chart's table has no figures, so there is nothing to draw.")
    wide.columns = pd.Index([place_name(str(name), about.language) for name in wide.columns])
    # A total of the line or of its month, which may stand elsewhere, gives no small count back.
    shown = wide.mask(hidden_with(wide.to_numpy(), about.smallest))
    words = about.words
    first, last = wide.index[0], wide.index[-1]
    marks = Marks(about.language, (last - first).days)
    end = span.last_month(last)
    marks.draw([mark for mark in about.marks if first <= pd.Timestamp(mark.day) <= end])
    axis = span.at(wide.index)
    until = axis[-1]
    if about.ends_in(end):
        until = marks.end(span.last_month(until), _ended(span, last, about))
    marks.counts(about.unit, about.meaning + _annual(about, last))
    traces = [
        trace
        for index, name in enumerate(shown.columns)
        for trace in _line(shown[name], index, about, span, named=bool(by))
    ]
    named = ticks(axis[0], until, about.words, monthly=span.monthly)
    layout = {
        "height": HEIGHT,
        "separators": words.separators,
        "showlegend": bool(by),
        # Months are named in two lines, of which a picture's source stands clear.
        "margin": {"t": marks.top, "b": 24 if "ticktext" in named else 8},
        "shapes": marks.shapes,
        "annotations": marks.notes,
        "xaxis": {
            "type": "date",
            "range": [edge.isoformat() for edge in room(axis[0], until)],
            **named,
            "tickangle": 0,
            "hoverformat": "%B %Y" if span.monthly else "%Y",
        },
        "yaxis": {"type": "linear", "tickformat": ",d", "nticks": 6},
    }
    periods = _table(
        wide,
        shown,
        [span.name(day, about.language) for day in wide.index],
        _("Month") if span.monthly else _("Year"),
        about,
    )
    yearly = span.monthly and sums
    by_period = _("The figures by month") if span.monthly else _("The figures by year")
    return Chart(
        title=about.title,
        spec={"data": traces, "layout": layout},
        summary=about.said(_finding(shown, span, about)),
        table=_by_year(wide, shown, about) if yearly else periods,
        table_title=_("The figures by year") if yearly else by_period,
        monthly=periods if yearly else None,
        monthly_title=by_period if yearly else "",
        source=about.source,
        language=about.language,
    )


def _wide(data: pd.DataFrame, by: str, span: Span, everything: str) -> pd.DataFrame:
    """A row for each period from first to last, a column for each line, the largest first."""
    if not by:
        wide = pd.DataFrame(data).groupby("period")[["value"]].sum(min_count=1)
        wide.columns = pd.Index([everything])
        return _every_period(wide, span)
    grouped = pd.DataFrame(data).assign(group=data[by].astype(str))
    sums = grouped.groupby(["period", "group"], observed=True)["value"].sum(min_count=1)
    wide = _every_period(sums.unstack("group"), span)
    order = wide.sum().sort_values(ascending=False, kind="stable").index
    # What the publisher calls other and what is joined here are one line, the last.
    named = [name for name in order if name != OTHER]
    kept = named if len(order) <= MOST_LINES else named[: MOST_LINES - 1]
    lines = wide[kept].copy()
    rest = wide.columns.difference(kept)
    if len(rest):
        lines[OTHER] = wide[rest].sum(axis=1, min_count=1)
    return lines


def _every_period(wide: pd.DataFrame, span: Span) -> pd.DataFrame:
    return wide.reindex(span.between(wide.index[0], wide.index[-1])).astype("float64")


def _line(
    values: pd.Series, index: int, about: About, span: Span, *, named: bool
) -> list[dict[str, Any]]:
    """A line in pieces: a change of counting has none drawn across it."""
    cuts = [pd.Timestamp(mark.day) for mark in about.marks if mark.counting]
    piece = sum(((values.index >= cut.replace(day=1)).astype(int) for cut in cuts), start=0)
    pieces = [part for _key, part in values.groupby(piece)] if cuts else [values]
    colour = DATA[index % len(DATA)]
    traces = [
        {
            "type": "scatter",
            "mode": "lines" if span.monthly else "lines+markers",
            "name": str(values.name),
            "legendgroup": str(values.name),
            "showlegend": named and number == 0,
            "x": list(span.at(part.index)),
            "y": [None if math.isnan(value) else value for value in part.tolist()],
            "customdata": [
                "" if math.isnan(value) else about.words.number(round(value))
                for value in part.tolist()
            ],
            "hovertemplate": "<b>%{customdata}</b><extra>%{fullData.name}</extra>",
            "line": {"color": colour, "width": 2.25, "dash": DASHES[index % len(DASHES)]},
            "connectgaps": False,
        }
        for number, part in enumerate(pieces)
    ]
    for part in pieces if span.monthly else ():
        alone = is_alone(part)
        if alone.any():
            traces.append(dots(part[alone], colour))
    return traces


def is_alone(values: pd.Series) -> pd.Series:
    """Which figures have none beside them, so that no line leads to them."""
    there = values.notna().to_numpy()
    before, after = there.copy(), there.copy()
    before[1:], after[:-1] = there[:-1], there[1:]
    before[:1] = after[-1:] = False
    return pd.Series(there & ~before & ~after, index=values.index)


def dots(values: pd.Series, colour: str) -> dict[str, Any]:
    """The trace of figures without a line; the line's own trace says what they are."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": str(values.name),
        "legendgroup": str(values.name),
        "showlegend": False,
        "hoverinfo": "skip",
        "x": list(values.index),
        "y": [float(value) for value in values],
        "marker": {"color": colour, "size": 5},
    }


def _annual(about: About, last: pd.Timestamp) -> str:
    _ = translator(about.language)
    return "".join(
        _("; the whole of {year}: {number} in all").format(
            year=year, number=about.words.number(number)
        )
        for year, number in about.annual.items()
        if year >= last.year
    )


def _ended(span: Span, last: pd.Timestamp, about: About) -> str:
    """What the last period is called where the series ends with it."""
    return (
        about.words.short_month(last)
        if span.monthly
        else Span(span.kind).name(last, about.language)
    )


def _finding(shown: pd.DataFrame, span: Span, about: About) -> str:
    _ = translator(about.language)
    largest = shown[shown.columns[0]].dropna()
    name = "" if len(shown.columns) == 1 else f"{largest.name}: "
    if largest.empty:
        return _("No figure is shown: each is small, or would give a small one away.")
    ended = about.ended(
        span.last_month(shown.index[-1]), Span(span.kind).name(shown.index[-1], about.language)
    )
    if not shown.max().max():
        return " ".join(filter(None, [_("No figure shown is above zero."), ended]))
    peak, last = largest.idxmax(), largest.index[-1]
    sentence = (
        _("The highest month is {peak} with {peak_number}; the last, {last}, has {last_number}.")
        if span.monthly
        else _("The highest: {peak} with {peak_number}. The last: {last} with {last_number}.")
    )
    finding = name + sentence.format(
        peak=span.name(peak, about.language),
        peak_number=about.words.number(round(largest[peak])),
        last=span.name(last, about.language),
        last_number=about.words.number(round(largest[last])),
    )
    return " ".join(filter(None, [finding, ended]))


def _by_year(wide: pd.DataFrame, shown: pd.DataFrame, about: About) -> pd.DataFrame:
    """Sums of the months that are shown; a year that is not whole says which months it has."""
    _ = translator(about.language)
    at = {int(year): wide.index.year == year for year in wide.index.year.unique()}
    there = wide.notna().any(axis=1).to_numpy()
    columns = {
        _("Year"): [
            _year_of(list(wide.index[own & there]), year, about) for year, own in at.items()
        ]
    }
    for name in wide.columns:
        given, seen = wide[name].to_numpy(), shown[name].to_numpy()
        columns[name] = [_sum(given[own], seen[own], about) for own in at.values()]
    return pd.DataFrame(columns)


def _year_of(days: list[pd.Timestamp], year: int, about: About) -> str:
    _ = translator(about.language)
    whole = range(1, 13)
    months = [day.month for day in days]
    if not months or months == list(whole):
        return str(year)
    if months == list(whole[: len(months)]):
        last = about.words.month_alone(days[-1])
        return _("{year}, to {month}").format(year=year, month=last)
    if months == list(whole[-len(months) :]):
        first = about.words.month_alone(days[0])
        return _("{year}, from {month}").format(year=year, month=first)
    return _("{year}, {number} of 12 months").format(year=year, number=len(months))


def _sum(given: np.ndarray, seen: np.ndarray, about: About) -> str:
    """A year's sum as it is read, of the months that are seen."""
    _ = translator(about.language)
    there = ~np.isnan(seen)
    withheld = bool((there != ~np.isnan(given)).any())
    if not there.any():
        return _("not shown") if withheld else "–"
    number = about.words.number(round(float(seen[there].sum())))
    return _("{number} or more").format(number=number) if withheld else number


def _table(
    wide: pd.DataFrame, shown: pd.DataFrame, labels: list[str], heading: str, about: About
) -> pd.DataFrame:
    columns = {heading: labels}
    for name in wide.columns:
        columns[name] = [
            written(value, seen, about)
            for value, seen in zip(wide[name].tolist(), shown[name].tolist(), strict=True)
        ]
    return pd.DataFrame(columns)


def written(value: float, seen: float, about: About) -> str:
    """A figure as it is read; one not seen is missing, too small, or withheld with a small one."""
    if math.isnan(value):
        return "–"
    if math.isnan(seen):
        _ = translator(about.language)
        return f"< {about.smallest}" if value < about.smallest else _("not shown")
    return about.words.number(round(value))
