"""The shipped table of children's events: the published figures without their small cells."""

import os
from collections import defaultdict
from csv import DictReader
from pathlib import Path

import pandas as pd
import pytest

from travesia import flows
from travesia.flows.catalogue import SMALLEST_CELL

FIGURES = Path(__file__).parents[4] / "shared" / "figures"
SERIES = "mexico-children-events"
AGES = {
    "under 12, accompanied": "under-12-accompanied",
    "under 12, unaccompanied": "under-12-unaccompanied",
    "12-17": "12-17",
    "18+": "18-plus",
}


def figures(name: str) -> Path:
    path = FIGURES / name
    if not path.is_file():
        sentence = f"{path} is absent: put the project's shared figures beside the checkout."
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return path


def test_every_cell_is_the_sum_of_both_sexes_in_the_published_figures() -> None:
    published: dict[tuple[str, str], int] = defaultdict(int)
    source = figures("mexico_upm_irregular_events_by_sex_age_month.csv")
    with source.open(encoding="utf-8", newline="") as rows:
        for row in DictReader(rows):
            published[row["month"], AGES[row["age"]]] += int(row["events"])
    table = flows.load(SERIES)
    shipped = {
        (month.strftime("%Y-%m"), group): events
        for month, group, events in zip(
            table["month"], table["group"], table["events"], strict=True
        )
    }
    assert shipped == dict(published)


def test_the_annual_figure_is_the_published_one_and_is_of_all_ages() -> None:
    with figures("annual_figures.csv").open(encoding="utf-8", newline="") as rows:
        published = {
            (int(row["period"]), row["category"]): int(float(row["value"]))
            for row in DictReader(rows)
            if row["series"] == "mx_irregular_events_published_total"
        }
    for annual in flows.describe(SERIES).annual:
        assert annual.group == "all ages"
        assert annual.events == published[annual.year, "all"]


def test_no_cell_from_one_to_four_ships() -> None:
    table = flows.load(SERIES)
    events = table.loc[~table["suppressed"], "events"]
    assert not events.between(1, SMALLEST_CELL - 1).any()
    assert list(table.columns) == ["month", "group", "events", "suppressed"]


def test_no_difference_between_shipped_cells_is_a_small_cell_of_the_source() -> None:
    # Sexes are not shipped, so what is left to subtract are whole groups of a month.
    table = flows.load(SERIES).pivot_table(index="month", columns="group", values="events",
                                           observed=True)  # fmt: skip
    children = table.drop(columns="18-plus")
    for group in children:
        assert (children.sum(axis=1) - children[group] >= SMALLEST_CELL).all()


def test_every_month_from_start_to_end_has_every_group() -> None:
    table, series = flows.load(SERIES), flows.describe(SERIES)
    months = pd.date_range(series.start, series.end, freq="MS")
    assert set(table["month"]) == set(months)
    assert len(table) == len(months) * len(series.groups)
    assert set(table["group"]) == set(series.groups)


def test_the_metadata_say_what_is_counted_and_where_counting_changed() -> None:
    series = flows.describe(SERIES)
    assert series.counts == "events"
    assert [each.day.isoformat() for each in series.breaks] == ["2021-01-11"]
    assert (series.start, series.end) == ("2018-01", "2025-04")


def test_a_caller_cannot_change_the_table_for_the_next_one() -> None:
    mine = flows.load(SERIES)
    mine["events"] = 0
    assert flows.load(SERIES)["events"].sum() > 0


def test_an_unknown_series_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        flows.load("nothing")
