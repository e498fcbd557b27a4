"""The score of a road: four dimensions, critical failures, one fraction.

What a choice is worth is the weighted sum of its effects in the role. A road's fraction is what
it earned beside the best road of that role, so that the best road earns 1. A critical failure
brings 0 whatever was earned, and so does a road that has not reached an ending.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from travesia.scenarios.engine import Outcome, Road, replay, walk
from travesia.scenarios.labels import CRITICAL_RULES, CRITICAL_TITLES
from travesia.scenarios.model import Case
from travesia.scenarios.parts import Choice, Critical, Dimension, Reference
from travesia.scenarios.roads import Roads, Worth, roads_of


@dataclass(frozen=True)
class DimensionScore:
    """What a road earned in a dimension, beside the most that a road can earn.

    `fraction` is the share earned, from 0 to 1; None where there is nothing to earn.
    """

    points: int
    best: int
    weight: int
    fraction: float | None


@dataclass(frozen=True)
class CriticalFailure:
    """A critical failure on a road, with the rule it breaks.

    `title` and `rule` are source strings of the catalogue; `article` is the case's own text.
    """

    name: Critical
    title: str
    rule: str
    article: str
    node: str
    choice: str
    references: tuple[Reference, ...]


@dataclass(frozen=True)
class CaseScore:
    """The score of a road through a case in a role."""

    case: str
    version: str
    role: str
    finished: bool
    ending: Outcome | None
    dimensions: Mapping[Dimension, DimensionScore]
    criticals: tuple[CriticalFailure, ...]
    fraction: float

    @property
    def failed(self) -> bool:
        """Whether a critical failure fails the case, whatever was earned."""
        return bool(self.criticals)

    def data(self) -> dict[str, Any]:
        """The score as JSON data."""
        data: dict[str, Any] = TypeAdapter(CaseScore).dump_python(self, mode="json")
        return data


def score(case: Case, role: str, path: Sequence[str]) -> CaseScore:
    """The score of a path; an unfinished one is reported as such and has the fraction 0.

    Raises:
        InvalidPath: in one sentence, if the case has no such role or road.
    """
    road = walk(case, role, path)
    state = replay(case, role, path)
    chosen = [case.nodes[name].choices[number] for name, number in road.visits]
    roads = roads_of(case, role)
    criticals = critical_failures(case, role, road)
    return CaseScore(
        case=case.id,
        version=case.version,
        role=role,
        finished=state.finished,
        ending=state.ending,
        dimensions={
            dimension: _dimension_score(case, role, dimension, roads, chosen)
            for dimension in Dimension
        },
        criticals=criticals,
        fraction=_fraction(case, role, roads, chosen) if state.finished and not criticals else 0.0,
    )


def _dimension_score(
    case: Case, role: str, dimension: Dimension, roads: Roads, chosen: Sequence[Choice]
) -> DimensionScore:
    points = sum(choice.effects_for(role).get(dimension, 0) for choice in chosen)
    best = _most(roads, uncritical(role, dimension_worth(role, dimension)))
    weight = case.dimensions.get(dimension, 0)
    return DimensionScore(points, best, weight, _share(points, best))


def _fraction(case: Case, role: str, roads: Roads, chosen: Sequence[Choice]) -> float:
    best = _most(roads, uncritical(role, weighted_worth(case, role)))
    earned = sum(weighted(case, role, choice) for choice in chosen)
    return _share(earned, best) or 0.0


def _share(earned: int, best: int) -> float | None:
    return min(1.0, max(0.0, earned / best)) if best > 0 else None


def _most(roads: Roads, worth: Worth) -> int:
    return max((road.worth for road in roads.best(worth)), default=0)


def weighted(case: Case, role: str, choice: Choice) -> int:
    """What a choice is worth in a role: the weighted sum of its effects."""
    effects = choice.effects_for(role)
    return sum(case.dimensions.get(dimension, 0) * points for dimension, points in effects.items())


def weighted_worth(case: Case, role: str) -> Worth:
    """A measure of choices by their weighted effects."""
    return lambda choice: weighted(case, role, choice)


def dimension_worth(role: str, dimension: Dimension) -> Worth:
    """A measure of choices by their effect on one dimension."""
    return lambda choice: choice.effects_for(role).get(dimension, 0)


def uncritical(role: str, worth: Worth) -> Worth:
    """A measure that keeps roads off critical failures."""
    return lambda choice: None if choice.critical_for(role) else worth(choice)


def acceptable(role: str, worth: Worth) -> Worth:
    """A measure that keeps roads to acceptable choices."""
    return lambda choice: worth(choice) if choice.acceptable_for(role) else None


def critical_failures(case: Case, role: str, road: Road) -> tuple[CriticalFailure, ...]:
    """The critical failures on a road, in its order."""
    failures = []
    for name, number in road.visits:
        node = case.nodes[name]
        choice = node.choices[number]
        failure = choice.critical_for(role)
        if failure is not None:
            feedback = choice.feedback_for(role)
            failures.append(
                CriticalFailure(
                    name=failure,
                    title=CRITICAL_TITLES[failure],
                    rule=CRITICAL_RULES[failure],
                    article=feedback.article if feedback else "",
                    node=name,
                    choice=choice.id,
                    references=choice.references or node.references,
                )
            )
    return tuple(failures)
