"""Corridors as a Sankey: where people come from, where they pass, where they are counted."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from travesia.charts.about import About, ChartDataError, require
from travesia.charts.chart import Chart
from travesia.charts.marks import LINE_HEIGHT, wrapped
from travesia.charts.places import OTHER, place_name
from travesia.charts.small_cells import joined
from travesia.charts.template import DATA
from travesia.language import translator

MOST = 15
_GAP = 0.022
"""The share of the height that lies between two bars."""
_HEIGHT, _ROW = 420, 26
_JOINT = "\x1f"
"""What stands between the codes of a corridor's stages in its key."""


def corridors(
    data: pd.DataFrame,
    about: About,
    *,
    stages: Sequence[str] = ("origin", "destination"),
    most: int = MOST,
) -> Chart:
    """The Sankey of the largest corridors, all others joined in one called *other*.

    Corridors that begin, pass or end in the table's own `other` are among them. Where all the
    others share a place, it is named.

    Args:
        data: a column of ISO 3166 codes (or names) for each stage, and `value`; rows of the same
            corridor are added up, and missing figures are in no sum.
        about: what the figures count and how they are to be read.
        stages: the columns from left to right: origin and destination, or with transit between.
        most: how many corridors are drawn on their own.

    Raises:
        ChartDataError: a column is missing, a stage too few, or nothing is large enough to draw.
    """
    _ = translator(about.language)
    require(data, *stages, "value")
    if len(stages) < 2:
        raise ChartDataError("A Sankey needs two stages at least, as origin and destination.")
    words = about.words
    figures = pd.DataFrame(data).assign(value=pd.to_numeric(data["value"]).astype("float64"))
    sums = figures.groupby(list(stages), observed=True)["value"].sum(min_count=1).dropna()
    drawn = _drawn(sums, about.smallest, most)
    if drawn.empty:
        raise ChartDataError("Every corridor of the table is zero, missing or too small to show.")
    rows = [
        ([place_name(code, about.language) for code in key.split(_JOINT)], float(value))
        for key, value in drawn.items()
    ]
    node, link, scale = place(rows, words.number)
    total = sum(value for _names, value in rows)
    names, largest = rows[0]
    finding = _(
        "The largest corridor is {corridor} with {number}, {share} of the {total} drawn."
    ).format(
        corridor=" – ".join(names),
        number=words.number(round(largest)),
        share=words.share(largest / total),
        total=words.number(round(total)),
    )
    if figures["value"].isna().any():
        finding += " " + _("Missing figures are in no sum.")
    headings = [_heading(stage, _) for stage in stages]
    counted = [f"<b>{about.unit}</b>", *wrapped(about.meaning)]
    above = 6 + LINE_HEIGHT * len(counted)
    table = pd.DataFrame([names for names, _value in rows], columns=headings)
    table[about.unit] = [words.number(round(value)) for _names, value in rows]
    return Chart(
        title=about.title,
        spec={
            "data": [
                {
                    "type": "sankey",
                    "arrangement": "fixed",
                    "node": {**node, "thickness": 14, "pad": 8, "line": {"width": 0},
                             "hovertemplate": "%{label}<extra></extra>"},
                    "link": {**link, "hovertemplate": "%{label}<extra></extra>"},
                    "valueformat": ",d",
                    "customdata": [scale],
                }
            ],
            "layout": {
                "height": max(_HEIGHT, _ROW * len(rows) + 70),
                "separators": words.separators,
                "margin": {"l": 12, "r": 12, "t": above + 10, "b": 16},
                "hovermode": "closest",
                "annotations": [
                    {
                        "text": "<br>".join(counted), "align": "left",
                        "xref": "paper", "yref": "paper", "x": 0, "y": 1, "yshift": above,
                        "xanchor": "left", "yanchor": "top", "showarrow": False,
                    }
                ],
            },
        },
        summary=about.said(finding),
        table=table,
        table_title=_("The corridors"),
        source=about.source,
        language=about.language,
    )  # fmt: skip


