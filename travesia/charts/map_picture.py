"""The flow map of one period as a still SVG picture, for pages that run no script."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from travesia.charts import svg
from travesia.charts.flow_map import REGION, FlowMap
from travesia.charts.outlines import Line, outlines
from travesia.charts.places import coordinates
from travesia.charts.template import DATA, INK, INK_SOFT, PAPER
from travesia.charts.words import Words
from travesia.language import translator

WIDTH, HEIGHT = 900, 600
_KEY_ROW = 22
_WIDEST, _THINNEST = 30.0, 1.2
_TRUE_AT = math.cos(math.radians(20))
_EDGE = 28.0
_LAND, _SEA, _COAST, _STATE, _BORDER = "#faf7f1", "#eff5f2", "#a9cbc9", "#ebe6dc", "#b9b8b0"

Point = tuple[float, float]


@dataclass(frozen=True)
class _Line:
    start: Point
    end: Point
    bend: Point
    thick: float
    colour: str
    number: str
    hint: str
    places: tuple[str, str]
    radius: float = 0.0


def picture(shown: FlowMap, period: int | None = None, *, framed: bool = False) -> str:
    """The map as SVG: its lines and numbers as the live one draws them, and a key below.

    Args:
        shown: the flow map.
        period: the place of the period among the map's, the first one shown if not given.
        framed: whether title and sources are written on it, and that it shows events, not people.
    """
    at = shown.start if period is None else period
    lines = sorted(_lines(shown, at), key=lambda line: -line.thick)
    parts = [svg.rectangle(0, 0, WIDTH, HEIGHT, fill=_SEA), *_ground()]
    gradients = []
    for index, line in enumerate(lines):
        name = f"tv-flow-{index}"
        if not line.radius:
            gradients.append(_gradient(name, line))
        parts.append(_stroke(name, line))
    parts += _marks(shown, lines)
    parts.append(svg.text(shown.periods[at], 22, HEIGHT - 24, size=34, fill=INK_SOFT))
    drawn = svg.cut(f"<defs>{''.join(gradients)}</defs>{''.join(parts)}", WIDTH, HEIGHT)
    height: float = HEIGHT + 16 + _KEY_ROW * sum(kind.shown for kind in shown.kinds)
    parts = [drawn, *_key(shown, at)]
    if framed:
        _ = translator(shown.language)
        note = f"{_('Events, not people.')} {shown.source} {_('Map: Natural Earth.')}"
        parts, height = svg.framed(parts, WIDTH, height, shown.title, note)
    return svg.picture(parts, WIDTH, height, shown.title, shown.summary)


def _lines(shown: FlowMap, at: int) -> Iterator[_Line]:
    words = Words(shown.language)
    colours = {kind.id: DATA[kind.colour] for kind in shown.kinds if kind.shown}
    flows = shown.flows[shown.flows["counted"].isin(list(colours))]
    largest = float(flows[list(shown.periods)].max(axis=None))
    lanes: dict[tuple[str, str], int] = {}
    rings: dict[str, float] = {}
    for row in flows.itertuples(index=False, name=None):
        origin, destination, counted = row[:3]
        value = row[3 + at]
        if pd.isna(value) or value <= 0:
            continue
        thick = max(_WIDEST * float(value) / largest, _THINNEST)
        start, end = _spot(origin), _spot(destination)
        number = words.number(int(value))
        hint = f"{shown.name(origin)} – {shown.name(destination)}: {number}"
        if origin == destination:
            radius = rings.get(origin, 10.0) + thick / 2
            rings[origin] = radius + thick / 2 + 3
            yield _Line(start, end, start, thick, colours[counted], number, hint,
                        (origin, destination), radius)  # fmt: skip
            continue
        if _outside(origin) and _outside(destination):
            continue
        lane = lanes.get((origin, destination), 0)
        lanes[origin, destination] = lane + 1
        share = 0.2 + 0.14 * lane
        bend = (
            (start[0] + end[0]) / 2 - (end[1] - start[1]) * share,
            (start[1] + end[1]) / 2 + (end[0] - start[0]) * share,
        )
        gap = 6 + min(thick * 0.45, 10)
        yield _Line(_towards(start, bend, gap), _towards(end, bend, gap), bend, thick,
                    colours[counted], number, hint, (origin, destination))  # fmt: skip


def _stroke(name: str, line: _Line) -> str:
    n = svg.number
    if line.radius:
        return (
            f'<circle cx="{n(line.start[0])}" cy="{n(line.start[1])}" r="{n(line.radius)}" '
            f'fill="none" stroke="{line.colour}" stroke-width="{n(line.thick)}" opacity="0.78"/>'
        )
    data = (
        f"M{n(line.start[0])} {n(line.start[1])}"
        f"Q{n(line.bend[0])} {n(line.bend[1])} {n(line.end[0])} {n(line.end[1])}"
    )
    return (
        f'<path d="{data}" fill="none" stroke="url(#{name})" stroke-width="{n(line.thick)}" '
        f'stroke-linecap="round">'
        f"<title>{svg.escape(line.hint)}</title></path>"
    )


def _gradient(name: str, line: _Line) -> str:
    n = svg.number
    return (
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="{n(line.start[0])}" '
        f'y1="{n(line.start[1])}" x2="{n(line.end[0])}" y2="{n(line.end[1])}">'
        f'<stop offset="0" stop-color="{line.colour}" stop-opacity="0.24"/>'
        f'<stop offset="1" stop-color="{line.colour}" stop-opacity="0.78"/></linearGradient>'
    )


def _ground() -> Iterator[str]:
    layers = (
        ("land", _LAND, _COAST, 1.0),
        ("states", "none", _STATE, 0.8),
        ("lakes", _SEA, _COAST, 0.6),
        ("countries", "none", _BORDER, 1.2),
    )
    for layer, fill, colour, width in layers:
        closed = fill != "none"
        data = "".join(
            svg.lines([_on_picture(*point) for point in line]) + ("Z" if closed else "")
            for line in outlines()[layer]
            if _in_view(line)
        )
        yield (f"<g>{svg.path(data, fill=fill, stroke=colour, width=width)}</g>")


def _marks(shown: FlowMap, lines: Sequence[_Line]) -> Iterator[str]:
    """Names of places and numbers of lines, each where no other stands."""
    taken: list[tuple[float, float, float, float]] = []

    def free(words: str, x: float, y: float, size: float, anchor: str) -> bool:
        wide = svg.width_of(words, size)
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
        box = (left - 2, y - size, left + wide + 2, y + 4)
        if box[0] < 2 or box[2] > WIDTH - 2 or box[1] < 2 or box[3] > HEIGHT - 2:
            return False
        if any(box[0] < b[2] and box[2] > b[0] and box[1] < b[3] and box[3] > b[1] for b in taken):
            return False
        taken.append(box)
        return True

    kinds = {kind.id for kind in shown.kinds if kind.shown}
    flows = shown.flows[shown.flows["counted"].isin(kinds)]
    codes = dict.fromkeys([*flows["origin"], *flows["destination"]])
    ringed = set(flows.loc[flows["origin"] == flows["destination"], "origin"])
    for code in codes:
        x, y = _spot(code)
        yield (
            f'<circle cx="{svg.number(x)}" cy="{svg.number(y)}" r="3.6" '
            f'style="fill:{svg.paint(PAPER)};stroke:{svg.paint(INK)};stroke-width:1.6px"/>'
        )
    for code in codes:
        x, y = _spot(code)
        name = shown.name(code)
        reach = 16 if code in ringed else 9
        for dx, dy, anchor in _besides(reach, *_pull(code, lines)):
            if free(name, x + dx, y + dy, 13, anchor):
                yield svg.text(name, x + dx, y + dy, size=13, anchor=anchor, bold=True, halo=PAPER)
                break
    for line in lines:
        for x, y in _places_for_number(line):
            if free(line.number, x, y, 11.5, "middle"):
                yield svg.text(line.number, x, y, size=11.5, anchor="middle", fill=INK_SOFT,
                               halo=PAPER)  # fmt: skip
                break


def _besides(reach: float, right: float, down: float) -> list[tuple[float, float, str]]:
    """Where a name may stand, the side that its lines leave free first, as on the live map."""
    sides = [
        (right - 1, (reach, 4.0, "start")),
        (-right, (-reach, 4.0, "end")),
        (6 - down, (0.0, -reach - 2, "middle")),
        (6 + down, (0.0, reach + 13, "middle")),
    ]
    return [place for _pulled, place in sorted(sides, key=lambda side: side[0])]


def _pull(code: str, lines: Sequence[_Line]) -> Point:
    """Whereto the lines of a place run, each by its width."""
    x, y = _spot(code)
    pulls = [
        (line.thick / (math.dist((x, y), line.bend) or 1), line.bend)
        for line in lines
        if code in line.places and not line.radius
    ]
    right = sum(share * (bend[0] - x) for share, bend in pulls)
    return right, sum(share * (bend[1] - y) for share, bend in pulls)


def _places_for_number(line: _Line) -> Iterator[Point]:
    if line.radius:
        far = line.radius + line.thick / 2
        yield line.start[0], line.start[1] + far + 13
        yield line.start[0], line.start[1] - far - 5
        return
    for t in (0.5, 0.4, 0.6, 0.32, 0.68):
        u = 1 - t
        yield (
            u * u * line.start[0] + 2 * u * t * line.bend[0] + t * t * line.end[0],
            u * u * line.start[1] + 2 * u * t * line.bend[1] + t * t * line.end[1] + 4,
        )


def _key(shown: FlowMap, at: int) -> Iterator[str]:
    both = zip(shown.kinds, shown.said[at], strict=True)
    for row, (kind, said) in enumerate((kind, said) for kind, said in both if kind.shown):
        y = HEIGHT + 22 + row * _KEY_ROW
        yield svg.rectangle(14, y - 8, 28, 8, fill=DATA[kind.colour])
        yield svg.text(f"{kind.name}: {said}", 52, y, size=13)


def _across(longitude: float) -> float:
    return longitude * _TRUE_AT


def _down(latitude: float) -> float:
    """Equal areas: no country looks larger than it is because it lies further north."""
    return -math.degrees(math.sin(math.radians(latitude))) / _TRUE_AT


_SCALE = min(
    WIDTH / (_across(REGION[2]) - _across(REGION[0])),
    HEIGHT / (_down(REGION[1]) - _down(REGION[3])),
)
_MIDDLE = (
    (_across(REGION[0]) + _across(REGION[2])) / 2,
    (_down(REGION[1]) + _down(REGION[3])) / 2,
)


def _on_picture(longitude: float, latitude: float) -> Point:
    return (
        WIDTH / 2 + (_across(longitude) - _MIDDLE[0]) * _SCALE,
        HEIGHT / 2 + (_down(latitude) - _MIDDLE[1]) * _SCALE,
    )


def _spot(code: str) -> Point:
    """Where a place stands, at the edge where it is out of view."""
    x, y = _on_picture(*coordinates()[code])
    return min(max(x, _EDGE), WIDTH - _EDGE), min(max(y, _EDGE), HEIGHT - _EDGE)


def _outside(code: str) -> bool:
    return _on_picture(*coordinates()[code]) != _spot(code)


def _in_view(line: Line) -> bool:
    points = [_on_picture(*point) for point in (line if len(line) < 40 else line[::4])]
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    return min(xs) < WIDTH and max(xs) > 0 and min(ys) < HEIGHT and max(ys) > 0


def _towards(spot: Point, other: Point, gap: float) -> Point:
    share = min(0.4, gap / max(1.0, math.dist(spot, other)))
    return spot[0] + (other[0] - spot[0]) * share, spot[1] + (other[1] - spot[1]) * share
