"""Notebooks as a server gives them to a browser: what others saved in them stays asleep."""

import asyncio
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from nbformat.v4 import new_code_cell, new_notebook

from travesia.labextension.contents import CarefulContents

WIDGETS = "application/vnd.jupyter.widget-state+json"
STATE = {WIDGETS: {"version_major": 2, "version_minor": 0, "state": {"a": {"model_name": "Any"}}}}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "signatures"))
    folder = tmp_path / "home"
    folder.mkdir()
    made = new_notebook(cells=[new_code_cell("1")], metadata={"widgets": STATE, "title": "Kept"})
    nbformat.write(made, folder / "work.ipynb")
    return folder


def metadata(manager: Any) -> dict[str, Any]:
    model = asyncio.run(manager.get("work.ipynb"))
    found: dict[str, Any] = model["content"]["metadata"]
    return found


def test_the_widgets_of_a_notebook_of_another_are_not_given(home: Path) -> None:
    found = metadata(CarefulContents(root_dir=str(home)))
    assert "widgets" not in found
    assert found["title"] == "Kept"
    # Jupyter's own contents give them, and the file keeps them.
    assert metadata(AsyncLargeFileManager(root_dir=str(home)))["widgets"] == STATE
    assert nbformat.read(home / "work.ipynb", as_version=4).metadata.widgets == STATE


def test_the_widgets_of_a_notebook_that_its_reader_ran_are_given(home: Path) -> None:
    manager = CarefulContents(root_dir=str(home))
    manager.notary.sign(nbformat.read(home / "work.ipynb", as_version=4))
    assert metadata(manager)["widgets"] == STATE
