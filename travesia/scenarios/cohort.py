"""How a group went through a case, without anybody in it: only numbers from five persons up.

Nothing is given for fewer than ten learners. At each step, scenes where fewer than five stood are
joined with others until no bar, and no ribbon from a bar to one of the next step, counts from one
to four; as every one of them is given, none that is missing can be worked out from the rest. Shares
are rounded to a twentieth, so that no count can be worked out from them either.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from travesia.scenarios.debrief import consequences
from travesia.scenarios.engine import InvalidPath, walk
from travesia.scenarios.model import Case

FEWEST_LEARNERS = 10
FEWEST_TOGETHER = 5

Scenes = frozenset[str]
"""The nodes that are counted as one."""


class TooFewError(ValueError):
    """Fewer learners than anything is told about; the text is a sentence for the instructor."""


@dataclass(frozen=True)
class Bar:
    """Learners who stand in the same scenes at a step."""

    nodes: tuple[str, ...]
    learners: int


@dataclass(frozen=True)
class CohortStep:
    """A step of the group: where it stood, and who met a critical failure in leaving.

    Attributes:
        bars: every learner who came this far, by scenes.
        critical: the share of those deciding who met a critical failure; None where that would
            tell of fewer than five, one way or the other, or where fewer than ten decided.
    """

    bars: tuple[Bar, ...]
    critical: float | None


@dataclass(frozen=True)
class Decided:
    """Decisions at a scene that are counted together, with their share of all that were taken."""

    choices: tuple[str, ...]
    share: float


@dataclass(frozen=True)
class CohortRoads:
    """A group's roads through a case.

    Attributes:
        learners: how many they are.
        steps: the steps from the first scene on.
        decisions: the decisions taken, by scene, where ten or more decided.
        ribbons: by step, how many went from one of its bars to one of the next step's.
        flagged: how many roads were left out because the case does not have them, from five up.
    """

    case: str
    learners: int
    steps: tuple[CohortStep, ...]
    decisions: Mapping[str, tuple[Decided, ...]]
    ribbons: tuple[Mapping[tuple[int, int], int], ...]
    flagged: int | None


def cohort_roads(case: Case, played: Iterable[tuple[str, Sequence[str]]]) -> CohortRoads:
    """The roads of a group, from each learner's role and path.

    Raises:
        TooFewError: fewer than ten roads can be followed.
    """
    roads: list[list[str]] = []
    failed: list[list[bool]] = []
    taken: dict[str, Counter[str]] = {}
    flagged = 0
    for role, path in played:
        try:
            road = walk(case, role, path)
        except InvalidPath:
            flagged += 1
            continue
        if not path:
            continue
        roads.append([*(name for name, _ in road.visits), road.end])
        failed.append([each.critical is not None for each in consequences(case, role, path)])
        for (name, _), choice in zip(road.visits, path, strict=True):
            taken.setdefault(name, Counter())[choice] += 1
    if len(roads) < FEWEST_LEARNERS:
        raise TooFewError(
            f"Fewer than {FEWEST_LEARNERS} learners have played the case {case.id}: the roads of so"
            " few would tell who went where. Wait for more submissions."
        )
    columns = _columns(roads)
    steps = []
    for number, column in enumerate(columns):
        bars = Counter(_at(road, number, column) for road in roads)
        steps.append(
            CohortStep(
                bars=tuple(Bar(tuple(sorted(scenes)), bars[scenes]) for scenes in column),
                critical=_share([each[number] for each in failed if number < len(each)]),
            )
        )
    return CohortRoads(
        case=case.id,
        learners=len(roads),
        steps=tuple(steps),
        decisions={
            name: _decided(taken[name])
            for name in case.nodes
            if name in taken and taken[name].total() >= FEWEST_LEARNERS
        },
        ribbons=tuple(
            _ribbons(roads, number, here, after)
            for number, (here, after) in enumerate(itertools.pairwise(columns))
        ),
        flagged=None if flagged in range(1, FEWEST_TOGETHER) else flagged,
    )


def _rounded(part: int, whole: int) -> float:
    return round(20 * part / whole) / 20


def _share(failed: Sequence[bool]) -> float | None:
    """The share that failed, rounded; None where it tells of a few."""
    count, rest = sum(failed), len(failed) - sum(failed)
    few = range(1, FEWEST_TOGETHER)
    if len(failed) < FEWEST_LEARNERS or count in few or rest in few:
        return None
    return _rounded(count, len(failed))


def _decided(counts: Counter[str]) -> tuple[Decided, ...]:
    """Shares of decisions; those that fewer than five took are told together with others."""
    groups: list[tuple[tuple[str, ...], int]] = [
        ((choice,), count) for choice, count in counts.most_common()
    ]
    while len(groups) > 1 and groups[-1][1] < FEWEST_TOGETHER:
        *groups, (names, count), (fewer, few) = groups
        groups = sorted([*groups, (names + fewer, count + few)], key=lambda each: -each[1])
    return tuple(Decided(names, _rounded(count, counts.total())) for names, count in groups)


def _columns(roads: Sequence[Sequence[str]]) -> list[list[Scenes]]:
    """The scenes of each step, joined until nothing that counts from one to four is left.

    A road that has ended stays where it ended.
    """
    length = max(len(road) for road in roads)
    columns: list[list[Scenes]] = []
    for number in range(length):
        counts = Counter(_name(road, number) for road in roads)
        column = [frozenset({name}) for name, _ in counts.most_common()]
        while len(column) > 1 and not _safe(roads, number, column, columns):
            column = _joined(roads, number, column)
        columns.append(column)
    return columns


def _name(road: Sequence[str], number: int) -> str:
    return road[min(number, len(road) - 1)]


def _at(road: Sequence[str], number: int, column: Sequence[Scenes]) -> Scenes:
    return next(scenes for scenes in column if _name(road, number) in scenes)


def _safe(
    roads: Sequence[Sequence[str]],
    number: int,
    column: Sequence[Scenes],
    before: Sequence[Sequence[Scenes]],
) -> bool:
    bars = Counter(_at(road, number, column) for road in roads)
    if min(bars.values()) < FEWEST_TOGETHER:
        return False
    if not before:
        return True
    ribbons = Counter(
        (_at(road, number - 1, before[-1]), _at(road, number, column)) for road in roads
    )
    return min(ribbons.values()) >= FEWEST_TOGETHER


def _joined(roads: Sequence[Sequence[str]], number: int, column: Sequence[Scenes]) -> list[Scenes]:
    """The column with its two smallest bars made one."""
    bars = Counter(_at(road, number, column) for road in roads)
    rest = sorted(column, key=lambda scenes: bars[scenes], reverse=True)
    return [*rest[:-2], rest[-2] | rest[-1]]


def _ribbons(
    roads: Sequence[Sequence[str]],
    number: int,
    here: Sequence[Scenes],
    after: Sequence[Scenes],
) -> dict[tuple[int, int], int]:
    found = Counter(
        (here.index(_at(road, number, here)), after.index(_at(road, number + 1, after)))
        for road in roads
    )
    return dict(found)
