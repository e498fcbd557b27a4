"""The sentence under each test of code: it says what happened, and nothing that is hidden."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from steps import PLACE, OfNoCourse, graded
from traitlets.config import Config

from travesia.grading import messages
from travesia.grading.hidden import NOTHING_HIDDEN, HiddenTests
from travesia.grading.verdict import JudgeTests, judged
from travesia.language import translator

TEST = "assert total == 42, 'the total is forty-two'"
HIDDEN = f"{TEST}\n### BEGIN HIDDEN TESTS\nassert total != 0, 'secret'\n### END HIDDEN TESTS"


def hiding(source=HIDDEN):
    """A notebook that hides what this test hides."""
    cell = new_code_cell(source, metadata={"nbgrader": {"grade": True}})
    return HiddenTests.of([cell], "BEGIN HIDDEN TESTS", "END HIDDEN TESTS")


def said(*outputs, source=TEST, language="en", points=4, hidden=NOTHING_HIDDEN):
    """What is said of a test that ended with these outputs."""
    cell = new_code_cell(source, metadata=graded(points), outputs=list(outputs))
    return judged(cell, "The total", {}, translator(language), hidden)


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
        (
            [number("'not a number'")],
            0,
            "The check of this answer did not end in a number. Your instructor looks at it.",
        ),
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


@pytest.mark.parametrize("source", [TEST, HIDDEN], ids=["visible", "hidden"])
@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            error("AssertionError", "the total is forty-two"),
            "A check of this answer did not pass: the total is forty-two",
        ),
        (error("AssertionError", "secret"), "A check of this answer did not pass."),
        (error("AssertionError", "terces"), "A check of this answer did not pass."),
        (
            error("ValueError", "terces"),
            "A check of this answer stopped with an error (ValueError).",
        ),
        (error("secret"), "A check of this answer stopped with an error."),
        (error("Terces", "secret"), "A check of this answer stopped with an error."),
    ],
)
def test_where_a_test_is_hidden_only_what_learners_read_is_quoted(source, found, sentence):
    assert said(found, source=source, hidden=hiding()).message == sentence


def test_an_error_named_as_one_of_ours_says_nothing_that_its_process_chose():
    content = {"ename": "Stopped", "evalue": "secret", "traceback": ["secret"]}
    found = new_output("error", **messages.checked("error", content))
    assert said(found, hidden=hiding()).message == "A check of this answer stopped with an error."
    ours = error("Stopped", "This cell took too long.")
    assert said(ours, hidden=hiding()).message == "This cell took too long."


class Judging(OfNoCourse, JudgeTests):
    pass


def test_a_hidden_part_is_known_by_the_delimiters_that_nbgrader_is_configured_with():
    source = f"{TEST}\n### BEGIN SECRET\nassert total == 1, 'it is one'\n### END SECRET"
    found = [error("AssertionError", "it is one")]
    cell = new_code_cell(source, metadata=graded(4), outputs=found)
    config = Config(
        ClearHiddenTests={
            "begin_test_delimeter": "BEGIN SECRET",
            "end_test_delimeter": "END SECRET",
        }
    )
    nb = new_notebook(cells=[cell], metadata={"travesia": {"language": "en"}})
    nb, _ = Judging(config=config).preprocess(nb, {"nbgrader": PLACE})
    message = nb.cells[0].metadata["travesia"]["result"]["message"]
    assert message == "A check of this answer did not pass."


@pytest.mark.parametrize(
    ("shown", "points"),
    [
        ("3.5", 3.5),
        ("4", 4),
        ("7", 4),
        ("inf", 4),
        ("-96.0", 0),
        ("nan", 0),
        ("np.float64(0.0)", 0),
        ("np.float64(1.5)", 1.5),
        ("np.float32(nan)", 0),
        ("np.int64(4)", 4),
        ("np.longdouble('0.5')", 0.5),
        ("True", 4),
        ("np.True_", 4),
        ("False", 0),
        ("np.False_", 0),
    ],
)
def test_a_last_value_is_the_points_between_none_and_all_that_it_says(shown, points):
    result = said(number(shown))
    assert result.points == points
    assert result.outcome == ("right" if points == 4 else "partly" if points else "wrong")


@pytest.mark.parametrize("shown", ["'4'", "np.str_('4')", "[4]", "", "<NA>", "(4+0j)", "None"])
def test_what_is_no_number_earns_nothing_until_the_instructor_has_looked_at_it(shown):
    result = said(number(shown))
    assert (result.points, result.outcome) == (0, "flagged")


def test_a_test_without_points_that_fails_is_not_called_right():
    assert said(error("AssertionError"), points=0).outcome == "wrong"
    assert said(points=0).outcome == "right"
