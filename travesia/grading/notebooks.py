"""Reading a submitted notebook in whatever state it was handed in."""

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat.notebooknode import NotebookNode, from_dict
from nbformat.v4 import new_notebook

from travesia.grading.mended import Kind, Mended, keep

LARGEST_NOTEBOOK = 50_000_000
MOST_CELLS = 5_000
DEEPEST = 32
UNREADABLE = "travesia_unreadable"
"""Where a conversion's resources say that the notebook could not be read."""

CELL_TYPES = frozenset({"code", "markdown", "raw"})
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_TYPED: Mapping[str, type | tuple[type, ...]] = {
    "collapsed": bool,
    "scrolled": bool,
    "language": str,
    "name": str,
    "format": str,
    "jupyter": dict,
    "execution": dict,
    "title": str,
    "authors": list,
    "kernelspec": dict,
    "language_info": dict,
}


def read_notebook(path: Path, root: Path | None = None) -> tuple[NotebookNode, str]:
    """A submitted notebook in today's format, and why it could not be read: an empty one then.

    What had to be put in order is listed in the notebook itself (`mended.carried`). The sentence is
    for the instructor, and names the place and the file, below `root`, the course directory.
    """
    place = ""
    try:
        mended: list[Mended] = []
        notebook = _clean(_today(_document(path, mended), mended), mended)
        keep(notebook, mended)
        return notebook, ""  # noqa: TRY300 - what else could fail is hostile, and caught below
    except json.JSONDecodeError as error:
        place, reason = f"line {error.lineno}, column {error.colno}", error.msg
    except UnicodeDecodeError as error:
        place, reason = f"byte {error.start}", "not text"
    except RecursionError:
        reason = "nested too deeply"
    except Exception as error:  # noqa: BLE001 - nbformat's upgrades fail in any way on hostile data
        reason = f"{type(error).__name__}: {error}"
    shown = path.relative_to(root) if root else path
    where = f"{shown}, {place}" if place else str(shown)
    sentence = (
        f"{where}: this is not a notebook ({reason.splitlines()[0][:200]}). The file stays as it "
        "was handed in; the answers are judged from answers.json all the same."
    )
    empty = new_notebook()
    keep(empty, [Mended("unreadable", "", sentence)])
    return empty, sentence


def _document(path: Path, mended: list[Mended]) -> dict[str, Any]:
    """The JSON document of a notebook, from UTF-8 or from what an editor made of it."""
    if path.stat().st_size > LARGEST_NOTEBOOK:
        raise ValueError(f"larger than {LARGEST_NOTEBOOK} bytes")
    data = path.read_bytes()
    try:
        document = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""
        document = json.loads(data.decode(encoding or "cp1252"))
        known = encoding.upper() or "Windows-1252"
        _note(mended, "encoding", f"The file was not UTF-8; it was read as {known}.")
    except json.JSONDecodeError:
        if not data.startswith(codecs.BOM_UTF8):
            raise
        document = json.loads(data.decode("utf-8-sig"))
        _note(mended, "encoding", "The file began with a byte order mark.")
    if not isinstance(document, dict):
        raise TypeError("no object at its top")
    return document


def _today(document: dict[str, Any], mended: list[Mended]) -> dict[str, Any]:
    """The document in format 4, upgraded where it is older."""
    major = document.get("nbformat")
    if not isinstance(major, int) or isinstance(major, bool):
        major = 3 if "worksheets" in document else 4
        _note(mended, "structure", f"It did not say its format; it was read as format {major}.")
    if major > 4:
        _note(mended, "format", f"It is in format {major}, which is newer than this program.")
    if major < 4:
        _note(mended, "format", f"It was in format {major} and was brought to format 4.")
        old = from_dict({"nbformat_minor": 0, **document})
        if major in nbformat.versions and major > 1:
            # In a file their text is a list of lines, which only reading puts together.
            nbformat.versions[major].rwbase.rejoin_lines(old)
        document = nbformat.convert(old, 4)
    return document


