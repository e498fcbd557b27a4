"""One class is graded by nbgrader's own command; each learner handed in something else."""

import json

import pytest
from nbformat.v4 import new_code_cell

ITEMS = {"who-decides", "whom-to-tell", "how-many", "monday-plan", "bus"}
EVERYTHING = {
    "who-decides": (2, False),
    "whom-to-tell": (4, False),
    "how-many": (3, False),
    "bus": (6, False),
    "monday-plan": (None, True),
}
NOTHING = dict.fromkeys(ITEMS, (0, False))

WRONG = {
    "who-decides": ("choice", ["officer"]),
    "whom-to-tell": ("choice", ["consulate"]),
    "how-many": ("number", 7),
    "monday-plan": ("text", ""),
    "bus": ("case", {"role": "official", "path": ["hold-him"]}),
}

EDITED = ("case", {"role": "official", "path": ["speak-apart", "speak-apart", "tell-authority"]})


def cell_of(notebook, item):
    """A released cell: its id is its item's."""
    return next(cell for cell in notebook.cells if cell.id == item)


def copy_cells(notebook):
    for item in ("who-decides", "monday-plan"):
        copied = new_code_cell("2", metadata=cell_of(notebook, item).metadata)
        notebook.cells.append(copied)


def delete_graded_cells(notebook):
    notebook.cells = [cell for cell in notebook.cells if "nbgrader" not in cell.metadata]


def print_points(notebook):
    for item in ITEMS:
        cell_of(notebook, item).source = "6"
    notebook.cells.append(new_code_cell("6"))


def claim_points(notebook):
    for item in ITEMS:
        own = cell_of(notebook, item).metadata["nbgrader"]
        own.update({"points": 1000, "schema_version": 99, "grade": True, "solution": False})


def other_kernel(notebook):
    notebook.metadata["kernelspec"] = {"name": "evil", "display_name": "x", "language": "x"}


def broken_metadata(notebook):
    cell_of(notebook, "who-decides").metadata["nbgrader"] = "text"
    cell_of(notebook, "how-many").metadata["nbgrader"] = {"grade_id": ["how-many"]}


OLD_FORMAT = json.dumps(
    {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": "old"},
        "worksheets": [
            {
                "cells": [
                    {
                        "cell_type": "code",
                        "language": "python",
                        "input": ["1 + 1"],
                        "outputs": [],
                        "metadata": {},
                        "collapsed": False,
                    }
                ],
                "metadata": {},
            }
        ],
    }
).encode()


@pytest.fixture(scope="module")
def graded(new_course, tmp_path_factory, right_values, run_first):
    course = new_course(tmp_path_factory.mktemp("class") / "human-security")
    hand_in = course.hand_in
    hand_in("right", right_values)
    hand_in("wrong", WRONG)
    hand_in("edited", right_values | {"bus": EDITED})
    hand_in("blank", None)
    hand_in("damaged", b'{"schema": 1, "answers": {"who-decides": ')
    hand_in("damaged-en", b"\x00", language="en")
    hand_in("no-notebook", right_values, notebook=b'{"cells": [}')
    hand_in("old-format", right_values, notebook=OLD_FORMAT)
    hand_in("copied", right_values, copy_cells)
    hand_in("deleted", right_values, delete_graded_cells)
    hand_in("printed", WRONG, print_points)
    hand_in("claimed", right_values, claim_points)
    hand_in("kernel", right_values, other_kernel)
    hand_in("metadata", right_values, broken_metadata)
    hand_in("endless", right_values, run_first("while True: pass"))
    stubborn = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    hand_in("stubborn", right_values, run_first(stubborn))
    hand_in("dead", right_values, run_first("import os; os._exit(1)"))
    hand_in("loud", right_values, run_first("print('noise ' * 2_000_000)"))
    hand_in("heavy", right_values, run_first("print(len(bytearray(8 * 1024 ** 3)))"))
    hand_in("forked", right_values, run_first("import os\nwhile True: os.fork()"))
    hand_in("active", right_values, files={"page.html": b"<script>", "draw.svg": b"<svg/>"})
    changed = hand_in("changed", WRONG)
    (changed / "answers.json").write_bytes(
        (course.root / "submitted/right/arrival/answers.json").read_bytes()
    )
    course.log = course.run("autograde", "arrival", code=1)
    return course


def test_right_answers_are_booked(graded):
    assert graded.scores("right") == EVERYTHING


def test_wrong_answers_score_below_right_ones(graded):
    assert graded.scores("wrong") == NOTHING


