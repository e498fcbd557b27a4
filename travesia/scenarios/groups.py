"""Scenes that are written once and used several times, in one case or in many.

A group is a small graph of nodes with named exits. It stands under `groups:` of a case, or in a
file of its own (`*.group.yaml`). Each entry of `uses:` puts a copy into the case: its nodes and
choices get the use's name in front, its exits lead where the use says, and its first node has the
use's name, to which choices of the case lead. What is read afterwards is a case like any other.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, StringConstraints, ValidationError

from travesia.scenarios.parts import Choice, Ending, Feedback, Identifier, Name, Node, Part, Passage
from travesia.scenarios.problems import CaseError, Location, Origin, Problem, did_you_mean
from travesia.scenarios.sentences import sentence

MAX_USES = 40

GroupPath = Annotated[
    str,
    StringConstraints(
        pattern=r"^(\.\./)?[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$",
        max_length=200,
    ),
]
Read = Callable[[str], tuple[Any, Origin]]


class Group(Part):
    """A group of nodes with the names of its exits."""

    start: Identifier
    """The group's first node."""
    exits: tuple[Identifier, ...] = ()
    """Names that stand for where the case goes on."""
    nodes: Annotated[Mapping[Identifier, Node], Field(min_length=1, max_length=60)]


class GroupFile(Group):
    """A group in a file of its own, for several cases."""

    id: Identifier
    """Stable: translations are kept by it."""
    version: Name = "1"


class Use(Part):
    """A place of the case where a group stands."""

    name: Identifier = Field(alias="as")
    """The use's name, to which choices lead."""
    group: Identifier | None = None
    """The group's name under `groups:`."""
    src: GroupPath | None = Field(default=None, alias="from")
    """The group's file, relative to the case's folder."""
    exits: Mapping[Identifier, Identifier] = Field(default_factory=dict)
    """Where each exit of the group leads in this case."""


@dataclass(frozen=True)
class Shared:
    """Where a copied node was written: its catalogue context, its own name, the use's prefix."""

    context: str
    node: str
    prefix: str


@dataclass(frozen=True)
class Expanded:
    """The data of a case with every group in place."""

    data: dict[str, Any]
    origin: Origin
    shared: Mapping[str, Shared]


def expand(data: dict[str, Any], origin: Origin, read: Read) -> Expanded:
    """The data of a case without groups and uses: each use replaced by its copy of the group.

    Args:
        data: the plain data of the case's file.
        origin: where it was read.
        read: gives the plain data of another file, by its path relative to the case's folder.

    Raises:
        CaseError: a use or a group is wrong; each sentence names file, place and remedy.
    """
    if "groups" not in data and "uses" not in data:
        return Expanded(data, origin, {})
    work = _Expansion(data, origin, read)
    work.run()
    return Expanded(work.data, work.origin, work.shared)


