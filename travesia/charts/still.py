"""A figure as a still SVG picture, drawn without a browser.

The feedback page runs no script and graded notebooks are executed where no browser is, so a plotly
figure has to become a picture there. This draws what the charts of this package use of plotly:
bars, lines, bands, heat maps, Sankeys, outlines, small multiples, marks and notes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from travesia.charts import svg
from travesia.charts.axes import Axis, make_axis
from travesia.charts.still_traces import ALONE, DRAWN, Bars, colour_of
from travesia.charts.template import HEIGHT, INK, INK_SOFT, LINE

WIDTH = 760
_LEFT, _RIGHT, _BOTTOM, _LEGEND_ROW = 62, 16, 34, 22


@dataclass(frozen=True)
class Panel:
    """One pair of axes with the traces on it."""

    x: Axis
    y: Axis
    traces: tuple[tuple[int, Mapping[str, Any]], ...]


def still(
    spec: Mapping[str, Any], title: str, described: str, *, width: float = WIDTH, source: str = ""
) -> str:
    """The picture of a figure's `data` and `layout`, with its text alternative inside.

    With a source, title and source are written on it, for a picture that goes away from its page.
    """
    parts, height = _drawn(spec, width)
    if source:
        parts, height = svg.framed(parts, width, height, title, source)
    return svg.picture(parts, width, height, title, described)


def _drawn(spec: Mapping[str, Any], width: float) -> tuple[list[str], float]:
    """The pieces of the picture, and how high it is."""
    layout = spec["layout"]
    height = float(layout.get("height", HEIGHT))
    if any(trace["type"] in ALONE for trace in spec["data"]):
        ground = (layout.get("geo") or {}).get("bgcolor")
        parts = [svg.rectangle(0, 0, width, height, fill=ground)] if ground else []
        parts += [
            ALONE[trace["type"]](trace, layout, width, height)
            for trace in spec["data"]
            if trace["type"] in ALONE
        ]
        parts += _notes(layout, _inside(layout, width, height), {})
        if ground:
            entries = list(_legend(spec))
            parts = [svg.cut("".join(parts), width, height)]
            parts += _legend_parts(entries, height + _LEGEND_ROW - 2, width)
            height += _rows(entries, width) * _LEGEND_ROW + (14 if entries else 0)
        return parts, height
    legend = list(_legend(spec))
    rows = _rows(legend, width)
    frame = frame_of(spec, width)
    panels = list(_panels(spec, frame))
    parts = [part for panel in panels for part in _panel(panel, layout)]
    by_axis = {(panel.traces[0][1].get("xaxis") or "x"): panel for panel in panels}
    parts += _notes(layout, frame, by_axis)
    parts += _legend_parts(legend, height - rows * _LEGEND_ROW + 4, width)
    return parts, height


def frame_of(spec: Mapping[str, Any], width: float) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of the axes in a picture so many pixels wide."""
    layout = spec["layout"]
    rows = _rows(list(_legend(spec)), width)
    top = float((layout.get("margin") or {}).get("t", 96))
    ticks = (layout.get("xaxis") or {}).get("ticktext") or []
    below = _BOTTOM + (16 if any("<br>" in str(tick) for tick in ticks) else 0)
    bottom = float(layout.get("height", HEIGHT)) - below - rows * _LEGEND_ROW - 6
    return _left(layout, spec), width - _RIGHT, top, bottom


def _left(layout: Mapping[str, Any], spec: Mapping[str, Any]) -> float:
    """Room for the longest name on the first axis."""
    axis = layout.get("yaxis") or {}
    names = [str(name) for trace in spec["data"] for name in _values(trace.get("y"))[:200]
             if isinstance(name, str)]  # fmt: skip
    if axis.get("type") == "category" or names:
        return min(220.0, max([svg.width_of(name) for name in names] or [0]) + 16)
    return _LEFT


