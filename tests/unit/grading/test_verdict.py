"""The sentence under each test of code: it says what happened, and nothing that is hidden."""

import pytest
from nbformat.v4 import new_code_cell, new_output

from travesia.grading.verdict import judged
from travesia.language import translator

TEST = "assert total == 42, 'the total is forty-two'"
HIDDEN = f"{TEST}\n### BEGIN HIDDEN TESTS\nassert total != 0, 'secret'\n### END HIDDEN TESTS"


def said(*outputs, source=TEST, language="en"):
    """What is said of a test of four points that ended with these outputs."""
    own = {"grade_id": "test", "grade": True, "solution": False, "locked": True, "points": 4}
    cell = new_code_cell(source, metadata={"nbgrader": own}, outputs=list(outputs))
    return judged(cell, "The total", {}, translator(language))


def number(value):
    return new_output("execute_result", data={"text/plain": value}, execution_count=1)


def error(name, words=""):
    return new_output("error", ename=name, evalue=words, traceback=[words])


@pytest.mark.parametrize(
    ("outputs", "points", "sentence"),
    [
        ([], 4, "This answer passed its checks."),
        ([number("3")], 3, "This answer passed a part of its checks."),
        ([number("0")], 0, "This answer passed none of its checks."),
        ([number("'not a number'")], 4, "This answer passed its checks."),
        ([error("AssertionError")], 0, "A check of this answer did not pass."),
        (
            [error("AssertionError", "the total is forty-two")],
            0,
            "A check of this answer did not pass: the total is forty-two",
        ),
        (
            [error("NotImplementedError")],
            0,
            "The code that this check runs is not written yet.",
        ),
        (
            [error("KeyboardInterrupt")],
            0,
            "A check of this answer took too long and was stopped.",
        ),
        (
            [error("NameError", "no name 'total'")],
            0,
            "A check of this answer stopped with an error (NameError: no name 'total').",
        ),
    ],
)
def test_every_mark_has_its_sentence(outputs, points, sentence):
    result = said(*outputs)
    assert (result.points, result.message) == (points, sentence)
    assert said(*outputs, language="es").message != sentence


def test_of_a_test_with_a_hidden_part_only_what_learners_read_is_quoted():
    assert (
        "forty-two"
        in said(error("AssertionError", "the total is forty-two"), source=HIDDEN).message
    )
    assert said(error("AssertionError", "secret"), source=HIDDEN).message == (
        "A check of this answer did not pass."
    )
