"""The roads that a learner took through a case: a picture, and the same in words."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from markupsafe import Markup, escape

from travesia.language import Translate
from travesia.learn import prose
from travesia.learn.wording import fill
from travesia.scenarios import InvalidPath, Playable, State, replay
from travesia.scenarios.layout import layers

WIDTH, ROW, RADIUS = 320, 58, 15
BESIDE = 36
_ON_TOP = ("holds", "tried", "own")


@dataclass(frozen=True)
class RoadMap:
    """A map: the picture, its name for who does not see it, and the earlier roads in words.

    Attributes:
        kinds: which kinds of roads the picture has: `own`, `tried`, `holds`.
    """

    svg: Markup
    name: str
    earlier: tuple[Markup, ...]
    kinds: tuple[str, ...]


def road_map(
    case: Playable,
    role: str,
    path: Sequence[str],
    earlier: Sequence[Sequence[str]],
    _: Translate,
    *,
    holding: Sequence[Sequence[str]] = (),
) -> RoadMap:
    """The map of a road beside others, as far as the case still has them.

    Args:
        case: the case.
        role: the role in which it is played.
        path: the road that was taken.
        earlier: the roads taken before it.
        _: the translator of the picture's name.
        holding: roads of acceptable decisions, once the case is over.
    """
    own = replay(case, role, path)
    others = [state for road in earlier if (state := _replayed(case, role, road)) is not None]
    good = [state for road in holding if (state := _replayed(case, role, road)) is not None]
    roads = {"own": [own], "tried": others, "holds": good}
    ways: dict[tuple[str, str], dict[str, str]] = {}
    for kind, road in ((kind, road) for kind, each in roads.items() for road in each):
        for here, after, choice in _decisions(road):
            ways.setdefault((here, after), {}).setdefault(choice, kind)
    following: dict[str, list[str]] = {}
    for here, after in ways:
        following.setdefault(here, []).append(after)
    rows = layers(case.start, following)
    place = {
        name: (WIDTH * (number + 0.5) / len(row), RADIUS + 4 + ROW * depth)
        for depth, row in enumerate(rows)
        for number, name in enumerate(row)
    }
    told = _("The roads taken: yours with {decisions} decisions, and {others} tried before.")
    if good:
        told += " " + _("Beside them, {holding} that hold.")
    name = fill(told, decisions=len(own.steps), others=len(others), holding=len(good))
    drawing = "".join([*_lines(ways, place), *_scenes(case, own, place)])
    svg = Markup('<svg class="tv-map" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>')
    return RoadMap(
        svg=svg.format(WIDTH, ROW * (len(rows) - 1) + 2 * RADIUS + 8, name, Markup(drawing)),  # noqa: S704 - made below of numbers and escaped letters
        name=str(name),
        earlier=tuple(_told(own, state, _) for state in others),
        kinds=tuple(kind for kind in roads if any(kind in way.values() for way in ways.values())),
    )


def _replayed(case: Playable, role: str, road: Sequence[str]) -> State | None:
    """Where an earlier road led; None where the case does not have it any more."""
    try:
        return replay(case, role, road)
    except InvalidPath:
        return None


def _nodes(state: State) -> list[str]:
    return [*(step.node for step in state.steps), state.node]


def _decisions(state: State) -> Iterator[tuple[str, str, str]]:
    """Each decision of a road: where it was taken, where it led, and which it was."""
    for (here, after), step in zip(itertools.pairwise(_nodes(state)), state.steps, strict=True):
        yield here, after, step.choice


def _lines(
    ways: Mapping[tuple[str, str], Mapping[str, str]], place: Mapping[str, tuple[float, float]]
) -> Iterator[str]:
    """A line for each decision; several between the same scenes run beside each other."""
    lines = []
    for (here, after), way in ways.items():
        (x, y), (to_x, to_y) = place[here], place[after]
        half = (y + to_y) / 2
        for number, kind in enumerate(way.values()):
            aside = (number + 1) // 2 * BESIDE * (1 if number % 2 else -1)
            from_here, to_there = x + aside, to_x + aside
            line = f"M{x:.0f} {y:.0f}C{from_here:.0f} {half:.0f} {to_there:.0f} {half:.0f}"
            path = f'<path class="{kind}" d="{line} {to_x:.0f} {to_y:.0f}"/>\n'
            lines.append((_ON_TOP.index(kind), path))
    # What was taken lies on top.
    yield from (path for _, path in sorted(lines))


def _scenes(
    case: Playable, state: State, place: Mapping[str, tuple[float, float]]
) -> Iterator[str]:
    own = _nodes(state)
    letters = iter(ascii_lowercase * 20)
    numbers: dict[str, str] = {}
    for number, name in enumerate(own, 1):
        numbers.setdefault(name, str(number))
    for name, (x, y) in place.items():
        kind = "own" if name in numbers else "other"
        at = f'<g class="{kind}" transform="translate({x:.0f} {y:.0f})">'
        if case.nodes[name].ending is not None:
            shape = (
                f'<rect x="-{RADIUS}" y="-{RADIUS}" width="{2 * RADIUS}" height="{2 * RADIUS}"/>'
            )
        else:
            shape = f'<circle r="{RADIUS}"/>'
        label = escape(numbers.get(name) or next(letters))
        yield f'{at}{shape}<text dy="5">{label}</text></g>\n'


def _told(own: State, other: State, _: Translate) -> Markup:
    """An earlier road in a sentence: where it parted from this one and where it led."""
    parted = next(
        (n for n, (a, b) in enumerate(zip(own.path, other.path, strict=False), 1) if a != b),
        min(len(own.path), len(other.path)) + 1,
    )
    if parted > len(other.steps):
        return fill(_("It stopped before decision {number}."), number=parted)
    choice = other.steps[parted - 1].choice_text
    if other.ending is None:
        return fill(
            _("At decision {number} you chose “{choice}”, and then went back."),
            number=parted,
            choice=prose.inline(choice),
        )
    return fill(
        _("At decision {number} you chose “{choice}”. It ended with “{title}”."),
        number=parted,
        choice=prose.inline(choice),
        title=other.ending.title,
    )
