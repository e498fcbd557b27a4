"""Placing the nodes of a case in layers, so that every road leads downwards.

Sugiyama's method in its simplest form: edges that turn back are set aside, a node lies one layer
below the lowest that leads to it, and layers are sorted by the mean place of their neighbours.
"""

from collections.abc import Iterator, Mapping, Sequence
from graphlib import TopologicalSorter

SWEEPS = 8

Following = Mapping[str, Sequence[str]]


def layers(start: str, following: Following) -> list[list[str]]:
    """The nodes that can be reached from the start, layer by layer, each layer in order."""
    found, forward = _forward(start, following)
    before: dict[str, list[str]] = {name: [] for name in found}
    for name in found:
        for after in forward[name]:
            before[after].append(name)
    depth: dict[str, int] = {}
    for name in TopologicalSorter(before).static_order():
        depth[name] = max((depth[other] + 1 for other in before[name]), default=0)
    rows: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for name in found:
        rows[depth[name]].append(name)
    for sweep in range(SWEEPS):
        downwards = sweep % 2 == 0
        neighbours = before if downwards else forward
        for row in rows if downwards else reversed(rows):
            place = {name: at for at, name in _placed(rows)}
            row.sort(key=lambda name: _mean(neighbours[name], place, place[name]))
    return rows


def _forward(start: str, following: Following) -> tuple[list[str], dict[str, list[str]]]:
    """The reachable nodes in the order of a walk, and their edges without those that turn back."""
    found: list[str] = []
    forward: dict[str, list[str]] = {}
    open_ones: set[str] = set()
    walk: list[tuple[str, Iterator[str]]] = []

    def enter(name: str) -> None:
        found.append(name)
        forward[name] = []
        open_ones.add(name)
        walk.append((name, iter(dict.fromkeys(following.get(name, ())))))

    enter(start)
    while walk:
        name, rest = walk[-1]
        after = next(rest, None)
        if after is None:
            open_ones.discard(name)
            walk.pop()
        elif after not in open_ones:
            forward[name].append(after)
            if after not in forward:
                enter(after)
    return found, forward


def _placed(rows: list[list[str]]) -> Iterator[tuple[float, str]]:
    """Each node with its place across, from 0 to 1."""
    for row in rows:
        for number, name in enumerate(row):
            yield (number + 0.5) / len(row), name


def _mean(names: Sequence[str], place: Mapping[str, float], own: float) -> float:
    return sum(place[name] for name in names) / len(names) if names else own