def _clean(document: dict[str, Any], mended: list[Mended]) -> NotebookNode:
    """A valid notebook of a document's cells, without outputs: they are made anew."""
    cells = document.get("cells")
    if not isinstance(cells, list):
        raise TypeError("no cells in it")
    if len(cells) > MOST_CELLS:
        raise ValueError(f"more than {MOST_CELLS} cells")
    metadata = document.get("metadata")
    if not isinstance(metadata, dict):
        _note(mended, "metadata", "It had no metadata of its own.")
        metadata = {}
    used: set[str] = set()
    clean = [_cell(cell, number, used, mended) for number, cell in enumerate(cells, start=1)]
    without = sum(isinstance(cell, dict) and not _has_metadata(cell) for cell in cells)
    if without:
        _note(mended, "metadata", f"{without} of its cells had no metadata.")
    known = _metadata(metadata)
    for name, needed in (("kernelspec", ("name", "display_name")), ("language_info", ("name",))):
        if not all(isinstance(known.get(name, {}).get(each), str) for each in needed):
            known.pop(name, None)
    notebook: NotebookNode = new_notebook(
        # What begins so is ours: a learner's own would be believed later.
        metadata={name: known[name] for name in known if not name.startswith("travesia")},
        cells=[cell for cell in clean if cell],
    )
    return from_dict(notebook)


def _cell(cell: Any, number: int, used: set[str], mended: list[Mended]) -> NotebookNode | None:
    if not isinstance(cell, dict):
        _note(mended, "structure", f"Cell {number} was no cell and was left out.")
        return None
    kind = cell.get("cell_type")
    if kind not in CELL_TYPES:
        _note(mended, "structure", f"Cell {number} had no known type and became text.")
        kind = "markdown"
    metadata = cell["metadata"] if _has_metadata(cell) else {}
    made: dict[str, Any] = {
        "id": _cell_id(cell.get("id"), number, used),
        "cell_type": kind,
        "metadata": _metadata(metadata),
        "source": _text(cell.get("source")),
    }
    if kind == "code":
        made.update(execution_count=None, outputs=[])
    elif _is_attachments(cell.get("attachments")):
        made["attachments"] = cell["attachments"]
    return from_dict(made)


def _has_metadata(cell: dict[str, Any]) -> bool:
    return isinstance(cell.get("metadata"), dict)


def _cell_id(claimed: Any, number: int, used: set[str]) -> str:
    """The cell's own id if it can be one; else one by its place, the same on every run."""
    candidates = _candidates(number)
    name = claimed if isinstance(claimed, str) and _CELL_ID.fullmatch(claimed) else next(candidates)
    while name in used:
        name = next(candidates)
    used.add(name)
    return name


def _candidates(number: int) -> Iterator[str]:
    yield f"cell-{number}"
    again = 1
    while True:
        again += 1
        yield f"cell-{number}-{again}"


def _text(source: Any) -> str:
    """A cell's source, which may be a list of lines; what can't be written as UTF-8 is replaced."""
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return ""
    return source.encode("utf-8", "replace").decode("utf-8")


def _metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    """The entries that a valid notebook may have, none of them nested without end."""
    return {
        name: value
        for name, value in metadata.items()
        if isinstance(value, _TYPED.get(name, object))
        and (name != "tags" or _is_tags(value))
        and _is_plain({name: value}, DEEPEST)
    }


def _is_tags(value: Any) -> bool:
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        return False
    return len(set(value)) == len(value) and not any("," in tag for tag in value)


def _is_attachments(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(bundle, dict) and all(isinstance(data, str) for data in bundle.values())
        for bundle in value.values()
    )


def _is_plain(value: Any, depth: int) -> bool:
    """Whether a value is nested no deeper than that, and all its text can be written as UTF-8."""
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in value)
    if not isinstance(value, dict | list):
        return True
    if depth == 0:
        return False
    parts = [*value, *value.values()] if isinstance(value, dict) else value
    return all(_is_plain(part, depth - 1) for part in parts)


def _note(mended: list[Mended], kind: Kind, what: str) -> None:
    mended.append(Mended(kind, "", what))


class SubmissionExporter(NotebookExporter):
    """Exports a submitted notebook; one that is no notebook becomes an empty one, and is named.

    The answers are judged from `answers.json`, so a broken notebook need not cost a learner a
    mark, and never stops the others. The submitted file stays as it is.
    """

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The graded notebook as text."""
        path = Path(filename)
        known = dict(resources or {})
        if self._handed_in(path, known):
            notebook, problem = read_notebook(path, Path(self.parent.coursedir.root))
            if problem:
                self.log.error("%s", problem)
                known[UNREADABLE] = problem
        else:
            # This is our own work of a moment ago.
            notebook = nbformat.read(path, as_version=4)
        known["metadata"] = {"name": path.stem, "path": str(path.parent)}
        return self.from_notebook_node(notebook, resources=known, **kw)

    def _handed_in(self, path: Path, resources: dict[str, Any]) -> bool:
        """Whether a notebook lies where submissions do; nbgrader converts its own copy again."""
        coursedir, own = self.parent.coursedir, resources["nbgrader"]
        folder = coursedir.format_path(
            coursedir.submitted_directory, own["student"], own["assignment"]
        )
        return path.is_relative_to(folder)
