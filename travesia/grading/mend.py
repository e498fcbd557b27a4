"""Putting a submitted notebook's graded cells in order before nbgrader reads them."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook

from travesia.grading.course import CoursePreprocessor, Place, place_of
from travesia.grading.errors import GradingError
from travesia.grading.memory import desk_of
from travesia.grading.mended import Kind, Mended, keep
from travesia.grading.notebooks import UNREADABLE
from travesia.grading.released import GradedCell, ReleasedNotebook, is_test, read_released
from travesia.language import translator

ALIKE = 0.6
"""How much of a released cell's text a cell without any name has to repeat to be taken for it."""
MOST_CANDIDATES = 50


class MendCells(CoursePreprocessor):
    """Gives every graded cell once, in a working order, with the metadata and source released.

    Of a submitted notebook only the names of its cells are believed. What nbgrader would refuse
    for the whole class, or score as zero, is put in order, and each thing is listed for the
    instructor. The learner's own cells are never moved and never changed.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook with its graded cells in order."""
        place = place_of(resources)
        desk = desk_of(resources)
        released = desk.notebooks.get(place.notebook) if desk else self._released(place)
        if released is None:
            raise GradingError(
                f"The gradebook does not know {place.assignment}/{place.notebook}: run 'nbgrader "
                f"generate_assignment {place.assignment}'."
            )
        key = self.key(place.assignment)
        items = frozenset(name for name in released.cells if name in key)
        keep(nb, mend(nb, released, items))
        if problem := resources.get(UNREADABLE):
            language = self.submission(place).language
            nb.cells.insert(0, new_markdown_cell(_explained(problem, language), id="unreadable"))
        return nb, resources

    def _released(self, place: Place) -> ReleasedNotebook | None:
        coursedir = self.coursedir
        source = Path(coursedir.format_path(coursedir.source_directory, ".", place.assignment))
        with Gradebook(place.db_url, coursedir.course_id) as gradebook:
            return read_released(gradebook, place.assignment, source).get(place.notebook)


def mend(
    nb: NotebookNode, released: ReleasedNotebook, items: frozenset[str] = frozenset()
) -> list[Mended]:
    """Puts a notebook's graded cells in order, and tells what was out of order.

    Args:
        nb: the notebook, changed in place.
        released: what the gradebook holds of it.
        items: the cells that only draw an item of the key: nothing in them is the learner's.
    """
    mender = _Mender(nb, released, items)
    mender.run()
    return mender.mended


