"""The pictures of questions: what can be picked, where it lies, how it is drawn."""

import re
from itertools import pairwise
from math import cos, radians

import pytest

from travesia.charts.places import coordinates
from travesia.course.spots import COUNTRIES, STATES
from travesia.learn.picture import HEIGHT, WIDTH, draw, has_small, outlines

# Square kilometres, as INEGI publishes them (Marco Geoestadístico).
PUBLISHED = {
    "mx-agu": 5616, "mx-bcn": 71450, "mx-bcs": 73909, "mx-cam": 57507, "mx-chh": 247412,
    "mx-chp": 73311, "mx-cmx": 1495, "mx-coa": 151595, "mx-col": 5627, "mx-dur": 123364,
    "mx-gro": 63596, "mx-gua": 30607, "mx-hid": 20821, "mx-jal": 78588, "mx-mex": 22352,
    "mx-mic": 58599, "mx-mor": 4879, "mx-nay": 27857, "mx-nle": 64156, "mx-oax": 93757,
    "mx-pue": 34306, "mx-que": 11699, "mx-roo": 44705, "mx-sin": 57365, "mx-slp": 61138,
    "mx-son": 179355, "mx-tab": 24731, "mx-tam": 80249, "mx-tla": 3997, "mx-ver": 71826,
    "mx-yuc": 39524, "mx-zac": 75275,
}  # fmt: skip
KILOMETRES = 111.2


def area(ring):
    """The area of a ring of degrees in square kilometres."""
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*ring, ring[0]]))
    middle = sum(y for _, y in ring) / len(ring)
    return abs(twice) / 2 * KILOMETRES**2 * cos(radians(middle))


def holds(ring, point):
    """Whether a point lies inside a ring."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def of(*codes, chosen="", **options):
    """A map on which some areas can be picked."""
    areas = [{"id": code, "text": STATES.get(code, code)} for code in codes]
    return draw({"kind": "map", "alt": "A map", "areas": areas}, chosen, **options)


def test_every_country_and_state_that_can_be_named_has_an_outline():
    assert set(outlines()) == COUNTRIES | STATES.keys()
    assert PUBLISHED.keys() == STATES.keys()


@pytest.mark.parametrize("code", STATES)
def test_a_state_is_as_large_as_it_is_published(code):
    drawn = sum(area(ring) for ring in outlines()[code])
    allowed = 0.12 if code == "mx-cmx" else 0.06
    assert drawn == pytest.approx(PUBLISHED[code], rel=allowed)


@pytest.mark.parametrize("code", STATES)
def test_a_state_lies_where_it_is_and_no_other_lies_there(code):
    point = coordinates()[code.upper()]
    found = [each for each in STATES if any(holds(ring, point) for ring in outlines()[each])]
    assert found == [code]


def test_only_what_is_offered_can_be_picked_and_the_rest_is_land():
    drawn = of("mx-tla", "mx-pue")
    assert re.findall(r'data-pick="([^"]+)"', drawn) == ["mx-tla", "mx-pue"]
    assert drawn.count("tv-land") > 0


def test_small_states_can_be_looked_at_closer_and_what_lies_beyond_is_left_out():
    wide, close = of(*STATES), of(*STATES, closer=True)
    assert has_small({"kind": "map", "areas": [{"id": "mx-tla"}]})
    assert not has_small({"kind": "map", "areas": [{"id": "mx-oax"}]})

    def width(drawn):
        steps = re.search(r'data-pick="mx-tla" d="M\S+ \S+l([^"]*)Z', drawn)[1].split()
        walked = [sum(map(float, steps[:n:2])) for n in range(0, len(steps), 2)]
        return max(walked) - min(walked)

    assert width(close) > 5 * width(wide)
    assert len(close) < len(wide) / 2


def test_a_picture_fills_its_frame_and_no_more():
    places = re.findall(r'data-pick="[^"]+" d="M(\S+) (\S+)l', of(*STATES))
    assert places
    assert all(0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT for x, y in places)


def test_the_chosen_area_is_marked():
    assert 'data-pick="mx-tla" data-chosen' in of("mx-tla", "mx-pue", chosen="mx-tla")


@pytest.mark.parametrize("count", [3, 12, 24])
def test_names_below_bars_do_not_run_into_each_other(count):
    areas = [{"id": f"m{n}", "text": f"2020-{n:02d}", "value": n} for n in range(1, count + 1)]
    drawn = draw({"kind": "bars", "alt": "Bars", "areas": areas}, "")
    shown = re.findall(r'class="tv-mark"( data-wide)? x="([\d.]+)"', drawn)
    for every, letter in ((shown, 8.5), ([each for each in shown if not each[0]], 14.5)):
        places = [float(x) for _, x in every]
        assert all(b - a >= 7 * letter for a, b in pairwise(places))
