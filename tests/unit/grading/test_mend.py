"""Clumsy edits of a submitted notebook: what is put in order, and what stays the learner's."""

import copy
import dataclasses
import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from travesia.grading.mend import mend
from travesia.grading.mended import carried
from travesia.grading.notebooks import read_notebook
from travesia.grading.released import GradedCell, ReleasedNotebook

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def graded(name, source, *, cell_type="code", **kind):
    known = {"locked": False, "grade": False, "solution": False, "task": False, "points": 0}
    return GradedCell(name, cell_type, source, f"sum-{name}", **{**known, **kind})


CELLS = [
    graded("setup", "import math", locked=True),
    graded("do-area", "def area(r):\n    raise NotImplementedError()", solution=True),
    graded("test-area", "assert area(1) > 3", grade=True, locked=True, points=2),
    graded("do-half", "def half(n):\n    raise NotImplementedError()", solution=True),
    graded("test-half", "assert half(4) == 2", grade=True, locked=True, points=1),
    graded("words", "*Write here.*", cell_type="markdown", grade=True, solution=True, points=3),
]
RELEASED = ReleasedNotebook(
    name="work",
    kernelspec=KERNEL,
    cells={cell.name: cell for cell in CELLS},
    cell_ids={cell.name: cell.name for cell in CELLS},
)
AREA = "def area(r):\n    return math.pi * r * r"
WORDS = "They count events."


@pytest.fixture
def answered():
    """The released notebook with two answers in it."""
    cells = []
    for cell in CELLS:
        make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
        made = make(cell.source, id=cell.name)
        made.metadata["nbgrader"] = copy.deepcopy(cell.metadata)
        cells.append(made)
    cells[1].source, cells[5].source = AREA, WORDS
    return new_notebook(cells=cells, metadata={"kernelspec": dict(KERNEL)})


def names(notebook):
    return [cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in notebook.cells]


def source_of(notebook, name):
    return notebook.cells[names(notebook).index(name)].source


def kinds(mended):
    return [(each.kind, each.cell) for each in mended]


def test_a_notebook_in_order_is_left_as_it_is(answered):
    before = copy.deepcopy(answered)
    assert mend(answered, RELEASED) == []
    assert answered == before


def test_of_a_copied_cell_the_changed_one_counts(answered):
    blank = copy.deepcopy(answered.cells[5])
    blank.update(source=CELLS[5].source, id="copy")
    answered.cells.insert(5, blank)
    mended = mend(answered, RELEASED)
    assert kinds(mended) == [("copied", "words")]
    assert source_of(answered, "words") == WORDS
    assert names(answered).count("words") == 1


def test_a_split_cell_runs_whole_and_counts_once(answered):
    head, tail = AREA.split("\n")
    half = copy.deepcopy(answered.cells[1])
    answered.cells[1].source = f"{head}\n    pass"
    half.update(source=f"{head}\n{tail}", id="tail")
    answered.cells.insert(2, half)
    assert kinds(mend(answered, RELEASED)) == [("copied", "do-area")]
    assert [cell.source for cell in answered.cells[1:3]] == [f"{head}\n    pass", AREA]


@pytest.mark.parametrize("name", [cell.name for cell in CELLS])
def test_a_deleted_cell_comes_back_where_it_stood(answered, name):
    place = names(answered).index(name)
    del answered.cells[place]
    assert kinds(mend(answered, RELEASED)) == [("deleted", name)]
    assert names(answered) == [cell.name for cell in CELLS]
    assert answered.cells[place].source == RELEASED.cells[name].source


def test_a_provided_cell_is_not_taken_for_a_deleted_answer(answered):
    released = dataclasses.replace(RELEASED, untracked=("shown",))
    answered.cells[3] = new_code_cell("math.tau", id="shown")
    assert kinds(mend(answered, released)) == [("deleted", "do-half")]
    # A cell of the learner's own, in that place, is.
    answered.cells = [cell for cell in answered.cells if cell.id != "shown"]
    place = names(answered).index("do-half")
    answered.cells[place] = new_code_cell("def half(n):\n    return n / 2", id="mine")
    assert kinds(mend(answered, released)) == [("found", "do-half")]


