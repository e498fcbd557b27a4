import json

import pytest

from travesia.learn import case_in_hand
from travesia.learn.case_screen import CaseScreen

CASE = "two-at-the-station"
KEY_SIDE = ["He lifts his eyes", "critical failure", "acceptable", "His name travels", "Reached"]


@pytest.fixture
def play(desk, do):
    """Plays some decisions as an official, and reads on after each."""

    def through(*decisions, form="practice", **case):
        place = desk(form)
        place.cases[CASE].update(case)
        screen = do(CaseScreen(place, CASE), "role", value="official")
        for decision in decisions:
            do(screen, "decide", decision)
            while screen.scene in {"consequence", "note"}:
                do(screen, "continue")
        return screen

    return through


def test_a_case_begins_with_the_choice_of_a_role(desk, do, saved):
    screen = CaseScreen(desk(), CASE)
    assert screen.scene == "role"
    assert "The boy has your country's passport." in screen.html()

    do(screen, "role", value="consul")

    assert screen.scene == "node"
    assert saved(desk())[CASE]["value"] == {"role": "consul", "path": []}
    assert screen.focus == f"{screen.uid}-heading"


def test_the_road_is_saved_with_every_decision_and_taken_up_again(desk, play, saved):
    play("notify")

    assert saved(desk())[CASE]["value"] == {"role": "official", "path": ["notify"], "read": 1}
    assert CaseScreen(desk(), CASE).path == ["notify"]


def test_practice_tells_what_a_decision_brings_in_the_order_of_the_rules(desk, do):
    screen = do(CaseScreen(desk(), CASE), "role", value="official")
    do(screen, "decide", "ask-apart")

    html = screen.html()

    told = ["He lifts his eyes", "Beside the man he cannot", "LM 112 VI limits", "You can stop at"]
    places = [html.index(sentence) for sentence in told]
    assert places == sorted(places)
    assert "The boy says his mother" not in html
    assert screen.focus


def test_a_hard_scene_comes_after_its_content_note(desk, do):
    screen = do(CaseScreen(desk(), CASE), "role", value="official")
    do(screen, "decide", "ask-apart")
    do(screen, "continue")

    assert screen.scene == "note"
    assert "speaks of threats" in screen.html()
    assert "The boy says his mother" not in screen.html()

    do(screen, "continue")
    assert "The boy says his mother" in screen.html()


def test_a_pause_leaves_everything_where_it_was(play, do):
    screen = play("ask-apart")

    do(screen, "pause")
    assert "Breathe in slowly" in screen.html()
    assert "The boy says his mother" not in screen.html()

    do(screen, "return")
    assert "The boy says his mother" in screen.html()


def test_earlier_steps_can_be_read_again_and_left_where_one_was(play, do):
    screen = play("ask-apart")

    do(screen, "unfold", value="road:open")
    assert "You speak with the boy apart" in screen.html()
    assert "The boy looks at the floor." not in screen.html()

    do(screen, "read", value=0)
    assert screen.scene == "earlier"
    assert "The boy looks at the floor." in screen.html()
    assert "He lifts his eyes" in screen.html()
    assert screen.focus

    do(screen, "return")
    assert "The boy says his mother" in screen.html()


def test_a_critical_failure_is_named_and_can_be_replayed_even_where_going_back_is_over(
    desk, do, saved
):
    place = desk()
    place.cases[CASE]["practice"] = "never"
    screen = do(CaseScreen(place, CASE), "role", value="official")
    do(screen, "decide", "ask-together")
    assert "Interviewing in front of a suspected trafficker" in screen.html()

    do(screen, "back", value=0)

    assert screen.scene == "node"
    assert saved(desk())[CASE]["value"]["path"] == []


def test_a_critical_failure_is_still_explained_after_a_restart(desk, do):
    screen = do(CaseScreen(desk(), CASE), "role", value="official")
    do(screen, "decide", "ask-together")

    assert CaseScreen(desk(), CASE).scene == "consequence"


@pytest.mark.parametrize(("practice", "times"), [("free", 2), ("once", 1), ("never", 0)])
def test_going_back_as_often_as_the_case_says(play, do, practice, times):
    screen = play("ask-apart", practice=practice)
    went = 0
    for _ in range(2):
        do(screen, "back", value=0)
        went += not screen.path
        if not screen.path:
            do(screen, "decide", "ask-apart")

    assert went == times


def test_the_debrief_shows_dimensions_failures_and_other_roads(play):
    html = play("ask-apart", "consulate").html()

    assert "The name travelled" in html
    assert "Telling a consulate about someone who may need protection" in html
    assert "Safety and do no harm" in html
    assert "You notify the Procuraduría first" in html
    assert "What would make you do the other thing on a bad day?" in html


