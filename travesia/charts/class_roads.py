"""A class's way through a case as a Sankey from top to bottom, and the same as a table."""

import textwrap
from collections.abc import Iterator, Sequence
from html import escape

from travesia.language import Translate
from travesia.scenarios import Case
from travesia.scenarios.cohort import Bar, CohortRoads, CohortStep

WIDTH, LEFT, ROW, BAR, GAP = 760, 40, 116, 16, 10
DRAWN = 560
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2a30; }
.number { font-weight: 650; } .soft { fill: #4a565c; font-size: 12px; }
.bar { fill: #0b6e75; } .end { fill: #3f4a4f; } .ribbon { fill: #0b6e75; fill-opacity: .22; }
.critical { fill: #b8482f; }
"""


def class_roads_svg(case: Case, roads: CohortRoads, _: Translate) -> str:
    """The Sankey: a row a step, a bar's width is how many stood there, a ribbon's how many went."""
    height = ROW * len(roads.steps) + 30
    spans = [_spans(step.bars, roads.learners) for step in roads.steps]
    body = "".join([*_ribbons(roads, spans), *_rows(case, roads, spans, _)])
    said = _("How {learners} learners went through “{case}”")
    name = escape(said.format(learners=roads.learners, case=case.title))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{name}"><title>{name}</title><style>{STYLE}</style>{body}</svg>\n'
    )


def class_roads_rows(case: Case, roads: CohortRoads, _: Translate) -> list[tuple[str, str, str]]:
    """The table behind the picture: step, where learners stood, share with a critical failure."""
    rows = []
    for number, step in enumerate(roads.steps, 1):
        stood = "; ".join(f"{_label(case, bar, _)}: {bar.learners}" for bar in step.bars)
        rows.append((str(number), stood, _share(step, _)))
    return rows


def class_decisions_rows(
    case: Case, roads: CohortRoads, _: Translate
) -> list[tuple[str, str, str]]:
    """Which decisions were taken: scene, decisions that are told together, their share."""
    texts = {choice.id: choice.text for node in case.nodes.values() for choice in node.choices}
    return [
        (_short(case, name, _), " / ".join(texts[each] for each in decided.choices),
         f"{decided.share:.0%}")
        for name, told in roads.decisions.items()
        for decided in told
    ]  # fmt: skip


def _share(step: CohortStep, _: Translate) -> str:
    return _("not shown: fewer than five") if step.critical is None else f"{step.critical:.0%}"


def _spans(bars: Sequence[Bar], learners: int) -> list[tuple[float, float]]:
    """Where each bar begins and ends across."""
    room = DRAWN - GAP * (len(bars) - 1)
    found, at = [], float(LEFT)
    for bar in bars:
        width = room * bar.learners / learners
        found.append((at, at + width))
        at += width + GAP
    return found


def _ribbons(roads: CohortRoads, spans: Sequence[Sequence[tuple[float, float]]]) -> Iterator[str]:
    for number, ribbons in enumerate(roads.ribbons):
        leaving = {at: span[0] for at, span in enumerate(spans[number])}
        coming = {at: span[0] for at, span in enumerate(spans[number + 1])}
        top, bottom = ROW * number + 30 + BAR, ROW * (number + 1) + 30
        half = (top + bottom) / 2
        for (here, after), learners in sorted(ribbons.items()):
            x, to = leaving[here], coming[after]
            wide = _width(spans[number][here], roads.steps[number].bars[here].learners, learners)
            thin = _width(
                spans[number + 1][after], roads.steps[number + 1].bars[after].learners, learners
            )
            leaving[here] += wide
            coming[after] += thin
            yield (
                f'<path class="ribbon" d="M{x:.1f} {top}C{x:.1f} {half} {to:.1f} {half} {to:.1f} '
                f"{bottom}H{to + thin:.1f}C{to + thin:.1f} {half} {x + wide:.1f} {half} "
                f'{x + wide:.1f} {top}Z"><title>{learners}</title></path>\n'
            )


def _width(span: tuple[float, float], whole: int, part: int) -> float:
    return (span[1] - span[0]) * part / whole


def _rows(
    case: Case,
    roads: CohortRoads,
    spans: Sequence[Sequence[tuple[float, float]]],
    _: Translate,
) -> Iterator[str]:
    for number, step in enumerate(roads.steps):
        y = ROW * number + 30
        yield f'<text class="number" x="8" y="{y + 13}">{number + 1}</text>\n'
        for bar, (start, end) in zip(step.bars, spans[number], strict=True):
            ended = all(case.nodes[name].ending is not None for name in bar.nodes)
            kind = "end" if ended else "bar"
            yield (
                f'<rect class="{kind}" x="{start:.1f}" y="{y}" width="{end - start:.1f}" '
                f'height="{BAR}" rx="3"/>\n'
            )
            letters = max(10, int((end - start) / 7))
            label = f"{bar.learners} · {_label(case, bar, _)}"
            lines = textwrap.wrap(label, letters, max_lines=2, placeholder="…")
            for line, text in enumerate(lines):
                at = y + BAR + 15 + 15 * line
                yield f'<text class="soft" x="{start:.1f}" y="{at}">{escape(text)}</text>\n'
        if step.critical is not None and number + 1 < len(roads.steps):
            kind = "critical" if step.critical else "soft"
            said = escape(_("{share} critical").format(share=f"{step.critical:.0%}"))
            yield f'<text class="{kind}" x="{LEFT + DRAWN + 20}" y="{y + 13}">{said}</text>\n'


def _label(case: Case, bar: Bar, _: Translate) -> str:
    return " / ".join(_short(case, name, _) for name in bar.nodes)


def _short(case: Case, name: str, _: Translate) -> str:
    node = case.nodes[name]
    if node.ending is not None:
        return _("{title} (end)").format(title=node.ending.title)
    return textwrap.shorten(" ".join((node.text or name).split()), 48, placeholder="…")
