"""A test changed in `source/` after it had been generated is told, not silently left out."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from traitlets.config import Config

from travesia.grading.bundle import AssignmentBundle
from travesia.grading.drift import drift_of
from travesia.grading.released import GradedCell, ReleasedNotebook

KINDS = {
    "imports": {"locked": True},
    "answer": {"solution": True},
    "test": {"grade": True, "locked": True, "points": 2},
    "written": {"grade": True, "solution": True, "points": 3},
}
SOURCES = {"imports": "import math", "answer": "1", "test": "assert x == 2", "written": "write"}
NO = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}


def cell(name, source, **changes):
    own = {"grade_id": name, "cell_type": "code", **NO, **KINDS.get(name, {}), **changes}
    return new_code_cell(source, id=name, metadata={"nbgrader": own})


def known(name):
    own = {**NO, **KINDS[name]}
    flags = {each: own[each] for each in ("locked", "grade", "solution", "task")}
    return GradedCell(name, "code", SOURCES[name], "", points=own.get("points", 0), **flags)


def bundle(*cells):
    notebook = nbformat.writes(new_notebook(cells=[new_markdown_cell("# Prose"), *cells]))
    return AssignmentBundle(
        name="hw",
        course="human-security",
        notebooks={"a": ReleasedNotebook("a", {}, {name: known(name) for name in KINDS}, {})},
        source={"a.ipynb": notebook.encode()},
        release={},
        keys={},
        kept=frozenset(),
        ignored=(),
        config=Config(),
    )


def source(**changed):
    return [cell(name, changed.get(name, text)) for name, text in SOURCES.items()]


def test_a_source_as_it_was_generated_is_no_drift():
    assert drift_of(bundle(*source())) == ""


@pytest.mark.parametrize("name", ["imports", "test"])
def test_a_changed_locked_cell_is_named_with_the_remedy(name):
    said = drift_of(bundle(*source(**{name: "assert x == 3"})))
    assert f"generated: {name}." in said
    assert "nbgrader generate_assignment hw --force" in said


@pytest.mark.parametrize("name", ["answer", "written"])
def test_the_instructors_solution_may_change(name):
    assert drift_of(bundle(*source(**{name: "### BEGIN SOLUTION\n2\n### END SOLUTION"}))) == ""


def test_other_points_and_a_new_test_are_drift():
    assert "generated: written." in drift_of(bundle(cell("written", "write", points=4)))
    assert "generated: newer." in drift_of(bundle(cell("newer", "assert x", grade=True, points=1)))


def test_a_test_that_nbgrader_writes_is_not_compared():
    assert drift_of(bundle(cell("test", "### AUTOTEST x", points=2))) == ""


def test_a_damaged_source_is_told_where_it_is_generated():
    damaged = bundle()
    damaged.source["a.ipynb"] = b'{"cells": ['
    assert drift_of(damaged) == ""
