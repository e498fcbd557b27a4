"""Reading a submitted notebook in whatever state it was handed in."""

import json
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_notebook
from nbformat.validator import normalize

LARGEST_NOTEBOOK = 50_000_000
UNREADABLE = "travesia_unreadable"
"""Where a conversion's resources say that the notebook could not be read."""


def read_notebook(path: Path) -> tuple[NotebookNode, str]:
    """A notebook in today's format, and why it could not be read: an empty notebook then.

    The sentence is for the instructor and names the file and the place.
    """
    place = ""
    try:
        return _read(path), ""
    except json.JSONDecodeError as error:
        place, reason = f"line {error.lineno}, column {error.colno}", error.msg
    except UnicodeDecodeError as error:
        place, reason = f"byte {error.start}", "not UTF-8 text"
    except nbformat.ValidationError as error:
        place = _path_in_words(getattr(error, "relative_path", None))
        reason = str(error).strip().splitlines()[0]
    except RecursionError:
        reason = "nested too deeply"
    except Exception as error:  # noqa: BLE001 - nbformat's upgrades fail in any way on hostile data
        reason = f"{type(error).__name__}: {error}"
    where = f"{path}, {place}" if place else str(path)
    sentence = (
        f"{where}: this is not a notebook ({reason[:200]}). The file stays as it was handed in; "
        "the answers are judged from answers.json all the same."
    )
    return new_notebook(), sentence


def _read(path: Path) -> NotebookNode:
    if path.stat().st_size > LARGEST_NOTEBOOK:
        raise ValueError(f"larger than {LARGEST_NOTEBOOK} bytes")
    text = path.read_text(encoding="utf-8")
    # Read as plain JSON first: nbformat's own error quotes the file instead of the place.
    json.loads(text)
    notebook = nbformat.reads(text, as_version=4)
    _changes, notebook = normalize(notebook)
    nbformat.validate(notebook, relax_add_props=True)
    return notebook


class SubmissionExporter(NotebookExporter):
    """Exports a submitted notebook; one that is no notebook becomes an empty one, and is named.

    The answers are judged from `answers.json`, so a broken notebook need not cost a learner a
    mark, and never stops the others. The submitted file stays as it is.
    """

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The graded notebook as text."""
        notebook, problem = read_notebook(Path(filename))
        known = dict(resources or {})
        if problem:
            self.log.error("%s", problem)
            known[UNREADABLE] = problem
        path = Path(filename)
        known["metadata"] = {"name": path.stem, "path": str(path.parent)}
        return self.from_notebook_node(notebook, resources=known, **kw)


def _path_in_words(place: Any) -> str:
    parts = [f"{each + 1}" if isinstance(each, int) else str(each) for each in place or ()]
    return " ".join(parts)
