"""Two notebooks of one assignment with cells of the same ids, which nbgrader allows."""

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from travesia.grading.feedback import page
from travesia.grading.marks import Booked, BookedCell, read_marks
from travesia.grading.report import Report, Result
from travesia.grading.tables import show_report

OWN = {"grade": True, "solution": True, "locked": False, "task": False, "schema_version": 3}


def notebook(topic):
    written = new_markdown_cell("mine", metadata={"nbgrader": {"grade_id": "m1", **OWN}})
    return new_notebook(cells=[new_markdown_cell(f"# All\n## {topic}"), written])


def booked(points, comment):
    return {"m1": BookedCell(points, 5, by_hand=True, waiting=False, blank=False, comment=comment)}


NOTEBOOKS = {"a": notebook("Sum"), "b": notebook("Product")}
BOOKED = Booked(
    score=7,
    max_score=10,
    penalty=0,
    late=False,
    cells={"a": booked(4, "of the sum"), "b": booked(3, "of the product")},
)


@pytest.fixture
def marks():
    return read_marks(BOOKED, NOTEBOOKS, "hw", "ana")


def test_the_marks_tell_whose_cell_an_id_is(marks):
    assert [(each["notebook"], each["id"]) for each in marks.to_json()["items"]] == [
        ("a", "m1"),
        ("b", "m1"),
    ]


@pytest.mark.parametrize(
    ("name", "title", "points", "comment"),
    [("a", "Sum", 4, "of the sum"), ("b", "Product", 3, "of the product")],
)
def test_a_page_shows_its_own_notebooks_marks_and_then_the_others(
    marks, name, title, points, comment
):
    first, *others = page(NOTEBOOKS[name], name, marks, "en")["items"]
    assert (first["mark"].title, first["mark"].points) == (title, points)
    assert comment in first["comment"]
    assert [each["mark"].notebook for each in others] == [other for other in "ab" if other != name]


def test_the_table_says_of_which_notebook_what_was_mended_is(capsys):
    entry = {"kind": "deleted", "cell": "t1", "what": "The cell t1 was missing."}
    report = Report("hw")
    for student, notebook in (("ana", "b"), ("ben", "")):
        mended = ({**entry, "notebook": notebook},)
        report.add(Result(student, "graded", score=1, max_score=2, mended=mended))
    show_report(report)
    said = capsys.readouterr().out
    assert "ana, b.ipynb: The cell t1 was missing." in said
    assert "ben: The cell t1 was missing." in said
