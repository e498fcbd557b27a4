"""Whatever was saved and whatever is sent for whatever question: the view goes on."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from questions import JSON, NAMES, entries, questions, values

from travesia.course.questions import question_form
from travesia.learn.answers import AnswerStore
from travesia.learn.content import Desk
from travesia.learn.kinds import SCREENS
from travesia.learn.messages import read_message

ACTIONS = st.sampled_from(["answer", "check", "hint", "up", "down", "closer", "whole", ""])


def desk_of(question, form, folder, language="es"):
    """A desk on which this one question lies."""
    return Desk(
        folder=folder,
        language=language,
        form=form,
        questions={question.id: question_form(question, form)},
        cases={},
        facts={},
        store=AnswerStore(folder / "answers.json", language),
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from(["practice", "graded"]))
def test_no_saved_answer_stops_the_view_or_is_lost(data, form):
    question = data.draw(questions())
    entry = data.draw(entries(question))
    document = json.dumps({"schema": 1, "answers": {question.id: entry}}).encode()
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "answers.json").write_bytes(document)
        screen = SCREENS[question.kind](desk_of(question, form, folder), question.id)
        screen.html().encode()
        summary = screen.summary()
        (summary.html + summary.text).encode()
        kept = [path.read_bytes() for path in folder.iterdir()]
    assert document in kept


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from(["practice", "graded"]))
def test_no_message_stops_the_view_and_what_it_saved_is_drawn_again(data, form):
    question = data.draw(questions())
    value = values(question)
    with TemporaryDirectory() as name:
        desk = desk_of(question, form, Path(name))
        screen = SCREENS[question.kind](desk, question.id)
        for _ in range(data.draw(st.integers(1, 4))):
            said = {
                "action": data.draw(ACTIONS | JSON),
                "serial": 1,
                "value": data.draw(NAMES | value),
                "values": data.draw(st.lists(value, max_size=3) | JSON),
                "text": data.draw(st.sampled_from(["12", "1,5", "962 123 4567", "\ud800"]) | JSON),
                "parts": data.draw(JSON | st.dictionaries(st.just("holds") | NAMES, value)),
                "final": data.draw(st.booleans()),
            }
            message = read_message(said)
            if message is not None:
                screen.act(message)
            screen.html().encode()
            screen.summary().html.encode()
        again = SCREENS[question.kind](desk_of(question, form, Path(name)), question.id)
        assert again.value == screen.value


@pytest.mark.parametrize("kind", [[], {}, 1, None, "nothing"])
def test_an_answer_of_no_kind_is_no_answer(tmp_path, kind):
    document = {"schema": 1, "answers": {"x": {"kind": kind, "value": 1}}}
    (tmp_path / "answers.json").write_text(json.dumps(document))
    assert AnswerStore(tmp_path / "answers.json", "es").get("x") is None