class _Mender:
    def __init__(self, nb: NotebookNode, released: ReleasedNotebook, items: frozenset[str]) -> None:
        self.nb = nb
        self.released = released
        self.items = items
        self.mended: list[Mended] = []
        self.claims: dict[str, list[NotebookNode]] = {}

    def run(self) -> None:
        self._set_kernel()
        self._claim_by_name()
        self._choose()
        self._claim_unnamed()
        for name, [cell] in self.claims.items():
            self._shape(cell, self.released.cells[name])
        self._restore()
        self._order()

    def _note(self, kind: Kind, cell: str, what: str) -> None:
        self.mended.append(Mended(kind, cell, what))

    def _set_kernel(self) -> None:
        """Gives the notebook the kernel that it was released with."""
        wanted, found = self.released.kernelspec, self.nb.metadata.get("kernelspec")
        if not wanted:
            return
        if not found:
            self._note("kernel", "", "It named no kernel.")
        elif found.get("name") != wanted.get("name"):
            self._note("kernel", "", f"It named the kernel {str(found.get('name'))[:60]!r}.")
        self.nb.metadata["kernelspec"] = NotebookNode(wanted)

    def _claim_by_name(self) -> None:
        """Takes nbgrader's metadata away everywhere, and remembers who claimed which name."""
        for cell in self.nb.cells:
            claimed = cell.metadata.pop("nbgrader", None)
            cell.metadata.pop("travesia", None)
            name = claimed.get("grade_id") if isinstance(claimed, dict) else None
            if isinstance(name, str) and name in self.released.cells:
                self.claims.setdefault(name, []).append(cell)

    def _choose(self) -> None:
        """Keeps one cell of each name: the learner's first changed one, else the first."""
        for name, cells in self.claims.items():
            wanted = self.released.cells[name]
            if len(cells) == 1:
                continue
            changed = [cell for cell in cells if cell.source.strip() != wanted.source.strip()]
            mine = wanted.solution and name not in self.items
            chosen = changed[0] if mine and changed else cells[0]
            which = "the first one" if chosen is cells[0] else "the first changed one"
            self._note(
                "copied", name, f"The cell {name} was there {len(cells)} times; {which} counts."
            )
            self.claims[name] = [chosen]

    def _claim_unnamed(self) -> None:
        """Finds cells that lost their metadata: by their id, by their text, by their neighbours."""
        for find in (self._by_id, self._by_text, self._by_place):
            for name in self.released.cells:
                if name in self.claims:
                    continue
                cell = find(name)
                if cell is not None:
                    self.claims[name] = [cell]
                    self._note("found", name, f"The cell {name} had lost its metadata.")

    def _free(self) -> Iterator[NotebookNode]:
        taken = {id(cell) for [cell] in self.claims.values()}
        return (cell for cell in self.nb.cells if id(cell) not in taken)

    def _by_id(self, name: str) -> NotebookNode | None:
        own = {cell_id for cell_id, known in self.released.cell_ids.items() if known == name}
        return next((cell for cell in self._free() if cell.get("id") in own), None)

    def _by_text(self, name: str) -> NotebookNode | None:
        text = self.released.cells[name].source.strip()
        same = [cell for cell in self.released.cells.values() if cell.source.strip() == text]
        if not text or len(same) > 1:
            return None
        return next((cell for cell in self._free() if cell.source.strip() == text), None)

    def _by_place(self, name: str) -> NotebookNode | None:
        """A learner's own cell between the same neighbours, if its text or its place is clear."""
        wanted = self.released.cells[name]
        if not wanted.solution or name in self.items:
            return None
        between = [cell for cell in self._between(name) if cell.cell_type == wanted.cell_type]
        if len(between) > MOST_CANDIDATES:
            return None
        alike = [cell for cell in between if _alike(cell.source, wanted.source) >= ALIKE]
        if len(alike) == 1:
            return alike[0]
        return between[0] if len(between) == 1 else None

    def _between(self, name: str) -> list[NotebookNode]:
        """The unclaimed cells between the nearest claimed neighbours of a name."""
        names = list(self.released.cells)
        place = names.index(name)
        before = [self._index(each) for each in names[:place] if each in self.claims]
        after = [self._index(each) for each in names[place + 1 :] if each in self.claims]
        start, end = max(before, default=-1) + 1, min(after, default=len(self.nb.cells))
        # A provided cell that stands there as it was released is nobody's answer.
        provided = set(self.released.untracked)
        free = {id(cell) for cell in self._free() if cell.get("id") not in provided}
        return [cell for cell in self.nb.cells[start:end] if id(cell) in free]

    def _index(self, name: str) -> int:
        [wanted] = self.claims[name]
        return next(number for number, cell in enumerate(self.nb.cells) if cell is wanted)

    def _shape(self, cell: NotebookNode, wanted: GradedCell) -> None:
        """Makes a cell what it was released as; only a learner's own answer stays as it is."""
        if cell.cell_type != wanted.cell_type:
            what = f"The cell {wanted.name} had become {cell.cell_type}; it is {wanted.cell_type}."
            self._note("retyped", wanted.name, what)
            _retype(cell, wanted.cell_type)
        if not wanted.solution or wanted.name in self.items:
            # A test's hidden part is not in what was released, nor is a task's mark scheme.
            if not (wanted.grade or wanted.task) and cell.source != wanted.source:
                self._note("changed", wanted.name, f"The locked cell {wanted.name} was changed.")
            cell.source = wanted.source
        cell.metadata["nbgrader"] = NotebookNode(wanted.metadata)

    def _restore(self) -> None:
        """Puts deleted cells back after the graded cell that stood before them."""
        after = 0
        for name, wanted in self.released.cells.items():
            if name not in self.claims:
                make = new_code_cell if wanted.cell_type == "code" else new_markdown_cell
                made = make(wanted.source, id=self._new_id(name))
                made.metadata["nbgrader"] = NotebookNode(wanted.metadata)
                self.nb.cells.insert(after, made)
                self.claims[name] = [made]
                self._note("deleted", name, f"The cell {name} was missing and was put back.")
            after = self._index(name) + 1

    def _new_id(self, name: str) -> str:
        used = {cell.get("id") for cell in self.nb.cells}
        clean = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name)[:50]
        candidates = (f"{clean}{again or ''}" for again in range(len(used) + 1))
        return next(each for each in candidates if each and each not in used)

    def _order(self) -> None:
        """Moves cells that are not the learner's to where they work.

        A test comes after all graded cells that stood before it, and what was provided before all
        that stood after it. The learner's own cells keep their order.
        """
        names = [name for name in self.released.cells if name not in self.released.strays]
        for place in range(len(names) - 2, -1, -1):
            wanted = self.released.cells[names[place]]
            here = self._index(wanted.name)
            # A test among those that follow is itself put after what it needs, below.
            follow = [each for each in names[place + 1 :] if not is_test(self.released.cells[each])]
            later = min((self._index(each) for each in follow), default=here)
            if wanted.locked and not wanted.grade and not wanted.solution and here > later:
                self._move(wanted.name, here, later)
        for place, name in enumerate(names):
            here = self._index(name)
            earlier = max((self._index(each) for each in names[:place]), default=-1)
            if is_test(self.released.cells[name]) and here < earlier:
                self._move(name, here, earlier)

    def _move(self, name: str, here: int, there: int) -> None:
        cell = self.nb.cells.pop(here)
        self.nb.cells.insert(there, cell)
        self._note("moved", name, f"The cell {name} stood elsewhere and was put in its place.")


def _alike(text: str, released: str) -> float:
    """How much of the shorter of two texts stands in the other, from 0 to 1."""
    short, long = text[:2000], released[:2000]
    return difflib.SequenceMatcher(None, short, long, autojunk=False).ratio()


def _retype(cell: NotebookNode, cell_type: str) -> None:
    cell.cell_type = cell_type
    cell.pop("attachments", None)
    if cell_type == "code":
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
