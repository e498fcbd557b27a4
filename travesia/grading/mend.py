"""Putting a submitted notebook's graded cells in order before nbgrader reads them."""

from dataclasses import dataclass
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook, MissingEntry

from travesia.grading.course import CoursePreprocessor, place_of
from travesia.grading.key import Key
from travesia.grading.notebooks import UNREADABLE
from travesia.language import translator

NBGRADER_SCHEMA = 3


@dataclass(frozen=True)
class GradedCell:
    """A cell as the gradebook knows it: the authority on source and points."""

    name: str
    cell_type: str
    source: str
    checksum: str
    locked: bool
    grade: bool
    solution: bool
    task: bool
    points: float

    @property
    def metadata(self) -> dict[str, Any]:
        """The cell's metadata in nbgrader's own format."""
        known: dict[str, Any] = {
            "grade_id": self.name,
            "cell_type": self.cell_type,
            "checksum": self.checksum,
            "grade": self.grade,
            "solution": self.solution,
            "locked": self.locked,
            "task": self.task,
            "schema_version": NBGRADER_SCHEMA,
        }
        if self.grade or self.task:
            known["points"] = self.points
        return known


class MendCells(CoursePreprocessor):
    """Gives every graded cell once, with the metadata and source that the gradebook holds.

    Of a submitted notebook only the ids of its cells are believed. The first cell of an id counts;
    copies become ordinary cells, which nbgrader would refuse for the whole class. Deleted cells
    come back where they stood (nbgrader's own `add_missing_cells` relies on an order that its
    database does not keep). Metadata of another version cannot stop the run.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook with its graded cells in order."""
        place = place_of(resources)
        known = graded_cells(place.db_url, place.notebook, place.assignment)
        key = self.key(place.assignment)
        self._name_once(nb, known, key)
        self._restore(nb, known)
        if problem := resources.get(UNREADABLE):
            language = self.submission(place).language
            nb.cells.insert(0, new_markdown_cell(_explained(problem, language)))
        return nb, resources

    def _name_once(self, nb: NotebookNode, known: dict[str, GradedCell], key: Key) -> None:
        """Rewrites the first cell of each id; takes nbgrader's metadata away from all others."""
        seen: set[str] = set()
        for number, cell in enumerate(nb.cells, start=1):
            claimed = cell.metadata.pop("nbgrader", None)
            cell.metadata.pop("travesia", None)
            name = claimed.get("grade_id") if isinstance(claimed, dict) else None
            if not isinstance(name, str) or name not in known:
                continue
            if name in seen:
                self.log.warning(
                    "Cell %d is a copy of the graded cell '%s': the first one counts.", number, name
                )
                continue
            seen.add(name)
            wanted = known[name]
            _shape(cell, wanted)
            # An ordinary solution cell holds the learner's work; an item's answer is data, so its
            # cell has nothing that could have been edited to good purpose.
            if not wanted.solution or name in key:
                cell.source = wanted.source
            cell.metadata["nbgrader"] = wanted.metadata

    def _restore(self, nb: NotebookNode, known: dict[str, GradedCell]) -> None:
        """Puts deleted cells back after the graded cell that stood before them."""
        after = 0
        for name, wanted in known.items():
            here = _index(nb, name)
            if here is None:
                self.log.warning("The graded cell '%s' was deleted: it is put back.", name)
                make = new_code_cell if wanted.cell_type == "code" else new_markdown_cell
                nb.cells.insert(after, make(wanted.source, metadata={"nbgrader": wanted.metadata}))
                here = after
            after = here + 1


def graded_cells(db_url: str, notebook: str, assignment: str) -> dict[str, GradedCell]:
    """The cells of a notebook that the gradebook tracks, by id."""
    with Gradebook(db_url) as gradebook:
        try:
            found = gradebook.find_notebook(notebook, assignment)
        except MissingEntry:
            return {}
        points = {
            **{cell.name: cell.max_score for cell in found.grade_cells},
            **{cell.name: cell.max_score for cell in found.task_cells},
        }
        grades = {cell.name for cell in found.grade_cells}
        tasks = {cell.name for cell in found.task_cells}
        solutions = {cell.name for cell in found.solution_cells}
        return {
            cell.name: GradedCell(
                name=cell.name,
                cell_type=cell.cell_type,
                source=cell.source,
                checksum=cell.checksum,
                locked=cell.locked,
                grade=cell.name in grades,
                solution=cell.name in solutions,
                task=cell.name in tasks,
                points=points.get(cell.name, 0),
            )
            for cell in found.source_cells
        }


def _index(nb: NotebookNode, name: str) -> int | None:
    for index, cell in enumerate(nb.cells):
        if cell.metadata.get("nbgrader", {}).get("grade_id") == name:
            return index
    return None


def _shape(cell: NotebookNode, wanted: GradedCell) -> None:
    """Makes a cell of the type that it was released with."""
    if cell.cell_type == wanted.cell_type:
        return
    cell.cell_type = wanted.cell_type
    cell.pop("attachments", None)
    if wanted.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    else:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def _explained(problem: str, language: str) -> str:
    _ = translator(language)
    own = _(
        "The notebook you handed in could not be read. It was kept as it is, and your saved "
        "answers were judged all the same."
    )
    return f"{own}\n\n`{problem.replace('`', '')}`"