def test_a_test_that_was_moved_up_runs_after_what_it_tests(answered):
    answered.cells.insert(0, answered.cells.pop(2))
    assert kinds(mend(answered, RELEASED)) == [("moved", "test-area")]
    assert names(answered).index("test-area") > names(answered).index("do-area")


def test_a_provided_cell_that_was_moved_down_runs_before_what_needs_it(answered):
    answered.cells.append(answered.cells.pop(0))
    assert kinds(mend(answered, RELEASED)) == [("moved", "setup")]
    assert names(answered).index("setup") < names(answered).index("do-area")


def test_the_learners_own_order_is_kept(answered):
    cells = answered.cells
    answered.cells = [cells[0], cells[3], cells[1], cells[2], cells[4], cells[5]]
    assert mend(answered, RELEASED) == []
    assert names(answered)[1:3] == ["do-half", "do-area"]


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_a_retyped_cell_gets_its_type_back(answered, kind):
    make = new_markdown_cell if kind == "markdown" else new_raw_cell
    for place in (1, 2):
        old = answered.cells[place]
        answered.cells[place] = make(old.source, id=old.id, metadata=old.metadata)
    assert kinds(mend(answered, RELEASED)) == [("retyped", "do-area"), ("retyped", "test-area")]
    assert [cell.cell_type for cell in answered.cells[1:3]] == ["code", "code"]
    assert source_of(answered, "do-area") == AREA


def test_what_a_learner_changed_in_a_test_does_not_count(answered):
    answered.cells[2].source = "assert True"
    answered.cells[2].metadata["nbgrader"]["points"] = 100
    mend(answered, RELEASED)
    assert source_of(answered, "test-area") == "assert area(1) > 3"
    assert answered.cells[2].metadata["nbgrader"]["points"] == 2


def test_a_changed_locked_cell_is_named(answered):
    answered.cells[0].source = "import nothing"
    assert kinds(mend(answered, RELEASED)) == [("changed", "setup")]


def test_the_mark_scheme_that_no_learner_got_is_no_change_of_theirs():
    text = "Draw it.\n=== BEGIN MARK SCHEME ===\nall\n=== END MARK SCHEME ==="
    task = graded("draw", text, cell_type="markdown", task=True, locked=True, points=5)
    released = ReleasedNotebook("work", {}, {"draw": task}, {"draw": "draw"})
    handed_in = new_markdown_cell("Draw it.", id="draw")
    handed_in.metadata["nbgrader"] = copy.deepcopy(task.metadata)
    notebook = new_notebook(cells=[handed_in])
    assert mend(notebook, released) == []
    assert notebook.cells[0].source == text


def test_a_cell_that_has_another_name_in_the_source_is_moved_in_nobodys_work(answered):
    order = [cell for cell in CELLS if cell.name != "do-area"] + [CELLS[1]]
    released = dataclasses.replace(
        RELEASED, cells={cell.name: cell for cell in order}, strays=frozenset({"do-area"})
    )
    assert mend(answered, released) == []


def test_without_any_metadata_cells_are_found_by_their_ids(answered):
    for cell in answered.cells:
        cell.metadata = nbformat.NotebookNode()
    found = mend(answered, RELEASED)
    assert kinds(found) == [("found", cell.name) for cell in CELLS]
    assert (source_of(answered, "do-area"), source_of(answered, "words")) == (AREA, WORDS)


def test_without_metadata_and_ids_answers_are_found_by_text_and_place(answered):
    for number, cell in enumerate(answered.cells):
        cell.metadata = nbformat.NotebookNode()
        cell.id = f"other-{number}"
    mend(answered, RELEASED)
    assert (source_of(answered, "do-area"), source_of(answered, "words")) == (AREA, WORDS)
    assert names(answered) == [cell.name for cell in CELLS]


@pytest.mark.parametrize(
    ("kernelspec", "said"), [(None, "no kernel"), ({"name": "evil", "display_name": "x"}, "evil")]
)
def test_the_kernel_is_the_one_of_the_release(answered, kernelspec, said):
    answered.metadata.pop("kernelspec")
    if kernelspec:
        answered.metadata["kernelspec"] = nbformat.NotebookNode(kernelspec)
    [mended] = mend(answered, RELEASED)
    assert (mended.kind, said in mended.what) == ("kernel", True)
    assert answered.metadata["kernelspec"] == KERNEL


