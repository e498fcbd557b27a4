"""Whatever was saved for whatever question: it is judged, and the judgement can be written."""

import json
from pathlib import Path
from typing import get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from questions import entries, questions, values

from travesia.course.answer_shapes import accepts, attempted
from travesia.course.questions import (
    Question,
    from_practice,
    graded_form,
    localised,
    option_order,
    practice_form,
)
from travesia.grading.judge import judge
from travesia.grading.key import Key
from travesia.grading.result import ItemResult, Outcome, result_from_json

without_a_clock = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def judged(question: Question, entry: object) -> ItemResult:
    key = Key("made-up", Path("/nowhere/keys/made-up"), {question.id: question}, {})
    (result,) = judge(key, {question.id: entry}, "es")
    return result


@without_a_clock
@given(st.data())
def test_no_answer_stops_the_judge_or_earns_what_it_cannot(data: st.DataObject) -> None:
    question = data.draw(questions())
    result = judged(question, data.draw(entries(question)))
    assert result.outcome in get_args(Outcome)
    assert 0 <= result.points <= result.max_points == question.points
    assert result.points == 0 or result.outcome in {"right", "partly", "flagged"}
    written = json.dumps(result.to_json(), ensure_ascii=False).encode("utf-8")
    assert result_from_json(json.loads(written)) == result
    assert "<script" not in result.html


@without_a_clock
@given(st.data())
def test_what_says_nothing_is_not_answered_and_never_wrong(data: st.DataObject) -> None:
    question = data.draw(questions())
    empty = {"choice": [], "text": " ", "truth": {"holds": None, "reason": ""}, "short": "  "}
    empty |= {"order": [], "match": {}, "spot": ""}
    assert judged(question, None).outcome == "blank"
    if question.kind in empty:
        entry = {"kind": question.kind, "version": "1", "value": empty[question.kind]}
        assert judged(question, entry).outcome == "blank"


@without_a_clock
@given(st.data())
def test_a_translation_and_another_order_never_change_a_grade(data: st.DataObject) -> None:
    question = data.draw(questions())
    entry = {"kind": question.kind, "version": "1", "value": data.draw(values(question))}
    before = judged(question, entry)
    told = localised(question, lambda _context, text: f"«{text}»")
    turned = practice_form(told)
    for name in ("options", "reasons", "items", "partners"):
        if name in turned:
            turned[name] = turned[name][::-1]
    if question.kind == "choice":
        turned["correct"] = turned["correct"][::-1]
    after = judged(from_practice(turned), entry)
    assert (after.outcome, after.points) == (before.outcome, before.points)


@without_a_clock
@given(questions("truth short order match map bars links"), st.data())
def test_the_view_and_the_judge_take_the_same_for_an_answer(
    question: Question, data: st.DataObject
) -> None:
    value = data.draw(values(question))
    taken = accepts(graded_form(question), value)
    outcome = judged(question, {"kind": question.kind, "version": "1", "value": value}).outcome
    assert (outcome == "unreadable") is not taken
    assert (outcome == "blank") is (taken and not attempted(value))


@without_a_clock
@given(st.lists(st.text(min_size=1), unique=True, max_size=8), st.text(), st.text())
def test_a_person_s_order_is_one_order_of_all_options(
    options: list[str], question: str, person: str
) -> None:
    order = option_order(question, options, person)
    assert sorted(order) == sorted(options)
    assert order == option_order(question, options[::-1], person)
