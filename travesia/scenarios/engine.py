"""Playing a case: the path of decisions is the whole state.

`replay` takes a case in either form, a role and the ids of the choices made, and gives the step
at which the learner stands. The same replay is the grade. A choice can be taken once on a road,
so that every road ends.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from travesia.scenarios.model import Playable
from travesia.scenarios.parts import (
    Ending,
    Illustration,
    LearnerChoice,
    LearnerEnding,
    LearnerNode,
    Moment,
    Node,
    Reference,
)

N_ = str  # marks a sentence for the catalogue; it is translated where it is shown


class InvalidPath(ValueError):  # noqa: N818 - the path is invalid, the name says so
    """A saved path that the case does not have; `sentence(_)` says so in the reader's language."""

    def __init__(self, template: str, **details: object) -> None:
        self.template = template
        self.details = details
        super().__init__(template.format(**details))

    @property
    def step(self) -> int:
        """The number of the decision where the path leaves the case; 0 if it never began."""
        number = self.details.get("number", 0)
        return number if isinstance(number, int) else 0

    def sentence(self, translate: Callable[[str], str]) -> str:
        """The sentence for the person, translated as a whole."""
        return translate(self.template).format(**self.details)


@dataclass(frozen=True)
class Offer:
    """A choice that stands open, as the role reads it."""

    id: str
    text: str


@dataclass(frozen=True)
class Step:
    """A decision taken: the node where, and the choice."""

    node: str
    text: str
    choice: str
    choice_text: str


@dataclass(frozen=True)
class Outcome:
    """The ending reached; `kind` is unknown in the learner's form."""

    node: str
    title: str
    text: str
    kind: str | None


@dataclass(frozen=True)
class State:
    """Where a path leads: the present node as the role reads it, and the way there."""

    case: str
    version: str
    role: str
    path: tuple[str, ...]
    steps: tuple[Step, ...]
    node: str
    text: str | None
    timeline: tuple[Moment, ...]
    note: str | None
    illustration: Illustration | None
    choices: tuple[Offer, ...]
    ending: Outcome | None
    references: tuple[Reference, ...]

    @property
    def finished(self) -> bool:
        """Whether an ending is reached."""
        return self.ending is not None


def decisions(value: object) -> tuple[str, list[str]]:
    """The role and the path in a saved answer `{"role": …, "path": […]}`.

    Raises:
        InvalidPath: if the answer is anything else.
    """
    if isinstance(value, Mapping):
        role, path = value.get("role"), value.get("path")
        if isinstance(role, str) and isinstance(path, list):
            return role, path
    raise InvalidPath(N_("The saved answer of this case cannot be read; start the case again."))


def replay(case: Playable, role: str, path: Sequence[str], *, seed: str | None = None) -> State:
    """The state after the decisions of a path, from the start of the case.

    Args:
        case: the case, in the author's or the learner's form.
        role: the role in which it is played.
        path: the ids of the choices taken, in order.
        seed: who plays; gives a stable order to the choices of nodes that may be shuffled.

    Raises:
        InvalidPath: in one sentence, if the case has no such role or road.
    """
    road = walk(case, role, path)
    steps = []
    before: frozenset[str] = frozenset()
    for name, number in road.visits:
        node = case.nodes[name]
        choice = node.choices[number]
        scene = node.text_for(role, before) or ""
        steps.append(Step(name, scene, choice.id, choice.text_for(role)))
        before |= {choice.id}
    here = case.nodes[road.end]
    return State(
        case=case.id,
        version=case.version,
        role=role,
        path=tuple(step.choice for step in steps),
        steps=tuple(steps),
        node=road.end,
        text=here.text_for(role, road.taken),
        timeline=here.timeline,
        note=here.note,
        illustration=here.illustration,
        choices=_offers(case, road, role, seed),
        ending=outcome(here.ending, road.end, role),
        references=here.references if isinstance(here, Node) else (),
    )


@dataclass(frozen=True)
class Road:
    """The nodes that a path visits, each with the number of the choice taken, and its end."""

    visits: tuple[tuple[str, int], ...]
    end: str
    taken: frozenset[str]


def walk(case: Playable, role: str, path: Sequence[str]) -> Road:
    """The road of a path through a case, every decision checked.

    Raises:
        InvalidPath: in one sentence, if the case has no such role or road.
    """
    if role not in case.roles:
        raise InvalidPath(
            N_("The case “{case}” has no role “{role}”; choose a role and start the case again."),
            case=case.title,
            role=_shown(role),
        )
    if isinstance(path, str) or not all(isinstance(decision, str) for decision in path):
        raise InvalidPath(
            N_("The saved decisions of the case “{case}” cannot be read; start the case again."),
            case=case.title,
        )
    visits: list[tuple[str, int]] = []
    taken: frozenset[str] = frozenset()
    here = case.start
    for decision in path:
        number = _number(case.nodes[here], decision, role, taken)
        if number is None:
            raise InvalidPath(
                N_(
                    "Decision {number} of the case “{case}” (“{decision}”) is not open at that"
                    " point; go back to the decision before it, or start the case again."
                ),
                number=len(visits) + 1,
                case=case.title,
                decision=_shown(decision),
            )
        visits.append((here, number))
        taken |= {decision}
        here = case.nodes[here].choices[number].next_for(role)
    return Road(tuple(visits), here, taken)


def _number(node: LearnerNode, decision: str, role: str, taken: frozenset[str]) -> int | None:
    """The number of the choice that a decision takes at a node, if it is open."""
    for number, choice in enumerate(node.choices):
        if choice.id == decision and choice.offered(role, taken):
            return number
    return None


def _shown(value: object) -> str:
    """A stranger's value, short and printable."""
    text = "".join(sign if sign.isprintable() else " " for sign in str(value)[:41])
    return text if len(text) <= 40 else f"{text[:40]}…"


def _offers(case: Playable, road: Road, role: str, seed: str | None) -> tuple[Offer, ...]:
    node = case.nodes[road.end]
    offered = [choice for choice in node.choices if choice.offered(role, road.taken)]
    if node.shuffle and seed is not None:

        def drawn(choice: LearnerChoice) -> str:
            lot = "\0".join((seed, case.id, road.end, choice.id))
            return hashlib.sha256(lot.encode()).hexdigest()

        offered.sort(key=drawn)
    return tuple(Offer(choice.id, choice.text_for(role)) for choice in offered)


def outcome(ending: LearnerEnding | None, name: str, role: str) -> Outcome | None:
    """An ending as a role reads it; None for a node that is none."""
    if ending is None:
        return None
    kind = ending.kind.value if isinstance(ending, Ending) else None
    return Outcome(name, ending.title, ending.text_for(role), kind)
