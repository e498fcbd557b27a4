"""What changed between two texts, so that only that has to travel."""

from difflib import SequenceMatcher
from itertools import takewhile

MOST_LINES = 400
"""Beyond this many changed lines, they travel whole: comparing them would take too long."""

Difference = list[str | list[int]]


def difference(before: str, after: str) -> Difference:
    """The pieces of a text in order: a new piece as text, one of the old text as `[start, end]`.

    Positions count UTF-16 units, as JavaScript counts.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    head = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    rest = min(len(old), len(new)) - head
    backwards = zip(reversed(old), reversed(new), strict=False)
    tail = min(rest, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], backwards)))
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    pieces = [("equal", 0, head, 0, head)]
    if len(middle_old) <= MOST_LINES and len(middle_new) <= MOST_LINES:
        matcher = SequenceMatcher(None, middle_old, middle_new, autojunk=False)
        pieces += [
            (kind, a + head, b + head, c + head, d + head)
            for kind, a, b, c, d in matcher.get_opcodes()
        ]
    else:
        pieces.append(
            ("replace", head, len(old) - tail, head, len(new) - tail),
        )
    pieces.append(("equal", len(old) - tail, len(old), len(new) - tail, len(new)))
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line.encode("utf-16-le")) // 2)
    changed: Difference = []
    for kind, a, b, c, d in pieces:
        if kind == "equal" and b > a:
            _join(changed, [starts[a], starts[b]])
        elif kind != "equal" and d > c:
            _join(changed, "".join(new[c:d]))
    return changed


def _join(changed: Difference, piece: str | list[int]) -> None:
    """Adds a piece, to the one before it where the two belong together."""
    last = changed[-1] if changed else None
    if isinstance(piece, str) and isinstance(last, str):
        changed[-1] = last + piece
    elif isinstance(piece, list) and isinstance(last, list) and last[1] == piece[0]:
        changed[-1] = [last[0], piece[1]]
    else:
        changed.append(piece)