def _panels(spec: Mapping[str, Any], frame: tuple[float, float, float, float]) -> Iterator[Panel]:
    layout = spec["layout"]
    left, right, top, bottom = frame
    pairs = dict.fromkeys(
        (trace.get("xaxis") or "x", trace.get("yaxis") or "y") for trace in spec["data"]
    )
    for x_name, y_name in pairs:
        own = [
            (index, trace)
            for index, trace in enumerate(spec["data"])
            if (trace.get("xaxis") or "x") == x_name and (trace.get("yaxis") or "y") == y_name
        ]
        x_options = layout.get(x_name.replace("x", "xaxis")) or {}
        y_options = layout.get(y_name.replace("y", "yaxis")) or {}
        across = x_options.get("domain") or [0, 1]
        upward = y_options.get("domain") or [0, 1]
        xs = [value for _, trace in own for value in _values(trace.get("x"))]
        ys = [value for _, trace in own for value in _values(trace.get("y"))]
        sums = Bars(own, layout)
        xs, ys = xs + sums.reach("h"), ys + sums.reach("v")
        # Panels that share a scale can be compared.
        matched = y_options.get("matches") == "y"
        if matched:
            ys += [v for t in spec["data"] for v in _values(t.get("y"))]
        yield Panel(
            make_axis(x_options, xs, left + across[0] * (right - left),
                      left + across[1] * (right - left)),
            make_axis(y_options, ys, bottom - upward[0] * (bottom - top),
                      bottom - upward[1] * (bottom - top)),
            tuple(own),
        )  # fmt: skip


def _panel(panel: Panel, layout: Mapping[str, Any]) -> Iterator[str]:
    x, y = panel.x, panel.y
    for shape in layout.get("shapes") or []:
        yield _shape(shape, panel, below=True)
    if y.kind == "linear" and y.options.get("showgrid", True):
        for place, _ in y.ticks():
            yield svg.path(f"M{svg.number(x.start)} {svg.number(place)}H{svg.number(x.stop)}",
                           stroke=LINE, width=1)  # fmt: skip
    if x.kind == "linear":
        for place, _ in x.ticks():
            yield svg.path(f"M{svg.number(place)} {svg.number(y.start)}V{svg.number(y.stop)}",
                           stroke=LINE, width=1)  # fmt: skip
    bars = Bars(panel.traces, layout)
    for index, trace in panel.traces:
        yield DRAWN[trace["type"]](trace, colour_of(trace, index), x, y, bars)
    for shape in layout.get("shapes") or []:
        yield _shape(shape, panel, below=False)
    if x.options.get("showticklabels", True):
        for place, label in x.ticks():
            yield svg.text(label, place, y.start + 18, fill=INK_SOFT, anchor="middle")
    if y.options.get("showticklabels", True):
        for place, label in y.ticks():
            yield svg.text(label, x.start - 8, place + 4, fill=INK_SOFT, anchor="end")
    yield svg.path(f"M{svg.number(x.start)} {svg.number(y.start)}H{svg.number(x.stop)}",
                   stroke=INK_SOFT, width=1)  # fmt: skip


def _shape(shape: Mapping[str, Any], panel: Panel, *, below: bool) -> str:
    if (shape.get("layer") == "below") != below:
        return ""
    mine = (shape.get("xref") or "x").split(" ")[0]
    if panel.traces and (panel.traces[0][1].get("xaxis") or "x") != mine and mine != "paper":
        return ""
    x0, x1 = panel.x.at(shape["x0"]), panel.x.at(shape["x1"])
    if x0 is None or x1 is None:
        return ""
    on_paper = str(shape.get("yref") or "y").endswith(("paper", "domain"))
    y0, y1 = (
        (panel.y.start, panel.y.stop)
        if on_paper
        else (panel.y.at(shape["y0"]) or 0.0, panel.y.at(shape["y1"]) or 0.0)
    )
    x0, x1 = (min(max(x, panel.x.start), panel.x.stop) for x in (x0, x1))
    if shape.get("type") == "rect":
        return svg.rectangle(min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0),
                             fill=shape.get("fillcolor") or LINE)  # fmt: skip
    line = shape.get("line") or {}
    return svg.path(svg.lines([(x0, y0), (x1, y1)]), stroke=line.get("color") or INK_SOFT,
                    width=line.get("width") or 1.5, dash=line.get("dash") or "")  # fmt: skip


