"""A graded cell is called what the part of the notebook is called that it stands in."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from travesia.grading.headings import titles


def graded(make, source="", *, solution=False):
    own = {"grade_id": "check", "grade": True, "solution": solution, "locked": True, "points": 1}
    return make(source, metadata={"nbgrader": own})


def answer(source):
    own = {"grade_id": "answer", "grade": False, "solution": True, "locked": False}
    return new_markdown_cell(source, metadata={"nbgrader": own})


@pytest.mark.parametrize(
    ("above", "title"),
    [
        ([new_markdown_cell("# Flows\n\n## The total\n\nAdd them up.")], "The total"),
        ([new_markdown_cell("## One"), new_markdown_cell("### *Two* ###")], "Two"),
        ([new_markdown_cell("## The total"), new_code_cell("## no heading")], "The total"),
        ([new_markdown_cell("## The total"), answer("## Mine")], "The total"),
        ([new_markdown_cell("## The total"), new_markdown_cell("##")], "The total"),
        ([new_markdown_cell("# Flows")], "check"),
        ([], "check"),
    ],
)
def test_it_is_the_heading_above_it(above, title):
    assert titles([*above, graded(new_code_cell)]) == {"check": title}


def test_what_a_learner_writes_in_the_cell_itself_does_not_name_it():
    cell = graded(new_markdown_cell, "## My own", solution=True)
    assert titles([new_markdown_cell("## In words"), cell]) == {"check": "In words"}
