"""Releasing an assignment: what learners get of the keys, and nothing else of them."""

import json
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import ClearSolutions
from traitlets import Unicode

from travesia.course.localise import embed_translations
from travesia.course.pack import PACK_NAME, build_pack, items_of
from travesia.course.questions import TextQuestion
from travesia.grading.course import CoursePreprocessor, place_of
from travesia.grading.errors import GradingError
from travesia.grading.key import Item, Key


class ClearOtherSolutions(ClearSolutions):
    """Clears solutions as nbgrader does, but leaves the one line that draws an item.

    An item's answer is no code: `text("monday-plan")` in a cell for manual grading is the question.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The cell without its solution."""
        if item_of(cell):
            return cell, resources
        return super().preprocess_cell(cell, resources, cell_index)


class ReleaseContent(CoursePreprocessor):
    """Writes `content.json` beside the released notebook, and its prose in every language.

    What stands in the keys is checked against the notebook first: an item without its cell, or
    with other points, would be found only when the class has answered.
    """

    facts = Unicode("", help="The file of dated records that questions cite.").tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook as learners get it."""
        place = place_of(resources)
        key = self.key(place.assignment)
        problems = check_cells(nb, key)
        if problems:
            raise GradingError(
                f"source/{place.assignment}/{place.notebook}.ipynb: {' '.join(problems)}"
            )
        facts = Path(self.facts) if self.facts else None
        pack = build_pack(key.folder, key.catalogues, "graded", facts=facts)
        outputs = resources.setdefault("outputs", {})
        outputs[PACK_NAME] = json.dumps(pack, ensure_ascii=False, indent=1).encode() + b"\n"
        return embed_translations(nb, key.catalogues), resources


def item_of(cell: NotebookNode) -> str:
    """The id of the item that an author's cell stands for; empty if it is none."""
    own = cell.metadata.get("travesia", {})
    return str(own.get("item", "")) if isinstance(own, dict) else ""


def check_cells(nb: NotebookNode, key: Key) -> list[str]:
    """What does not fit between an assignment's notebook and its key, a sentence each."""
    cells: dict[str, NotebookNode] = {}
    problems: list[str] = []
    for cell in nb.cells:
        name = item_of(cell)
        if not name:
            continue
        if name not in key:
            problems.append(f"the cell {name} has no question or case in {key.folder}: add it.")
        elif name in cells:
            problems.append(f"two cells stand for {name}: keep one.")
        cells[name] = cell
    for item in [*key.questions.values(), *items_of(key.cases).values()]:
        problems += _check_cell(item, cells.get(item.id))
    return problems


def _check_cell(item: Item, cell: NotebookNode | None) -> list[str]:
    if cell is None:
        return [f"no cell stands for {item.id}: add one, with metadata.travesia.item."]
    own = cell.metadata.get("nbgrader", {})
    by_hand = isinstance(item, TextQuestion)
    if cell.cell_type != "code" or not utils.is_grade(cell) or own.get("grade_id") != item.id:
        return [f"the cell {item.id} must be a graded code cell with that grade_id."]
    if utils.is_solution(cell) != by_hand:
        remedy = "set solution: true, it is marked by hand" if by_hand else "set solution: false"
        return [f"the cell {item.id}: {remedy}."]
    if float(own.get("points", 0)) != float(item.points):
        return [f"the cell {item.id} gives {own.get('points')} points, its key {item.points}."]
    return []
