"""What a learner does with the questions that are put together, and what is saved of it."""

from pathlib import Path

import pytest

from travesia.course.pack import build_pack, write_pack
from travesia.course.questions import load_questions
from travesia.learn.content import open_desk
from travesia.learn.kinds import SCREENS
from travesia.learn.messages import Message

LESSON = Path(__file__).parents[3] / "notebooks" / "children"
QUESTIONS = load_questions(LESSON / "questions.yaml").values()
# Choices, numbers and texts of one's own are written in one go, and have tests of their own.
KINDS = {each.id: each.kind for each in QUESTIONS if each.kind not in {"choice", "number", "text"}}


@pytest.fixture
def screen(tmp_path):
    """Opens a question of the lesson, in practice or as if it were graded."""

    def open_it(name, form="practice", language="en"):
        folder = tmp_path / form
        folder.mkdir(exist_ok=True)
        write_pack(folder / "content.json", build_pack(LESSON, form=form))
        return SCREENS[KINDS[name]](open_desk(folder, language), name)

    return open_it


def test_an_order_is_saved_as_soon_as_a_step_is_moved(screen, do, saved):
    steps = screen("first-steps")
    first, second, *rest = [step["id"] for step in steps.steps]
    do(steps, "down", value=first)
    assert saved(steps.desk)["first-steps"]["value"] == [second, first, *rest]
    assert [step["id"] for step in screen("first-steps").steps] == [second, first, *rest]


def test_a_move_is_told_and_keeps_the_keyboard_on_the_step(screen, do):
    steps = screen("first-steps")
    first = steps.steps[0]["id"]
    do(steps, "down", value=first)
    assert "now number 2 of 5" in steps.html()
    assert steps.focus == f"{steps.uid}-down-{first}"


def test_at_the_end_the_keyboard_goes_to_the_button_that_still_works(screen, do):
    steps = screen("first-steps")
    last = steps.steps[-2]["id"]
    do(steps, "down", value=last)
    assert steps.focus == f"{steps.uid}-up-{last}"


@pytest.mark.parametrize("step", ["", "nothing", "<b>"])
def test_a_step_that_is_not_there_moves_nothing(screen, do, saved, step):
    steps = screen("first-steps")
    do(steps, "up", value=step)
    assert saved(steps.desk) == {}


@pytest.mark.parametrize("person", ["ana", "beto", "carol", "dora", "elena", "fidel", "gael"])
def test_chance_never_shows_the_steps_in_their_right_order(screen, monkeypatch, person):
    monkeypatch.setenv("JUPYTERHUB_USER", person)
    steps = screen("first-steps")
    assert steps.key.share([step["id"] for step in steps.steps]) < 1


def test_a_person_always_sees_the_same_order_and_another_person_another(screen, monkeypatch):
    orders = set()
    for person in ("ana", "beto", "carol", "dora"):
        monkeypatch.setenv("JUPYTERHUB_USER", person)
        shown = tuple(item["id"] for item in screen("which-word").items)
        assert shown == tuple(item["id"] for item in screen("which-word").items)
        orders.add(shown)
    assert len(orders) > 1


def test_pairs_are_saved_one_by_one(screen, saved):
    words = screen("which-word")
    words.act(Message("answer", 1, parts={"mother": "accompanied", "aunt": ""}))
    assert saved(words.desk)["which-word"]["value"] == {"mother": "accompanied", "aunt": ""}


@pytest.mark.parametrize("parts", [{"mother": "queen"}, {"mother": "<script>"}])
def test_a_pair_that_is_not_offered_is_refused(screen, saved, parts):
    words = screen("which-word")
    words.act(Message("answer", 1, parts=parts))
    assert saved(words.desk) == {}
    assert "does not belong to the question" in words.html()


def test_a_statement_and_its_reason_are_saved_together(screen, saved):
    father = screen("father-on-the-phone")
    father.act(Message("answer", 1, parts={"holds": "false"}))
    father.act(Message("check", 2, parts={"holds": "false", "reason": "no-papers"}))
    value = saved(father.desk)["father-on-the-phone"]["value"]
    assert value == {"holds": False, "reason": "no-papers"}
    assert "A part of it is right." in father.html()
    assert "does not replace the finding" in father.html()


def test_a_reason_without_the_statement_is_asked_for(screen):
    father = screen("father-on-the-phone")
    father.act(Message("check", 1, parts={"reason": "no-papers"}))
    assert "Say first whether the statement holds." in father.html()


def test_an_area_is_picked_from_the_picture_or_the_list(screen, do, saved):
    year = do(screen("the-year-of-the-break"), "check", "y2021")
    assert saved(year.desk)["the-year-of-the-break"]["value"] == "y2021"
    assert 'data-pick="y2021" data-chosen' in year.html()
    assert "Yes, that is right." in year.html()


def test_areas_say_how_much_they_count_where_the_picture_shows_it(screen):
    assert "2021: 77,608" in screen("the-year-of-the-break").html()


def test_many_areas_are_one_list_and_small_ones_can_be_seen_closer(screen, do):
    where = screen("which-procuraduria", language="es")
    assert '<option value="mx-cmx">Ciudad de México</option>' in where.html()
    assert "Ver más grandes los estados pequeños" in where.html()
    do(where, "closer")
    assert "Ver todo el mapa" in where.html()
    do(where, "answer", "mx-tla")
    assert '<option value="mx-tla" selected>' in where.html()
    assert "closer" not in screen("the-year-of-the-break").html()


def test_a_part_is_told_with_how_many_are_right(screen):
    words = screen("which-word")
    words.act(Message("check", 1, parts={"mother": "accompanied", "aunt": "unaccompanied"}))
    assert "A part of it is right: 1 of 4." in words.html()


def test_a_sign_of_a_real_person_is_pointed_out_in_a_short_answer_too(screen, do, saved):
    record = screen("name-of-the-record")
    assert "Do not name real people" in record.html()
    do(record, "answer", text="call 962 123 4567")
    assert "This looks like a telephone number." in record.html()
    assert "It is not saved yet." in record.html()
    assert saved(record.desk) == {}
    do(record, "answer", text="call 962 123 4567", final=True)
    assert saved(record.desk)["name-of-the-record"]["value"] == "call 962 123 4567"


def test_hints_come_one_by_one_and_never_while_it_counts(screen, do):
    steps = screen("first-steps")
    assert "No procedure begins" not in steps.html()
    do(steps, "hint")
    assert "No procedure begins" in steps.html()
    assert "The plan comes before" not in steps.html()
    do(steps, "hint")
    do(steps, "hint")
    assert "The plan comes before" in steps.html()
    assert "Another hint" not in steps.html()
    graded = do(screen("first-steps", "graded"), "hint")
    assert "No procedure begins" not in graded.html()


@pytest.mark.parametrize("name", KINDS)
def test_a_graded_question_tells_nothing_of_its_key(screen, do, name):
    graded = do(screen(name, "graded"), "check")
    for told in ("Check my answer", "Yes, that is right", "Not yet", "A hint"):
        assert told not in graded.html()
    assert graded.key is None


@pytest.mark.parametrize("name", KINDS)
def test_a_page_without_a_kernel_shows_the_answer_in_words(screen, name):
    summary = screen(name).summary()
    assert "Not answered." in summary.text


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_speaks_the_learners_language(screen, name):
    assert 'lang="es"' in screen(name, language="es").html()
    assert "Revisar mi respuesta" in screen(name, language="es").html()
