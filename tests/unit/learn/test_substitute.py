"""Leaving a case for another of equal credit: no reason, and nothing by which it shows."""

import json

import pytest

from travesia.learn import lot
from travesia.learn.case_screen import CaseScreen

CASE, OTHER = "two-at-the-station", "at-the-school"


@pytest.fixture
def pair(desk):
    """A desk on which a case has a substitute."""

    def open_it(form="graded"):
        place = desk(form)
        place.cases[CASE]["substitute"] = OTHER
        place.cases[OTHER] = {**place.cases[CASE], "id": OTHER, "title": "At the school"}
        del place.cases[OTHER]["substitute"]
        return place

    return open_it


@pytest.fixture
def drawn(monkeypatch):
    """Has the lot fall on a case."""

    def fall_on(case):
        monkeypatch.setattr(lot.secrets, "choice", lambda cases: case)

    return fall_on


def test_which_of_the_two_comes_first_is_drawn_by_lot_and_stays(pair):
    firsts = set()
    for number in range(40):
        item = f"item-{number}"
        first = lot.draw(item, [CASE, OTHER], by_lot=True)
        assert lot.draw(item, [CASE, OTHER], by_lot=True) == first
        firsts.add(first.now)
    assert firsts == {CASE, OTHER}


def test_practice_begins_with_the_case_of_the_lesson(pair):
    assert {CaseScreen(pair("practice"), CASE).lot.now for _ in range(20)} == {CASE}


def test_before_the_first_decision_a_learner_may_change_to_and_fro(pair, do, drawn):
    drawn(CASE)
    screen = CaseScreen(pair(), CASE)
    do(screen, "leave")
    assert "You need no reason" in screen.html()
    assert "does not come back" not in screen.html()

    do(screen, "swap")
    assert "At the school" in screen.html()
    assert screen.scene == "role"

    do(screen, "swap")
    assert screen.case.title == "Two at the station"


def test_after_a_decision_the_case_that_is_left_does_not_come_back(pair, do, drawn):
    drawn(CASE)
    screen = do(CaseScreen(pair(), CASE), "role", value="official")
    do(screen, "decide", "ask-apart")
    do(screen, "leave")
    assert "does not come back" in screen.html()
    do(screen, "swap")

    assert (screen.case.title, screen.role, screen.other) == ("At the school", "", "")
    again = CaseScreen(pair(), CASE)
    assert (again.case.title, again.other) == ("At the school", "")


def test_what_is_handed_in_is_the_same_whether_a_case_was_drawn_or_taken_instead(
    pair, do, drawn, monkeypatch, tmp_path
):
    saved = []
    for way in ("drawn", "taken"):
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / way))
        drawn(OTHER if way == "drawn" else CASE)
        place = pair()
        screen = CaseScreen(place, CASE)
        if way == "taken":
            do(screen, "role", value="official")
            do(screen, "decide", "ask-apart")
            do(screen, "leave")
            do(screen, "swap")
        do(screen, "role", value="official")
        do(screen, "decide", "notify")
        document = json.loads((place.folder / "answers.json").read_text())
        del document["answers"][CASE]["at"]
        saved.append((document, sorted(path.name for path in place.folder.iterdir())))
        place.store.remove(CASE)
    assert saved[0] == saved[1]
    assert saved[0][0]["answers"][CASE]["value"] == {
        "case": OTHER,
        "role": "official",
        "path": ["notify"],
    }


def test_a_case_that_is_played_to_its_end_stays(pair, do, drawn):
    drawn(CASE)
    screen = do(CaseScreen(pair(), CASE), "role", value="official")
    for decision in ("notify", "comar"):
        do(screen, "decide", decision)
        do(screen, "continue")
    assert screen.scene == "ending"

    do(screen, "swap")

    assert screen.case.title == "Two at the station"
    assert 'data-action="leave"' not in screen.html()


def test_a_window_left_open_takes_no_other_case_once_this_one_was_ended_elsewhere(pair, do, drawn):
    drawn(CASE)
    place = pair()
    here = CaseScreen(place, CASE)
    there = do(CaseScreen(pair(), CASE), "role", value="official")
    for decision in ("notify", "comar"):
        do(there, "decide", decision)
        do(there, "continue")

    do(here, "swap")

    assert place.store.get(CASE).value["path"] == ["notify", "comar"]
    assert here.scene == there.scene


def test_a_case_that_was_left_in_another_window_does_not_come_back_in_this_one(pair, do, drawn):
    drawn(CASE)
    here = CaseScreen(pair(), CASE)
    there = do(CaseScreen(pair(), CASE), "role", value="official")
    do(there, "decide", "ask-apart")
    do(there, "swap")

    do(here, "role", value="official")

    assert here.case.title == "At the school"
    assert pair().store.get(CASE) is None


def test_a_home_that_cannot_be_written_keeps_nobody_from_a_case(pair, do, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/nowhere")
    screen = CaseScreen(pair(), CASE)
    first = screen.lot.now
    do(screen, "swap")
    assert screen.lot.now != first


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"items": 3}', '{"items": {"x": {"now": 3, "left": 1}}}', "\x00", "[" * 9],
)
def test_whatever_lies_in_the_home_the_case_is_shown(pair, monkeypatch, tmp_path, content):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "travesia").mkdir()
    (tmp_path / "travesia" / "cases.json").write_text(content)
    assert CaseScreen(pair(), CASE).html()
