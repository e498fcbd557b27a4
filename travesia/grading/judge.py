"""Judging answers: from the instructor's key and what a learner saved, to points with reasons.

Nothing a learner wrote can make this raise: an answer that is none is worth nothing and says so.
Content that is wrong raises, for no mark may follow from a broken key.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from travesia.course.questions import ChoiceQuestion, NumberQuestion, TextQuestion
from travesia.grading import markup
from travesia.grading.casework import judge_case
from travesia.grading.key import Item, Key
from travesia.grading.result import ItemResult, Outcome, Unreadable
from travesia.language import Translate, translator
from travesia.scenarios import Case

MOST_OPTIONS = 200
ROUNDING = 1e-9


def judge(
    key: Key, answers: Mapping[str, Any], language: str, *, problem: str = ""
) -> list[ItemResult]:
    """The judgement of every item of an assignment, in the key's order and the given language.

    Args:
        key: the instructor's key.
        answers: the saved entries by item id, as the learner's side wrote them.
        language: the language of every text in the results.
        problem: why no answer could be read, where that is so; every item then says it.
    """
    translate = translator(language)
    return [
        _problem(item, problem, translate)
        if problem
        else judge_item(item, answers.get(item.id), translate)
        for item in key.items(language)
    ]


def judge_item(item: Item, entry: object, translate: Translate) -> ItemResult:
    """The judgement of one item from its saved entry, which is None if there is none."""
    if entry is None:
        return _blank(item, translate)
    try:
        value = _value(item, entry, translate)
        match item:
            case ChoiceQuestion():
                return _judge_choice(item, value, translate)
            case NumberQuestion():
                return _judge_number(item, value, translate)
            case TextQuestion():
                return _judge_text(item, value, translate)
            case Case():
                return judge_case(item, value, translate) or _blank(item, translate)
    except Unreadable as error:
        return _result(item, "unreadable", 0, str(error))


def _value(item: Item, entry: object, translate: Translate) -> object:
    _ = translate
    if not isinstance(entry, Mapping) or "value" not in entry:
        raise Unreadable(_("What was saved here is not an answer."))
    if entry.get("kind") != kind_of(item):
        raise Unreadable(_("What was saved here answers another kind of question."))
    return entry["value"]


def kind_of(item: Item) -> str:
    """The kind of an item, as its saved answer names it."""
    return "case" if isinstance(item, Case) else item.kind


def title_of(item: Item) -> str:
    """What an item asks, on one line."""
    return markup.title(item.title if isinstance(item, Case) else item.prompt)


def _judge_choice(question: ChoiceQuestion, value: object, translate: Translate) -> ItemResult:
    """All or nothing for one option; for several, right picks less wrong ones, over the right."""
    _ = translate
    if not isinstance(value, list) or len(value) > MOST_OPTIONS:
        raise Unreadable(_("What was saved here is not a choice."))
    offered = {option.id: option for option in question.options}
    if not all(isinstance(each, str) and each in offered for each in value):
        raise Unreadable(_("The saved answer names an option that this question does not have."))
    chosen = set(value)
    if not chosen:
        return _blank(question, translate)
    if len(chosen) > 1 and not question.multiple:
        raise Unreadable(_("More than one option was saved where one is asked for."))
    correct = set(question.correct)
    share = max(0.0, (len(chosen & correct) - len(chosen - correct)) / len(correct))
    outcome: Outcome = "right" if chosen == correct else "partly" if share > 0 else "wrong"
    picked = [option for option in question.options if option.id in chosen]
    said = question.feedback.right if outcome == "right" else question.feedback.wrong
    details = [_pair(_("You answered"), [option.text for option in picked])]
    details += [_paragraph(each.feedback) for each in picked if each.feedback]
    details.append(_paragraph(said))
    if outcome != "right":
        missed = [option.text for option in question.options if option.id in correct]
        details.append(_pair(_("What holds"), missed))
    if question.multiple and outcome == "partly":
        rule = _(
            "Each option that holds counts, and each one that does not takes one of them back."
        )
        details.append(f'<div class="tv-rule">{markup.escape(rule)}</div>')
    return _result(question, outcome, _points(question.points, share), said, details)


def _judge_number(question: NumberQuestion, value: object, translate: Translate) -> ItemResult:
    _ = translate
    number = _finite(value)
    if number is None:
        raise Unreadable(_("What was saved here is not a number."))
    slack = question.tolerance + ROUNDING * max(1.0, abs(question.value))
    right = abs(number - question.value) <= slack
    said = question.feedback.right if right else question.feedback.wrong
    details = [_pair(_("You answered"), [_with_unit(number, question.unit)]), _paragraph(said)]
    if not right:
        details.append(_pair(_("What holds"), [_with_unit(question.value, question.unit)]))
    points = question.points if right else 0
    return _result(question, "right" if right else "wrong", points, said, details)


def _judge_text(question: TextQuestion, value: object, translate: Translate) -> ItemResult:
    _ = translate
    if not isinstance(value, str):
        raise Unreadable(_("What was saved here is not a text."))
    if not value.strip():
        return _blank(question, translate)
    said = _("Your instructor reads and marks this.")
    details = [_label(_("You wrote")), markup.blank_lines_kept(value), _paragraph(said)]
    return _result(question, "waiting", 0, said, details)


def _blank(item: Item, translate: Translate) -> ItemResult:
    _ = translate
    return _result(item, "blank", 0, _("This was not answered."))


def _problem(item: Item, problem: str, translate: Translate) -> ItemResult:
    _ = translate
    return _result(item, "unreadable", 0, _("Not readable.") + f" {problem}")


def _result(
    item: Item, outcome: Outcome, points: float, said: str, details: Sequence[str] = ()
) -> ItemResult:
    """The result with its explanation: what was asked, then the details, or else what is said."""
    asked = "" if isinstance(item, Case) else item.prompt
    # A title that had to be cut leaves out what was asked.
    whole = markup.plain(asked) in {"", title_of(item)}
    first = [] if whole else [f'<div class="tv-prompt">{markup.inline(asked)}</div>']
    return ItemResult(
        id=item.id,
        kind=kind_of(item),
        title=title_of(item),
        outcome=outcome,
        points=points,
        max_points=item.points,
        message=markup.plain(said),
        html="".join([*first, *(details or [_paragraph(said)])]),
    )


def _points(most: float, share: float) -> float:
    return round(most * share, 2)


def _finite(value: object) -> float | None:
    """A JSON number as a float; None for what is none: true, text, NaN, or beyond any float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _with_unit(number: float, unit: str) -> str:
    return f"{number:,.15g} {unit}".strip()


def _pair(label: str, texts: Sequence[str]) -> str:
    entries = "".join(f"<li>{markup.inline(text)}</li>" for text in texts)
    return f"{_label(label)}<ul>{entries}</ul>"


def _label(text: str) -> str:
    return f'<div class="tv-label"><strong>{markup.escape(text)}</strong></div>'


def _paragraph(text: str) -> str:
    return f'<div class="tv-paragraph">{markup.inline(text)}</div>' if text else ""
