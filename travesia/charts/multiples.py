"""The same chart for several groups beside each other, on one scale."""

from typing import Any

import pandas as pd

from travesia.charts.about import About, require
from travesia.charts.chart import Chart
from travesia.charts.marks import room
from travesia.charts.places import place_name
from travesia.charts.series import dots, is_alone
from travesia.charts.small_cells import is_small
from travesia.charts.spans import Span, span_of
from travesia.charts.template import DATA, INK, INK_SOFT
from travesia.language import translator

MOST, COLUMNS = 12, 3
_PANEL, _GAP_X, _GAP_Y = 140, 0.05, 60


def small_multiples(data: pd.DataFrame, about: About, *, by: str, most: int = MOST) -> Chart:
    """A small line chart for each of the largest groups, all on one scale.

    Args:
        data: `period`, `value` and the column of groups; rows of a period and group are added up.
            A `frequency` says whether periods are months, years or US fiscal years.
        about: what the figures count and how they are to be read.
        by: the column of groups, as `nationality`; ISO 3166 codes are written as names.
        most: how many groups are drawn, the largest first.

    Raises:
        ChartDataError: a column is missing, `period` is none, or there is nothing to draw.
    """
    _ = translator(about.language)
    require(data, "period", "value", by)
    span = span_of(data)
    words = about.words
    wide = (
        pd.DataFrame(data)
        .groupby(["period", by], observed=True)["value"]
        .sum(min_count=1)
        .unstack(by)
    )
    periods = span.between(wide.index.min(), wide.index.max())
    axis = span.at(periods)
    wide = wide.reindex(periods).astype("float64")
    groups = len(wide.columns)
    wide = wide[wide.sum().sort_values(ascending=False, kind="stable").index[:most]]
    shown = wide.mask(wide.apply(is_small, smallest=about.smallest))
    names = [place_name(str(code), about.language) for code in wide.columns]
    rows = -(-len(names) // COLUMNS)
    height = 78 + rows * (_PANEL + _GAP_Y)
    inner = height - 78
    largest = float(shown.max().max())
    hover = "%B %Y" if span.monthly else "%Y"
    data_out: list[dict[str, Any]] = []
    layout: dict[str, Any] = {
        "height": height, "separators": words.separators, "showlegend": False,
        "margin": {"t": 70, "b": 30}, "hovermode": "closest",
        "annotations": [
            {
                "text": f"<b>{about.unit}</b><br>{about.meaning}", "align": "left",
                "xref": "paper", "yref": "paper", "x": 0, "y": 1, "yshift": 26,
                "xanchor": "left", "yanchor": "bottom", "showarrow": False, "font": {"color": INK},
            }
        ],
        "shapes": [],
    }  # fmt: skip
    within = {"tickformat": "%Y", "nticks": 4}
    if len(axis) == 1:
        # Between the years beside it, no tick would name the only period.
        within = {
            "tickvals": [axis[0].isoformat()],
            "ticktext": [span.name(periods[0], about.language)],
        }
    wide_share = (1 - _GAP_X * (COLUMNS - 1)) / COLUMNS
    for index, name in enumerate(names):
        row, column = divmod(index, COLUMNS)
        suffix = "" if index == 0 else str(index + 1)
        left = column * (wide_share + _GAP_X)
        top = 1 - row * (_PANEL + _GAP_Y) / inner
        layout[f"xaxis{suffix}"] = {
            "type": "date", "domain": [left, left + wide_share], "anchor": f"y{suffix}",
            "range": [edge.isoformat() for edge in room(axis[0], axis[-1])],
            **within, "tickangle": 0, "hoverformat": hover,
        }  # fmt: skip
        layout[f"yaxis{suffix}"] = {
            "type": "linear", "domain": [max(0, top - _PANEL / inner), top],
            "anchor": f"x{suffix}", "range": [0, largest * 1.05], "nticks": 3,
            "tickformat": ",d", "showticklabels": column == 0,
        }  # fmt: skip
        values = shown[wide.columns[index]]
        data_out.append(
            {
                "type": "scatter", "mode": "lines" if span.monthly else "lines+markers",
                "name": name, "x": list(axis),
                "y": [None if pd.isna(value) else float(value) for value in values],
                "customdata": ["" if pd.isna(v) else words.number(round(v)) for v in values],
                "hovertemplate": "%{x|" + hover + "}: <b>%{customdata}</b>"
                "<extra>%{fullData.name}</extra>",
                "xaxis": f"x{suffix}", "yaxis": f"y{suffix}", "connectgaps": False,
                "line": {"color": DATA[0], "width": 2},
            }
        )  # fmt: skip
        layout["annotations"].append(
            {
                "text": f"<b>{name}</b>", "xref": f"x{suffix} domain", "yref": f"y{suffix} domain",
                "x": 0, "y": 1, "yshift": 2, "xanchor": "left", "yanchor": "bottom",
                "showarrow": False, "font": {"size": 13},
            }
        )  # fmt: skip
        layout["shapes"] += [
            {
                "type": "line", "xref": f"x{suffix}", "yref": f"y{suffix} domain",
                "x0": mark.day.isoformat(), "x1": mark.day.isoformat(), "y0": 0, "y1": 1,
                "line": {"color": INK_SOFT, "width": 1, "dash": "dot"},
            }
            for mark in about.marks
            if axis[0] <= pd.Timestamp(mark.day) <= axis[-1]
        ]  # fmt: skip
        alone = values[is_alone(values)]
        if span.monthly and len(alone):
            at = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
            data_out.append({**dots(alone, DATA[0]), "name": name, **at})
    return Chart(
        title=about.title,
        spec={"data": data_out, "layout": layout},
        summary=about.said(_finding(shown, names, span, about, groups)),
        table=_table(wide, shown, names, span, about),
        table_title=_("The figures by month") if span.monthly else _("The figures by year"),
        source=about.source,
        language=about.language,
    )


def _finding(shown: pd.DataFrame, names: list[str], span: Span, about: About, groups: int) -> str:
    _ = translator(about.language)
    words = about.words
    peaks = [
        _("{name}: {number} in {month}").format(
            name=name,
            number=words.number(round(shown[code].max())),
            month=span.name(shown[code].idxmax(), about.language),
        )
        for name, code in zip(names, shown.columns, strict=True)
        if shown[code].max() > 0
    ]
    axis = span.at(shown.index)
    days = [
        _mark_words(mark.text, about, mark.day)
        for mark in about.marks
        if axis[0] <= pd.Timestamp(mark.day) <= axis[-1]
    ]
    last = shown.index[-1]
    ended = about.ended(span.last_month(last), Span(span.kind).name(last, about.language))
    if not peaks:
        return " ".join(filter(None, [_("No figure shown is above zero."), ended]))
    sentence = (
        _("All groups are drawn on one scale. The highest months are {peaks}.")
        if span.monthly
        else _("All groups are drawn on one scale. The highest years are {peaks}.")
    )
    parts = [sentence.format(peaks="; ".join(peaks))]
    if groups > len(names):
        parts.append(
            _("Only the largest are drawn: {number} more are not.").format(
                number=groups - len(names)
            )
        )
    if days:
        parts.append(_("Dotted lines: {days}.").format(days="; ".join(days)))
    return " ".join(filter(None, [*parts, ended]))


def _mark_words(text: str, about: About, day: object) -> str:
    return text.replace("<br>", " ").format(day=about.words.day(day))  # type: ignore[arg-type] # a Mark's day is a date


def _table(
    wide: pd.DataFrame, shown: pd.DataFrame, names: list[str], span: Span, about: About
) -> pd.DataFrame:
    _ = translator(about.language)
    heading = _("Month") if span.monthly else _("Year")
    table = pd.DataFrame({heading: [span.name(day, about.language) for day in wide.index]})
    for name, code in zip(names, wide.columns, strict=True):
        table[name] = [
            "–" if pd.isna(value) else f"< {about.smallest}" if pd.isna(seen)
            else about.words.number(round(value))
            for value, seen in zip(wide[code], shown[code], strict=True)
        ]  # fmt: skip
    return table
