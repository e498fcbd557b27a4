"""What is saved of a case that is being played: which case, the role, the road, what was read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_ROADS = 12
LONGEST_ROAD = 500


@dataclass
class Played:
    """A saved case.

    Attributes:
        case: the case that is played, of those that count alike; empty for the item's own.
        role: the role chosen, empty before that.
        path: the decisions taken.
        read: how many consequences were read, in practice.
        back: how often the learner went back, in practice.
        roads: roads taken before this one, in practice, the newest last.
    """

    case: str = ""
    role: str = ""
    path: list[str] = field(default_factory=list)
    read: int = 0
    back: int = 0
    roads: list[list[str]] = field(default_factory=list)

    def remember(self, path: list[str]) -> None:
        """Keeps a road that is given up for another, once."""
        if path and path not in self.roads:
            self.roads = [*self.roads, path][-MOST_ROADS:]

    def value(self, *, practice: bool) -> dict[str, Any]:
        """The answer to be saved; a graded one holds the case, the role and the road alone."""
        value: dict[str, Any] = {"role": self.role, "path": self.path}
        if self.case:
            value["case"] = self.case
        if practice:
            beside = {"read": self.read, "back": self.back, "roads": self.roads}
            value |= {name: each for name, each in beside.items() if each}
        return value


def extras(value: object) -> Played:
    """What a saved answer holds beside role and path, whatever somebody made of it."""
    if not isinstance(value, Mapping):
        return Played()
    case, roads = value.get("case"), value.get("roads")
    kept = [road for road in roads if _is_road(road)] if isinstance(roads, list) else []
    return Played(
        case=case if isinstance(case, str) else "",
        read=_count(value.get("read")),
        back=_count(value.get("back")),
        roads=kept[-MOST_ROADS:],
    )


def _is_road(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= LONGEST_ROAD
        and all(isinstance(each, str) for each in value)
    )


def _count(value: object) -> int:
    return min(value, LONGEST_ROAD) if type(value) is int and value > 0 else 0
