"""What is given away says what it counts, where it is from, and hides small cells."""

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from travesia import flows

DAY = date(2026, 11, 23)
ENDINGS = ("csv", "json", "parquet")


def text_of(path: Path) -> str:
    if path.suffix == ".parquet":
        return str(json.loads(pq.read_schema(path).metadata[b"note"]))
    return path.read_text(encoding="utf-8")


def table_of(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    if path.suffix == ".json":
        return pd.DataFrame(json.loads(path.read_text(encoding="utf-8"))["rows"])
    return pd.read_csv(path, comment="#")


def with_small_cells() -> pd.DataFrame:
    return pd.DataFrame(
        {"state": ["A", "B", "C", "D"], "value": [3, 12, 40, 0], "month": [1, 1, 1, 1]}
    )


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_export_carries_source_day_and_every_caveat(tmp_path: Path, ending: str) -> None:
    table = flows.load("mexico-events", quiet=True)
    done = flows.export(table[table["period"] >= "2024-01"], tmp_path / f"e.{ending}", on=DAY)
    text = text_of(done.path)
    about = flows.describe("mexico-events")
    for wanted in ("2026-11-23", about.citation, about.ends, about.licence, *about.caveats):
        assert wanted in text
    assert len(table_of(done.path)) == done.rows


def test_an_export_of_recent_figures_says_from_when_on_they_may_be_shown(tmp_path: Path) -> None:
    table = flows.load("mexico-events", quiet=True)
    recent = flows.export(table, tmp_path / "recent.csv", on=date(2025, 6, 1))
    assert "what is shown there ends with 2024-11, and these figures may go on to 2025-0" in (
        recent.note
    )
    assert "Not for the public" not in flows.export(table, tmp_path / "old.csv", on=DAY).note


@pytest.mark.parametrize("ending", ENDINGS)
def test_small_cells_are_emptied_with_one_that_would_give_them_away(
    tmp_path: Path, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    done = flows.export(with_small_cells(), tmp_path / f"e.{ending}", series="mexico-events")
    exported = table_of(done.path).set_index("state")
    assert exported["value"].isna().tolist() == [True, True, False, False]
    assert exported["suppressed"].tolist() == [True, True, False, False]
    assert exported.loc["D", "value"] == 0
    assert done.suppressed == 2
    assert "2 of them emptied" in capsys.readouterr().out
    assert "2 cells. An empty cell is not a zero." in text_of(done.path)


def test_totals_by_year_are_exported_with_their_years(tmp_path: Path) -> None:
    table = flows.load("mexico-events", quiet=True)
    by_year = table.groupby(table["period"].dt.year.rename("year"))["value"].sum().to_frame()
    done = flows.export(by_year, tmp_path / "years.csv")
    assert table_of(done.path).set_index("year")["value"].loc[2023] == 778_907


def test_a_total_of_groups_is_exported_as_it_comes(tmp_path: Path) -> None:
    table = flows.load("mexico-events", quiet=True)
    done = flows.export(
        table.groupby(["period", "nationality"])["value"].sum(), tmp_path / "groups.csv"
    )
    assert table_of(done.path)["value"].sum() == 3_266_581
    assert "SEGOB" in done.note


def test_an_export_of_series_that_count_different_things_says_so(tmp_path: Path) -> None:
    done = flows.export(
        with_small_cells(), tmp_path / "e.csv", series=["mexico-events", "mexico-returns"]
    )
    assert "count different things" in text_of(done.path)


def test_figures_of_unknown_origin_are_not_exported(tmp_path: Path) -> None:
    with pytest.raises(flows.ExportError, match="which series"):
        flows.export(with_small_cells(), tmp_path / "e.csv")


def test_rows_that_stand_twice_are_not_exported(tmp_path: Path) -> None:
    twice = pd.concat([with_small_cells()] * 2)
    with pytest.raises(flows.ExportError, match="Rows stand twice"):
        flows.export(twice, tmp_path / "e.csv", series="mexico-events")


def test_an_unknown_ending_is_named(tmp_path: Path) -> None:
    with pytest.raises(flows.ExportError, match=r"figures\.docx"):
        flows.export(with_small_cells(), tmp_path / "figures.docx", series="mexico-events")


@pytest.mark.parametrize(
    "other",
    [
        {"share": [0.05, 0.22, 0.73, 0.0]},
        {"value_of_last_year": [30, 2, 40, 10]},
        {"before": [30.0, 2.0, None, 10.0]},
    ],
)
@pytest.mark.parametrize("ending", ENDINGS)
def test_no_other_number_gives_a_small_cell_back(
    tmp_path: Path, ending: str, other: dict[str, list[float]]
) -> None:
    table = with_small_cells().assign(**other)
    done = flows.export(table, tmp_path / f"e.{ending}", series="mexico-events")
    assert not set(other) & set(table_of(done.path).columns)
    assert f"could give small cells back: {next(iter(other))}" in text_of(done.path)


def test_a_small_count_beside_large_ones_is_left_out(tmp_path: Path) -> None:
    table = pd.DataFrame({"state": ["A", "B"], "value": [50, 60], "unaccompanied": [3, 20]})
    done = flows.export(table, tmp_path / "e.csv", series="mexico-events")
    assert "unaccompanied" not in table_of(done.path)
    assert table_of(done.path)["value"].tolist() == [50, 60]


def test_other_numbers_stay_where_nothing_is_small(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"state": ["A", "B"], "value": [50, 60], "share": [0.45, 0.55], "months": [4, 12]}
    )
    done = flows.export(table, tmp_path / "e.csv", series="mexico-events")
    assert table_of(done.path).drop(columns="suppressed").equals(table)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([1.5, 20], "something else than whole numbers"),
        (["7", "x"], "something else than whole numbers"),
        ([-3, 20], "below zero"),
    ],
)
def test_what_is_no_count_is_not_exported(tmp_path: Path, values: list[object], says: str) -> None:
    table = pd.DataFrame({"state": ["A", "B"], "value": values})
    with pytest.raises(flows.ExportError, match=says):
        flows.export(table, tmp_path / "e.csv", series="mexico-events")


@pytest.mark.parametrize("threshold", [0, 1, 4])
def test_the_threshold_cannot_be_lowered(tmp_path: Path, threshold: int) -> None:
    with pytest.raises(flows.ExportError, match="never exported"):
        flows.export(
            with_small_cells(), tmp_path / "e.csv", series="mexico-events", threshold=threshold
        )


def test_a_folder_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(flows.ExportError, match=r"e\.csv cannot be written: No such file"):
        flows.export(with_small_cells(), tmp_path / "no" / "e.csv", series="mexico-events")


def test_no_word_becomes_a_formula_in_a_spreadsheet(tmp_path: Path) -> None:
    table = pd.DataFrame({"state": ["=HYPERLINK(1)", "-", "B"], "value": [50, 60, 70]})
    done = flows.export(table, tmp_path / "e.csv", series="mexico-events")
    assert table_of(done.path)["state"].tolist() == ["'=HYPERLINK(1)", "-", "B"]


def test_what_an_export_says_is_in_the_readers_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAVESIA_LANGUAGE", "es")
    table = pd.DataFrame({"place": ["a", "b", "c"], "value": [2, 50, 60], "share": [0.1, 0.4, 0.5]})
    done = flows.export(table, tmp_path / "x.csv", series="mexico-events")
    emptied = f"{done.suppressed} vaciadas para proteger celdas pequeñas."
    assert str(done) == f"{done.path}: 3 filas, {emptied}"
    assert "Se omitió, porque podría revelar celdas pequeñas: share." in done.note
