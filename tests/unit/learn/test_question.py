import json

import pytest

from travesia.learn.question import ChoiceScreen, NumberScreen
from travesia.learn.writing import LONGEST_TEXT, TextScreen

KEY_SIDE = ["Who notices does not decide.", "trigger and feed", "names a situation", "138882"]


def test_a_choice_is_saved_and_drawn_again(desk, do, saved):
    do(ChoiceScreen(desk(), "who-decides"), "answer", "procuraduria")

    again = ChoiceScreen(desk(), "who-decides")

    assert saved(desk())["who-decides"]["value"] == ["procuraduria"]
    assert 'value="procuraduria" checked' in again.html()
    assert "Saved at" in again.html()


def test_practice_tells_after_answering_what_is_right_and_why(desk, do):
    screen = ChoiceScreen(desk(), "who-decides")
    do(screen, "answer", "officer")
    assert "Who notices does not decide." not in screen.html()

    do(screen, "check", "officer")
    assert "Not yet" in screen.html()
    assert "Who notices does not decide." in screen.html()
    assert "He notices and notifies." in screen.html()

    do(screen, "check", "procuraduria")
    assert "Yes, that is right." in screen.html()
    assert "LM 112" in screen.html()


def test_another_choice_takes_the_feedback_on_the_first_away(desk, do):
    screen = do(ChoiceScreen(desk(), "who-decides"), "check", "officer")

    do(screen, "answer", "consulate")

    assert "Not yet" not in screen.html()


def test_a_graded_question_tells_nothing(desk, do):
    for action in ("answer", "check"):
        screen = do(ChoiceScreen(desk("graded"), "who-decides"), action, "officer")
        assert "hand in with the button above" in screen.html() or action == "check"
        assert not any(word in screen.html() for word in KEY_SIDE)
        assert "Check my answer" not in screen.html()


def test_several_options_may_be_chosen_where_the_question_says_so(desk, do, saved):
    do(ChoiceScreen(desk(), "whom-to-tell"), "answer", "procu", "dif")

    assert saved(desk())["whom-to-tell"]["value"] == ["procu", "dif"]


@pytest.mark.parametrize("chosen", [["nobody"], ["officer", "consulate"], ["procu"]])
def test_what_is_not_offered_is_refused(desk, do, saved, chosen):
    screen = do(ChoiceScreen(desk(), "who-decides"), "answer", "officer")

    do(screen, "answer", *chosen)

    assert "not one of the options" in screen.html()
    assert saved(desk())["who-decides"]["value"] == ["officer"]


def test_asking_without_an_answer_says_what_to_do(desk, do, saved):
    screen = do(ChoiceScreen(desk(), "who-decides"), "check")

    assert "Choose an answer first." in screen.html()
    assert saved(desk()) == {}


def test_options_stand_in_one_order_for_a_person(desk, monkeypatch):
    def order(person):
        monkeypatch.setenv("JUPYTERHUB_USER", person)
        return tuple(option["id"] for option in ChoiceScreen(desk(), "who-decides").options)

    assert order("ana") == order("ana")
    assert len({order(f"person-{number}") for number in range(20)}) > 1


@pytest.mark.parametrize("value", [["gone"], "officer", [1], {"a": 1}, ["officer", "consulate"]])
def test_a_saved_answer_that_does_not_fit_is_left_alone_and_not_drawn(desk, value):
    place = desk()
    place.store.set("who-decides", "choice", "0", value)

    screen = ChoiceScreen(desk(), "who-decides")

    assert " checked" not in screen.html()
    assert place.store.get("who-decides").value == value


@pytest.mark.parametrize("written", ["138,882", "138882", "138 882"])
def test_a_number_is_saved_as_a_number(desk, do, saved, written):
    screen = do(NumberScreen(desk(), "detected-2024"), "check", text=written)

    assert saved(desk())["detected-2024"]["value"] == 138882
    assert "Yes, that is right." in screen.html()
    assert 'value="138,882"' in NumberScreen(desk(), "detected-2024").html()


