"""Judging the kinds that are put together: what each answer earns, and what its learner reads."""

import shutil
from pathlib import Path

import pytest

from travesia.grading.judge import judge
from travesia.grading.key import load_key

LESSON = Path(__file__).parents[3] / "notebooks" / "children"
STEPS = ["notice", "referral", "interview", "plan", "decision"]


@pytest.fixture
def verdict(tmp_path):
    """Judges one answer to a question of the lesson as if it were graded."""
    folder = tmp_path / "keys" / "practice"
    folder.mkdir(parents=True)
    shutil.copy(LESSON / "questions.yaml", folder)
    shutil.copytree(LESSON.parent / "locale", tmp_path / "keys" / "locale")
    key = load_key(tmp_path / "keys", "practice")

    def judged(item, kind, value, language="en"):
        answers = {item: {"kind": kind, "version": "1", "value": value, "at": ""}}
        return next(each for each in judge(key, answers, language) if each.id == item)

    return judged


@pytest.mark.parametrize(
    ("item", "kind", "value", "outcome", "points"),
    [
        ("first-steps", "order", STEPS, "right", 1),
        ("first-steps", "order", [*STEPS[1:], STEPS[0]], "partly", 0.75),
        ("first-steps", "order", STEPS[::-1], "wrong", 0),
        ("first-steps", "order", [], "blank", 0),
        ("first-steps", "order", STEPS[:3], "unreadable", 0),
        ("first-steps", "order", [*STEPS, "notice"], "unreadable", 0),
        ("which-word", "match", {"mother": "accompanied"}, "partly", 0.25),
        ("which-word", "match", {}, "blank", 0),
        ("which-word", "match", {"mother": ""}, "blank", 0),
        ("which-word", "match", {"mother": "friend"}, "unreadable", 0),
        (
            "father-on-the-phone",
            "truth",
            {"holds": False, "reason": "best-interests"},
            "right",
            1,
        ),
        ("father-on-the-phone", "truth", {"holds": False}, "partly", 0.5),
        ("father-on-the-phone", "truth", {"holds": True, "reason": "best-interests"}, "wrong", 0),
        ("father-on-the-phone", "truth", {"holds": None, "reason": ""}, "blank", 0),
        ("father-on-the-phone", "truth", {"holds": 1}, "unreadable", 0),
        ("name-of-the-record", "short", "El Acta de Canalizacion", "right", 1),
        ("name-of-the-record", "short", "oficio", "wrong", 0),
        ("name-of-the-record", "short", " ", "blank", 0),
        ("name-of-the-record", "short", ["acta de canalización"], "unreadable", 0),
        ("the-year-of-the-break", "spot", "y2021", "right", 1),
        ("the-year-of-the-break", "spot", "y2020", "wrong", 0),
        ("the-year-of-the-break", "spot", "", "blank", 0),
        ("the-year-of-the-break", "spot", "tapachula", "unreadable", 0),
        ("first-steps", "match", {}, "unreadable", 0),
    ],
)
def test_an_answer_earns_what_its_rule_says(verdict, item, kind, value, outcome, points):
    result = verdict(item, kind, value)
    assert (result.outcome, result.points) == (outcome, points)


def test_what_was_partly_right_says_how_it_counts_and_what_holds(verdict):
    result = verdict("first-steps", "order", [*STEPS[1:], STEPS[0]])
    assert "Each step that comes directly after the right one counts." in result.html
    assert "1. The Procuraduría is told at once." in result.html


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_language_of_the_answer_changes_no_mark(verdict, language):
    pairs = {"mother": "accompanied", "aunt": "separated", "cousin": "unaccompanied"}
    result = verdict("which-word", "match", pairs, language)
    assert result.points == 0.75


def test_a_short_text_is_shown_as_it_was_written_and_never_as_markup(verdict):
    result = verdict("name-of-the-record", "short", "<img src=x onerror=alert(1)>")
    assert "<img" not in result.html
