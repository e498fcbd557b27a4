"""The data package that ships: its figures are the published ones, and none of them is small."""

import hashlib
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from frictionless import Package, validate

from travesia import flows
from travesia.cli import main
from travesia.flows.build import STEPS, build
from travesia.flows.columns import COLUMNS, COUNTS, NAMES
from travesia.flows.disclosure import SMALLEST_CELL, Fold
from travesia.flows.figures import READERS
from travesia.flows.package import DESCRIPTOR, SHIPPED, series

FIGURES = Path(__file__).parents[4] / "shared" / "figures"
SERIES = sorted(series())


@pytest.fixture(scope="module")
def figures() -> Path:
    if not FIGURES.is_dir():
        sentence = f"{FIGURES} is absent: put the project's shared figures beside the checkout."
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return FIGURES


@cache
def shipped(name: str) -> pd.DataFrame:
    return pd.DataFrame(flows.load(name, quiet=True))


@pytest.mark.parametrize("name", SERIES)
def test_every_total_of_every_period_is_the_published_one(name: str, figures: Path) -> None:
    raw = READERS[name](figures)
    published = raw.groupby("period")["value"].sum()
    here = shipped(name).groupby("period")["value"].sum()
    assert here.astype("int64").to_dict() == published.to_dict()


@pytest.mark.parametrize("name", SERIES)
def test_every_cell_that_has_not_been_put_together_is_the_published_one(
    name: str, figures: Path
) -> None:
    raw = READERS[name](figures)
    keys = [column for column in raw.columns if column not in {"value", "frequency"}]
    both = shipped(name).merge(raw, on=keys, suffixes=("", "_published"))
    together = {step.label for step in STEPS.get(name, ()) if hasattr(step, "label")}
    plain = both[~both[keys].isin(together).any(axis=1)]
    assert len(plain) > len(shipped(name)) / 2
    assert (plain["value"] == plain["value_published"]).all()


@pytest.mark.parametrize("name", SERIES)
def test_no_cell_from_one_to_four_ships(name: str) -> None:
    assert not shipped(name)["value"].between(1, SMALLEST_CELL - 1).any()


@pytest.mark.parametrize("name", SERIES)
def test_the_metadata_say_what_is_counted_from_when_to_when_and_how_to_cite_it(name: str) -> None:
    about, table = flows.describe(name), shipped(name)
    assert table["counts"].unique().tolist() == [about.counts]
    assert about.counts in COUNTS
    assert table["period"].min().strftime("%Y-%m") == about.start
    assert table["source"].unique().tolist() == [about.source.name]
    assert about.ends
    assert about.publisher in about.citation
    assert about.rows == len(table)


def test_what_ships_is_what_the_published_figures_make(figures: Path, tmp_path: Path) -> None:
    (tmp_path / DESCRIPTOR).write_bytes((SHIPPED / DESCRIPTOR).read_bytes())
    build(figures, tmp_path)
    assert (tmp_path / "schema.json").read_bytes() == (SHIPPED / "schema.json").read_bytes()
    for made in tmp_path.glob("*.parquet"):
        pd.testing.assert_frame_equal(pd.read_parquet(made), pd.read_parquet(SHIPPED / made.name))

    def told(folder: Path) -> list[dict[str, object]]:
        # Size and hash are those of one version of the library that writes the files.
        resources = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))["resources"]
        return [{**each, "bytes": 0, "hash": ""} for each in resources]

    assert told(tmp_path) == told(SHIPPED)
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in SHIPPED.iterdir()}


FOLDED = [name for name in SERIES if any(isinstance(s, Fold) for s in STEPS.get(name, ()))]


def worked_out(cells: pd.DataFrame, own: int) -> int:
    """How many small cells follow from the sum of some cells and the publisher's own `other`.

    The attacker knows which cells are in the sum, and which of them are small.
    """
    values = cells["value"].to_numpy()
    small = (values > 0) & (values < SMALLEST_CELL)
    low = np.append(np.where(small, 1, np.where(values > 0, SMALLEST_CELL, 0)), min(own, 1))
    high = np.append(np.where(values >= SMALLEST_CELL, np.inf, SMALLEST_CELL - 1.0), 0)
    high[-1] = np.inf if own else 0
    total = float(values.sum() + own)
    most = np.minimum(high, total - (low.sum() - low))
    endless = np.isinf(high)
    ended = np.where(endless, 0, high)
    others = np.where(endless.sum() - endless > 0, np.inf, ended.sum() - ended)
    least = np.maximum(low, total - others)
    return int((least == most)[:-1][small].sum())


def hidden_of(name: str, figures: Path, *, naive: bool) -> Iterator[tuple[pd.DataFrame, int]]:
    """The cells of each group that are in `other`, and the publisher's own `other`."""
    (step,) = STEPS[name]
    assert isinstance(step, Fold)
    raw, table = READERS[name](figures), shipped(name)
    group = [c for c in raw.columns if c not in {step.column, "value", "frequency"}]
    own = raw[raw[step.column] == step.label].set_index(group)["value"]
    raw = raw[raw[step.column] != step.label]
    if naive:
        gone = raw[raw["value"].between(1, SMALLEST_CELL - 1)]
    else:
        shown = set(table[[*group, step.column]].itertuples(index=False, name=None))
        rows = raw[[*group, step.column]].itertuples(index=False, name=None)
        gone = raw[[row not in shown for row in rows]]
        assert gone["value"].between(1, 4).sum() == raw["value"].between(1, 4).sum()
    for key, cells in gone.groupby(group):
        yield cells, int(own.get(key, 0))


