"""The pictures of questions that are answered on one: countries or states, bars, links.

All are drawn here as SVG, from the outlines in `geo/`: nothing is fetched, and nothing finer than a
country or a state can be picked.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from math import ceil, cos, radians
from pathlib import Path
from typing import Any

from markupsafe import Markup

Point = tuple[float, float]
Ring = tuple[Point, ...]

Box = tuple[float, float, float, float]
"""West, south, east and north in degrees."""

WIDTH, HEIGHT = 640.0, 400.0
MARGIN = 14.0
BARS_FOOT = 44.0
WIDEST, NARROWEST = 22.0, 3.0
MARK_WIDTHS = (8.5, 14.5)
"""The width of a letter below a bar, on a wide and on a narrow screen."""

SMALL = {"mx-cmx", "mx-mor", "mx-tla"}
AROUND_SMALL: Box = (-100.6, 18.2, -97.4, 20.9)
"""States too small to hit on a map of the whole country, and the part of it that shows them."""


def draw(picture: Mapping[str, Any], chosen: str, *, closer: bool = False) -> Markup:
    """A question's picture as SVG, the chosen area marked; clicks name areas by `data-pick`.

    Args:
        picture: the picture as its question's form has it.
        chosen: the id of the chosen area, empty while there is none.
        closer: whether a map shows the part of it where areas are small.
    """
    areas = picture["areas"]
    match picture["kind"]:
        case "map":
            body = _map(areas, chosen, AROUND_SMALL if closer else None)
        case "links":
            body = _links(areas, chosen)
        case _:
            body = _bars(areas, chosen)
    return Markup(
        '<svg class="tv-spot" viewBox="0 0 {w:g} {h:g}" role="img" aria-label="{alt}">{body}</svg>'
    ).format(w=WIDTH, h=HEIGHT, alt=picture["alt"], body=Markup("").join(body))


def has_small(picture: Mapping[str, Any]) -> bool:
    """Whether a picture has areas that are easier to hit when it is drawn closer."""
    return picture["kind"] == "map" and any(area["id"] in SMALL for area in picture["areas"])


@cache
def outlines() -> Mapping[str, tuple[Ring, ...]]:
    """The rings of each country and state in degrees, by its code."""
    return _read("countries.json", 10) | _read("states.json", 100)


def _read(name: str, scale: int) -> dict[str, tuple[Ring, ...]]:
    text = (Path(__file__).parent / "geo" / name).read_text(encoding="utf-8")
    found = json.loads(text)
    return {code: tuple(_ring(ring, scale) for ring in rings) for code, rings in found.items()}


def _ring(flat: Sequence[int], scale: int) -> Ring:
    x = y = 0
    points = []
    for step in zip(flat[::2], flat[1::2], strict=True):
        x, y = x + step[0], y + step[1]
        points.append((x / scale, y / scale))
    return tuple(points)


def _around(codes: set[str]) -> Box:
    points = [point for code in codes for ring in outlines()[code] for point in ring]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


class _Frame:
    """Degrees to the picture: what is shown fills it, at one scale, as seen from its middle."""

    def __init__(self, box: Box) -> None:
        west, south, east, north = box
        self.narrow = cos(radians((south + north) / 2))
        wide, high = (east - west) * self.narrow, north - south
        self.scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
        self.left = (WIDTH - wide * self.scale) / 2 - west * self.narrow * self.scale
        self.top = (HEIGHT - high * self.scale) / 2 + north * self.scale

    def at(self, point: Point) -> Point:
        return (
            round(self.left + point[0] * self.narrow * self.scale, 1),
            round(self.top - point[1] * self.scale, 1),
        )

    def path(self, rings: Sequence[Ring]) -> str:
        return "".join(map(self._outline, rings))

    def _outline(self, ring: Ring) -> str:
        """One ring in steps of whole tenths, which is half as long as in places."""
        places = [(round(10 * x), round(10 * y)) for x, y in map(self.at, ring)]
        if not self._shows(places):
            return ""
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(places)]
        walked = "".join(f"{_short(x)} {_short(y)} " for x, y in steps if x or y)
        return f"M{_short(places[0][0])} {_short(places[0][1])}l{walked}Z"

    @staticmethod
    def _shows(places: Sequence[tuple[int, int]]) -> bool:
        xs, ys = [x for x, _ in places], [y for _, y in places]
        inside = max(xs) >= 0 and min(xs) <= 10 * WIDTH
        return inside and max(ys) >= 0 and min(ys) <= 10 * HEIGHT

    def middle(self, code: str) -> Point:
        """The middle of a country's largest part."""
        ring = max(outlines()[code], key=len)
        return self.at((sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)))