def as_text(notebook):
    return nbformat.writes(notebook)


def without_metadata(text):
    document = json.loads(text)
    del document["metadata"]
    for cell in document["cells"]:
        cell.pop("metadata", None)
    return json.dumps(document)


def in_format(major, minor, more=""):
    def changed(text):
        if major == 3:
            notebook = nbformat.reads(text, as_version=4)
            notebook.cells += [new_code_cell(more)] if more else []
            return nbformat.writes(notebook, version=3)
        document = json.loads(text)
        document.update(nbformat=major, nbformat_minor=minor)
        for cell in document["cells"]:
            del cell["id"]
        return json.dumps(document)

    return changed


def with_strange_cells(text):
    document = json.loads(text)
    document["cells"][0:0] = [7, {"cell_type": "heading", "source": ["a", 3]}, {"source": None}]
    return json.dumps(document)


def without_format(text):
    document = json.loads(text)
    return json.dumps({"cells": document["cells"]})


def with_broken_parts(text):
    document = json.loads(text)
    document["metadata"].update(kernelspec=3, language_info={"x": 1}, title=[], language=2)
    document["cells"][1].update(outputs="none", execution_count="x", id="not an id!")
    document["cells"][1]["metadata"].update(tags="a", collapsed="b", deep=nested(60))
    document["cells"][5]["attachments"] = 3
    return json.dumps(document)


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


CLUMSY = {
    "utf-16": (lambda text: text.encode("utf-16"), "encoding"),
    "windows-1252": (lambda text: text.replace("events", "años").encode("cp1252"), "encoding"),
    "byte order mark": (lambda text: b"\xef\xbb\xbf" + text.encode(), "encoding"),
    "format 3": (in_format(3, 0), "format"),
    "format 3 of several lines": (in_format(3, 0, "math.pi\nmath.e"), "format"),
    "format 4.0": (in_format(4, 0), ""),
    "a later format": (in_format(7, 0), "format"),
    "no format": (without_format, "structure"),
    "no metadata": (without_metadata, "metadata"),
    "strange cells": (with_strange_cells, "structure"),
    "broken parts": (with_broken_parts, ""),
    "half a character": (lambda text: text.replace("events", "\\ud83d"), ""),
}


@pytest.mark.parametrize("name", CLUMSY)
def test_a_clumsy_file_is_read_and_the_answers_in_it_count(answered, tmp_path, name):
    change, kind = CLUMSY[name]
    text = as_text(answered).replace("\\u00f1", "ñ")
    data = change(text)
    path = tmp_path / "work.ipynb"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    notebook, problem = read_notebook(path)
    assert problem == ""
    found = {each["kind"] for each in carried(notebook)}
    assert kind in found if kind else not found
    nbformat.validate(notebook)
    mend(notebook, RELEASED)
    notebook.metadata.pop("travesia_mended", None)
    nbformat.validate(notebook)
    nbformat.writes(notebook).encode()
    assert source_of(notebook, "do-area") == AREA
    assert source_of(notebook, "words").startswith("They count")
    assert [name for name in names(notebook) if name] == [cell.name for cell in CELLS]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b'{"cells": [}', "line 1, column 12"),
        (b"\x81\x8d\xff", "byte"),
        (b"[]", "no object"),
        (b'{"nbformat": 4}', "no cells"),
        (b"[" * 100_000, "nested too deeply"),
        (b"", "line 1, column 1"),
    ],
)
def test_what_is_no_notebook_is_named_with_its_place(tmp_path, data, place):
    path = tmp_path / "work.ipynb"
    path.write_bytes(data)
    notebook, problem = read_notebook(path)
    assert place in problem
    assert str(path) in problem
    assert [each["kind"] for each in carried(notebook)] == ["unreadable"]


def test_a_learner_cannot_write_into_the_list_of_what_was_mended(answered, tmp_path):
    answered.metadata["travesia_mended"] = [{"kind": "moved", "cell": "x", "what": "forged"}]
    answered.metadata["travesia"] = {"submission": "forged"}
    path = tmp_path / "work.ipynb"
    nbformat.write(answered, path)
    notebook, _ = read_notebook(path)
    assert carried(notebook) == []
    assert "travesia" not in notebook.metadata