@pytest.mark.parametrize("name", FOLDED)
def test_no_hidden_cell_of_a_shipped_series_follows_from_its_total(
    name: str, figures: Path
) -> None:
    assert sum(worked_out(*group) for group in hidden_of(name, figures, naive=False)) == 0


def test_the_attack_succeeds_where_small_cells_alone_are_put_together(figures: Path) -> None:
    groups = (group for name in FOLDED for group in hidden_of(name, figures, naive=True))
    assert sum(worked_out(*group) for group in groups) > 20


@pytest.mark.parametrize("missing", ["figures", "descriptor"])
def test_building_from_an_empty_folder_names_what_is_missing(tmp_path: Path, missing: str) -> None:
    if missing == "figures":
        (tmp_path / DESCRIPTOR).write_bytes((SHIPPED / DESCRIPTOR).read_bytes())
    run = CliRunner().invoke(
        main, ["flows", "build", "--figures", str(tmp_path), "--into", str(tmp_path)]
    )
    assert run.exit_code == 1
    assert (DESCRIPTOR if missing == "descriptor" else ".csv is missing") in run.output
    assert "Traceback" not in run.output


def test_every_file_is_the_one_whose_hash_the_descriptor_has() -> None:
    for each in json.loads((SHIPPED / DESCRIPTOR).read_text(encoding="utf-8"))["resources"]:
        content = (SHIPPED / each["path"]).read_bytes()
        assert each["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_the_descriptor_is_a_valid_data_package() -> None:
    # All rows are validated elsewhere; frictionless takes its time over them.
    report = validate(str(SHIPPED / DESCRIPTOR), limit_rows=20)
    assert report.valid, report.flatten(["title", "type", "message"])
    package = Package(str(SHIPPED / DESCRIPTOR))
    assert package.to_descriptor()["resources"]
    assert sorted(resource.name for resource in package.resources) == SERIES
    for resource in package.resources:
        assert resource.schema.field_names == list(NAMES)


def test_every_column_is_documented_and_every_measure_has_a_unit() -> None:
    assert all(column.title and column.meaning for column in COLUMNS)
    assert {column.name for column in COLUMNS if column.unit} >= {"value", "age", "period"}


def test_the_catalogue_is_a_table_with_a_row_for_every_series() -> None:
    table = flows.catalogue()
    assert sorted(table.index) == SERIES
    assert not table[["title", "counts", "publisher", "licence", "main caveat"]].isna().any().any()


def test_loading_prints_one_line_with_what_is_counted_and_the_main_caveat(
    capsys: pytest.CaptureFixture[str],
) -> None:
    flows.load("mexico-events")
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    assert "counts events" in printed
    assert flows.describe("mexico-events").caveats[0] in printed


def test_a_caller_cannot_change_the_table_for_the_next_one() -> None:
    mine = flows.load("mexico-events", quiet=True)
    mine["value"] = 0
    assert flows.load("mexico-events", quiet=True)["value"].sum() > 0


def test_an_unknown_series_is_named_with_those_there_are() -> None:
    with pytest.raises(KeyError, match=r"no series 'nothing'.*mexico-events"):
        flows.load("nothing")


def test_the_ibis_table_has_the_same_rows() -> None:
    assert flows.table("mexico-events").value.sum().execute() == 3_266_581


def test_the_annual_figure_of_2025_is_the_published_one() -> None:
    (annual,) = flows.describe("mexico-events").annual
    by_year = shipped("mexico-events-by-year")
    assert annual.value == by_year[by_year["period"].dt.year == 2025]["value"].sum() == 155_730


def test_the_darien_has_no_rows_for_the_months_in_which_it_was_closed() -> None:
    months = set(shipped("darien-transits")["period"].dt.strftime("%Y-%m"))
    assert months.isdisjoint({"2020-04", "2020-05", "2020-07"})


def test_events_of_children_are_not_the_channelled() -> None:
    table = shipped("mexico-events-by-sex-age")
    children = table[(table["age"] != "18+") & (table["period"].dt.year == 2024)]
    assert children["value"].sum() == 138_882
    by_year = shipped("mexico-events-by-year")
    assert by_year[by_year["measure"] == "channelled"]["value"].sum() == 248_384


def test_the_catalogue_speaks_the_readers_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRAVESIA_LANGUAGE", "es")
    flows.load("mexico-events")
    assert capsys.readouterr().out == (
        "mexico-events cuenta eventos. Un evento es una vez que la autoridad migratoria detectó a "
        "una persona en situación irregular; una persona detectada dos veces son dos eventos. Ten "
        "en cuenta: Eventos, no personas.\n"
    )
    assert "Eventos, no personas." in set(flows.catalogue()["main caveat"])
    told = flows.describe("darien-transits")
    assert "de 2020-01 a 2025-04" in told.citation_in("es")
    # What is written into the figures' own files stays the same whoever builds them.
    assert "2020-01 to 2025-04" in told.citation
