"""Prose cells are put into a learner's language by the notebook's name and the cell's id."""

from pathlib import Path
from typing import Any

import nbformat
import pytest

from travesia.course.localise import (
    choose_language,
    embed_translations,
    iter_strings,
    localise_notebook,
)
from travesia.language import translations


@pytest.fixture
def notebook() -> Any:
    return nbformat.v4.new_notebook(
        metadata={"travesia": {"kind": "lesson", "module": "children"}},
        cells=[
            nbformat.v4.new_markdown_cell("Two minutes", id="opening"),
            nbformat.v4.new_code_cell('choice("who-decides")', id="who-decides"),
            nbformat.v4.new_markdown_cell("Not yet translated", id="closing"),
            nbformat.v4.new_markdown_cell(
                "Locked", id="locked", metadata={"nbgrader": {"locked": True}}
            ),
        ],
    )


def test_every_prose_cell_has_a_context_of_notebook_and_cell(notebook: Any) -> None:
    assert list(iter_strings(notebook)) == [
        ("notebook:children/lesson#opening", "Two minutes"),
        ("notebook:children/lesson#closing", "Not yet translated"),
    ]


def test_a_localised_notebook_is_a_copy_whose_code_and_ids_are_the_same(
    notebook: Any, content: Path
) -> None:
    spanish = localise_notebook(notebook, translations("es", content / "locale"))
    assert [cell.source for cell in spanish.cells] == [
        "Dos minutos",
        'choice("who-decides")',
        "Not yet translated",
        "Locked",
    ]
    assert [cell.id for cell in spanish.cells] == [cell.id for cell in notebook.cells]
    assert notebook.cells[0].source == "Two minutes"


def test_an_embedded_notebook_keeps_its_source_and_carries_every_language(
    notebook: Any, content: Path
) -> None:
    embedded = embed_translations(notebook, content / "locale")
    assert embedded.cells[0].source == "Two minutes"
    assert embedded.cells[0].metadata["travesia"]["text"] == {"es": "Dos minutos"}
    assert "travesia" not in embedded.cells[1].metadata
    nbformat.validate(embedded)


@pytest.mark.parametrize(
    ("language", "text"), [("es", "Dos minutos"), ("en", "Two minutes"), ("fr", "Two minutes")]
)
def test_choosing_a_language_leaves_no_other_behind(
    notebook: Any, content: Path, language: str, text: str
) -> None:
    chosen = choose_language(embed_translations(notebook, content / "locale"), language)
    assert chosen.cells[0].source == text
    assert all("travesia" not in cell.metadata for cell in chosen.cells)


def test_text_of_the_wrong_type_in_a_hostile_notebook_is_dropped(notebook: Any) -> None:
    notebook.cells[0].metadata["travesia"] = {"text": {"es": ["<script>"]}}
    assert choose_language(notebook, "es").cells[0].source == "Two minutes"
