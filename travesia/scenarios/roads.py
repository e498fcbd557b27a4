"""Every road of a role through a case, as a graph of situations.

A situation is a node together with those earlier decisions that can still matter there. Each
choice is taken once at most, so the graph has no cycle, and what would be millions of roads is
a few hundred situations.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from heapq import nlargest

from travesia.scenarios.model import Case
from travesia.scenarios.parts import Choice, Passage
from travesia.scenarios.problems import CaseError

MAX_SITUATIONS = 20_000

Situation = tuple[str, frozenset[str]]
Worth = Callable[[Choice], int | None]
_Tail = tuple[str, "_Tail"] | tuple[()]


@dataclass(frozen=True)
class Valued:
    """A whole road, by the ids of its choices, with what it is worth."""

    worth: int
    path: tuple[str, ...]


class Roads:
    """The roads of one role through a case, from the start to where they end."""

    def __init__(self, case: Case, role: str) -> None:
        self._case = case
        self._role = role
        following = {name: self._next_nodes(name) for name in case.nodes}
        reach = {name: _reachable(name, following) for name in case.nodes}
        self._loops = {
            name: frozenset(other for other in reach[name] if name in reach[other])
            for name in case.nodes
        }
        self._matters = {name: self._tracked(name, reach[name]) for name in case.nodes}
        self.forks: dict[Situation, list[tuple[Choice, Situation]]] = {}
        self._explore()

    def _next_nodes(self, name: str) -> frozenset[str]:
        return frozenset(
            choice.next_for(self._role)
            for choice in self._case.nodes[name].choices
            if not choice.roles or self._role in choice.roles
        )

    def _tracked(self, name: str, ahead: frozenset[str]) -> frozenset[str]:
        """The earlier decisions that matter from a node on."""
        nodes = self._case.nodes
        conditions = [
            choice.when
            for other in ahead | {name}
            for choice in nodes[other].choices
            if choice.when is not None
        ]
        mentioned = {earlier for when in conditions for earlier in when.decisions}
        repeated = {choice.id for other in self._loops[name] for choice in nodes[other].choices}
        return frozenset(mentioned | repeated)

    def _explore(self) -> None:
        start: Situation = (self._case.start, frozenset())
        waiting = [start]
        while waiting:
            situation = waiting.pop()
            if situation in self.forks:
                continue
            if len(self.forks) == MAX_SITUATIONS:
                raise CaseError(
                    [
                        self._case.origin.problem(
                            (),
                            "it has more different roads than can be followed",
                            "use fewer loops, or fewer conditions on earlier decisions",
                        )
                    ]
                )
            name, taken = situation
            self.forks[situation] = []
            for choice in self._case.nodes[name].choices:
                if choice.offered(self._role, taken):
                    target = choice.next_for(self._role)
                    following = (target, (taken | {choice.id}) & self._matters[target])
                    self.forks[situation].append((choice, following))
                    waiting.append(following)

    @property
    def visited(self) -> frozenset[str]:
        """The nodes that some road visits."""
        return frozenset(name for name, _ in self.forks)

    def shows(self, name: str, passage: Passage) -> bool:
        """Whether some road reads a passage of a node; yes if there are too many to tell.

        Followed for each passage by itself: were every passage's condition to tell situations
        apart, a case with many of them would have more than can be followed.
        """
        if name not in self.visited or (passage.roles and self._role not in passage.roles):
            return False
        if passage.when is None:
            return True
        asked = frozenset(passage.when.decisions)
        seen: set[Situation] = set()
        waiting: list[Situation] = [(self._case.start, frozenset())]
        while waiting and len(seen) < MAX_SITUATIONS:
            here, taken = situation = waiting.pop()
            if situation in seen:
                continue
            if here == name and passage.stands(self._role, taken):
                return True
            seen.add(situation)
            for choice in self._case.nodes[here].choices:
                if choice.offered(self._role, taken):
                    target = choice.next_for(self._role)
                    kept = (taken | {choice.id}) & (self._matters[target] | asked)
                    waiting.append((target, kept))
        return bool(waiting)

    @property
    def offered(self) -> dict[str, list[Choice]]:
        """The choices that some road offers, by node, in the order of the case."""
        open_at: dict[str, set[str]] = {}
        for (name, _), forks in self.forks.items():
            open_at.setdefault(name, set()).update(choice.id for choice, _ in forks)
        return {
            name: [choice for choice in node.choices if choice.id in open_at[name]]
            for name, node in self._case.nodes.items()
            if open_at.get(name)
        }

    @property
    def dead_ends(self) -> frozenset[str]:
        """The nodes, not endings, where some road finds no open choice."""
        return frozenset(
            name
            for (name, _), forks in self.forks.items()
            if not forks and self._case.nodes[name].ending is None
        )

    def on_loop(self, name: str) -> bool:
        """Whether a road may come back to a node."""
        return bool(self._loops[name])

    @property
    def count(self) -> int:
        """How many different roads lead from the start to an ending, counted without walking them.

        A situation is passed by as many roads as lead on from it; two situations of a node differ
        only in what can still matter there, so no road is counted twice.
        """
        ways: dict[Situation, int] = {}
        for situation in self._backwards:
            forks = self.forks[situation]
            ended = self._case.nodes[situation[0]].ending is not None
            ways[situation] = 1 if ended else sum(ways[after] for _, after in forks)
        return ways[self._case.start, frozenset()]

    @property
    def longest(self) -> int:
        """How many decisions the longest road to an ending takes."""
        length: dict[Situation, int] = {}
        for situation in self._backwards:
            onward = [length[after] + 1 for _, after in self.forks[situation] if length[after] >= 0]
            ended = self._case.nodes[situation[0]].ending is not None
            length[situation] = max(onward, default=0 if ended else -1)
        return max(0, length[self._case.start, frozenset()])

    @cached_property
    def endings(self) -> Mapping[Situation, frozenset[str]]:
        """The endings to which roads lead on from each situation."""
        found: dict[Situation, frozenset[str]] = {}
        for situation in self._backwards:
            ends = frozenset[str]().union(*(found[after] for _, after in self.forks[situation]))
            ended = self._case.nodes[situation[0]].ending is not None
            found[situation] = frozenset({situation[0]}) if ended else ends
        return found

    @cached_property
    def _backwards(self) -> tuple[Situation, ...]:
        """Every situation, those that follow before those that lead to them."""
        onward = {here: [after for _, after in forks] for here, forks in self.forks.items()}
        return tuple(TopologicalSorter(onward).static_order())

    def best(self, worth: Worth, count: int = 1) -> list[Valued]:
        """The roads to an ending that are worth most, best first.

        Args:
            worth: what a choice adds; None keeps roads off it.
            count: how many roads at most.
        """
        tails: dict[Situation, list[tuple[int, _Tail]]] = {}
        for situation in self._backwards:
            if self._case.nodes[situation[0]].ending is not None:
                tails[situation] = [(0, ())]
                continue
            extended: list[tuple[int, _Tail]] = []
            for choice, after in self.forks[situation]:
                value = worth(choice)
                if value is not None:
                    extended += [(value + rest, (choice.id, tail)) for rest, tail in tails[after]]
            tails[situation] = nlargest(count, extended, key=lambda road: road[0])
        return [
            Valued(value, tuple(_unwound(tail)))
            for value, tail in tails[self._case.start, frozenset()]
        ]


def roads_of(case: Case, role: str) -> Roads:
    """The roads of a role through a case, followed once however often they are asked for.

    Raises:
        CaseError: the case has more different situations than can be followed.
    """
    roads: Roads = case.kept(f"roads:{role}", lambda: Roads(case, role))
    return roads


def _reachable(name: str, following: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The nodes that may follow a node; itself only if it lies on a loop."""
    found: set[str] = set()
    waiting = {name}
    while waiting:
        new = following[waiting.pop()] - found
        found |= new
        waiting |= new
    return frozenset(found)


def _unwound(tail: _Tail) -> Iterator[str]:
    while tail:
        choice, tail = tail
        yield choice
