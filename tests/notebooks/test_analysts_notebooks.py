"""The analysts' notebooks run from top to bottom, in Spanish, without a warning, and find it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from travesia.course.localise import localise_notebook
from travesia.language import translations

Run = Callable[[Any, Path, str], Any]
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
# What each finds, to the digit: a notebook that runs and finds something else is wrong.
FINDS = {
    "01-getting-to-know-a-series": ["1,234,698", "1,231,320", "1,230,126", "2025-04"],
    "02-events-are-not-persons": ["These figures count different things", "616000"],
    "03-fiscal-and-calendar-years": ["2475669", "2541959", "-22.9"],
    "04-nationalities-on-the-route": [
        "0.875",
        "0.203",
        "361203",
        "167642.0  0.380",
        "249943.0  0.203",
    ],
    "05-unaccompanied-children": ["248,384", "138,882", "79% too many"],
    "06-the-turn-of-2025": ["155730", "2904", "of those decided on the merits: 75%", "of all: 16%"],
    "07-estimating-what-is-not-counted": ["true: 20,000", "is sent to the second"],
    "08-deaths-and-exposure": ["mixed or unknown", "302203"],
    "09-a-reproducible-brief": ["Exportado el", "personas de Honduras, Guatemala, Venezuela"],
}


def test_every_notebook_is_tried() -> None:
    numbered = {path.stem for path in (NOTEBOOKS / "analysts").glob("[0-9]*.ipynb")}
    assert numbered == set(FINDS)


def said(notebook: Any) -> str:
    """Everything that a notebook's cells say as plain text."""
    return "\n".join(
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )


@pytest.mark.parametrize("name", FINDS)
def test_it_runs_without_a_warning_and_finds_what_it_tells(
    name: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Series that whoever runs the tests has imported are none of its business.
    monkeypatch.setitem(os.environ, "TRAVESIA_FLOWS", str(tmp_path / "own"))
    source = nbformat.read(NOTEBOOKS / "analysts" / f"{name}.ipynb", as_version=4)
    catalogue = translations("es", NOTEBOOKS / "locale")
    translated = localise_notebook(source, catalogue, f"analysts/{name}")
    pairs = list(zip(source.cells, translated.cells, strict=True))
    assert all(each.source != other.source for each, other in pairs if each.cell_type == "markdown")
    executed = run(translated, tmp_path, "es")
    faults = [
        f"{cell.id}: {output.get('evalue') or output.get('text')}"
        for cell in executed.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error" or output.get("name") == "stderr"
    ]
    assert faults == []
    text = said(executed)
    assert [find for find in FINDS[name] if find not in text] == []


def test_the_brief_leaves_a_page_a_figure_and_figures_without_small_cells(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "TRAVESIA_FLOWS", str(tmp_path / "own"))
    path = NOTEBOOKS / "analysts" / "09-a-reproducible-brief.ipynb"
    run(nbformat.read(path, as_version=4), tmp_path, "en")
    page = (tmp_path / "brief" / "brief.md").read_text(encoding="utf-8")
    assert "Events, not persons." in page
    assert "vintage 2025-06" in page
    assert "ends in December 2024" not in page
    assert "go to December 2024; the series itself, to April 2025." in page
    assert (tmp_path / "brief" / "figure.svg").read_text(encoding="utf-8").startswith("<svg")
    assert (tmp_path / "brief" / "figures.csv").is_file()