class _Expansion:
    def __init__(self, data: dict[str, Any], origin: Origin, read: Read) -> None:
        self._given = data
        self.data = {name: value for name, value in data.items() if name not in {"groups", "uses"}}
        self._lines: dict[Location, int] = dict(origin.lines)
        self._files: dict[str, str] = dict(origin.files)
        self._origin = origin
        self._read = read
        self.shared: dict[str, Shared] = {}

    @property
    def origin(self) -> Origin:
        return Origin(self._origin.file, self._lines, self._files)

    def _refuse(self, where: Location, what: str, remedy: str) -> CaseError:
        return CaseError([self._origin.problem(where, what, remedy, self._given)])

    def run(self) -> None:
        uses = self._given.get("uses", [])
        groups = self._given.get("groups", {})
        nodes = self._given.get("nodes")
        if not isinstance(uses, list) or not isinstance(groups, Mapping):
            raise self._refuse(("uses",), "groups and uses are not written as such", _SHAPE)
        if len(uses) > MAX_USES:
            raise self._refuse(("uses",), f"it has more than {MAX_USES} uses", "use fewer")
        merged: dict[str, Any] = dict(nodes) if isinstance(nodes, Mapping) else {}
        for number, given in enumerate(uses):
            where: Location = ("uses", number)
            use = self._part(Use, given, self._origin, where)
            group, origin, here, context = self._group(use, groups, where)
            self._exits_fit(use, group, where)
            for name, node in self._copies(use, group):
                if name in merged:
                    raise self._refuse(
                        where, f"the case already has a node `{name}`", "give the use another name"
                    )
                merged[name] = node
            self._note(use, group, origin, here, context)
        self.data["nodes"] = merged

    def _group(
        self, use: Use, groups: Mapping[str, Any], where: Location
    ) -> tuple[Group, Origin, Location, str]:
        """The group of a use, where it was read, and the context of its texts."""
        if (use.group is None) == (use.src is None):
            raise self._refuse(where, "it names no group, or two", "write `group:` or `from:`")
        if use.src is not None:
            data, origin = self._file(use.src, (*where, "from"))
            file = self._part(GroupFile, data, origin, ())
            return file, origin, (), f"group:{file.id}"
        name = str(use.group)
        if name not in groups:
            raise self._refuse(
                (*where, "group"),
                f"there is no group `{name}`",
                f"{did_you_mean(name, groups)}write it under `groups:`",
            )
        here: Location = ("groups", name)
        group = self._part(Group, groups[name], self._origin, here)
        return group, self._origin, here, f"case:{self._given.get('id')}/group:{name}"

    def _file(self, name: str, where: Location) -> tuple[Any, Origin]:
        try:
            return self._read(name)
        except CaseError as error:
            problem = error.problems[0]
            if problem.file != name or problem.line is not None:
                raise
            # It concerns the file as a whole: the author has to see who asks for it.
            what = f"the group's file {name} cannot be used, since {problem.what}"
            raise self._refuse(where, what, problem.remedy) from None

    def _part(self, form: Any, data: Any, origin: Origin, here: Location) -> Any:
        try:
            return form.model_validate(data)
        except ValidationError as error:
            problems: list[Problem] = []
            for detail in error.errors(include_url=False):
                location: Location = (*here, *detail["loc"])
                what, remedy = sentence(detail, location, _FIELDS)
                problems.append(origin.problem(location, what, remedy, self._given))
            raise CaseError(problems) from None

    def _exits_fit(self, use: Use, group: Group, where: Location) -> None:
        if group.start not in group.nodes:
            raise self._refuse(
                where, f"the group starts at `{group.start}`, which it does not have", "correct it"
            )
        for name in group.exits:
            if name not in use.exits:
                raise self._refuse(
                    where, f"it does not say where the exit `{name}` leads", f"add `{name}:`"
                )
        for name in use.exits:
            if name not in group.exits:
                raise self._refuse(
                    (*where, "exits", name),
                    f"the group has no exit `{name}`",
                    f"{did_you_mean(name, group.exits)}take it away",
                )

    def _copies(self, use: Use, group: Group) -> Iterator[tuple[str, dict[str, Any]]]:
        own = {choice.id for node in group.nodes.values() for choice in node.choices}
        for name, node in group.nodes.items():
            copy = node.model_dump(mode="json", exclude_unset=True)
            for passage in copy.get("passages", ()):
                _rename_condition(passage, use.name, own)
            for choice in copy.get("choices", ()):
                choice["id"] = f"{use.name}-{choice['id']}"
                choice["next"] = self._target(use, group, choice["next"])
                for role, to in choice.get("next_by_role", {}).items():
                    choice["next_by_role"][role] = self._target(use, group, to)
                _rename_condition(choice, use.name, own)
            yield _named(use, name, group), copy

    @staticmethod
    def _target(use: Use, group: Group, to: str) -> str:
        if to in use.exits:
            return use.exits[to]
        return _named(use, to, group) if to in group.nodes else f"{use.name}-{to}"

    def _note(self, use: Use, group: Group, origin: Origin, here: Location, context: str) -> None:
        """Remembers where each copied node was written, line by line."""
        for name in group.nodes:
            copied = _named(use, name, group)
            self.shared[copied] = Shared(context, name, f"{use.name}-")
            if origin.file != self._origin.file:
                self._files[copied] = origin.file
            start = (*here, "nodes", name)
            for place, line in origin.lines.items():
                if place[: len(start)] == start:
                    self._lines[("nodes", copied, *place[len(start) :])] = line


_FIELDS = sorted(
    {field.alias or name for name, field in Use.model_fields.items()}
    | {
        name
        for form in (GroupFile, Node, Choice, Ending, Feedback, Passage)
        for name in form.model_fields
    }
)
_SHAPE = "write `groups:` as a mapping of groups and `uses:` as a list"


def _named(use: Use, name: str, group: Group) -> str:
    """The name of a copied node; the first one has the name of the use itself."""
    return use.name if name == group.start else f"{use.name}-{name}"


def _rename_condition(part: dict[str, Any], prefix: str, own: set[str]) -> None:
    """Conditions on the group's own decisions follow the copies; others stay as they are."""
    when = part.get("when") or {}
    for field, earlier in when.items():
        when[field] = [f"{prefix}-{each}" if each in own else each for each in earlier]