def test_a_blank_submission_scores_nothing_and_says_so_in_the_learners_language(graded):
    assert graded.scores("blank") == NOTHING
    outcomes = {
        cell.metadata["travesia"]["result"]["outcome"]
        for cell in graded.graded("blank").cells
        if "travesia" in cell.metadata
    }
    assert outcomes == {"blank"}


def test_a_road_edited_by_hand_is_flagged_with_its_step_and_waits_for_the_instructor(graded):
    assert graded.scores("edited") == {**EVERYTHING, "bus": (0, True)}
    assert "no está disponible en ese punto" in graded.shown("edited")
    assert "La decisión 2 del caso" in graded.shown("edited")
    assert "mark it by hand" in graded.log


@pytest.mark.parametrize(
    ("student", "said"),
    [
        ("damaged", "El archivo answers.json que entregaste no se pudo leer."),
        ("damaged-en", "The file answers.json that you handed in could not be read."),
    ],
)
def test_damaged_answers_are_set_aside_with_a_message_and_nothing_else_is_touched(
    graded, student, said
):
    assert graded.scores(student) == NOTHING
    assert said in graded.shown(student)
    folder = graded.root / "submitted" / student / "arrival"
    assert {path.name for path in folder.iterdir()} == {
        "answers.json",
        "assignment.ipynb",
        "content.json",
        "receipt.json",
        "timestamp.txt",
    }


def test_what_is_no_notebook_is_named_with_its_place_and_costs_no_mark(graded):
    assert "submitted/no-notebook/arrival/assignment.ipynb, line 1, column 12" in graded.log
    assert graded.scores("no-notebook") == EVERYTHING


@pytest.mark.parametrize(
    "student", ["old-format", "copied", "deleted", "claimed", "kernel", "metadata"]
)
def test_a_notebook_out_of_order_is_mended(graded, student):
    assert graded.scores(student) == EVERYTHING


def test_of_copied_cells_the_first_counts_and_the_copy_becomes_an_ordinary_cell(graded):
    cells = [cell for cell in graded.graded("copied").cells if "nbgrader" in cell.metadata]
    assert [cell.metadata["nbgrader"]["grade_id"] for cell in cells].count("who-decides") == 1


def test_a_number_that_a_learner_prints_is_no_mark(graded):
    assert graded.scores("printed") == NOTHING
    cells = {
        cell.metadata["nbgrader"]["grade_id"]: cell
        for cell in graded.graded("printed").cells
        if "nbgrader" in cell.metadata
    }
    assert cells["bus"].source == 'case("bus")'
    assert cells["monday-plan"].source == 'text("monday-plan")'


@pytest.mark.parametrize("student", ["endless", "stubborn", "dead", "loud", "heavy", "forked"])
def test_code_that_misbehaves_leaves_the_rest_gradable(graded, student):
    assert graded.scores(student) == EVERYTHING


def test_code_after_a_dead_kernel_is_reported_as_not_run(graded):
    assert "Stopped" in json.dumps(graded.graded("dead").cells[0])


def test_printing_without_end_is_cut(graded):
    path = graded.root / "autograded/loud/arrival/assignment.ipynb"
    assert path.stat().st_size < 2_000_000


def test_memory_beyond_the_limit_is_not_given(graded):
    assert "MemoryError" in graded.shown("heavy")
    assert str(8 * 1024**3) not in graded.shown("heavy")


def test_what_a_browser_would_run_is_not_left_where_the_formgrader_serves_it(graded):
    left = {path.name for path in (graded.root / "autograded/active/arrival").iterdir()}
    ours = {"assignment.ipynb", "grading.json"}
    assert left == ours | {"content.json", "receipt.json", "timestamp.txt"}
    kept = {path.name for path in (graded.root / "submitted/active/arrival").iterdir()}
    assert {"page.html", "draw.svg"} <= kept


def test_answers_that_the_receipt_does_not_know_are_not_graded_and_others_go_on(graded):
    assert "receipt-changed recorded" in graded.log
    assert not (graded.root / "autograded/changed/arrival").exists()
    assert (graded.root / "submitted/changed/arrival/answers.json").exists()


@pytest.mark.parametrize(
    ("item", "kind", "value"),
    [(item, kind, value) for item, (kind, value) in WRONG.items() if item != "monday-plan"],
)
def test_each_planted_error_changes_the_mark(judged, item, kind, value):
    assert judged(item, kind, value).points == 0
