"""An assignment as it was released: what grading needs of it, as data to send elsewhere."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry, Notebook

NBGRADER_SCHEMA = 3
NOTEBOOK_SUFFIX = ".ipynb"


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


@dataclass(frozen=True)
class ReleasedNotebook:
    """A notebook of an assignment as the gradebook tracks it.

    Attributes:
        name: its name without the suffix.
        kernelspec: the kernel that it was released with; empty if none was recorded.
        cells: the tracked cells, in the order in which they stand in the source.
        cell_ids: the ids of the notebook format that these cells have in the source, to their
            names in the gradebook.
        untracked: the ids of the source's other cells, which are nobody's answer.
        strays: the tracked cells that the source has not, or not under that name: nobody knows
            where they stand.
    """

    name: str
    kernelspec: dict[str, Any]
    cells: dict[str, GradedCell]
    cell_ids: dict[str, str]
    untracked: tuple[str, ...] = ()
    # The source itself is part of what a mark rests on: graded work stays known without this.
    strays: frozenset[str] = field(default=frozenset(), repr=False)


def read_released(
    gradebook: Gradebook, assignment: str, source: Path
) -> dict[str, ReleasedNotebook]:
    """The notebooks of an assignment by name; none if the gradebook does not know it.

    Args:
        gradebook: nbgrader's.
        assignment: the assignment's id.
        source: the folder `source/<assignment>`, the authority on the order of cells: nbgrader's
            database keeps none.
    """
    try:
        found = gradebook.find_assignment(assignment)
    except MissingEntry:
        return {}
    return {
        each.name: _released(each, source / f"{each.name}{NOTEBOOK_SUFFIX}")
        for each in sorted(found.notebooks, key=lambda notebook: notebook.name)
    }


def _released(found: Notebook, source: Path) -> ReleasedNotebook:
    ids = source_ids(source)
    place = {name: number for number, name in enumerate(ids.values())}
    graded = {cell.name: cell for cell in found.grade_cells}
    tasks = {cell.name: cell for cell in found.task_cells}
    solutions = {cell.name for cell in found.solution_cells}
    points = {name: cell.max_score for name, cell in [*graded.items(), *tasks.items()]}
    cells = [
        GradedCell(
            name=cell.name,
            cell_type=cell.cell_type,
            source=cell.source,
            checksum=cell.checksum,
            locked=cell.locked,
            grade=cell.name in graded,
            solution=cell.name in solutions,
            task=cell.name in tasks,
            points=points.get(cell.name, 0),
        )
        for cell in found.source_cells
    ]
    cells.sort(key=lambda cell: place.get(cell.name, len(place)))
    return ReleasedNotebook(
        name=found.name,
        kernelspec=json.loads(found.kernelspec) if found.kernelspec else {},
        cells={cell.name: cell for cell in cells},
        cell_ids={cell_id: name for cell_id, name in ids.items() if not cell_id.startswith(_NO_ID)},
        untracked=untracked_ids(source),
        strays=frozenset(cell.name for cell in cells if ids and cell.name not in place),
    )


_NO_ID = "\0"


def source_ids(path: Path) -> dict[str, str]:
    """The names of a source notebook's tracked cells by the cells' own ids, in their order.

    A cell without an id of its own has a placeholder for it. A notebook that is gone or damaged
    gives none: the gradebook still knows its cells.
    """
    named = [(cell_id, name) for cell_id, name in _source_cells(path) if name]
    return {cell_id or f"{_NO_ID}{name}": name for cell_id, name in named}


def untracked_ids(path: Path) -> tuple[str, ...]:
    """The ids of a source notebook's cells that the gradebook does not track, in their order."""
    return tuple(cell_id for cell_id, name in _source_cells(path) if cell_id and not name)


def _source_cells(path: Path) -> tuple[tuple[str, str], ...]:
    """Each cell's own id and its name in the gradebook, empty where it has none."""
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return ()
    return _read_source_cells(path, changed)


@lru_cache(maxsize=16)
def _read_source_cells(path: Path, _changed: int) -> tuple[tuple[str, str], ...]:
    try:
        cells = json.loads(path.read_text(encoding="utf-8")).get("cells", [])
    except (OSError, ValueError, AttributeError):
        return ()
    return tuple(_named(cells))


def _named(cells: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for cell in cells:
        own = cell.get("metadata", {}).get("nbgrader", {})
        yield str(cell.get("id", "")), str(own.get("grade_id") or "")


def is_test(cell: GradedCell) -> bool:
    """Whether a cell judges the learner's code: graded by its outputs, and not the learner's."""
    return cell.grade and not cell.solution and cell.cell_type == "code"
