"""The list of what was mended, as the instructor reads it where they mark."""

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from travesia.grading.marking import MARKED, ShowMended, mended_words
from travesia.grading.mended import Mended
from travesia.grading.safety import markdown_html


def drawn(*entries):
    """What the formgrader draws of entries."""
    return markdown_html(mended_words([each.to_json() for each in entries]))


def deleted(cell):
    return Mended("deleted", cell, f"The cell {cell} was missing and was put back.")


SUSPECT = Mended("suspect", "", "The code changed what its tests rely on (builtins.sum).")


def test_each_thing_that_was_mended_is_a_line():
    html = drawn(Mended("kernel", "", "It named no kernel."), deleted("bus"))
    assert "Mended before grading" in html
    assert "<li>It named no kernel.</li>" in html
    assert "<li>The cell bus was missing and was put back.</li>" in html


def test_what_happened_to_many_cells_is_one_line():
    html = drawn(*map(deleted, ("bus", "who-decides", "how-many")))
    assert html.count("<li>") == 1
    assert "put back. The same: who-decides, how-many." in html


def test_a_whole_notebook_of_them_stays_short():
    html = drawn(*(deleted(f"cell-{number}") for number in range(500)))
    assert "and 487 more." in html


def test_what_has_to_be_looked_at_comes_first_and_is_never_joined():
    html = drawn(deleted("bus"), SUSPECT)
    assert html.index("Look at this before you trust the marks") < html.index("Mended before")
    assert "builtins.sum" in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>taken()</script>",
        "![x](https://evil.example/x.png) [x](javascript:taken())",
        "# Full marks\n\n- **all right**",
        "`code` | a | table |\n|---|---|",
        "x\u202e\u0000\x1b[2Jy",
    ],
)
def test_a_learners_text_in_it_is_text(text):
    html = drawn(Mended("kernel", "", f"It named the kernel {text}."), deleted(text))
    honest = drawn(Mended("kernel", "", "It named the kernel x."), deleted("x"))
    for tag in ("<li", "<h", "<strong", "<a", "<img", "<script", "<code", "<table"):
        assert html.count(tag) == honest.count(tag)
    assert "\x1b" not in html
    assert "\u202e" not in html


def graded(*entries):
    own = {"mended": [each.to_json() for each in entries]}
    return new_notebook(cells=[new_markdown_cell("# First")], metadata={"travesia": own})


def test_it_stands_before_the_first_cell_in_the_formgrader_only():
    notebook, _ = ShowMended().preprocess(graded(deleted("bus")), {MARKED: "s"})
    assert "Mended before grading" in notebook.cells[0].source
    elsewhere, _ = ShowMended().preprocess(graded(deleted("bus")), {})
    assert [cell.source for cell in elsewhere.cells] == ["# First"]


def test_nothing_is_said_where_nothing_was_mended():
    notebook, _ = ShowMended().preprocess(graded(), {MARKED: "s"})
    assert [cell.source for cell in notebook.cells] == ["# First"]


@pytest.mark.parametrize("own", ["x", {"mended": "x"}, {"mended": [1, {"kind": 2}]}, None])
def test_a_damaged_list_stops_no_page(own):
    notebook = new_notebook(cells=[new_markdown_cell("# First")], metadata={"travesia": own})
    shown, _ = ShowMended().preprocess(notebook, {MARKED: "s"})
    assert shown.cells[-1].source == "# First"
