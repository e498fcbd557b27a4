"""Synthetic records: they agree with the published margins, and say everywhere what they are."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from travesia import flows
from travesia.cli import main
from travesia.flows import engine, margins, queries, rollup, synthetic
from travesia.flows.columns import NAMES

ROWS = 400_000


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    return synthetic.generate(folder / "records.parquet", ROWS, seed=7)


@pytest.fixture(scope="module")
def table(records: Path) -> pd.DataFrame:
    return pd.read_parquet(records)


def test_every_row_the_file_and_its_name_say_that_they_are_synthetic(
    records: Path, table: pd.DataFrame
) -> None:
    assert "synthetic" in records.name
    assert table["synthetic"].all()
    assert set(table["status"]) == {"synthetic"}
    assert set(table["series"]) == {"synthetic-events"}
    about = pq.read_metadata(records).metadata
    assert b"describe no person" in about[b"synthetic"]


def test_records_have_the_columns_of_a_flow_table(table: pd.DataFrame) -> None:
    assert tuple(table.columns) == (*NAMES, "synthetic")
    assert len(table) == ROWS
    assert (table["value"] == 1).all()


def test_each_month_has_its_published_share_of_the_records(table: pd.DataFrame) -> None:
    events = flows.load("mexico-events", quiet=True).groupby("period")["value"].sum()
    expected = events.astype("float64") / events.sum() * ROWS
    drawn = table.groupby("period").size()
    drawn.index = pd.to_datetime(drawn.index)
    assert (drawn - expected).abs().max() < 1


@pytest.mark.parametrize(
    ("series", "columns"),
    [
        ("mexico-events", ["nationality"]),
        ("mexico-events-by-sex-age", ["age", "accompaniment"]),
        ("mexico-events-by-sex-age", ["sex"]),
    ],
)
def test_margins_agree_with_the_published_ones_within_the_chance_of_drawing(
    table: pd.DataFrame, series: str, columns: list[str]
) -> None:
    published = pd.DataFrame(flows.load(series, quiet=True))
    published["sex"] = published["sex"].replace("all", "unknown") if "sex" in columns else "all"
    shares = published.groupby(columns)["value"].sum().astype("float64")
    shares /= shares.sum()
    drawn = table.groupby(columns).size().reindex(shares.index, fill_value=0)
    # Standardised distances; the two published tables differ by 0.04 % among themselves.
    distance = (drawn - shares * ROWS) / np.sqrt(shares * ROWS + 1)
    assert distance.abs().max() < 4.5


def test_the_fitted_table_has_both_published_margins_in_every_month() -> None:
    fitted = margins.published()
    events = pd.DataFrame(flows.load("mexico-events", quiet=True)).pivot_table(
        index="period", columns="nationality", values="value", aggfunc="sum", fill_value=0
    )
    assert np.allclose(fitted.events.sum(axis=2), events.to_numpy(dtype="float64"))
    assert np.allclose(fitted.by_state.sum(axis=1), 1)


def test_fitting_keeps_the_seeds_associations() -> None:
    seed = np.array([[[4.0, 1.0], [1.0, 1.0]]])
    fitted = margins.fit(seed, np.array([[60.0, 40.0]]), np.array([[70.0, 30.0]]))
    assert fitted.sum(axis=2).ravel() == pytest.approx([60, 40])
    assert fitted.sum(axis=1).ravel() == pytest.approx([70, 30])
    odds = fitted[0, 0, 0] * fitted[0, 1, 1] / (fitted[0, 0, 1] * fitted[0, 1, 0])
    assert odds == pytest.approx(4.0)


def test_margins_that_do_not_agree_are_refused() -> None:
    with pytest.raises(ValueError, match="different totals"):
        margins.fit(np.ones((1, 2, 2)), np.array([[1.0, 1.0]]), np.array([[3.0, 1.0]]))


def test_the_same_seed_gives_the_same_records_and_another_gives_others(tmp_path: Path) -> None:
    first, again, other = (
        pd.read_parquet(synthetic.generate(tmp_path / f"synthetic-{name}.parquet", 5000, seed=seed))
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


def test_chunks_add_up_to_the_rows_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synthetic, "CHUNK", 700)
    told: list[int] = []
    made = synthetic.generate(tmp_path / "synthetic.parquet", 5000, tell=told.append)
    assert sum(told) == 5000
    assert max(told) == 700
    assert pq.read_metadata(made).num_row_groups == len(told)


def test_equal_records_lie_together_in_groups_that_readers_share_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synthetic, "ROW_GROUP", 500)
    made = synthetic.generate(tmp_path / "synthetic.parquet", 5000)
    assert pq.read_metadata(made).num_row_groups == 10
    table = pd.read_parquet(made)
    first = table[table["period"] == table["period"].max()]
    # The fitted table has its own order of nationalities: each stands together all the same.
    runs = (first["nationality"] != first["nationality"].shift()).sum()
    assert runs == first["nationality"].nunique()


def test_an_interrupted_run_leaves_no_file(tmp_path: Path) -> None:
    def interrupt(_made: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthetic.generate(tmp_path / "synthetic.parquet", 1000, tell=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_it_wrote_and_names_the_file_synthetic(tmp_path: Path) -> None:
    run = CliRunner().invoke(
        main, ["flows", "synthetic", "--rows", "1000", "--out", str(tmp_path / "records.parquet")]
    )
    assert run.exit_code == 0, run.output
    assert "describe no person" in run.output
    assert "synthetic-records.parquet: 1,000 synthetic records" in run.output
    assert (tmp_path / "synthetic-records.parquet").is_file()


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "synthetic.parquet"
    run = CliRunner().invoke(main, ["flows", "synthetic", "--rows", "10", "--out", str(out)])
    assert run.exit_code == 1
    assert "nowhere" in run.output
    assert "Traceback" not in run.output


@pytest.fixture(scope="module")
def rolled(records: Path, tmp_path_factory: pytest.TempPathFactory) -> rollup.Rollup:
    target = tmp_path_factory.mktemp("rollup") / "rollup.parquet"
    return rollup.in_background(records, target).result(timeout=60)


QUESTIONS: dict[str, Any] = {
    "monthly totals": lambda table: queries.monthly_totals(table, ["nationality"]),
    "corridors": queries.corridors,
    "shares": lambda table: queries.shares(table, "nationality"),
    "unaccompanied": queries.unaccompanied_children,
    "change": lambda table: queries.change_on_year_before(table, year="us-fiscal"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_rollup_gives_the_answers_of_its_records(
    question: str, rolled: rollup.Rollup, records: Path
) -> None:
    def answer(table: Any) -> pd.DataFrame:
        found = QUESTIONS[question](table).execute()
        exact = [name for name in found.columns if found[name].dtype.kind != "f"]
        return found.sort_values(exact, ignore_index=True)

    pd.testing.assert_frame_equal(answer(rolled.table), answer(engine.read(records)))


def test_a_rollup_is_much_smaller_than_its_records_and_filters_as_pandas_does(
    rolled: rollup.Rollup, table: pd.DataFrame
) -> None:
    assert rolled.table.count().execute() < ROWS / 4
    found = rolled.totals(
        ["period"], start=pd.Timestamp("2022-01-01").date(), nationality=["HND", "GTM"],
        sex=["female"],
    )  # fmt: skip
    kept = table[
        table["nationality"].isin(["HND", "GTM"])
        & (table["sex"] == "female")
        & (pd.to_datetime(table["period"]) >= "2022-01-01")
    ]
    assert found["value"].tolist() == kept.groupby("period").size().tolist()


def test_a_rollup_is_made_anew_when_its_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    made = synthetic.generate(tmp_path / "synthetic.parquet", 2000)
    first = rollup.roll_up(made)
    assert rollup.roll_up(made).path == first.path
    synthetic.generate(made, 3000)
    second = rollup.roll_up(made)
    assert second.table.value.sum().execute() == 3000
    assert second.path != first.path


def test_a_rollup_of_nothing_gives_its_error_to_whoever_waits(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        rollup.in_background(tmp_path / "absent.parquet").result(timeout=30)
