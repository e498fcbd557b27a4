"""How each kind of trace becomes a still picture."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from travesia.charts import svg
from travesia.charts.axes import Axis
from travesia.charts.template import DATA, INK, INK_SOFT, PAPER, SCALE

Trace = Mapping[str, Any]
_SHARE_OF_STEP = 0.82


def colour_of(trace: Trace, index: int) -> str:
    """The colour that a trace is drawn in."""
    line, marker = trace.get("line") or {}, trace.get("marker") or {}
    found = line.get("color") or marker.get("color")
    return found if isinstance(found, str) else DATA[index % len(DATA)]


class Bars:
    """Where the bars of a panel begin and end, stacked where the layout says so."""

    def __init__(self, traces: Sequence[tuple[int, Trace]], layout: Mapping[str, Any]) -> None:
        stacked = layout.get("barmode") in {"stack", "relative"}
        sums: dict[tuple[str, str, bool], float] = defaultdict(float)
        self._spans: dict[int, list[tuple[float, float]]] = {}
        self._reach: dict[str, list[float]] = {"h": [], "v": []}
        for _, trace in traces:
            if trace["type"] != "bar":
                continue
            turned = trace.get("orientation") or "v"
            names, lengths = ("y", "x") if turned == "h" else ("x", "y")
            spans = []
            for name, length in zip(_list(trace[names]), _list(trace[lengths]), strict=True):
                value = 0.0 if pd.isna(length) else float(length)
                key = (turned, str(name), value < 0)
                low = sums[key] if stacked else 0.0
                sums[key] = low + value
                spans.append((low, low + value))
                self._reach[turned] += [low + value]
            self._spans[id(trace)] = spans

    def spans(self, trace: Trace) -> list[tuple[float, float]]:
        """The two ends of each bar of a trace."""
        return self._spans[id(trace)]

    def reach(self, turned: str) -> list[float]:
        """The far ends of all bars that lie (`h`) or stand (`v`)."""
        return self._reach[turned]


def _bar(trace: Trace, colour: str, x: Axis, y: Axis, bars: Bars) -> str:
    lying = trace.get("orientation") == "h"
    along, up = (y, x) if lying else (x, y)
    names = _list(trace["y" if lying else "x"])
    thick = along.step * _SHARE_OF_STEP
    hints = trace.get("customdata")
    parts = []
    for index, (name, (low, high)) in enumerate(zip(names, bars.spans(trace), strict=True)):
        middle, start, end = along.at(name), up.at(low), up.at(high)
        if middle is None or start is None or end is None or low == high:
            continue
        hint = str(hints[index]) if hints is not None else ""
        box = (min(start, end), middle - thick / 2, abs(end - start), thick)
        if not lying:
            box = (middle - thick / 2, min(start, end), thick, abs(end - start))
        parts.append(svg.rectangle(*box, fill=colour, hint=hint))
    return "".join(parts)


def _scatter(trace: Trace, colour: str, x: Axis, y: Axis, _bars: Bars) -> str:
    mode = trace.get("mode") or "lines"
    marker = trace.get("marker") or {}
    points = [
        _point(x.at(at), y.at(value))
        for at, value in zip(_list(trace["x"]), _list(trace["y"]), strict=True)
    ]
    parts = []
    if trace.get("fill") == "toself":
        data = svg.lines([point for point in points if point]) + "Z"
        fill = _solid(trace.get("fillcolor")) or colour
        parts.append(svg.path(data, fill=fill, opacity=0.25))
    line = trace.get("line") or {}
    if "lines" in mode and line.get("width") != 0:
        parts.append(
            svg.path(svg.lines(points), stroke=colour, width=float(line.get("width") or 2.25),
                     dash=line.get("dash") or "", hint=str(trace.get("name") or ""))
        )  # fmt: skip
    if "markers" in mode and marker.get("opacity") != 0:
        size = float(marker.get("size") or 7)
        parts += [
            svg.path(f"M{svg.number(at[0] - size / 2)} {svg.number(at[1])}h{svg.number(size)}",
                     stroke=colour, width=size)
            for at in points if at
        ]  # fmt: skip
    return "".join(parts)


def _heatmap(trace: Trace, _colour: str, x: Axis, y: Axis, _bars: Bars) -> str:
    columns, rows = _list(trace["x"]), _list(trace["y"])
    values = [_list(row) for row in trace["z"]]
    largest = max((float(v) for row in values for v in row if not pd.isna(v)), default=1.0) or 1.0
    words = trace.get("text")
    parts = []
    for row, line in zip(rows, range(len(rows)), strict=True):
        for column, cell in zip(columns, range(len(columns)), strict=True):
            value = values[line][cell]
            middle, level = x.at(column), y.at(row)
            if middle is None or level is None:
                continue
            share = 0.0 if pd.isna(value) else float(value) / largest
            if not pd.isna(value):
                parts.append(
                    svg.rectangle(middle - x.step / 2 + 1, level - y.step / 2 + 1, x.step - 2,
                                  y.step - 2, fill=blend(share))
                )  # fmt: skip
            written = str(words[line][cell]) if words is not None else ""
            if written and svg.width_of(written, 11) < x.step:
                parts.append(svg.text(written, middle, level + 4, size=11, anchor="middle",
                                      fill=PAPER if share > 0.5 else INK))  # fmt: skip
    return "".join(parts)


def blend(share: float) -> str:
    """The colour of the one-hue scale for a share of the largest value."""
    place = min(max(share, 0.0), 1.0)
    for (low, first), (high, second) in pairwise(SCALE):
        if place <= high:
            part = (place - low) / (high - low)
            pairs = zip(_rgb(first), _rgb(second), strict=True)
            return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)
    return SCALE[-1][1]


def _sankey(trace: Trace, layout: Mapping[str, Any], width: float, height: float) -> str:
    """Ribbons between columns of bars, where `sankey.place` has put both."""
    node, link = trace["node"], trace["link"]
    above = float((layout.get("margin") or {}).get("t", 44))
    left, right, top, bottom = 12.0, width - 12.0, above, height - 16.0
    room = bottom - top
    count = len(node["label"])
    sums = [[0.0, 0.0] for _ in range(count)]
    links = list(
        zip(
            link["source"], link["target"], link["value"], link["color"], link["label"], strict=True
        )
    )
    for source, target, value, *_ in links:
        sums[source][1] += value
        sums[target][0] += value
    tall = [max(pair) * room * float(trace["customdata"][0]) for pair in sums]
    wide = 14.0
    xs = [left + (right - left - wide) * x for x in node["x"]]
    tops = [top + room * y - height_ / 2 for y, height_ in zip(node["y"], tall, strict=True)]
    used = [[0.0, 0.0] for _ in range(count)]
    parts = []
    for source, target, value, colour, label in links:
        thick = value * room * float(trace["customdata"][0])
        y0, y1 = tops[source] + used[source][1], tops[target] + used[target][0]
        used[source][1] += thick
        used[target][0] += thick
        x0, x1 = xs[source] + wide, xs[target]
        bend = (x0 + x1) / 2
        n = svg.number
        low, high = y0 + thick, y1 + thick
        data = (
            f"M{n(x0)} {n(y0)}C{n(bend)} {n(y0)} {n(bend)} {n(y1)} {n(x1)} {n(y1)}"
            f"V{n(high)}C{n(bend)} {n(high)} {n(bend)} {n(low)} {n(x0)} {n(low)}Z"
        )
        parts.append(svg.path(data, fill=_solid(colour) or INK_SOFT, opacity=0.42, hint=label))
    for index in range(count):
        parts.append(
            svg.rectangle(
                xs[index], tops[index], wide, max(tall[index], 1), fill=node["color"][index]
            )
        )
        far = node["x"][index] > 0.5
        parts.append(
            svg.text(node["label"][index], xs[index] - 6 if far else xs[index] + wide + 6,
                     tops[index] + tall[index] / 2 + 4, anchor="end" if far else "start",
                     halo=PAPER)
        )  # fmt: skip
    return "".join(parts)


def _geo(trace: Trace, layout: Mapping[str, Any], width: float, height: float) -> str:
    """Outlines and lines by longitude and latitude, in the projection of the layout's `geo`."""
    geo = layout["geo"]
    west, east = geo["lonaxis"]["range"]
    south, north = geo["lataxis"]["range"]
    scale = min(width / (_across(east) - _across(west)), height / (_up(north) - _up(south)))
    middle = ((_across(east) + _across(west)) / 2, (_up(north) + _up(south)) / 2)

    def at(longitude: Any, latitude: Any) -> tuple[float, float] | None:
        if longitude is None or latitude is None or pd.isna(longitude):
            return None
        return (width / 2 + (_across(longitude) - middle[0]) * scale,
                height / 2 - (_up(latitude) - middle[1]) * scale)  # fmt: skip

    points = [at(x, y) for x, y in zip(trace["lon"], trace["lat"], strict=True)]
    line = trace.get("line") or {}
    if "text" in str(trace.get("mode")):
        return "".join(
            svg.text(word, place[0], place[1] - 6, anchor="middle", halo=PAPER, fill=INK_SOFT)
            for word, place in zip(trace["text"], points, strict=True)
            if place
        )
    if trace.get("fill") == "toself":
        return svg.path(svg.lines(points), fill=trace["fillcolor"], stroke=line["color"],
                        width=line["width"])  # fmt: skip
    return svg.path(svg.lines(points), stroke=line["color"], width=line["width"],
                    dash=line.get("dash") or "", hint=str(trace.get("name") or ""))  # fmt: skip


def _across(longitude: float) -> float:
    return longitude


def _up(latitude: float) -> float:
    """Mercator's height, in degrees, as plotly draws it."""
    return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)))


def _point(x: float | None, y: float | None) -> tuple[float, float] | None:
    return None if x is None or y is None else (x, y)


def _list(values: Any) -> list[Any]:
    return list(pd.Series(values, dtype=object))


def _solid(colour: Any) -> str:
    """A colour without its transparency, which a still picture gives separately."""
    if not isinstance(colour, str) or not colour.startswith("rgba("):
        return colour or ""
    parts = [int(part) for part in colour[5:-1].split(",")[:3]]
    return "#" + "".join(f"{part:02x}" for part in parts)


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


DRAWN: dict[str, Callable[[Trace, str, Axis, Axis, Bars], str]] = {
    "bar": _bar,
    "scatter": _scatter,
    "heatmap": _heatmap,
}

ALONE: dict[str, Callable[[Trace, Mapping[str, Any], float, float], str]] = {
    "sankey": _sankey,
    "scattergeo": _geo,
}
"""The kinds of trace that have no axes."""
