"""Parallel forms of a test: drawn from a pool by a blueprint, never at random.

Forms are equal by learning outcome, by points and nearly by difficulty, and share no item. The same
pool gives the same forms each time.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from travesia.course.document import ContentError
from travesia.course.questions import Question, TextQuestion

MOST_DIFFERENCE = 1
"""How far the sums of difficulty of two forms may lie apart, in steps of one item."""

LEAST_VIGNETTES = 0.7
"""The share of a final test's questions that tell of somebody in a situation."""


@dataclass(frozen=True)
class Form:
    """One form of a test: its questions, outcome by outcome in the blueprint's order."""

    questions: tuple[Question, ...]

    @property
    def difficulty(self) -> int:
        """The sum over its questions."""
        return sum(question.difficulty for question in self.questions)

    @property
    def vignettes(self) -> int:
        """How many of its questions tell of somebody in a situation."""
        return sum(question.vignette for question in self.questions)

    @property
    def points(self) -> float:
        """What it gives in all."""
        return sum(question.points for question in self.questions)


def draw(
    pool: Mapping[str, Question], blueprint: Mapping[str, int], count: int, *, place: str
) -> list[Form]:
    """The parallel forms that a pool gives.

    Args:
        pool: the questions by id.
        blueprint: how many questions of each outcome a form has.
        count: how many forms are drawn, all tests and attempts together.
        place: the pool's file, for messages.

    Raises:
        ContentError: the pool can't give that many equal forms; each sentence names what to write.
    """
    by_outcome: defaultdict[str, list[Question]] = defaultdict(list)
    for question in pool.values():
        by_outcome[question.outcome].append(question)
    problems = [
        *_unfit(pool, blueprint, place),
        *_missing(by_outcome, blueprint, count, place),
    ]
    if problems:
        raise ContentError(*problems)
    chosen: list[list[Question]] = [[] for _ in range(count)]
    turn = 0
    for outcome, items in blueprint.items():
        for row in _rows(by_outcome[outcome], items, count):
            # The hardest of each row goes to another form than the last one's.
            for place_in_row, question in enumerate(row):
                chosen[(place_in_row + turn) % count].append(question)
            turn += 1
    forms = [Form(tuple(questions)) for questions in _balanced(chosen)]
    _check(forms, place)
    return forms


def _rows(questions: Sequence[Question], items: int, count: int) -> list[list[Question]]:
    """Rows of questions of like difficulty, one question of each row for each form."""
    needed = items * count
    ordered = sorted(questions, key=lambda each: (each.difficulty, _rank(each.id)))
    # What is left over is taken from both ends: the middle of the pool is what is comparable.
    spare = len(ordered) - needed
    kept = ordered[spare // 2 : spare // 2 + needed]
    return [kept[start : start + count] for start in range(0, needed, count)]


def _balanced(chosen: list[list[Question]]) -> list[list[Question]]:
    """The same questions, swapped within their rows until no swap brings the sums closer."""
    rows = range(len(chosen[0]))

    def sums() -> list[int]:
        return [sum(question.difficulty for question in form) for form in chosen]

    while True:
        now = sums()
        hardest, easiest = now.index(max(now)), now.index(min(now))
        gaps = {
            row: chosen[hardest][row].difficulty - chosen[easiest][row].difficulty for row in rows
        }
        apart = now[hardest] - now[easiest]
        useful = [row for row, gap in gaps.items() if 0 < gap < apart]
        if not useful:
            return chosen
        row = max(useful, key=lambda each: gaps[each])
        chosen[hardest][row], chosen[easiest][row] = chosen[easiest][row], chosen[hardest][row]


def _rank(identifier: str) -> bytes:
    return hashlib.sha256(identifier.encode()).digest()


def _unfit(pool: Mapping[str, Question], blueprint: Mapping[str, int], place: str) -> list[str]:
    problems = [
        f"{place}, {question.id}: its outcome {question.outcome} is not in the blueprint: add it "
        "there, or name another."
        for question in pool.values()
        if question.outcome not in blueprint
    ]
    problems += [
        f"{place}, {question.id}: a text is marked by hand, and a test tells its result at once: "
        "ask in another way."
        for question in pool.values()
        if isinstance(question, TextQuestion)
    ]
    return problems


def _missing(
    by_outcome: Mapping[str, Sequence[Question]],
    blueprint: Mapping[str, int],
    count: int,
    place: str,
) -> list[str]:
    found = {outcome: len(by_outcome.get(outcome, ())) for outcome in blueprint}
    return [
        f"{place}: {outcome} has {found[outcome]} questions, and {count} forms of {items} need "
        f"{items * count}: write {items * count - found[outcome]} more."
        for outcome, items in blueprint.items()
        if found[outcome] < items * count
    ]


def _check(forms: Sequence[Form], place: str) -> None:
    sums = [form.difficulty for form in forms]
    if max(sums) - min(sums) > MOST_DIFFERENCE:
        raise ContentError(
            f"{place}: the forms' difficulty lies between {min(sums)} and {max(sums)}: change or "
            "add questions until they are alike."
        )
    points = {form.points for form in forms}
    if len(points) > 1:
        raise ContentError(
            f"{place}: the forms give {', '.join(f'{each:g}' for each in sorted(points))} points: "
            "give every question of an outcome the same."
        )
