"""The prose of notebooks in a learner's language.

A lesson is localised as it is copied to a learner. A released assignment is one file for everybody,
so each of its prose cells carries every language, and the learner's is chosen when it is fetched.
"""

import copy
from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from travesia.course.questions import Localise
from travesia.language import SOURCE_LANGUAGE, available_languages, translations

Notebook = Any
"""A notebook as nbformat gives it (a mapping with attributes), or as plain JSON."""


def localiser(catalogue: NullTranslations) -> Localise:
    """A function that gives the text of a context from a catalogue, or the source text."""

    def localise(context: str, text: str) -> str:
        # The empty text would fetch the catalogue's own header.
        return catalogue.pgettext(context, text) if text else ""

    return localise


def notebook_name(notebook: Notebook) -> str:
    """The name of a notebook in its catalogue: `<folder>/<file without ending>`.

    The name is what the notebook's own metadata says, so it stays the same in every copy.
    """
    own = notebook["metadata"].get("travesia", {})
    kind = own.get("kind", "lesson")
    folder = own.get("assignment") if kind == "assignment" else own.get("module")
    return f"{folder or own.get('module', '')}/{kind}"


def prose_cells(notebook: Notebook) -> Iterator[Any]:
    """The cells of a notebook that hold prose which can be put into another language.

    A cell that nbgrader locks is none: nbgrader would put its source text back.
    """
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and "nbgrader" not in cell["metadata"]:
            yield cell


def iter_strings(notebook: Notebook, name: str | None = None) -> Iterator[tuple[str, str]]:
    """Every prose cell's text with its catalogue context, empty ones left out."""
    for cell in prose_cells(notebook):
        text = _source(cell)
        if text.strip():
            yield _context(notebook, cell, name), text


def localise_notebook(
    notebook: Notebook, catalogue: NullTranslations, name: str | None = None
) -> Notebook:
    """A copy of a notebook with its prose in the language of a catalogue.

    Args:
        notebook: the notebook in the source language.
        catalogue: what `travesia.language.translations(language, folder)` gives.
        name: the path below `notebooks/` or `source/` without ending; by default what the
            notebook's own metadata says.
    """
    localise = localiser(catalogue)
    localised = copy.deepcopy(notebook)
    for cell in prose_cells(localised):
        cell["source"] = localise(_context(localised, cell, name), _source(cell))
    return localised


def embed_translations(notebook: Notebook, catalogues: Path, name: str | None = None) -> Notebook:
    """A copy of a notebook whose prose cells carry their text in every language served."""
    embedded = copy.deepcopy(notebook)
    for language in available_languages(catalogues):
        if language == SOURCE_LANGUAGE:
            continue
        localise = localiser(translations(language, catalogues))
        for cell in prose_cells(embedded):
            own = cell["metadata"].setdefault("travesia", {})
            # A notebook that was drawn from a pool brings its own words.
            own.setdefault("text", {}).setdefault(
                language, localise(_context(embedded, cell, name), _source(cell))
            )
    return embedded


def choose_language(notebook: Notebook, language: str) -> Notebook:
    """A copy of a notebook with the embedded text of one language in place, and no other.

    A cell without text in that language keeps its source text.
    """
    chosen = copy.deepcopy(notebook)
    for cell in prose_cells(chosen):
        own = cell["metadata"].get("travesia")
        if not isinstance(own, dict) or "text" not in own:
            continue
        text = own.pop("text")
        if isinstance(text, dict) and isinstance(text.get(language), str):
            cell["source"] = text[language]
        if not own:
            del cell["metadata"]["travesia"]
    return chosen


def _context(notebook: Notebook, cell: Any, name: str | None) -> str:
    return f"notebook:{name or notebook_name(notebook)}#{cell['id']}"


def _source(cell: Any) -> str:
    source = cell["source"]
    return "".join(source) if isinstance(source, list) else str(source)
