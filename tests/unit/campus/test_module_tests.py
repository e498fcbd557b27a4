"""The tests of a module on the campus: what a learner finds, and what an instructor releases."""

import pytest

BEFORE, FIRST, SECOND = "children-before", "children-final-1", "children-final-2"


@pytest.fixture
def opened(start):
    """A campus where these tests are released, in English for ana."""

    def make(*tests: str):
        town = start()
        town.campus.preferences.set_language("ana", "en")
        town.campus.preferences.set_language("rosa", "en")
        for test in tests:
            town.release(assignment=test)
        return town

    return make


def test_nothing_is_shown_of_a_test_that_is_not_released(opened):
    assert "Test before the lesson" not in opened().get("ana").text


def test_a_released_test_can_be_opened(opened):
    page = opened(BEFORE).get("ana").text
    assert "Test before the lesson: migrant children" in page
    assert f"travesia/open/assignment/human-security/{BEFORE}" in page


def test_the_test_before_the_lesson_stands_and_comes_before_it(opened):
    town = opened(BEFORE, "children")
    page = town.get("ana").text
    assert page.index(f"open/assignment/human-security/{BEFORE}") < page.index(
        "open/lesson/children"
    )
    assert "Start with the test before the lesson" in page
    town.hand_in("ana", BEFORE)
    assert "Start with the lesson, then do the assignment." in town.get("ana").text


@pytest.mark.parametrize(
    ("score", "second"), [(3, True), (4, False), (5, False)], ids=["below", "at", "above"]
)
def test_the_next_attempt_comes_after_one_below_the_pass_mark(opened, score, second):
    town = opened(FIRST, SECOND)
    assert "second attempt" not in town.get("ana").text
    receipt = town.hand_in("ana", FIRST)
    assert "second attempt" not in town.get("ana").text
    town.mark(receipt, assignment=FIRST, score=score, max_score=5)
    assert ("second attempt" in town.get("ana").text) is second


def test_the_instructor_sees_which_tests_wait_and_gets_a_desk_for_the_others(opened):
    page = opened(BEFORE).get("rosa").text
    desks, waiting = page.split("Tests that you can release")
    assert BEFORE in desks
    assert BEFORE not in waiting
    assert FIRST in waiting
    assert FIRST not in desks


def test_nobody_fetches_an_attempt_that_the_campus_does_not_show_them(opened):
    town = opened(FIRST, SECOND)
    path = f"api/courses/human-security/assignments/{SECOND}/release"

    def status(name):
        return town.get(None, path, Authorization=f"token token-of-{name}").status_code

    assert status("ana") == 403
    town.mark(town.hand_in("ana", FIRST), assignment=FIRST, score=3, max_score=5)
    assert status("ana") == 200
    assert status("beto") == 403


def test_what_was_not_answered_is_told_apart_from_what_is_wrong(opened):
    town = opened(FIRST)
    items = [
        {"id": each, "title": each, "kind": "choice", "points": 0, "max_points": 1, "outcome": each}
        for each in ("wrong", "blank")
    ]
    town.mark(town.hand_in("ana", FIRST), assignment=FIRST, score=0, max_score=2, items=items)
    feedback = town.get("ana", f"feedback/human-security/{FIRST}/").text
    for page in (town.get("ana").text, feedback, town.get("rosa").text):
        assert "Not answered: 1" in page