def _short(tenths: int) -> str:
    return f"{tenths / 10:g}"


def _map(areas: Sequence[Mapping[str, Any]], chosen: str, box: Box | None) -> Iterator[Markup]:
    codes = {area["id"] for area in areas}
    frame = _Frame(box or _around(codes))
    yield from _land(frame, without=codes)
    for area in areas:
        yield Markup(
            '<path class="tv-area" data-pick="{id}"{chosen} d="{d}"><title>{text}</title></path>'
        ).format(
            id=area["id"],
            chosen=_chosen(area, chosen),
            d=frame.path(outlines()[area["id"]]),
            text=area["text"],
        )


def _land(frame: _Frame, without: set[str]) -> Iterator[Markup]:
    """What can't be picked: the other countries, and other states where some can be."""
    in_mexico = any("-" in code for code in without)
    for code, rings in outlines().items():
        shown = code != "mex" if in_mexico else "-" not in code
        if shown and code not in without and (d := frame.path(rings)):
            yield Markup('<path class="tv-land" d="{d}"/>').format(d=d)


def _links(areas: Sequence[Mapping[str, Any]], chosen: str) -> Iterator[Markup]:
    codes = {area[end] for area in areas for end in ("origin", "destination")}
    frame = _Frame(_around(codes))
    yield from _land(frame, without=set())
    most = max(area["value"] for area in areas) or 1
    for area in sorted(areas, key=lambda each: -each["value"]):
        (x1, y1), (x2, y2) = frame.middle(area["origin"]), frame.middle(area["destination"])
        bend = ((x1 + x2) / 2 - (y2 - y1) * 0.25, (y1 + y2) / 2 + (x2 - x1) * 0.25)
        d = f"M{x1:g} {y1:g}Q{bend[0]:.1f} {bend[1]:.1f} {x2:g} {y2:g}"
        width = max(NARROWEST, WIDEST * area["value"] / most)
        yield Markup(
            '<path class="tv-link" data-pick="{id}"{chosen} stroke-width="{width:.1f}" d="{d}">'
            "<title>{text}</title></path>"
        ).format(id=area["id"], chosen=_chosen(area, chosen), width=width, d=d, text=area["text"])


def _bars(areas: Sequence[Mapping[str, Any]], chosen: str) -> Iterator[Markup]:
    most = max(area["value"] for area in areas) or 1
    room = (WIDTH - 2 * MARGIN) / len(areas)
    # Names that would run into each other are left to the list beside the picture; a narrow screen
    # writes them larger, so that fewer have room there.
    longest = max(len(area["text"]) for area in areas)
    every, narrow = (ceil(longest * width / room) for width in MARK_WIDTHS)
    narrow = every * ceil(narrow / every)
    for place, area in enumerate(areas):
        high = (HEIGHT - MARGIN - BARS_FOOT) * area["value"] / most
        x, y = MARGIN + place * room, HEIGHT - BARS_FOOT - high
        yield Markup(
            '<g class="tv-bar-area" data-pick="{id}"{chosen}><title>{text}</title>'
            '<rect class="tv-reach" x="{x:.1f}" y="0" width="{room:.1f}" height="{h:g}"/>'
            '<rect class="tv-area" x="{left:.1f}" y="{y:.1f}" width="{w:.1f}" height="{high:.1f}"/>'
            "</g>"
        ).format(
            id=area["id"],
            chosen=_chosen(area, chosen),
            text=area["text"],
            x=x,
            room=room,
            h=HEIGHT,
            left=x + room * 0.12,
            y=y,
            w=room * 0.76,
            high=high,
        )
        if place % every == 0:
            yield Markup(
                '<text class="tv-mark"{wide} x="{x:.1f}" y="{y:g}" text-anchor="{anchor}">{text}'
                "</text>"
            ).format(
                wide=Markup(" data-wide") if place % narrow else "",
                x=x + (room / 2 if every == 1 else 0),
                y=HEIGHT - BARS_FOOT / 2,
                anchor="middle" if every == 1 else "start",
                text=area["text"],
            )


def _chosen(area: Mapping[str, Any], chosen: str) -> Markup:
    return Markup(" data-chosen") if area["id"] == chosen else Markup("")
