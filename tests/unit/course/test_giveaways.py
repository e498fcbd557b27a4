"""An author is warned where the length of the options tells which one is right."""

from pathlib import Path

from travesia.course.giveaways import giveaways, told_by_length
from travesia.course.manifest import Manifest
from travesia.course.questions import from_practice

CHECKOUT = Path(__file__).parents[3]


def choice(*texts: str, correct: str = "o0", **more):
    options = [{"id": f"o{number}", "text": text} for number, text in enumerate(texts)]
    base = {"id": "q", "kind": "choice", "prompt": "?", "outcome": "out", "correct": [correct]}
    return from_practice({**base, "options": options, **more})


def test_the_right_option_that_is_the_longest_is_named():
    (said,) = told_by_length(choice("a" * 21, "b" * 20, "c" * 20))
    assert said == "the right option o0 is the longest: shorten it, or lengthen another."


def test_a_right_option_as_long_as_another_is_not_called_the_longest():
    assert told_by_length(choice("a" * 20, "b" * 20, "c" * 19)) == []


def test_of_two_options_the_right_one_that_is_longer_is_named():
    (said,) = told_by_length(choice("a" * 21, "b" * 20))
    assert "o0 is the longest" in said


def test_an_option_that_is_a_fifth_off_is_named():
    (said,) = told_by_length(choice("a" * 20, "b" * 20, "c" * 30, correct="o1"))
    assert said.startswith("the option o2 has 30 characters where the mean is 23")


def test_options_of_a_kind_give_nothing_away():
    assert told_by_length(choice("a" * 20, "b" * 21, "c" * 22)) == []


def test_this_course_has_none_among_its_graded_questions():
    manifest = Manifest.load(CHECKOUT / "course.yaml")
    assert [said for said in giveaways(manifest) if said.startswith("keys/")] == []
