"""Drift: a locked cell that was changed in `source/` after the assignment had been generated.

Grading takes tests and provided cells from the gradebook, where generating the assignment put them.
A test that is changed in `source/` alone would never run, and nobody would be told.
"""

from collections.abc import Iterator

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import InstantiateTests

from travesia.grading.bundle import AssignmentBundle
from travesia.grading.released import NOTEBOOK_SUFFIX, GradedCell, ReleasedNotebook

MOST_NAMES = 6


def drift_of(bundle: AssignmentBundle) -> str:
    """What grading does not take from `source/`, with the remedy; empty if they are alike."""
    # nbgrader writes the tests of such a cell itself, and they are another's on every run.
    written = InstantiateTests(config=bundle.config).autotest_delimiter
    names = [
        f"{cell} ({notebook.name}{NOTEBOOK_SUFFIX})" if len(bundle.notebooks) > 1 else cell
        for notebook in bundle.notebooks.values()
        for cell in _drifted(notebook, _cells(bundle, notebook.name), written)
    ]
    if not names:
        return ""
    left = len(names) - MOST_NAMES
    more = f" and {left} more" if left > 0 else ""
    return (
        f"source/{bundle.name}/ has changed since the assignment was generated: "
        f"{', '.join(names[:MOST_NAMES])}{more}. What was generated is used; to use the change, "
        f"run 'nbgrader generate_assignment {bundle.name} --force', then this command again. (Once "
        "work is graded, nbgrader refuses cells that are new or have another name.)"
    )


def _cells(bundle: AssignmentBundle, notebook: str) -> list[NotebookNode]:
    data = bundle.source.get(f"{notebook}{NOTEBOOK_SUFFIX}", b"")
    try:
        return list(nbformat.reads(data.decode(), as_version=4).cells)
    except Exception:  # noqa: BLE001 - nbformat fails in any way on what is no notebook
        # Nor can it be generated, which says why.
        return []


def _drifted(released: ReleasedNotebook, cells: list[NotebookNode], written: str) -> Iterator[str]:
    for cell in cells:
        if not (utils.is_grade(cell) or utils.is_task(cell) or utils.is_locked(cell)):
            continue
        own = cell.metadata["nbgrader"]
        known = released.cells.get(own["grade_id"])
        if written not in cell.source and (known is None or _differs(cell, known)):
            yield str(own["grade_id"])


def _differs(cell: NotebookNode, known: GradedCell) -> bool:
    points = cell.metadata["nbgrader"].get("points", known.points)
    counted = utils.is_grade(cell) or utils.is_task(cell)
    if counted and str(float(points)) != str(float(known.points)):
        return True
    return not utils.is_solution(cell) and cell.source.strip() != known.source.strip()
