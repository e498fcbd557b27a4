"""A number by month, with what a reader has to know drawn across it."""

from typing import Any

import pandas as pd

from travesia.charts.about import About, require
from travesia.charts.chart import Chart
from travesia.charts.marks import Marks
from travesia.charts.places import place_name
from travesia.charts.small_cells import hidden_with
from travesia.charts.template import DASHES, DATA, HEIGHT
from travesia.language import translator

MOST_LINES = 5


def time_series(data: pd.DataFrame, about: About, *, by: str = "") -> Chart:
    """The chart of a number by month, one line or one a group, with its marks and its end.

    A month without a row is a gap, never a zero, and a line is broken where counting changed.

    Args:
        data: `period` (a timestamp of its first day) and `value`, with a column of groups if `by`
            names one; rows of the same month and group are added up.
        about: what the figures count and how they are to be read.
        by: the column whose groups each get a line; the largest are drawn, the others joined.
            ISO 3166 codes are written as names.

    Raises:
        ChartDataError: a column is missing or there is nothing to draw.
    """
    _ = translator(about.language)
    require(data, "period", "value", *([by] if by else []))
    wide = _wide(data, by, _("All"), _("Other"))
    wide.columns = pd.Index([place_name(str(name), about.language) for name in wide.columns])
    # A total of the line or of its month, which may stand elsewhere, gives no small count back.
    shown = wide.mask(hidden_with(wide.to_numpy(), about.smallest))
    words = about.words
    marks = Marks(about.language)
    first, last = wide.index[0], wide.index[-1]
    marks.draw([mark for mark in about.marks if first <= pd.Timestamp(mark.day) <= last])
    until = marks.end(last) if about.ends else last
    marks.counts(about.unit, about.meaning + _annual(about, last))
    traces = [
        trace
        for index, name in enumerate(shown.columns)
        for trace in _line(shown[name], index, about, named=bool(by))
    ]
    layout = {
        "height": HEIGHT,
        "separators": words.separators,
        "showlegend": bool(by),
        "margin": {"t": marks.top},
        "shapes": marks.shapes,
        "annotations": marks.notes,
        "xaxis": {
            "type": "date",
            "range": [first.isoformat(), until.isoformat()],
            "dtick": "M12" if (last - first).days < 4000 else "M24",
            "tickformat": "%Y",
            "tickangle": 0,
            "hoverformat": "%B %Y",
        },
        "yaxis": {"type": "linear", "tickformat": ",d", "nticks": 6},
    }
    return Chart(
        title=about.title,
        spec={"data": traces, "layout": layout},
        summary=about.said(_finding(shown, about)),
        table=_by_year(shown, about),
        table_title=_("The figures by year"),
        monthly=_table(
            wide, shown, [words.month(month) for month in wide.index], _("Month"), about
        ),
        monthly_title=_("The figures by month"),
        source=about.source,
        language=about.language,
    )


def _wide(data: pd.DataFrame, by: str, everything: str, other: str) -> pd.DataFrame:
    """A row for each month from first to last, a column for each line, the largest first."""
    groups = data[by].astype(str) if by else pd.Series(everything, index=data.index)
    wide = (
        pd.DataFrame(data)
        .assign(group=groups)
        .groupby(["period", "group"], observed=True)["value"]
        .sum(min_count=1)
        .unstack("group")
    )
    months = pd.date_range(wide.index.min(), wide.index.max(), freq="MS")
    wide = wide.reindex(months).astype("float64")
    order = wide.sum().sort_values(ascending=False, kind="stable").index
    wide = wide[order]
    if len(order) <= MOST_LINES:
        return wide
    kept = wide[order[: MOST_LINES - 1]].copy()
    kept[other] = wide[order[MOST_LINES - 1 :]].sum(axis=1, min_count=1)
    return kept


def _line(values: pd.Series, index: int, about: About, *, named: bool) -> list[dict[str, Any]]:
    """A line in pieces: a change of counting has none drawn across it."""
    cuts = [pd.Timestamp(mark.day) for mark in about.marks if mark.counting]
    piece = sum(((values.index >= cut.replace(day=1)).astype(int) for cut in cuts), start=0)
    pieces = values.groupby(piece) if cuts else [(0, values)]
    colour = DATA[index % len(DATA)]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": str(values.name),
            "legendgroup": str(values.name),
            "showlegend": named and number == 0,
            "x": list(part.index),
            "y": [None if pd.isna(value) else float(value) for value in part],
            "customdata": [
                "" if pd.isna(value) else about.words.number(round(value)) for value in part
            ],
            "hovertemplate": "<b>%{customdata}</b><extra>%{fullData.name}</extra>",
            "line": {"color": colour, "width": 2.25, "dash": DASHES[index % len(DASHES)]},
            "connectgaps": False,
        }
        for number, (_key, part) in enumerate(pieces)
    ]


def _annual(about: About, last: pd.Timestamp) -> str:
    _ = translator(about.language)
    return "".join(
        _("; the whole of {year}: {number}").format(year=year, number=about.words.number(number))
        for year, number in about.annual.items()
        if year >= last.year
    )


def _finding(shown: pd.DataFrame, about: About) -> str:
    _ = translator(about.language)
    words = about.words
    largest = shown[shown.columns[0]].dropna()
    name = "" if len(shown.columns) == 1 else f"{largest.name}: "
    if largest.empty:
        return _("Every figure is too small to show.")
    peak = largest.idxmax()
    finding = name + _(
        "The highest month is {peak} with {peak_number}; the last, {last}, has {last_number}."
    ).format(
        peak=words.month(peak),
        peak_number=words.number(round(largest[peak])),
        last=words.month(largest.index[-1]),
        last_number=words.number(round(largest.iloc[-1])),
    )
    if about.ends:
        finding += " " + _("The series ends in {last}: the chart does not show today.").format(
            last=words.month(shown.index[-1])
        )
    return finding


def _by_year(shown: pd.DataFrame, about: About) -> pd.DataFrame:
    """Sums of the months that are shown; an unfinished year says how far it goes."""
    _ = translator(about.language)
    years = shown.groupby(shown.index.year).sum(min_count=1)
    months = {year: part.index[-1].month for year, part in shown.groupby(shown.index.year)}
    labels = [
        str(year)
        if months[year] == 12
        else _("{year}, to {month}").format(
            year=year, month=about.words.month_alone(pd.Timestamp(year, months[year], 1))
        )
        for year in years.index
    ]
    return _table(years, years, labels, _("Year"), about)


def _table(
    wide: pd.DataFrame, shown: pd.DataFrame, labels: list[str], heading: str, about: About
) -> pd.DataFrame:
    table = pd.DataFrame({heading: labels})
    for name in wide.columns:
        table[name] = [
            written(value, seen, about) for value, seen in zip(wide[name], shown[name], strict=True)
        ]
    return table


def written(value: float, seen: float, about: About) -> str:
    """A figure as it is read; one not seen is missing, too small, or withheld with a small one."""
    if pd.isna(value):
        return "–"
    if pd.isna(seen):
        _ = translator(about.language)
        return f"< {about.smallest}" if value < about.smallest else _("not shown")
    return about.words.number(round(value))
