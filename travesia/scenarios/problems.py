"""What is wrong with a case: one sentence a problem, with the place and the remedy."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Location = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One fault of a case, as a sentence that names the file, the place and the remedy."""

    file: str
    what: str
    remedy: str
    place: str = ""
    node: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        """The sentence."""
        where = [self.file]
        if self.line is not None:
            where.append(f"line {self.line}")
        if self.place:
            where.append(self.place)
        return f"{', '.join(where)}: {self.what}; {self.remedy}."


class CaseError(ValueError):
    """A case that cannot be used; `problems` holds every fault, the text is the first one."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        more = len(self.problems) - 1
        others = f" ({more} more in this file)" if more > 0 else ""
        super().__init__(f"{self.problems[0]}{others}")


@dataclass(frozen=True)
class Fault:
    """One broken reference inside a case, by its location in the data."""

    location: Location
    what: str
    remedy: str


class BrokenReferences(ValueError):  # noqa: N818 - it carries several faults and is never shown itself
    """Names in a case that lead nowhere."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.what for fault in self.faults))


@dataclass(frozen=True)
class Origin:
    """Where a case was read: the file's name and the line of each part of it."""

    file: str
    lines: Mapping[Location, int] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    """The nodes that were written in another file, a shared group, with its name."""

    def line(self, location: Location) -> int | None:
        """The line of the innermost part that the file has at a location."""
        for end in range(len(location), 0, -1):
            if location[:end] in self.lines:
                return self.lines[location[:end]]
        return None

    def problem(self, location: Location, what: str, remedy: str, data: Any = None) -> Problem:
        """The problem at a location of the data, described for the author."""
        node = location[1] if len(location) > 1 and location[0] == "nodes" else None
        return Problem(
            file=self.files.get(str(node), self.file),
            what=what,
            remedy=remedy,
            place=_place(location, data),
            node=node if isinstance(node, str) else None,
            line=self.line(location),
        )


_CONTAINERS = {
    "nodes": "node",
    "roles": "role",
    "choices": "choice",
    "groups": "group",
    "uses": "use",
}


def _place(location: Location, data: Any) -> str:
    """A location in words: `node platform, choice ask, feedback.say`."""
    words: list[str] = []
    fields: list[str] = []
    remaining = list(location)
    here = data
    while remaining:
        step = remaining.pop(0)
        here = _inside(here, step)
        if step in _CONTAINERS and remaining and not fields:
            inner = remaining.pop(0)
            here = _inside(here, inner)
            words.append(f"{_CONTAINERS[str(step)]} {_name(inner, here)}")
        elif step != "[key]":
            fields.append(str(step + 1) if isinstance(step, int) else step)
    return ", ".join([*words, *([".".join(fields)] if fields else [])])


def _inside(data: Any, step: str | int) -> Any:
    if isinstance(data, Mapping):
        return data.get(step)
    if isinstance(data, list | tuple) and isinstance(step, int) and step < len(data):
        return data[step]
    return None


def _name(step: str | int, value: Any) -> str:
    if isinstance(step, str):
        return step
    name = value.get("id") if isinstance(value, Mapping) else None
    return name if isinstance(name, str) else f"number {step + 1}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The start of a remedy that names the nearest known word, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"did you mean `{near[0]}`? otherwise " if near else ""
