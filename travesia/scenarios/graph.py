"""A picture of a case for its author: nodes in layers, choices as lines, the key in colours."""

import textwrap
from collections.abc import Iterator, Mapping
from html import escape

from travesia.scenarios.layout import layers
from travesia.scenarios.model import Case
from travesia.scenarios.parts import Choice, EndingKind, Node

BOX, GAP, ROW, LINE = 176, 28, 128, 15
LETTERS_A_LINE = 24

STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1f2a30; }
.name { font-weight: 650; }
rect { fill: #fffdf9; stroke: #7d8585; stroke-width: 1.5; }
.good rect { fill: #e6efdd; stroke: #3a6a33; }
.mixed rect { fill: #f7ecd0; stroke: #7a5604; }
.harm rect { fill: #f8e6df; stroke: #b8482f; }
path { fill: none; stroke: #7d8585; stroke-width: 1.6; }
path.acceptable { stroke: #0b6e75; stroke-width: 2.4; }
path.critical { stroke: #b8482f; stroke-width: 2.4; stroke-dasharray: 6 4; }
"""

WORDS = {
    "acceptable": "an acceptable choice",
    "critical": "a critical failure",
    "other": "another choice",
}


def graph_svg(case: Case, role: str | None = None) -> str:
    """The SVG of a case, as one role plays it or with the ways of every role.

    A box is a node with the first words of its scene; a line is a choice, which names itself when
    the pointer rests on it. Nodes that no road reaches stand in a row of their own below.
    """
    following = {
        name: [to for choice in node.choices for to in _targets(case, choice, role)]
        for name, node in case.nodes.items()
    }
    rows = layers(case.start, following)
    placed = {name for row in rows for name in row}
    left = [name for name in case.nodes if name not in placed]
    if left:
        rows.append(left)
    width = max(len(row) for row in rows) * (BOX + GAP) + GAP
    place = {
        name: (width * (number + 0.5) / len(row), 30 + ROW * depth)
        for depth, row in enumerate(rows)
        for number, name in enumerate(row)
    }
    height = 30 + ROW * len(rows) + 40
    body = "".join([*_lines(case, role, place), *_boxes(case, role, place), *_legend(height)])
    title = escape(f"{case.title} ({case.id})")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" '
        f'width="{width:.0f}" height="{height}" role="img" aria-label="{title}">'
        f"<title>{title}</title><style>{STYLE}</style>"
        f'<rect width="100%" height="100%" style="fill: #f7f4ee; stroke: none"/>{body}</svg>\n'
    )


def _targets(case: Case, choice: Choice, role: str | None) -> list[str]:
    roles = [role] if role else list(case.roles)
    open_to = [each for each in roles if not choice.roles or each in choice.roles]
    return list(dict.fromkeys(choice.next_for(each) for each in open_to))


def _kind(case: Case, choice: Choice, role: str | None) -> str:
    roles = [role] if role else list(case.roles)
    if any(choice.critical_for(each) for each in roles):
        return "critical"
    return "acceptable" if any(choice.acceptable_for(each) for each in roles) else "other"


def _lines(case: Case, role: str | None, place: Mapping[str, tuple[float, float]]) -> Iterator[str]:
    for name, node in case.nodes.items():
        count = len(node.choices)
        for number, choice in enumerate(node.choices):
            for to in _targets(case, choice, role):
                (x, y), (to_x, to_y) = place[name], place[to]
                start = x + (number - (count - 1) / 2) * BOX / (count + 1)
                y += _height(node)
                bend = max(36.0, abs(to_y - y) / 2)
                line = (
                    f"M{start:.0f} {y:.0f}C{start:.0f} {y + bend:.0f} "
                    f"{to_x:.0f} {to_y - bend:.0f} {to_x:.0f} {to_y:.0f}"
                )
                kind = _kind(case, choice, role)
                tip = escape(f"{choice.id}: {choice.text} ({WORDS[kind]})")
                yield f'<path class="{kind}" d="{line}"><title>{tip}</title></path>\n'


def _first_words(node: Node) -> list[str]:
    text = node.ending.title if node.ending else (node.text or "")
    return textwrap.wrap(" ".join(text.split()), LETTERS_A_LINE, max_lines=3, placeholder="…")


def _height(node: Node) -> int:
    return LINE * (len(_first_words(node)) + 1) + 14


def _boxes(case: Case, role: str | None, place: Mapping[str, tuple[float, float]]) -> Iterator[str]:
    for name, (x, y) in place.items():
        node = case.nodes[name]
        kind = node.ending.kind if node.ending else "scene"
        whole = node.ending.text if node.ending else node.text_for(role or next(iter(case.roles)))
        yield (
            f'<g class="{kind}" transform="translate({x - BOX / 2:.0f} {y:.0f})">'
            f"<title>{escape(' '.join((whole or '').split()))}</title>"
            f'<rect width="{BOX}" height="{_height(node)}" rx="8"/>'
        )
        lines = [name if len(name) <= LETTERS_A_LINE else f"{name[: LETTERS_A_LINE - 1]}…"]
        for number, line in enumerate([*lines, *_first_words(node)]):
            style = ' class="name"' if number == 0 else ""
            yield f'<text{style} x="10" y="{18 + LINE * number}">{escape(line)}</text>'
        yield "</g>\n"


def _legend(height: int) -> Iterator[str]:
    at = 20
    for kind, words in WORDS.items():
        yield (
            f'<path class="{kind}" d="M{at} {height - 16}h30"/>'
            f'<text x="{at + 38}" y="{height - 12}">{words}</text>\n'
        )
        at += 60 + 7 * len(words)
    for ending in EndingKind:
        yield (
            f'<g class="{ending}"><rect x="{at}" y="{height - 24}" width="14" height="14"/></g>'
            f'<text x="{at + 20}" y="{height - 12}">{ending} ending</text>\n'
        )
        at += 110