def test_an_ended_practice_case_can_be_played_again(desk, play, do, saved):
    do(play("ask-apart", "comar"), "again")

    assert CASE not in saved(desk())
    assert CaseScreen(desk(), CASE).scene == "role"


def test_a_case_is_not_forgotten_before_it_ends(desk, play, do, saved):
    do(play("ask-apart"), "again")

    assert saved(desk())[CASE]["value"]["path"] == ["ask-apart"]


def test_a_graded_case_tells_nothing_of_the_key(play):
    screen = play("ask-together", "consulate", form="graded")

    assert screen.scene == "ending"
    assert "hand in with the button above" in screen.html()
    assert not any(word in screen.html() for word in KEY_SIDE)


@pytest.mark.parametrize("action", ["back", "again", "role"])
def test_a_graded_decision_stays(desk, play, do, saved, action):
    screen = play("ask-apart", "comar", form="graded")
    before = saved(desk("graded"))

    for value in ("0", "consul", ""):
        do(screen, action, value=value)

    assert saved(desk("graded")) == before


def test_a_graded_case_played_on_in_another_window_is_not_overwritten(desk, play, do, saved):
    here = play(form="graded")
    there = CaseScreen(desk("graded"), CASE)
    do(there, "decide", "notify")

    do(here, "decide", "ask-apart")

    assert saved(desk("graded"))[CASE]["value"]["path"] == ["notify"]
    assert "continued in another window" in here.html()
    assert here.path == ["notify"]


@pytest.mark.parametrize("action", ["continue", "back", "again"])
def test_nothing_done_in_a_window_left_open_undoes_what_was_done_in_another(
    desk, play, do, saved, action
):
    here = play("notify") if action != "continue" else do(play(), "decide", "notify")
    if action == "again":
        here = play("notify", "comar")
        do(CaseScreen(desk(), CASE), "again")
        do(CaseScreen(desk(), CASE), "role", value="official")
    there = CaseScreen(desk(), CASE)
    do(there, "continue")
    do(there, "decide", "ask-apart" if action == "again" else "comar")
    before = saved(desk())

    do(here, action, value="0")

    assert saved(desk()) == before
    assert "continued in another window" in here.html()
    assert here.path == there.path


def test_the_road_in_an_open_window_outlives_a_file_that_was_damaged(desk, play, do, saved):
    screen = play("ask-apart")
    (screen.desk.folder / "answers.json").write_text('{"schema": 1, "ans')

    do(screen, "decide", "comar")

    assert saved(desk())[CASE]["value"]["path"] == ["ask-apart", "comar"]
    assert "answers.damaged-1.json" in screen.html()


def test_a_role_is_chosen_after_what_cannot_be_read_and_the_sentence_about_it_goes(desk, do):
    place = desk()
    place.store.set(CASE, "case", "1", ["official"])
    screen = CaseScreen(place, CASE)
    assert screen.problem

    do(screen, "role", value="official")

    assert (screen.scene, screen.problem) == ("node", "")


def test_a_file_filled_with_decisions_is_followed_in_one_go(desk, monkeypatch):
    place = desk()
    path = ["ask-apart", *["gone"] * 9_000]
    place.store.set(CASE, "case", "1", {"role": "official", "path": path})
    replayed = []
    real = case_in_hand.replay

    def counted(case, role, path, **more):
        replayed.append(len(path))
        return real(case, role, path, **more)

    monkeypatch.setattr(case_in_hand, "replay", counted)
    assert CaseScreen(place, CASE).path == ["ask-apart"]
    assert len(replayed) < 5


@pytest.mark.parametrize("decision", ["comar", "good-end", "nothing", ""])
def test_a_decision_that_is_not_open_is_refused(desk, play, do, saved, decision):
    screen = do(play(), "decide", *([decision] if decision else []))

    assert screen.problem
    assert saved(desk())[CASE]["value"]["path"] == []


def test_a_second_press_of_the_same_decision_changes_nothing(play, do):
    screen = play("ask-apart")

    do(screen, "decide", "ask-apart")

    assert screen.path == ["ask-apart"]


@pytest.mark.parametrize(
    ("value", "road"),
    [
        ({"role": "official", "path": ["ask-apart", "gone"]}, ["ask-apart"]),
        ({"role": "official", "path": ["gone"]}, []),
        ({"role": "nobody", "path": []}, []),
        ({"role": "official", "path": "ask-apart"}, []),
        ({"role": 1, "path": [1]}, []),
        (["official"], []),
        ("<script>", []),
    ],
)
def test_a_saved_road_that_the_case_does_not_have_is_followed_as_far_as_it_goes(desk, value, road):
    place = desk()
    place.store.set(CASE, "case", "1", value)

    screen = CaseScreen(place, CASE)

    assert screen.path == road
    assert screen.problem or screen.notice
    assert "<script>" not in screen.html()
    assert (
        json.loads((place.folder / "answers.json").read_text())["answers"][CASE]["value"] == value
    )


