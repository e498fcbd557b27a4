"""Partial credit from the whole road: what a test's last value earns, and who is told of it."""

import json
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

TRAVESIA = str(Path(sys.executable).with_name("travesia"))
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
FIRST = "def first(y): return 2.0 * y[0]"
SOLUTION = (
    f"import numpy as np\n### BEGIN SOLUTION\ny = np.array([1, 1])\n{FIRST}\n### END SOLUTION"
)
TESTS = {
    "mean": "y.mean() * 2",
    "score": "2 - abs(y.sum() - 2)",
    "own": "points = y[0] * 2\npoints",
    "call": "first(y)",
}
MADE_UP = """
y = type('Y', (list,), {'mean': lambda y: 'all', 'sum': lambda y: 99})(['all'])
def first(y): pass
"""


def own(name, **kind):
    known = {"grade": False, "solution": False, "locked": False, "task": False, **kind}
    return {"nbgrader": {"grade_id": name, "schema_version": 3, **known}}


def released(new_course, folder, assignment, tests):
    source, keys = folder / "source" / assignment, folder / "keys" / assignment
    source.mkdir(parents=True)
    keys.mkdir(parents=True)
    (keys / "questions.yaml").write_text("questions: []\n")
    cells = [new_code_cell(SOLUTION, id="do", metadata=own("do", solution=True))]
    cells += [
        new_code_cell(code, id=name, metadata=own(name, grade=True, locked=True, points=2))
        for name, code in tests.items()
    ]
    notebook = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nbformat.write(notebook, source / "assignment.ipynb")
    return new_course(folder / "course", content=folder, assignment=assignment)


def numbers(values):
    return f"import numpy as np\ny = np.array({values})\n{FIRST}"


def answering(code):
    def change(notebook):
        notebook.cells[0].source = code

    return change


@pytest.fixture(scope="module")
def course(new_course, tmp_path_factory):
    course = released(new_course, tmp_path_factory.mktemp("points"), "points", TESTS)
    course.hand_in("right", None, answering(numbers("[1, 1]")))
    course.hand_in("half", None, answering(numbers("[.5, .5]")))
    course.hand_in("zero", None, answering(numbers("[-5, -5]")))
    course.hand_in("made-up", None, answering(MADE_UP))
    course.log = course.execute([TRAVESIA, "grade", "points"])
    return course


@pytest.mark.parametrize(
    ("student", "scores"),
    [
        ("right", {"mean": (2, False), "score": (2, False), "own": (2, False), "call": (2, False)}),
        ("half", {"mean": (1, False), "score": (1, False), "own": (1, False), "call": (1, False)}),
        ("zero", {"mean": (0, False), "score": (0, False), "own": (0, False), "call": (0, False)}),
        ("made-up", {"mean": (0, True), "score": (0, False), "own": (0, True), "call": (0, True)}),
    ],
)
def test_points_are_booked_as_the_last_value_says(course, student, scores):
    assert course.scores(student) == scores


def test_the_instructor_is_told_where_a_test_ended_in_no_number(course):
    assert "The test own ended in a value that is no number" in " ".join(course.log.split())
    mended = course.graded("made-up").metadata["travesia"]["mended"]
    assert [(entry["kind"], entry["cell"]) for entry in mended] == [
        ("suspect", "mean"),
        ("suspect", "own"),
        ("suspect", "call"),
    ]
    assert "allall" in json.dumps(course.shown("made-up")), "what it was can be seen"


def test_nbgraders_command_books_the_same(course):
    before = course.scores("made-up")
    course.run("autograde", "points", "--student", "made-up", "--force")
    assert course.scores("made-up") == before
    assert "travesia_valued" not in course.graded("made-up").metadata


def test_a_solution_whose_test_ends_in_no_number_is_refused(new_course, tmp_path):
    course = released(new_course, tmp_path, "refused", {"mean": "y"})
    course.hand_in("right", None)
    said = " ".join(course.execute([TRAVESIA, "grade", "refused"], 2).split())
    assert "the test mean of refused/assignment" in said
    assert "write float(...) around it" in said
