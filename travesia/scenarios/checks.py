"""What a case must hold before it is released: sound roads, whole feedback, fair options.

A case that was read is already sound in its names; `check_file` reports those faults too.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from travesia.scenarios.loading import load_case
from travesia.scenarios.model import Case
from travesia.scenarios.parts import Choice, Feedback, Reference
from travesia.scenarios.problems import CaseError, Location, Problem
from travesia.scenarios.roads import Roads, roads_of
from travesia.scenarios.scoring import acceptable, uncritical, weighted, weighted_worth

LENGTH_TOLERANCE = 0.2
TWO_ROADS_SHARE = 1 / 3
REFERRAL_SHARE = 1 / 2
TELLING = frozenset({
    "acceptable", "bad", "best", "correct", "critical", "fail", "good", "harm", "incorrect",
    "right", "worst", "wrong", "bien", "buen", "buena", "bueno", "correcta", "correcto",
    "falla", "grave", "mal", "mala", "malo", "mejor", "peor",
})  # fmt: skip
"""Words that say what is thought of a road, where an id has no other."""
SAYING_NOTHING = frozenset({
    "answer", "choice", "decision", "end", "ending", "node", "option", "road", "scene", "way",
    "the", "camino", "escena", "fin", "final", "opcion", "respuesta", "salida", "el", "la",
    "un", "una", "a", "b", "c", "d", "e",
})  # fmt: skip


def check_file(path: str | Path) -> list[Problem]:
    """Every problem of the case in a YAML file; an empty list if it may be released."""
    try:
        return check(load_case(path, str(path)))
    except CaseError as error:
        return list(error.problems)


def check(case: Case) -> list[Problem]:
    """Every problem of a case; an empty list if it may be released."""
    try:
        roads = {role: roads_of(case, role) for role in case.roles}
    except CaseError as error:
        return list(error.problems)
    review = _Review(case, roads)
    found = [
        *review.unreached(),
        *review.dead_ends(),
        *review.feedback(),
        *review.references(),
        *review.criticals(),
        *review.outcomes(),
        *review.dimensions(),
        *review.telling_ids(),
        *(problem for role in case.roles for problem in review.fairness(role)),
    ]
    return sorted(dict.fromkeys(found), key=lambda problem: problem.line or 0)


def _latest_day() -> date:
    """The last day that has begun anywhere on earth."""
    return (datetime.now(UTC) + timedelta(hours=14)).date()


class _Review:
    """One look through a case; each method yields the problems of one kind."""

    def __init__(self, case: Case, roads: Mapping[str, Roads]) -> None:
        self._case = case
        self._roads = roads
        self._names: Any = {
            "nodes": {
                name: {"choices": [{"id": choice.id} for choice in node.choices]}
                for name, node in case.nodes.items()
            }
        }

    def _problem(self, location: Location, what: str, remedy: str) -> Problem:
        return self._case.origin.problem(location, what, remedy, self._names)

    def _choices(self) -> Iterator[tuple[Location, Choice]]:
        for name, node in self._case.nodes.items():
            for number, choice in enumerate(node.choices):
                yield ("nodes", name, "choices", number), choice

    def unreached(self) -> Iterator[Problem]:
        visited = frozenset[str]().union(*(roads.visited for roads in self._roads.values()))
        offered = {
            choice.id
            for roads in self._roads.values()
            for choices in roads.offered.values()
            for choice in choices
        }
        for name, node in self._case.nodes.items():
            if name not in visited:
                what = "ending" if node.ending else "node"
                yield self._problem(
                    ("nodes", name),
                    f"no road of any role reaches this {what}",
                    "lead a choice to it, or remove it",
                )
        for here, choice in self._choices():
            if here[1] in visited and choice.id not in offered:
                yield self._problem(
                    here, "it is never open on any road", "correct its `roles` or `when`"
                )
        for name, node in self._case.nodes.items():
            for number, passage in enumerate(node.passages if name in visited else ()):
                if not any(roads.shows(name, passage) for roads in self._roads.values()):
                    yield self._problem(
                        ("nodes", name, "passages", number),
                        "no road of any role shows this passage",
                        "correct its `roles` or `when`",
                    )

    def dead_ends(self) -> Iterator[Problem]:
        found: dict[tuple[str, bool], list[str]] = {}
        for role, roads in self._roads.items():
            for name in roads.dead_ends:
                found.setdefault((name, roads.on_loop(name)), []).append(role)
        for (name, on_loop), roles in found.items():
            whose = ", ".join(f"`{role}`" for role in roles)
            road = f"a road of the role{'s' if len(roles) > 1 else ''} {whose}"
            if on_loop:
                what = f"{road} turns in a loop and finds no way out"
            else:
                what = f"{road} ends here with no choice open"
            yield self._problem(
                ("nodes", name), what, "add a choice that is always open and leads on"
            )

    def feedback(self) -> Iterator[Problem]:
        for here, choice in self._choices():
            variants = {"feedback": choice.feedback or Feedback()}
            for role, feedback in choice.feedback_by_role.items():
                variants[f"feedback_by_role.{role}"] = feedback
            for field, feedback in variants.items():
                empty = [part for part in Feedback.model_fields if not getattr(feedback, part)]
                if empty:
                    yield self._problem(
                        here,
                        f"its `{field}` has no {', '.join(f'`{part}`' for part in empty)}",
                        "write all four: person, why, article, say",
                    )

    def references(self) -> Iterator[Problem]:
        for name, node in self._case.nodes.items():
            yield from self._undated(("nodes", name), node.references)
        for here, choice in self._choices():
            yield from self._undated(here, choice.references)

    def _undated(self, here: Location, references: tuple[Reference, ...]) -> Iterator[Problem]:
        for number, reference in enumerate(references):
            if reference.as_of is None:
                yield self._problem(
                    (*here, "references", number),
                    f"the reference to {reference.instrument} {reference.article} has no date",
                    "add `as_of:` with the day it was checked",
                )
            # Here and not on reading: a learner's clock that is slow must not close a case.
            elif reference.as_of > _latest_day():
                yield self._problem(
                    (*here, "references", number, "as_of"),
                    f"the day {reference.as_of} is still to come",
                    "write the day on which the text was last checked",
                )

    def criticals(self) -> Iterator[Problem]:
        for here, choice in self._choices():
            node = self._case.nodes[str(here[1])]
            critical = [role for role in self._case.roles if choice.critical_for(role)]
            if critical and not (choice.references or node.references):
                yield self._problem(
                    here,
                    "it is a critical failure without a reference to the rule it breaks",
                    "add `references:` to the choice or its node",
                )
            both = [role for role in critical if choice.acceptable_for(role)]
            if both:
                yield self._problem(
                    here,
                    f"it is both critical and acceptable for {', '.join(both)}",
                    "take one of the two away",
                )

    def outcomes(self) -> Iterator[Problem]:
        for name, node in self._case.nodes.items():
            if node.outcome is not None and node.outcome not in self._case.outcomes:
                yield self._problem(
                    ("nodes", name, "outcome"),
                    f"the outcome `{node.outcome}` is not among the case's `outcomes`",
                    "add it there, or correct it",
                )

    def dimensions(self) -> Iterator[Problem]:
        """A dimension that has a weight and that no choice touches is never judged."""
        for dimension, weight in self._case.dimensions.items():
            if not weight:
                continue
            for role in self._case.roles:
                offered = self._roads[role].offered.values()
                if not any(
                    choice.effects_for(role).get(dimension)
                    for choices in offered
                    for choice in choices
                ):
                    yield self._problem(
                        ("dimensions", dimension),
                        f"no choice of the role `{role}` affects it",
                        "add it to the `effects` of some choice, or give it the weight 0",
                    )

    def telling_ids(self) -> Iterator[Problem]:
        """Ids travel to the learner with a graded case, and must not say how a road is judged."""
        if not self._case.points:
            return
        named: list[tuple[Location, str]] = [(("nodes", name), name) for name in self._case.nodes]
        named += [((*here, "id"), choice.id) for here, choice in self._choices()]
        for here, name in named:
            words = {word for word in name.split("-") if not word.isdecimal()}
            telling = sorted(TELLING & words)
            if telling and words <= TELLING | SAYING_NOTHING:
                yield self._problem(
                    here,
                    f"the id `{name}` tells how the case is judged (“{telling[0]}”), and learners"
                    " of a graded case have it",
                    "name what happens there instead",
                )

    def fairness(self, role: str) -> Iterator[Problem]:
        """The rules on options that keep the right one from being guessed."""
        yield from self._score(role)
        forks = {
            name: choices for name, choices in self._roads[role].offered.items() if len(choices) > 1
        }
        if not forks:
            return
        for name, choices in forks.items():
            yield from self._lengths(role, name, choices)
        longest, chance = self._best_longest(role, forks)
        if longest > chance:
            yield self._problem(
                (),
                f"for the role `{role}` the best option is the longest in {longest} of"
                f" {len(forks)} nodes, where chance would make it {chance:.1f}",
                "shorten the best options or lengthen others",
            )
        open_ended = sum(self._two_roads(role, choices) for choices in forks.values())
        if open_ended < len(forks) * TWO_ROADS_SHARE:
            yield self._problem(
                (),
                f"for the role `{role}` only {open_ended} of {len(forks)} choice nodes have two"
                " acceptable options with different scores",
                "give at least a third of them a second acceptable option at another cost",
            )
        yield from self._referral(role, forks)

    def _score(self, role: str) -> Iterator[Problem]:
        worth = uncritical(role, weighted_worth(self._case, role))
        best = self._roads[role].best(worth)
        right = self._roads[role].best(acceptable(role, worth))
        if not right:
            yield self._problem(
                (),
                f"no road of acceptable choices leads the role `{role}` to an ending",
                "mark the acceptable choices with `acceptable: true`",
            )
        elif best[0].worth <= 0:
            yield self._problem(
                (), f"no road of the role `{role}` earns points", "add `effects` to its choices"
            )
        elif best[0].worth > right[0].worth:
            yield self._problem(
                (),
                f"for the role `{role}` a road with a choice that is not acceptable earns most"
                f" ({', '.join(best[0].path)})",
                "correct its effects, or mark its choices as acceptable",
            )

    def _lengths(self, role: str, name: str, choices: list[Choice]) -> Iterator[Problem]:
        lengths = {choice.id: len(choice.text_for(role)) for choice in choices}
        mean = sum(lengths.values()) / len(lengths)
        for number, choice in enumerate(self._case.nodes[name].choices):
            length = lengths.get(choice.id, mean)
            if abs(length - mean) > LENGTH_TOLERANCE * mean:
                yield self._problem(
                    ("nodes", name, "choices", number),
                    f"for the role `{role}` its text has {length} characters where the node's"
                    f" mean is {mean:.0f}",
                    f"keep it between {LENGTH_TOLERANCE:.0%} below and above the mean",
                )

    def _best(self, role: str, choices: list[Choice]) -> list[Choice]:
        """The acceptable options that are worth most."""
        right = [choice for choice in choices if choice.acceptable_for(role)]
        most = max((weighted(self._case, role, choice) for choice in right), default=0)
        return [choice for choice in right if weighted(self._case, role, choice) == most]

    def _best_longest(self, role: str, forks: Mapping[str, list[Choice]]) -> tuple[int, float]:
        """In how many nodes the best option is the longest, and how many chance would make it."""
        longest, chance = 0, 0.0
        for choices in forks.values():
            best = self._best(role, choices)
            lengths = [len(choice.text_for(role)) for choice in choices]
            top = max(lengths)
            chance += len(best) / len(choices)
            longest += lengths.count(top) == 1 and any(
                len(choice.text_for(role)) == top for choice in best
            )
        return longest, chance

    def _two_roads(self, role: str, choices: list[Choice]) -> bool:
        worths = {
            weighted(self._case, role, choice) for choice in choices if choice.acceptable_for(role)
        }
        return len(worths) > 1

    def _referral(self, role: str, forks: Mapping[str, list[Choice]]) -> Iterator[Problem]:
        referring = sum(
            any(choice.refers for choice in self._best(role, choices)) for choices in forks.values()
        )
        if referring > len(forks) * REFERRAL_SHARE:
            yield self._problem(
                (),
                f"for the role `{role}` referring is best in {referring} of {len(forks)} nodes",
                "make another option best in at least half of them",
            )
