"""Schematic routes over outlines of our own, with nothing fetched from anywhere."""

import csv
from collections.abc import Iterable, Sequence
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pandas as pd

from travesia.charts.about import About, ChartDataError, require
from travesia.charts.chart import Chart
from travesia.charts.outlines import Line, outlines
from travesia.charts.places import coordinates, place_name
from travesia.charts.template import DASHES, DATA, INK, LINE
from travesia.language import current_language, translator

LAND, SEA, COAST, BORDER = "#f7f4ee", "#e0eeed", "#dcd4c4", "#b9b3a4"
_NAME_WIDE, _NAME_HIGH = 2.9, 0.9
"""Degrees that a name takes."""
_MARGIN, _STEPS = 2.5, 12


def schematic_routes(language: str = "") -> pd.DataFrame:
    """The course's eight teaching routes for `route_map`: `route`, `place`, in order.

    No route is a recommendation; each joins countries and states, no places within them.
    """
    _ = translator(language)
    names = {
        "darien": _("Darién"),
        "central-america": _("Northern Central America"),
        "south-west": _("South-west"),
        "south-east": _("South-east"),
        "centre": _("Centre"),
        "north-east": _("North-east"),
        "north": _("North"),
        "north-west": _("North-west"),
    }
    text = (files("travesia.charts") / "geo" / "routes.csv").read_text(encoding="utf-8")
    rows = [
        (names[row["route"]], place)
        for row in csv.DictReader(text.splitlines())
        for place in row["places"].split()
    ]
    return pd.DataFrame(rows, columns=["route", "place"])


def transit_routes(language: str = "") -> Chart:
    """The map of the course's eight teaching routes."""
    _ = translator(language)
    return route_map(
        schematic_routes(language),
        About(
            title=_("Schematic routes through the region"),
            unit=_("Routes"),
            meaning=_("a drawing for teaching, no roads"),
            source=_(
                "Drawn for this course; outlines: Natural Earth. A line joins countries and states."
            ),
            language=language or current_language(),
        ),
    )