def place(
    rows: Sequence[tuple[Sequence[str], float]], number: Any
) -> tuple[dict[str, Any], dict[str, Any], float]:
    """Where the bars stand and which ribbons join them; the share of the height that one counts.

    Both plotly and the still picture draw from this, so that they are the same picture.
    """
    stages = len(rows[0][0])
    columns: list[dict[str, list[float]]] = [{} for _ in range(stages)]
    ribbons: dict[tuple[int, str, str], float] = {}
    for names, value in rows:
        for stage, name in enumerate(names):
            columns[stage].setdefault(name, [0.0])[0] += value
        for stage in range(stages - 1):
            key = (stage, names[stage], names[stage + 1])
            ribbons[key] = ribbons.get(key, 0.0) + value
    total = sum(value for _names, value in rows)
    crowd = max(len(column) for column in columns)
    scale = (1 - _GAP * (crowd - 1)) / total
    index: dict[tuple[int, str], int] = {}
    node: dict[str, list[Any]] = {"label": [], "x": [], "y": [], "color": []}
    for stage, column in enumerate(columns):
        room = 1 - total * scale
        gap = room / max(1, len(column) - 1) if len(column) > 1 else 0.0
        at = room / 2 if len(column) == 1 else 0.0
        for order, (name, (value,)) in enumerate(column.items()):
            index[stage, name] = len(node["label"])
            node["label"].append(f"{name} {number(round(value))}")
            # Plotly takes 0 and 1 for "unset".
            node["x"].append(min(max(stage / (stages - 1), 0.001), 0.999))
            node["y"].append(min(max(at + value * scale / 2, 0.001), 0.999))
            node["color"].append(DATA[order % len(DATA)] if stage == 0 else DATA[-1])
            at += value * scale + gap
    link: dict[str, list[Any]] = {"source": [], "target": [], "value": [], "color": [], "label": []}
    for (stage, start, end), value in ribbons.items():
        source = index[stage, start]
        link["source"].append(source)
        link["target"].append(index[stage + 1, end])
        link["value"].append(value)
        link["color"].append(_clear(node["color"][source]))
        link["label"].append(f"{start} – {end}: {number(round(value))}")
    return node, link, scale


def _drawn(sums: pd.Series, smallest: int, most: int) -> pd.Series:
    """The largest corridors by their codes, then all else, the table's own `other` included."""
    sums = sums[sums > 0]
    keys = [_JOINT.join(map(str, stages)) for stages in sums.index]
    ways = pd.Series(sums.to_numpy(), index=pd.Index(keys, dtype=object))
    unnamed = np.array([OTHER in key.split(_JOINT) for key in keys], dtype=bool)
    named, others = ways[~unnamed], float(ways[unnamed].sum())
    if 0 < others < smallest:
        named = pd.concat([named, pd.Series({OTHER: others})])
        others = 0.0
    kept = joined(named, smallest, kept=most, other=OTHER)
    rest = float(kept.get(OTHER, 0.0)) + others
    kept = kept[kept.index != OTHER]
    if not rest:
        return kept
    own = set(kept.index)
    places = zip(*(key.split(_JOINT) for key in keys if key not in own), strict=True)
    shared = [codes[0] if len(set(codes)) == 1 else OTHER for codes in places]
    if OTHER not in shared:
        # One corridor alone is left: it is the rest all the same, and no corridor of its own.
        shared[0] = OTHER
    return pd.concat([kept, pd.Series({_JOINT.join(shared): rest})])


def _clear(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.42)"


def _heading(stage: str, _: Any) -> str:
    known = {
        "origin": _("From"),
        "transit": _("Through"),
        "destination": _("To"),
        "nationality": _("Nationality"),
        "reporting": _("Counted in"),
    }
    return str(known.get(stage, stage))