def test_what_is_no_number_is_not_saved_and_stays_in_the_field(desk, do, saved):
    screen = do(NumberScreen(desk(), "detected-2024"), "answer", text='"<many>')

    assert "could not be read as a number" in screen.html()
    assert "&#34;&lt;many&gt;" in screen.html()
    assert saved(desk()) == {}


def test_a_number_that_is_cleared_is_not_answered_again(desk, do, saved):
    screen = do(NumberScreen(desk(), "detected-2024"), "answer", text="12")

    do(screen, "answer", text=" ")

    assert saved(desk()) == {}
    assert "Not answered." in screen.summary().text


def test_half_a_character_that_a_browser_can_send_stops_nothing(desk, do, saved):
    screen = do(TextScreen(desk(), "monday-plan"), "answer", text="half \ud83d of it")

    assert saved(desk())["monday-plan"]["value"] == "half \ud83d of it"
    assert "half ? of it" in screen.html()
    do(NumberScreen(desk(), "detected-2024"), "answer", text="12")
    assert saved(desk())["detected-2024"]["value"] == 12


def test_own_words_are_saved_as_they_were_written(desk, do, saved):
    words = "If <b>he</b> looks down,\n\nthen I ask </textarea><script>alert(1)</script>"
    screen = do(TextScreen(desk(), "monday-plan"), "answer", text=words)

    assert saved(desk())["monday-plan"]["value"] == words
    assert "<script>" not in screen.html()
    assert "<b>he" not in screen.html()


def test_practice_compares_own_words_with_a_good_answer(desk, do):
    screen = do(TextScreen(desk(), "monday-plan"), "check", text="If I see it, then I notify.")

    assert "names the situation" in screen.html()


def test_a_sign_of_a_real_person_is_pointed_out_before_it_is_saved(desk, do, saved):
    screen = TextScreen(desk(), "monday-plan")
    written = "I call 962 123 4567"

    do(screen, "answer", text=written)
    assert "a telephone number" in screen.html()
    assert "not saved yet" in screen.html()
    assert saved(desk()) == {}

    do(screen, "answer", text=written, final=True)
    assert saved(desk())["monday-plan"]["value"] == written
    assert "a telephone number" in screen.html()
    assert "not saved yet" not in screen.html()


def test_the_warning_stops_nobody_who_goes_on_writing(desk, do, saved):
    screen = TextScreen(desk(), "monday-plan")
    do(screen, "answer", text="I call 962 123 4567")

    do(screen, "answer", text="I call 962 123 4567 at once")

    assert saved(desk())["monday-plan"]["value"] == "I call 962 123 4567 at once"


def test_a_text_that_is_too_long_is_refused_and_the_old_one_stands(desk, do, saved):
    screen = do(TextScreen(desk(), "monday-plan"), "answer", text="short")

    do(screen, "answer", text="x" * (LONGEST_TEXT + 1))

    assert "20,001 characters" in screen.html()
    assert saved(desk())["monday-plan"]["value"] == "short"


def test_what_cannot_be_saved_is_said_where_it_was_answered(desk, do):
    place = desk()
    screen = ChoiceScreen(place, "who-decides")
    (place.folder / "answers.json").write_text(json.dumps({"schema": 2, "answers": {}}))

    do(screen, "answer", "officer")

    assert "newer version of the course" in screen.html()
    assert "Saved at" not in screen.html()
    assert " checked" not in screen.html()


def test_a_summary_shows_the_answer_and_nothing_else_runs(desk, do):
    empty = TextScreen(desk(), "monday-plan").summary()
    do(TextScreen(desk(), "monday-plan"), "answer", text="<script>alert(1)</script>")
    summary = TextScreen(desk(), "monday-plan").summary()

    assert "Not answered." in empty.text
    assert "&lt;script&gt;" in summary.html
    assert "<script>" not in summary.html
    assert summary.text == "Your answer: <script>alert(1)</script>"