def test_a_summary_lists_the_decisions(desk, play):
    assert "Not answered." in CaseScreen(desk(), CASE).summary().text
    summary = play("notify", "comar").summary()

    assert "1. You notify the Procuraduría first" in summary.text
    assert "Somebody stayed" in summary.html
    assert "Your role: Migration officer" in summary.html
    assert "<button" not in summary.html


def test_a_drawing_is_shown_with_its_alternative_text_and_as_that_text_in_plain_mode(desk, do):
    place = desk()
    place.pictures["hall.svg"] = '<svg viewBox="0 0 1 1"><path d="M0 0"></path></svg>'
    place.cases[CASE]["nodes"]["hall"]["illustration"] = {"src": "hall.svg", "alt": "A hall"}
    screen = do(CaseScreen(place, CASE), "role", value="official")

    assert 'role="img" aria-label="A hall"' in screen.html()
    assert '<svg viewBox="0 0 1 1">' in screen.html()

    do(screen, "plain", value="on")
    assert "<svg" not in screen.html()
    assert "In the picture: A hall" in screen.html()
    assert CaseScreen(place, CASE).plain


def test_a_drawing_that_is_not_there_leaves_its_text(desk, do):
    place = desk()
    place.cases[CASE]["nodes"]["hall"]["illustration"] = {"src": "gone.svg", "alt": "A hall"}

    html = do(CaseScreen(place, CASE), "role", value="official").html()

    assert "<svg" not in html
    assert "In the picture: A hall" in html


@pytest.mark.parametrize("form", ["practice", "graded"])
def test_the_road_is_fetched_and_drawn_only_when_somebody_opens_it(play, do, form):
    screen = play("ask-apart", form=form)
    assert "<svg" not in screen.html()

    do(screen, "unfold", value="road:open")
    assert '<svg class="tv-map"' in screen.html()
    assert "yours with 1 decisions" in screen.html()

    do(screen, "unfold", value="road:")
    assert "<svg" not in screen.html()


def test_the_map_and_the_words_beside_it_show_the_roads_tried_before(play, do):
    screen = play("ask-apart")
    do(screen, "back", value=0)
    do(screen, "decide", "notify")
    do(screen, "continue")
    do(screen, "unfold", value="road:open")

    html = screen.html()

    assert "At decision 1 you chose “You speak with the boy apart" in html
    assert "and then went back" in html


def test_going_back_once_stays_once_after_a_restart(play, do, desk):
    screen = play("ask-apart", practice="once")
    do(screen, "back", value=0)
    do(screen, "decide", "ask-apart")
    place = desk()
    place.cases[CASE]["practice"] = "once"

    again = CaseScreen(place, CASE)
    do(again, "back", value=0)

    assert again.path == ["ask-apart"]


def test_an_unread_consequence_waits_through_a_restart(desk, do):
    screen = do(CaseScreen(desk(), CASE), "role", value="official")
    do(screen, "decide", "ask-apart")

    assert CaseScreen(desk(), CASE).scene == "consequence"
    do(screen, "continue")
    assert CaseScreen(desk(), CASE).scene == "note"


def test_plain_text_shows_every_word_without_pictures(play, do):
    screen = play("notify", "comar")
    rich = screen.html()
    do(screen, "plain", value="on")
    do(screen, "unfold", value="road:open")

    assert "data-plain" in screen.html()
    assert "<svg" not in screen.html()
    assert "Somebody stayed" in rich
    assert "Somebody stayed" in screen.html()


def test_a_reference_opens_instrument_article_and_dates(desk, do):
    place = desk()
    place.instruments["LM"] = {"title": "Ley de Migración", "text_of": "2026-01-15", "link": ""}

    html = do(CaseScreen(place, CASE), "role", value="official").html()

    said = "Ley de Migración, article 98. Text of January 15, 2026. Checked on February 8, 2026."
    assert said in " ".join(html.split())


def test_at_the_end_the_map_shows_the_roads_that_hold_beside_the_one_taken(play, do):
    screen = play("ask-apart", "consulate")
    do(screen, "unfold", value="road:open")

    html = screen.html()

    assert 'class="own"' in html
    assert 'class="holds"' in html
    assert "that hold." in html
    assert "A road that holds" in html


@pytest.mark.parametrize("form", ["practice", "graded"])
def test_no_road_that_holds_is_drawn_before_the_end_nor_in_an_assignment(play, do, form):
    road = ("ask-apart", "comar") if form == "graded" else ("ask-apart",)
    screen = play(*road, form=form)
    do(screen, "unfold", value="road:open")

    assert 'class="own"' in screen.html()
    assert 'class="holds"' not in screen.html()
