"""The analysts' notebooks reach a person in their language, and never over their own work."""

from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from travesia.cli import main

LESSONS = Path(__file__).parents[3] / "notebooks"


def copy(folder: Path, *options: str) -> str:
    arguments = ["notebooks", "copy", str(folder), "--from", str(LESSONS), *options]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def opening(folder: Path) -> str:
    path = folder / "02-events-are-not-persons.ipynb"
    return str(nbformat.read(path, as_version=4).cells[0].source)


def test_the_prose_is_in_the_persons_language_and_the_code_is_not(tmp_path: Path) -> None:
    copy(tmp_path / "en")
    copy(tmp_path / "es", "--language", "es")
    assert opening(tmp_path / "en").startswith("# Events are not persons")
    assert opening(tmp_path / "es").startswith("# Eventos no son personas")
    code = [
        [
            cell.source
            for cell in nbformat.read(path, as_version=4).cells
            if cell.cell_type == "code"
        ]
        for path in sorted(tmp_path.glob("*/02*.ipynb"))
    ]
    assert code[0] == code[1]


def test_on_a_hub_the_language_is_the_persons_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAVESIA_LANGUAGE", "es")
    copy(tmp_path)
    assert opening(tmp_path).startswith("# Eventos no son personas")


def test_a_notebook_that_somebody_has_worked_in_is_left(tmp_path: Path) -> None:
    copy(tmp_path)
    mine = tmp_path / "02-events-are-not-persons.ipynb"
    mine.write_text("mine")
    assert f"{mine} was there and is left as it is." in copy(tmp_path)
    assert mine.read_text() == "mine"


def test_lessons_that_are_not_there_are_said(tmp_path: Path) -> None:
    arguments = ["notebooks", "copy", str(tmp_path / "x"), "--from", str(tmp_path)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "holds no notebooks: name the lessons with --from" in result.output
