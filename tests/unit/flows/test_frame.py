"""Figures that remember what they count, through what an analyst does with them in pandas."""

import copy
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import ibis
import pandas as pd
import plotly.express as px
import pyarrow as pa
import pytest

from travesia import flows
from travesia.flows import MixedCountsWarning
from travesia.flows.frame import counted

Table = flows.FlowTable


@pytest.fixture
def events() -> Table:
    return flows.load("mexico-events", quiet=True)


@pytest.fixture
def encounters() -> Table:
    return flows.load("cbp-encounters", quiet=True)


def by_month(table: Table) -> Any:
    return table.groupby("period")["value"].sum()


def by_nationality(table: Table) -> Any:
    return table.pivot_table(index="period", columns="nationality", values="value", aggfunc="sum")


COMPARISONS: dict[str, Callable[[Table, Table], object]] = {
    "totals divided": lambda a, b: a["value"].sum() / b["value"].sum(),
    "totals added": lambda a, b: a["value"].sum() + b["value"].sum(),
    "totals compared": lambda a, b: a["value"].sum() < b["value"].sum(),
    "months divided": lambda a, b: by_month(a) / by_month(b),
    "months subtracted": lambda a, b: by_month(a) - by_month(b),
    "months compared": lambda a, b: by_month(a).reindex(by_month(b).index) > by_month(b),
    "concatenated and totalled": lambda a, b: pd.concat([a, b])["value"].sum(),
    "concatenated and grouped": lambda a, b: pd.concat([a, b]).groupby("period")["value"].sum(),
    "concatenated and pivoted": lambda a, b: pd.concat([a, b]).pivot_table(
        index="period", columns="nationality", values="value", aggfunc="sum"
    ),
    "filtered and totalled": lambda a, b: (
        a[a["nationality"] == "HND"]["value"].sum() / b.query("nationality == 'HND'")["value"].sum()
    ),
    "totals added up by Python": lambda a, b: sum([a["value"].sum(), b["value"].sum()]),
    "a percentage": lambda a, b: 100 * a["value"].sum() / b["value"].sum(),
    "totals equal": lambda a, b: a["value"].sum() == b["value"].sum(),
    "one month divided": lambda a, b: by_month(a)["2023-05-01"] / by_month(b).loc["2023-05-01"],
    "one row compared": lambda a, b: by_month(a).iloc[3] < by_month(b).iat[3],
    "months divided by name": lambda a, b: by_month(a).div(by_month(b)),
    "tables divided": lambda a, b: by_nationality(a) / by_nationality(b),
    "tables divided by name": lambda a, b: by_nationality(a).div(by_nationality(b)),
    "columns added up side by side": lambda a, b: pd.concat(
        [by_month(a), by_month(b)], axis=1, sort=True
    ).sum(axis=1),
    "totalled as numbers with a point": lambda a, b: (
        pd.concat([a, b])["value"].astype("float64").sum()
    ),
    "added up as they run": lambda a, b: pd.concat([a, b])["value"].cumsum(),
    "a share of another's total": lambda a, b: by_month(a) / b["value"].sum(),
}


@pytest.mark.parametrize("comparison", COMPARISONS)
def test_comparing_different_counts_warns_and_names_both(
    comparison: str, events: Table, encounters: Table
) -> None:
    with pytest.warns(MixedCountsWarning) as caught:
        COMPARISONS[comparison](events, encounters)
    assert "mexico-events (events)" in str(caught[0].message)
    assert "cbp-encounters (encounters)" in str(caught[0].message)
    assert caught[0].filename == __file__


@pytest.mark.parametrize("comparison", COMPARISONS)
def test_comparing_the_same_count_does_not_warn(comparison: str, events: Table) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        COMPARISONS[comparison](events, flows.load("mexico-events", quiet=True))


def test_figures_put_together_may_be_told_apart_again(events: Table, encounters: Table) -> None:
    both = pd.concat([events, encounters])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        both.groupby(["counts", "period"])["value"].sum()
        alone = both[both["series"] == "mexico-events"]
        assert alone["value"].sum() == events["value"].sum()
        alone.groupby("period")["value"].sum()


def test_the_mark_lives_through_selections_and_groups(events: Table) -> None:
    for figures in (
        events[events["value"] > 100],
        events.groupby("nationality")["value"].sum(),
        events.groupby("nationality").sum(numeric_only=True),
        events.pivot_table(index="period", columns="nationality", values="value"),
        events.set_index("period").sort_index().loc["2023"],
        by_month(events).diff(),
        pickle.loads(pickle.dumps(events["value"].sum())),
    ):
        assert {mark.counts for mark in counted(figures)} == {"events"}


def test_a_total_is_a_whole_number_like_any_other(events: Table) -> None:
    total = events["value"].sum()
    assert total == 3_266_581
    assert isinstance(total, int)
    assert f"{total:,}" == "3,266,581"
    assert total / 2 == 1_633_290.5


def test_words_and_truth_values_are_no_figures(events: Table, encounters: Table) -> None:
    both = pd.concat([events, encounters])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert both["nationality"].eq("HND").sum() > 0
        assert both["suppressed"].sum() == 0


def test_a_year_is_no_figure(events: Table, encounters: Table) -> None:
    first, other = (
        table.assign(year=table["period"].dt.year.astype("int64"))["year"].iloc[0]
        for table in (events, encounters)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert first > other


def test_grouping_keeps_its_columns_as_in_any_table(events: Table) -> None:
    for keys in ("period", ["period", "nationality"]):
        ours = events.groupby(keys, as_index=False)["value"].sum()
        plain = pd.DataFrame(events).groupby(keys, as_index=False)["value"].sum()
        pd.testing.assert_frame_equal(pd.DataFrame(ours), plain)


def test_copies_and_pickles_remember(events: Table) -> None:
    for figures in (events.copy(), copy.deepcopy(events), pickle.loads(pickle.dumps(events))):
        assert counted(figures) == counted(events)


def test_other_libraries_take_the_table_as_any_other(events: Table) -> None:
    assert pa.Table.from_pandas(events).num_rows == len(events)
    assert ibis.memtable(pd.DataFrame(events)).count().execute() == len(events)
    monthly = events.groupby("period", as_index=False)["value"].sum()
    assert len(px.line(monthly, x="period", y="value").data[0].x) == 88
