"""`travesia flows inspect`, `import`, `imports` and `forget`, for a person or a program."""

import json
from pathlib import Path
from typing import Any

import published
import pytest
from click.testing import CliRunner, Result

from travesia.cli import main


@pytest.fixture
def bulletin(tmp_path: Path) -> Path:
    rows = published.sums(
        [("América/Cuba", [5, 2, 7, 9, 1, 10]), ("Asia/China", [0, 6, 6, 5, 1, 6])]
    )
    note = published.PRELIMINARY.format(day="12 de marzo de 2024")
    return published.bulletin(tmp_path / "cuadro.xls", rows, notes=[note])


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TRAVESIA_FLOWS", str(tmp_path / "own"))

    def call(*arguments: object) -> Result:
        return CliRunner().invoke(main, ["flows", *map(str, arguments)])

    return call


def test_inspecting_says_everything_in_one_json_object(run: Any, bulletin: Path) -> None:
    result = run("inspect", bulletin, "--json")
    assert result.exit_code == 0
    said = json.loads(result.output)
    assert result.output.count("\n") == 1
    assert said["recognised"] is True
    assert said["format"] == "mexico-events-by-nationality"
    assert said["rows"] == 5
    assert said["period"] == {"start": "2024-01", "end": "2024-02"}
    assert said["total"] == 29
    assert said["vintage"] == "2024-03-12"
    assert len(said["sha256"]) == 64
    assert [problem["kind"] for problem in said["problems"]] == ["footnote"]
    assert said["tables"][0]["series"] == "imported-mexico-events-by-nationality"


def test_inspecting_keeps_nothing(run: Any, bulletin: Path, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    assert run("inspect", bulletin).exit_code == 0
    assert set(tmp_path.rglob("*")) == before


def test_what_is_refused_ends_with_one_sentence_and_code_1(run: Any, tmp_path: Path) -> None:
    path = published.write(tmp_path / "x.csv", "a,b\n1,2\n")
    for command in ("inspect", "import"):
        result = run(command, path)
        assert result.exit_code == 1
        assert result.output.startswith("Error: x.csv is of no known format")
        said = run(command, path, "--json")
        assert said.exit_code == 1
        assert json.loads(said.output)["recognised"] is False
        assert "x.csv" in json.loads(said.output)["error"]
    assert not (tmp_path / "own").exists()


def test_importing_shows_what_was_read_and_how_to_load_it(run: Any, bulletin: Path) -> None:
    output = run("import", bulletin).output
    for line in ("5 rows, 4 figures", "2024-01 to 2024-02", "29 events", "the file says so",
                 'flows.load("imported-mexico-events-by-nationality")'):  # fmt: skip
        assert line in output
    assert "stays as it was" in run("import", bulletin).output


def test_what_was_imported_is_listed_and_can_be_forgotten(run: Any, bulletin: Path) -> None:
    assert "No file was imported yet" in run("imports").output
    changes = json.loads(run("import", bulletin, "--json").output)["changes"]
    assert changes == [
        {"series": "imported-mexico-events-by-nationality", "state": "new", "added": 1,
         "replaced": 0, "outdated": 0, "narrowed": 0, "figures": 4}
    ]  # fmt: skip
    (entry,) = json.loads(run("imports", "--json").output)["imports"]
    assert entry["file"] == "cuadro.xls"
    assert "total 29, vintage 2024-03-12" in run("imports").output
    assert run("forget", entry["sha256"][:8]).exit_code == 0
    assert "No file was imported yet" in run("imports").output
    assert run("forget", entry["sha256"][:8]).exit_code == 1


def test_a_vintage_that_is_no_day_is_refused(run: Any, bulletin: Path) -> None:
    result = run("import", bulletin, "--vintage", "yesterday")
    assert result.exit_code == 1
    assert "“yesterday” is no day" in result.output
