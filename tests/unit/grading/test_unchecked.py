"""Tests that could not be run wait for the instructor: a trick or a busy machine is no zero."""

import time

import attacks
import pytest
from coursework import ASSIGNMENT, Coursework, answered

from travesia.grading import run as running
from travesia.grading.run import Run
from travesia.grading.warm import Setting, WarmServer

IMPATIENT = "from travesia.grading import run\nrun.TRIES = (2.0, 8.0)"
"""Keeps a process that never answers from taking the tests' time."""
SILENT = """
import time
class Slow(list):
    def __radd__(self, other):
        time.sleep(1000)
manager = get_ipython().input_transformer_manager
manager.line_transforms = Slow(manager.line_transforms)
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    made = Coursework.make(tmp_path_factory.mktemp("c") / "course", more=IMPATIENT)
    made.hand_in("right", answered())
    made.hand_in("wrong", answered(add=attacks.WRONG, total="total = 42"))
    made.hand_in("tricky", attacks.CHEATS["nothing-executed"]())
    made.hand_in("silent", answered(last=SILENT))
    made.nbgrader("autograde", ASSIGNMENT)
    return made


def booked(course, student):
    with course.gradebook() as gradebook:
        (notebook,) = gradebook.find_submission(ASSIGNMENT, student).notebooks
        return {(g.name, g.auto_score, g.needs_manual_grade) for g in notebook.grades}


@pytest.mark.parametrize(
    ("student", "grades"),
    [
        ("right", {("test-add", 3, False), ("test-total", 2, False)}),
        ("wrong", {("test-add", 0, False), ("test-total", 2, False)}),
        ("tricky", {("test-add", 0, True), ("test-total", 0, False)}),
        ("silent", {("test-add", 0, True), ("test-total", 2, False)}),
    ],
)
def test_only_a_test_that_could_not_be_run_waits_for_the_instructor(course, student, grades):
    assert booked(course, student) == grades


@pytest.mark.parametrize(
    ("student", "outcome", "words"),
    [
        ("wrong", "wrong", "no se cumplió"),
        ("tricky", "flagged", "se cambió el programa"),
        ("silent", "flagged", "no respondió"),
    ],
)
def test_the_learner_reads_why(course, student, outcome, words):
    result = course.cell(student, "test-add").metadata["travesia"]["result"]
    assert result["outcome"] == outcome
    assert words in result["message"]


@pytest.mark.parametrize(
    ("student", "sign"), [("tricky", "(assert)"), ("silent", "its process did not answer")]
)
def test_the_instructor_sees_it_in_the_list(course, student, sign):
    (entry,) = course.graded(student).metadata["travesia"]["mended"]
    assert entry["kind"] == "suspect"
    assert sign in entry["what"]


@pytest.fixture(scope="module")
def server():
    made = WarmServer(Setting())
    yield made
    made.close()


@pytest.fixture
def asked(server, monkeypatch):
    """A run after one cell, and how long it waits for answers to our own questions."""
    runs = []

    def asked(*tries):
        monkeypatch.setattr(running, "TRIES", tries)
        # What was interrupted has the time to end, however busy the machine is.
        monkeypatch.setattr(running, "GRACE_SECONDS", 30.0)
        run = Run(lambda: server, [], {}, room=1000, deadline=time.monotonic() + 60)
        runs.append(run)
        list(run.cell("x = 41 + 1", 1, 30))
        return run

    yield asked
    for run in runs:
        run.close()


def test_what_was_not_answered_in_time_is_asked_once_more(asked):
    assert asked(0.0, 30.0).call("values", names=["x"])["values"]
    assert asked(0.0, 30.0).assertions(2) == "hold"


def test_our_own_questions_take_nothing_from_the_notebooks_time(asked):
    run = asked(0.0, 30.0)
    before = run.deadline
    assert run.assertions(2) == "hold"
    assert run.deadline > before


def test_a_process_that_never_answers_in_time_is_said_to_be_silent_and_not_changed(asked):
    run = asked(0.0, 0.0)
    assert run.assertions(2) == "silent"
    assert run.call("values", names=["x"]) is None
    assert not run.given_up
