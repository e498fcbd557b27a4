"""The debrief: the road taken beside acceptable ones, with what each decision brought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from travesia.scenarios.engine import Offer, Outcome, Step, outcome, replay, walk
from travesia.scenarios.labels import DEBRIEF_QUESTION
from travesia.scenarios.model import Case
from travesia.scenarios.parts import Dimension, Feedback, Reference
from travesia.scenarios.roads import Situation, roads_of
from travesia.scenarios.scoring import (
    CaseScore,
    CriticalFailure,
    acceptable,
    critical_failures,
    score,
    uncritical,
    weighted_worth,
)

SHOWN_ROADS = 3
CONSIDERED_ROADS = 24


@dataclass(frozen=True)
class Consequence:
    """What a decision brought, and what else a competent colleague could have decided."""

    node: str
    text: str
    choice: str
    choice_text: str
    acceptable: bool
    effects: Mapping[Dimension, int]
    feedback: Feedback
    critical: CriticalFailure | None
    alternatives: tuple[Offer, ...]
    references: tuple[Reference, ...]


@dataclass(frozen=True)
class AcceptableRoad:
    """A whole road of acceptable decisions."""

    steps: tuple[Step, ...]
    ending: Outcome


@dataclass(frozen=True)
class OtherEnding:
    """An ending that the road did not reach, with the last decision that could have led there."""

    ending: Outcome
    decision: int
    choice: str
    choice_text: str


@dataclass(frozen=True)
class Debrief:
    """A road looked back on; `question` is a source string of the catalogue."""

    case: str
    title: str
    role: str
    consequences: tuple[Consequence, ...]
    score: CaseScore
    roads: tuple[AcceptableRoad, ...]
    others: tuple[OtherEnding, ...] = ()
    question: str = DEBRIEF_QUESTION

    def data(self) -> dict[str, Any]:
        """The debrief as JSON data."""
        data: dict[str, Any] = TypeAdapter(Debrief).dump_python(self, mode="json")
        return data


def consequences(case: Case, role: str, path: Sequence[str]) -> tuple[Consequence, ...]:
    """What each decision of a path brought, in order; the last is the newest feedback.

    Raises:
        InvalidPath: in one sentence, if the case has no such role or road.
    """
    road = walk(case, role, path)
    criticals = {failure.choice: failure for failure in critical_failures(case, role, road)}
    taken: frozenset[str] = frozenset()
    found = []
    for name, number in road.visits:
        node = case.nodes[name]
        choice = node.choices[number]
        others = tuple(
            Offer(other.id, other.text_for(role))
            for other in node.choices
            if other is not choice and other.offered(role, taken) and other.acceptable_for(role)
        )
        found.append(
            Consequence(
                node=name,
                text=node.text_for(role, taken) or "",
                choice=choice.id,
                choice_text=choice.text_for(role),
                acceptable=choice.acceptable_for(role),
                effects=choice.effects_for(role),
                feedback=choice.feedback_for(role) or Feedback(),
                critical=criticals.get(choice.id),
                alternatives=others,
                references=choice.references or node.references,
            )
        )
        taken |= {choice.id}
    return tuple(found)


def debrief(case: Case, role: str, path: Sequence[str]) -> Debrief:
    """The debrief of a path, with up to three acceptable roads, the best first.

    Raises:
        InvalidPath: in one sentence, if the case has no such role or road.
    """
    return Debrief(
        case=case.id,
        title=case.title,
        role=role,
        consequences=consequences(case, role, path),
        score=score(case, role, path),
        roads=acceptable_roads(case, role),
        others=other_endings(case, role, path),
    )


def other_endings(case: Case, role: str, path: Sequence[str]) -> tuple[OtherEnding, ...]:
    """Every ending that other decisions on the road lead to, from its last decision backwards.

    Raises:
        InvalidPath: in one sentence, if the case has no such role or road.
    """
    road = walk(case, role, path)
    roads = roads_of(case, role)
    situation: Situation = (case.start, frozenset())
    forks = []
    for decision in path:
        forks.append(roads.forks[situation])
        situation = next(after for choice, after in forks[-1] if choice.id == decision)
    found: dict[str, OtherEnding] = {}
    for number in range(len(forks), 0, -1):
        for choice, after in forks[number - 1]:
            if choice.id == path[number - 1]:
                continue
            for name in sorted(roads.endings[after] - {road.end, *found}):
                ending = outcome(case.nodes[name].ending, name, role)
                if ending is not None:
                    text = choice.text_for(role)
                    found[name] = OtherEnding(ending, number, choice.id, text)
    return tuple(found.values())


def acceptable_roads(case: Case, role: str, count: int = SHOWN_ROADS) -> tuple[AcceptableRoad, ...]:
    """Roads of acceptable decisions from the start to an ending: the best, and others unlike it."""
    worth = acceptable(role, uncritical(role, weighted_worth(case, role)))
    good = [road.path for road in roads_of(case, role).best(worth, CONSIDERED_ROADS)]
    shown = good[:1]
    while len(shown) < min(count, len(good)):
        shown.append(
            max(
                (path for path in good if path not in shown),
                key=lambda path: min(len(set(path) ^ set(other)) for other in shown),
            )
        )
    states = (replay(case, role, path) for path in sorted(shown, key=good.index))
    return tuple(AcceptableRoad(state.steps, state.ending) for state in states if state.ending)