def _inside(
    layout: Mapping[str, Any], width: float, height: float
) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of a picture without axes, within its margins."""
    margin = {"l": 0, "r": 0, "t": 0, "b": 0, **(layout.get("margin") or {})}
    return margin["l"], width - margin["r"], margin["t"], height - margin["b"]


def _notes(
    layout: Mapping[str, Any],
    frame: tuple[float, float, float, float],
    panels: Mapping[str, Panel],
) -> Iterator[str]:
    left, right, top, bottom = frame
    for note in layout.get("annotations") or []:
        panel = panels.get((note.get("xref") or "x").split(" ")[0])
        paper_x = panel is None or str(note.get("xref")).endswith("domain")
        along = (panel.x.start, panel.x.stop) if panel and paper_x else (left, right)
        x = along[0] + float(note["x"]) * (along[1] - along[0]) if paper_x else None
        if panel is not None and not paper_x:
            x = panel.x.at(note["x"])
        y_ref = str(note.get("yref") or "y")
        of = panels.get(y_ref.split(" ", maxsplit=1)[0].replace("y", "x"))
        if y_ref == "paper" or of is None:
            y: float | None = bottom - float(note["y"]) * (bottom - top)
        elif y_ref.endswith("domain"):
            y = of.y.start + float(note["y"]) * (of.y.stop - of.y.start)
        else:
            y = of.y.at(note["y"])
        if x is None or y is None:
            continue
        size = float((note.get("font") or {}).get("size") or 13)
        rows = note["text"].count("<br>")
        # The last line of a note above a point stands on it; a note below begins there.
        lift = {"bottom": -4 - rows * size * 1.3, "top": size, "middle": size * 0.35}
        anchor = {"left": "start", "right": "end"}.get(note.get("xanchor") or "center", "middle")
        yield svg.text(
            note["text"],
            x + float(note.get("xshift") or 0),
            y - float(note.get("yshift") or 0) + lift.get(note.get("yanchor") or "middle", 0),
            size=size,
            fill=(note.get("font") or {}).get("color") or INK,
            anchor=anchor,
        )


def _legend(spec: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    if spec["layout"].get("showlegend") is False:
        return
    for index, trace in enumerate(spec["data"]):
        if trace.get("name") and trace.get("showlegend", True):
            dash = (trace.get("line") or {}).get("dash") or ""
            yield str(trace["name"]), colour_of(trace, index), dash


def _rows(legend: Sequence[tuple[str, str, str]], width: float) -> int:
    return max((row + 1 for _, row, _ in _legend_places(legend, width)), default=0)


def _legend_places(
    legend: Sequence[tuple[str, str, str]], width: float
) -> Iterator[tuple[float, int, tuple[str, str, str]]]:
    x, row = float(_LEFT), 0
    for entry in legend:
        wide = 34 + svg.width_of(entry[0], 13) + 18
        if x + wide > width and x > _LEFT:
            x, row = float(_LEFT), row + 1
        yield x, row, entry
        x += wide


def _legend_parts(
    legend: Sequence[tuple[str, str, str]], top: float, width: float
) -> Iterator[str]:
    for x, row, (name, colour, dash) in _legend_places(legend, width):
        y = top + row * _LEGEND_ROW
        yield svg.path(f"M{svg.number(x)} {svg.number(y)}h24", stroke=colour, width=4, dash=dash)
        yield svg.text(name, x + 32, y + 4, size=13)


def _values(values: Any) -> list[Any]:
    if values is None:
        return []
    return list(pd.Series(values, dtype=object))
