"""Origins against destinations as a table of tones."""

import pandas as pd

from travesia.charts.about import About, ChartDataError, require
from travesia.charts.chart import Chart
from travesia.charts.places import place_name
from travesia.charts.small_cells import is_small
from travesia.charts.template import SCALE
from travesia.language import translator

MOST = 14


def origin_destination(data: pd.DataFrame, about: About, *, most: int = MOST) -> Chart:
    """The heat map of counts between origins (rows) and destinations (columns), written in each.

    A cell without a row or without a figure is empty, never a zero; no totals are drawn, so that
    none gives a suppressed cell away.

    Args:
        data: `origin`, `destination` (ISO 3166 codes or names) and `value`; rows of the same pair
            are added up, and missing figures are in no sum.
        about: what the figures count and how they are to be read.
        most: how many origins and how many destinations are drawn, the largest first.

    Raises:
        ChartDataError: a column is missing or nothing is large enough to draw.
    """
    _ = translator(about.language)
    require(data, "origin", "destination", "value")
    words = about.words
    rows_of = pd.DataFrame(data).assign(value=pd.to_numeric(data["value"]).astype("float64"))
    wide = (
        rows_of.groupby(["origin", "destination"], observed=True)["value"]
        .sum(min_count=1)
        .unstack()
    )
    rows = wide.sum(axis=1).sort_values(ascending=False, kind="stable").index[:most]
    columns = wide.sum().sort_values(ascending=False, kind="stable").index[:most]
    left_out = max(len(wide.index) - len(rows), 0), max(len(wide.columns) - len(columns), 0)
    wide = wide.loc[rows, columns]
    small = wide.apply(is_small, smallest=about.smallest)
    shown = wide.mask(small)
    if shown.max().max() is None or pd.isna(shown.max().max()):
        raise ChartDataError("Every cell of the table is missing or too small to show.")
    origins = [place_name(str(code), about.language) for code in rows]
    destinations = [place_name(str(code), about.language) for code in columns]
    text = [
        [
            ""
            if pd.isna(value)
            else f"< {about.smallest}"
            if hidden
            else words.number(round(value))
            for value, hidden in zip(wide.loc[row], small.loc[row], strict=True)
        ]
        for row in rows
    ]
    largest = shown.stack().idxmax()
    finding = _("The largest cell is {origin} – {destination} with {number}.").format(
        origin=place_name(str(largest[0]), about.language),
        destination=place_name(str(largest[1]), about.language),
        number=words.number(round(shown.loc[largest[0], largest[1]])),
    )
    if any(left_out):
        finding += " " + _(
            "Only the largest are drawn: {origins} origins and {destinations} destinations are not."
        ).format(origins=left_out[0], destinations=left_out[1])
    if rows_of["value"].isna().any():
        finding += " " + _("Missing figures are in no sum.")
    table = pd.DataFrame(
        [[cell or "–" for cell in row] for row in text], columns=pd.Index(destinations)
    )
    table.insert(0, _("From"), origins)
    return Chart(
        title=about.title,
        spec={
            "data": [
                {
                    "type": "heatmap",
                    "x": destinations,
                    "y": origins,
                    "z": [
                        [None if pd.isna(value) else float(value) for value in row]
                        for row in shown.to_numpy()
                    ],
                    "text": text,
                    "texttemplate": "%{text}",
                    "hovertemplate": "%{y} – %{x}: <b>%{text}</b><extra></extra>",
                    "colorscale": [list(stop) for stop in SCALE],
                    "showscale": False,
                    "xgap": 2,
                    "ygap": 2,
                    "zmin": 0,
                }
            ],
            "layout": {
                "height": 130 + 32 * len(origins),
                "separators": words.separators,
                "margin": {"t": 56},
                "hovermode": "closest",
                "xaxis": {"type": "category", "side": "bottom", "showgrid": False, "ticks": ""},
                "yaxis": {"type": "category", "autorange": "reversed", "showgrid": False,
                          "automargin": True},
                "annotations": [
                    {
                        "text": f"<b>{about.unit}</b><br>{about.meaning}", "align": "left",
                        "xref": "paper", "yref": "paper", "x": 0, "y": 1, "yshift": 10,
                        "xanchor": "left", "yanchor": "bottom", "showarrow": False,
                    }
                ],
            },
        },
        summary=about.said(finding),
        table=table,
        table_title=_("The figures by origin and destination"),
        source=about.source,
        language=about.language,
    )  # fmt: skip
