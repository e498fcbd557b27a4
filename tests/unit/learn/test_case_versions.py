"""A case that was revised while somebody was in the middle of it."""

import json

import pytest

from travesia.learn.case_screen import CaseScreen

CASE = "two-at-the-station"


@pytest.fixture
def revised(desk, do):
    """A case played for one decision, then given a new version, and opened again."""

    def make(form="practice", **changes):
        place = desk(form)
        screen = do(CaseScreen(place, CASE), "role", value="official")
        do(screen, "decide", "ask-apart")
        place.cases[CASE].update(version="2")
        for choice in place.cases[CASE]["nodes"]["hall"]["choices"]:
            if choice["id"] == "ask-apart":
                choice.update(changes)
        return CaseScreen(place, CASE)

    return make


def test_decisions_that_still_exist_are_taken_up_and_the_learner_is_told(revised):
    screen = revised()

    assert screen.path == ["ask-apart"]
    assert "Your decisions still fit, so you are where you left off." in screen.html()


def test_the_same_version_is_taken_up_without_a_word(desk, do):
    do(CaseScreen(desk(), CASE), "role", value="official")

    assert "was revised" not in CaseScreen(desk(), CASE).html()


def test_a_road_that_no_longer_fits_is_taken_up_as_far_as_it_does(revised):
    screen = revised(id="ask-elsewhere")

    assert screen.path == []
    assert "your decisions do not fit it any more" in screen.html()
    assert "what you had saved is kept" in screen.html()


def test_a_road_that_fits_in_part_goes_on_from_the_last_decision_that_does(revised):
    screen = revised()
    for choice in screen.desk.cases[CASE]["nodes"]["apart"]["choices"]:
        choice["id"] = f"{choice['id']}-now"
    screen.desk.store.set(CASE, "case", "1", {"role": "official", "path": ["ask-apart", "comar"]})

    screen = CaseScreen(screen.desk, CASE)

    assert screen.path == ["ask-apart"]
    assert "your road fits it up to decision 1" in screen.html()


@pytest.mark.parametrize("form", ["practice", "graded"])
def test_what_was_saved_stays_on_the_disk_when_the_road_goes_on(revised, do, saved, form):
    screen = revised(form, id="ask-elsewhere")

    do(screen, "decide", "ask-elsewhere")

    entry = saved(screen.desk)[CASE]
    assert (entry["version"], entry["value"]["path"]) == ("2", ["ask-elsewhere"])
    assert [each["value"]["path"] for each in entry["earlier"]] == [["ask-apart"]]
    assert "was revised" not in screen.html()


def test_a_road_cut_short_without_a_new_version_is_kept_all_the_same(revised, do, saved):
    screen = revised(id="ask-elsewhere")
    path = screen.desk.folder / "answers.json"
    document = json.loads(path.read_text())
    document["answers"][CASE]["version"] = "2"
    path.write_text(json.dumps(document))

    do(screen, "decide", "ask-elsewhere")

    earlier = saved(screen.desk)[CASE]["earlier"]
    assert [each["value"]["path"] for each in earlier] == [["ask-apart"]]
