"""Judging answers: from the instructor's key and what a learner saved, to points with reasons.

Nothing a learner wrote can make this raise: an answer that is none is worth nothing and says so.
Content that is wrong raises, for no mark may follow from a broken key.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from travesia.course.answer_shapes import accepts, attempted
from travesia.course.questions import (
    ChoiceQuestion,
    MatchQuestion,
    NumberQuestion,
    OrderQuestion,
    ShortQuestion,
    SpotQuestion,
    TextQuestion,
    TruthQuestion,
    rule,
)
from travesia.grading import markup
from travesia.grading.casework import judge_case
from travesia.grading.key import Item, Key
from travesia.grading.result import ItemResult, Outcome, Unreadable
from travesia.language import Translate, translator
from travesia.scenarios import Case

MOST_OPTIONS = 200

Other = TruthQuestion | ShortQuestion | OrderQuestion | MatchQuestion | SpotQuestion
"""The kinds that tell themselves what an answer says and what of it is right."""


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
        else _judged(key, item, answers.get(item.id), language, translate)
        for item in key.items(language)
    ]


def _judged(key: Key, item: Item, entry: object, language: str, translate: Translate) -> ItemResult:
    """The judgement of what was played, booked as the item."""
    played = key.played(item, entry, language)
    result = _of_its_version(judge_item(played, entry, translate), played, entry, translate)
    return replace(result, id=item.id, max_points=item.points)


def _of_its_version(
    result: ItemResult, item: Item, entry: object, translate: Translate
) -> ItemResult:
    """The judgement, flagged where the answer was given to another version than the key's.

    Its points are a proposal: ids are stable, but what was asked may have been another thing.
    """
    _ = translate
    answered = entry.get("version") if isinstance(entry, Mapping) else None
    # Nothing is recorded where the version is missing, and the rest needs no second look.
    if result.outcome in {"blank", "unreadable", "waiting"} or answered in (None, "", item.version):
        return result
    said = _(
        "This was answered in version {answered} and is marked by version {key}. Your instructor "
        "looks at it."
    ).format(answered=markup.writable(str(answered)[:20]), key=item.version)
    return replace(
        result,
        outcome="flagged",
        message=f"{said} {result.message}",
        html=f"<div>{markup.escape(said)}</div>{result.html}",
    )


def judge_item(item: Item, entry: object, translate: Translate) -> ItemResult:
    """The judgement of one item from its saved entry, which is None if there is none."""
    if entry is None:
        return _blank(item, translate)
    try:
        return _judge_value(item, _value(item, entry, translate), translate)
    except Unreadable as error:
        return _result(item, "unreadable", 0, str(error))


def _judge_value(item: Item, value: object, translate: Translate) -> ItemResult:
    match item:
        case ChoiceQuestion():
            return _judge_choice(item, value, translate)
        case NumberQuestion():
            return _judge_number(item, value, translate)
        case TextQuestion():
            return _judge_text(item, value, translate)
        case Case():
            return judge_case(item, value, translate) or _blank(item, translate)
    return _judge_other(item, value, translate)


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
    share = question.share(value)
    outcome = _outcome(share)
    picked = [option for option in question.options if option.id in chosen]
    said = question.feedback.right if outcome == "right" else question.feedback.wrong
    details = [_pair(_("You answered"), [option.text for option in picked])]
    details += [_paragraph(each.feedback) for each in picked if each.feedback]
    details.append(_paragraph(said))
    if outcome != "right":
        missed = [option.text for option in question.options if option.id in correct]
        details.append(_pair(_("What holds"), missed))
    if outcome == "partly":
        details.append(_rule(rule(question.kind, translate, multiple=question.multiple)))
    return _result(question, outcome, _points(question.points, share), said, details)


def _judge_number(question: NumberQuestion, value: object, translate: Translate) -> ItemResult:
    _ = translate
    number = _finite(value)
    if number is None:
        raise Unreadable(_("What was saved here is not a number."))
    right = question.share(number) == 1
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
    if not attempted(value):
        return _blank(question, translate)
    said = _("Your instructor reads and marks this.")
    details = [_label(_("You wrote")), markup.blank_lines_kept(value), _paragraph(said)]
    return _result(question, "waiting", 0, said, details)


def _judge_other(question: Other, value: object, translate: Translate) -> ItemResult:
    _ = translate
    if not accepts(question.graded(), value):
        raise Unreadable(_("What was saved here is not an answer to this question as it is."))
    if not attempted(value):
        return _blank(question, translate)
    share = question.share(value)
    outcome = _outcome(share)
    said = question.feedback.right if outcome == "right" else question.feedback.wrong
    details = [_pair(_("You answered"), question.told(value, translate))]
    details += [_paragraph(comment) for comment in question.comments(value)]
    details.append(_paragraph(said))
    if outcome != "right":
        details.append(_pair(_("What holds"), question.told(question.answer, translate)))
    if outcome == "partly":
        details.append(_rule(rule(question.kind, translate)))
    return _result(question, outcome, _points(question.points, share), said, details)


def _outcome(share: float) -> Outcome:
    return "right" if share == 1 else "partly" if share > 0 else "wrong"


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


def _rule(sentence: str) -> str:
    return f'<div class="tv-rule">{markup.escape(sentence)}</div>'


def _label(text: str) -> str:
    return f'<div class="tv-label"><strong>{markup.escape(text)}</strong></div>'


def _paragraph(text: str) -> str:
    return f'<div class="tv-paragraph">{markup.inline(text)}</div>' if text else ""
