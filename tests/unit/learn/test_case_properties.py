"""What holds for every case and everything that a browser can send."""

import contextlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cases import cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from travesia.learn import answers, lot
from travesia.learn.answers import AnswerStore
from travesia.learn.case_screen import CaseScreen
from travesia.learn.content import Desk
from travesia.learn.messages import read_message
from travesia.scenarios import learner_form, replay

ACTIONS = ["role", "decide", "continue", "pause", "leave", "swap", "return", "read",
           "unfold", "plain", "back", "again", "never-heard-of"]  # fmt: skip

several = settings(
    deadline=None,
    database=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@dataclass
class Place:
    """A learner's folder, begun anew for every example."""

    folder: Path
    number: list[int] = field(default_factory=lambda: [0])

    def desk(self, case, form, *, again=False) -> Desk:
        self.number[0] += not again
        here = self.folder / str(self.number[0])
        here.mkdir(exist_ok=True)
        data = learner_form(case).data() if form == "graded" else case.data()
        other = {**data, "id": "other", "title": "The other"}
        return Desk(
            folder=here,
            language="en",
            form=form,
            questions={},
            cases={"drawn": {**data, "substitute": "other"}, "other": other},
            facts={},
            store=AnswerStore(here / "answers.json", "en"),
        )


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


words = st.sampled_from(["", "official", "consul", "0", "1", "7", "road:open", "others:open", "on"])
numbers = st.integers(0, 20).map(lambda number: f"choice-{number}")
sent = st.fixed_dictionaries(
    {
        "action": st.sampled_from(ACTIONS),
        "serial": st.integers(0, 9),
        "value": words | st.text(max_size=4),
        "values": st.lists(numbers | st.text(max_size=4), max_size=2),
    }
)


def drawn_lot(monkeypatch, folder):
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))


@several
@given(cases(), st.sampled_from(["practice", "graded"]), st.lists(sent, max_size=25))
def test_nothing_that_is_sent_breaks_the_view_or_loses_the_road(
    place, monkeypatch, case, form, messages
):
    desk = place.desk(case, form)
    drawn_lot(monkeypatch, desk.folder)
    screen = CaseScreen(desk, "drawn")
    for content in messages:
        screen.act(read_message(content))
        assert screen.html()
        assert screen.summary().text
    again = CaseScreen(place.desk(case, form, again=True), "drawn")
    if screen.role:
        assert (again.lot.now, again.role, again.path) == (screen.lot.now, screen.role, screen.path)
        assert again.state == screen.state


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | numbers,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@several
@given(
    cases(),
    st.fixed_dictionaries(
        {},
        optional={
            "case": json_values | st.sampled_from(["drawn", "other"]),
            "role": json_values | st.sampled_from(["official", "consul"]),
            "path": json_values | st.lists(numbers, max_size=4),
            "read": json_values,
            "back": json_values,
            "roads": json_values | st.lists(st.lists(numbers, max_size=3), max_size=3),
        },
    ),
)
def test_whatever_was_saved_the_case_is_shown(place, monkeypatch, case, value):
    desk = place.desk(case, "practice")
    drawn_lot(monkeypatch, desk.folder)
    desk.store.set("drawn", "case", "1", value)
    screen = CaseScreen(desk, "drawn")
    assert screen.html()
    if screen.role:
        assert list(replay(screen.case, screen.role, screen.path).path) == screen.path


class PowerCutError(BaseException):
    """Nothing after this happens."""


@several
@given(cases(), st.integers(0, 4), st.integers(1, 6))
def test_a_power_cut_at_any_moment_of_saving_leaves_the_road_before_or_after(
    place, monkeypatch, case, moment, decisions
):
    desk = place.desk(case, "graded")
    drawn_lot(monkeypatch, desk.folder)
    screen = CaseScreen(desk, "drawn")
    screen.act(read_message({"action": "role", "serial": 1, "value": "official"}))
    for number in range(decisions):
        offers = screen.state.choices
        if not offers:
            return
        if number + 1 == decisions:
            break
        screen.act(read_message({"action": "decide", "serial": 1, "values": [offers[0].id]}))
    before = list(screen.path)
    with monkeypatch.context() as patched, contextlib.suppress(PowerCutError):
        cut(patched, moment)
        screen.act(read_message({"action": "decide", "serial": 1, "values": [offers[0].id]}))
    json.loads((desk.folder / "answers.json").read_text())
    again = CaseScreen(place.desk(case, "graded", again=True), "drawn")
    assert again.path in (before, [*before, offers[0].id])
    assert again.role == "official"


def cut(patched, moment: int) -> None:
    """Ends everything at one of the calls that saving makes: before, or half done."""

    def at_once(*_args, **_kwargs):
        raise PowerCutError

    real = os.fdopen

    def half_written(descriptor, *args, **kwargs):
        target = real(descriptor, *args, **kwargs)
        if "w" in (args[0] if args else "r"):
            target.write(b'{"schema": 1, "answ')
            target.close()
            raise PowerCutError
        return target

    if moment == 0:
        patched.setattr(answers.tempfile, "mkstemp", at_once)
    elif moment == 1:
        patched.setattr(answers.os, "fdopen", half_written)
    elif moment == 2:
        patched.setattr(answers.os, "fsync", at_once)
    elif moment == 3:
        patched.setattr(Path, "replace", at_once)
    else:
        patched.setattr(lot, "keep", at_once)
