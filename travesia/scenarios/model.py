"""A case study as data: roles, nodes, choices and endings.

A case has two forms. The author's form (`Case`) holds the key: effects, criticals, acceptable
roads, feedback. The learner's form (`LearnerCase`) holds only what is needed to play. Both are
`Playable`, so that one engine replays both. Any instance is sound: every name in it leads
somewhere.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, PrivateAttr, StrictInt, model_validator

from travesia.scenarios.groups import Shared
from travesia.scenarios.parts import (
    Dimension,
    Identifier,
    LearnerChoice,
    LearnerEnding,
    LearnerNode,
    Name,
    Node,
    Part,
    Passage,
    Prose,
    Role,
)
from travesia.scenarios.problems import BrokenReferences, Fault, Location, Origin, did_you_mean
from travesia.scenarios.translation import localised

MAX_NODES = 400
MAX_ROLES = 8


class Playable(Part):
    """What the engine needs of a case, in either form."""

    id: Identifier
    version: Name
    """In quotes; a new one when decisions change."""
    title: Prose
    summary: Prose | None = None
    roles: Annotated[Mapping[Identifier, Role], Field(min_length=1, max_length=MAX_ROLES)]
    start: Identifier
    """The first node."""
    points: Annotated[StrictInt, Field(ge=0, le=1000)] = 0
    """The points of the case where it is graded."""
    practice: Literal["free", "once", "never"] = "free"
    """How often a learner may go back."""
    substitute: Identifier | None = None
    """The case of equal outcomes and points for whoever prefers to leave this one."""
    grounding: Prose | None = None
    """What is read in a pause, instead of the course's own text."""
    nodes: Annotated[Mapping[Identifier, LearnerNode], Field(min_length=1, max_length=MAX_NODES)]

    _origin: Origin | None = PrivateAttr(default=None)
    _shared: Mapping[str, Shared] = PrivateAttr(default_factory=dict)
    _kept: dict[str, Any] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> Self:
        faults = list(_faults(self))
        if faults:
            raise BrokenReferences(faults)
        return self

    @property
    def origin(self) -> Origin:
        """Where the case was read."""
        return self._origin or Origin(f"case {self.id}")

    @property
    def shared(self) -> Mapping[str, Shared]:
        """The nodes that are copies of a shared group's, with where they were written."""
        return self._shared

    def at(self, origin: Origin, shared: Mapping[str, Shared] | None = None) -> Self:
        """The case, with the place where it and its shared groups were read."""
        self._origin = origin
        self._shared = shared or {}
        self._kept = {}
        return self

    def data(self) -> dict[str, Any]:
        """The case as JSON data, which `read_case` reads back."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def localised(self, translate: Callable[[str, str], str]) -> Self:
        """The case in another language; `translate` gets a stable context and the text."""
        return localised(self, translate).at(self.origin, self.shared)

    def kept(self, name: str, make: Callable[[], Any]) -> Any:
        """What was once worked out about this case, which never changes."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]


class LearnerCase(Playable):
    """A case in the learner's form: everything to play it, nothing of the key."""

    form: Literal["learner"]


class Case(Playable):
    """A case in the author's form, with the key."""

    dimensions: Mapping[Dimension, Annotated[StrictInt, Field(ge=0, le=100)]] = Field(
        default_factory=lambda: dict.fromkeys(Dimension, 1)
    )
    """The weight of each dimension; equal if left out."""
    outcomes: tuple[Identifier, ...] = ()
    """The learning outcomes that the case practises."""
    nodes: Annotated[Mapping[Identifier, Node], Field(min_length=1, max_length=MAX_NODES)]

    @model_validator(mode="after")
    def _something_counts(self) -> Self:
        if not any(self.dimensions.values()):
            raise ValueError("it gives every dimension the weight 0")
        return self


def learner_form(case: Case) -> LearnerCase:
    """The case as learners may have it: the fields of the learner's form and no other."""
    nodes = {
        name: _projected(
            LearnerNode,
            node,
            choices=tuple(_projected(LearnerChoice, choice) for choice in node.choices),
            ending=_projected(LearnerEnding, node.ending) if node.ending else None,
        )
        for name, node in case.nodes.items()
    }
    return _projected(LearnerCase, case, nodes=nodes, form="learner").at(case.origin, case.shared)


_Model = TypeVar("_Model", bound=Part)


def _projected(target: type[_Model], source: Part, **replaced: Any) -> _Model:
    """A part in another form: exactly the fields that the form declares."""
    kept = {name: getattr(source, name) for name in target.model_fields if hasattr(source, name)}
    return target(**(kept | replaced))


def _faults(case: Playable) -> Iterator[Fault]:
    """Every name in a case that leads nowhere, and every id used twice."""
    if case.start not in case.nodes:
        yield _missing_node(("start",), case.start, case)
    uses = Counter(choice.id for node in case.nodes.values() for choice in node.choices)
    for name, node in case.nodes.items():
        here: Location = ("nodes", name)
        yield from _unknown_roles(here, node, case)
        if node.ending is not None:
            yield from _unknown_roles((*here, "ending"), node.ending, case)
        for number, passage in enumerate(node.passages):
            yield from _condition_faults((*here, "passages", number), passage, case, uses)
        for number, choice in enumerate(node.choices):
            yield from _choice_faults((*here, "choices", number), choice, case, uses)


def _choice_faults(
    here: Location, choice: LearnerChoice, case: Playable, uses: Counter[str]
) -> Iterator[Fault]:
    if uses[choice.id] > 1:
        yield Fault(
            (*here, "id"),
            f"the choice id `{choice.id}` is used {uses[choice.id]} times",
            "give each choice of the case an id of its own",
        )
    yield from _unknown_roles(here, choice, case)
    targets: list[tuple[Location, str]] = [(("next",), choice.next)]
    targets += [(("next_by_role", role), to) for role, to in choice.next_by_role.items()]
    for field, target in targets:
        if target not in case.nodes:
            yield _missing_node((*here, *field), target, case)
    yield from _condition_faults(here, choice, case, uses)


def _condition_faults(
    here: Location, part: LearnerChoice | Passage, case: Playable, uses: Counter[str]
) -> Iterator[Fault]:
    for role in part.roles:
        if role not in case.roles:
            yield _unknown_role((*here, "roles"), role, case)
    if part.when is not None:
        for earlier in part.when.decisions:
            if earlier not in uses:
                yield Fault(
                    (*here, "when"),
                    f"it depends on the choice `{earlier}`, which the case does not have",
                    "correct the id, or add that choice",
                )


def _unknown_roles(here: Location, part: Part, case: Playable) -> Iterator[Fault]:
    for field in type(part).model_fields:
        if field.endswith("_by_role"):
            for role in getattr(part, field):
                if role not in case.roles:
                    yield _unknown_role((*here, field, role), role, case)


def _unknown_role(location: Location, role: str, case: Playable) -> Fault:
    return Fault(
        location,
        f"the role `{role}` is not one of the case",
        f"use one of {', '.join(case.roles)}, or add it under `roles`",
    )


def _missing_node(location: Location, target: str, case: Playable) -> Fault:
    return Fault(
        location,
        f"it leads to `{target}`, which is not a node of the case",
        f"{did_you_mean(target, case.nodes)}add that node, or correct the name",
    )