def route_map(data: pd.DataFrame, about: About) -> Chart:
    """The map of schematic routes between countries and states, drawn without any download.

    Args:
        data: `route` and `place` (ISO 3166 alpha-3, or a state's ISO 3166-2 code), in the order of
            each route.
        about: whose routes these are and how they are to be read.

    Raises:
        ChartDataError: a column is missing, or a place is neither a country nor a state of the
            region: routes name no town, crossing or shelter.
    """
    _ = translator(about.language)
    require(data, "route", "place")
    known = coordinates()
    unknown = [place for place in data["place"].unique() if place not in known]
    if unknown:
        raise ChartDataError(
            f"The column 'place' holds {', '.join(map(str, unknown))}: a route joins countries and "
            "states of the region by their ISO 3166 codes, and names no place within them."
        )
    routes = {str(name): list(part["place"]) for name, part in data.groupby("route", sort=False)}
    points = [known[place] for places in routes.values() for place in places]
    west, east = _range([x for x, _y in points])
    south, north = _range([y for _x, y in points])
    seen = {
        layer: [line for line in lines if _touches(line, (west, south, east, north))]
        for layer, lines in outlines().items()
    }
    ground = [
        _outline(seen["land"], "toself", LAND, COAST, 0.8),
        _outline(seen["lakes"], "toself", SEA, COAST, 0.5),
        _outline(seen["states"], None, "", LINE, 0.6),
        _outline(seen["countries"], None, "", BORDER, 1.1),
    ]
    drawn = [
        {
            "type": "scattergeo", "mode": "lines", "name": name,
            **_columns([_smooth([known[place] for place in places])]),
            "line": {"color": DATA[index % len(DATA)], "width": 4,
                     "dash": DASHES[index // len(DATA)]},
            "opacity": 0.85, "hoverinfo": "name",
        }
        for index, (name, places) in enumerate(routes.items())
    ]  # fmt: skip
    named = _apart(place for places in routes.values() for place in places)
    labels = {
        "type": "scattergeo", "mode": "text", "showlegend": False, "hoverinfo": "skip",
        "lon": [known[place][0] for place in named], "lat": [known[place][1] for place in named],
        "text": [place_name(place, about.language) for place in named],
        # Beside the lines rather than struck through by them.
        "textposition": "top center",
        "textfont": {"size": 11, "color": INK},
    }  # fmt: skip
    through = [
        _("{route}: {places}").format(
            route=name, places=" – ".join(place_name(place, about.language) for place in places)
        )
        for name, places in routes.items()
    ]
    finding = _(
        "The map draws {number} schematic routes between countries and states: {routes}. No route "
        "is a recommendation, none is a road, and people take each in more than one direction."
    ).format(number=len(routes), routes="; ".join(through))
    return Chart(
        title=about.title,
        spec={
            "data": [*ground, *drawn, labels],
            "layout": {
                "height": 560,
                "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
                "hovermode": "closest",
                "showlegend": True,
                "legend": {"y": 0.02, "yanchor": "bottom", "x": 0.01, "orientation": "v",
                           "bgcolor": "rgba(255,253,249,0.85)"},
                # Anything of the base map that is visible would be fetched from elsewhere.
                "geo": {
                    "visible": False, "bgcolor": SEA, "fitbounds": False,
                    "projection": {"type": "mercator"},
                    "lonaxis": {"range": [west, east]}, "lataxis": {"range": [south, north]},
                },
            },
        },
        summary=finding,
        table=pd.DataFrame(
            {
                _("Route"): list(routes),
                _("Countries and states"): [
                    " – ".join(place_name(place, about.language) for place in places)
                    for places in routes.values()
                ],
            }
        ),
        table_title=_("The routes"),
        source=about.source,
        language=about.language,
    )  # fmt: skip


def _outline(
    lines: Iterable[Line], fill: str | None, colour: str, line: str, width: float
) -> dict[str, Any]:
    trace: dict[str, Any] = {
        "type": "scattergeo", "mode": "lines", "showlegend": False, "hoverinfo": "skip",
        **_columns([_clockwise(ring) if fill else ring for ring in lines]),
        "line": {"color": line, "width": width},
    }  # fmt: skip
    return {**trace, "fill": fill, "fillcolor": colour} if fill else trace


def _columns(lines: Iterable[Line]) -> dict[str, list[float | None]]:
    """Longitudes and latitudes of lines, a gap after each."""
    longitudes: list[float | None] = []
    latitudes: list[float | None] = []
    for line in lines:
        longitudes += [*(x for x, _y in line), None]
        latitudes += [*(y for _x, y in line), None]
    return {"lon": longitudes, "lat": latitudes}


def _apart(places: Iterable[str]) -> list[str]:
    """The places whose names cover no other, countries before states."""
    kept: list[str] = []
    for place in sorted(dict.fromkeys(places), key=lambda code: "-" in code):
        x, y = coordinates()[place]
        near = (coordinates()[other] for other in kept)
        if not any(abs(x - a) < _NAME_WIDE and abs(y - b) < _NAME_HIGH for a, b in near):
            kept.append(place)
    return kept


def _touches(line: Line, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    xs, ys = [x for x, _y in line], [y for _x, y in line]
    return min(xs) < east and max(xs) > west and min(ys) < north and max(ys) > south


def _clockwise(ring: Line) -> Line:
    """A closed ring turned so that plotly fills what is in it and not all the rest of the earth."""
    closed = [*ring, ring[0]]
    turn = sum((two[0] - one[0]) * (two[1] + one[1]) for one, two in pairwise(closed))
    return closed if turn > 0 else closed[::-1]


def _smooth(points: Sequence[tuple[float, float]]) -> Line:
    """A Catmull–Rom curve through points: a drawing, visibly no road."""
    padded = [points[0], *points, points[-1]]
    line = [points[0]]
    for at, (one, two) in enumerate(pairwise(points)):
        before, after = padded[at], padded[at + 3]
        for step in range(1, _STEPS + 1):
            t = step / _STEPS
            line.append(
                (
                    _between(before[0], one[0], two[0], after[0], t),
                    _between(before[1], one[1], two[1], after[1], t),
                )
            )
    return line


def _between(before: float, one: float, two: float, after: float, t: float) -> float:
    return 0.5 * (
        2 * one
        + (two - before) * t
        + (2 * before - 5 * one + 4 * two - after) * t**2
        + (3 * one - before - 3 * two + after) * t**3
    )


def _range(values: Sequence[float]) -> tuple[float, float]:
    return min(values) - _MARGIN, max(values) + _MARGIN
