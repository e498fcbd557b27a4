"""A figure that is missing or withheld is no zero, and nothing is worked out from what is left."""

import numpy as np
import pandas as pd
import pytest

from travesia.charts import (
    About,
    Chart,
    ChartDataError,
    age_sex_pyramid,
    corridors,
    origin_destination,
    uncertainty_band,
)

MISSING = pytest.mark.parametrize("missing", [np.nan, pd.NA, None])


@pytest.fixture
def language() -> str:
    return "en"


def moves(*rows: tuple[str, str, object]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["origin", "destination", "value"])


def pyramid(about: About, *rows: tuple[str, str, object]) -> Chart:
    data = pd.DataFrame(list(rows), columns=["sex", "age", "value"])
    return age_sex_pyramid(data, about, ages=list(dict.fromkeys(data["age"])))


def band(*rows: tuple[str, object, object, object]) -> pd.DataFrame:
    data = pd.DataFrame(list(rows), columns=["period", "value", "low", "high"])
    return data.assign(period=pd.to_datetime(data["period"]))


def cells(chart: Chart) -> list[list[str]]:
    return [list(map(str, row[1:])) for row in chart.table.itertuples(index=False)]


# Origins and destinations


@MISSING
def test_a_missing_cell_of_the_heat_map_is_empty_and_no_zero(about: About, missing: object) -> None:
    chart = origin_destination(moves(("HND", "MEX", 100), ("GTM", "MEX", missing)), about)
    assert cells(chart) == [["100"], ["–"]]
    assert chart.spec["data"][0]["z"] == [[100.0], [None]]
    assert "Missing figures are in no sum." in chart.summary


def test_a_sankey_says_that_figures_are_missing(about: About) -> None:
    whole = moves(("HND", "MEX", 100), ("GTM", "MEX", 10))
    assert "Missing" not in corridors(whole, about).summary
    chart = corridors(whole.assign(value=[100, pd.NA]), about)
    assert cells(chart) == [["Mexico", "100"]]
    assert "Missing figures are in no sum." in chart.summary


def test_the_tables_own_other_is_joined_with_the_rest(about: About) -> None:
    table = moves(
        ("other", "MEX", 1000), ("HND", "MEX", 900), ("GTM", "USA", 800), ("CUB", "USA", 70)
    )
    chart = corridors(table, about, most=2)
    assert chart.table.to_numpy().tolist() == [
        ["Honduras", "Mexico", "900"],
        ["Guatemala", "United States", "800"],
        ["Other", "Other", "1,070"],
    ]
    assert chart.summary.startswith("The largest corridor is Honduras – Mexico with 900")


def test_the_place_that_all_the_rest_leads_to_is_named(about: About) -> None:
    table = moves(("other", "MEX", 1000), ("HND", "MEX", 900), ("GTM", "MEX", 800))
    chart = corridors(table, about, most=1)
    assert chart.table.to_numpy()[-1].tolist() == ["Other", "Mexico", "1,800"]


def test_a_corridor_into_other_is_none_of_its_own(about: About) -> None:
    table = moves(("MEX", "other", 1000), ("MEX", "HND", 900), ("MEX", "GTM", 800))
    chart = corridors(table, about)
    assert chart.table.to_numpy()[-1].tolist() == ["Mexico", "Other", "1,000"]
    assert chart.summary.startswith("The largest corridor is Mexico – Honduras")


def test_an_other_too_small_to_show_takes_a_named_corridor_with_it(about: About) -> None:
    table = moves(("other", "MEX", 3), ("HND", "MEX", 90), ("GTM", "MEX", 80))
    assert cells(corridors(table, about)) == [["Mexico", "90"], ["Mexico", "83"]]


# Ages and sexes


@MISSING
def test_a_missing_group_of_the_pyramid_is_no_zero_and_no_share_is_given(
    about: About, missing: object
) -> None:
    chart = pyramid(about, ("female", "0-17", 100), ("male", "0-17", missing),
                    ("female", "18+", 50), ("male", "18+", 60))  # fmt: skip
    assert cells(chart) == [["100", "–"], ["50", "60"]]
    assert chart.spec["data"][1]["x"] == [None, 60.0]
    assert "%" not in chart.summary


def test_no_share_is_given_of_a_group_that_is_known_in_part(about: About) -> None:
    chart = pyramid(about, ("female", "0-17", 100), ("male", "0-17", 60), ("male", "0-17", np.nan))
    assert "%" not in chart.summary
    assert "Missing figures are in no sum." in chart.summary


def test_no_share_gives_a_withheld_group_away(about: About) -> None:
    chart = pyramid(about, ("female", "0-17", 3), ("male", "0-17", 60))
    assert cells(chart) == [["< 5", "60"]]
    assert "%" not in chart.summary
    assert "is not given, because a figure is missing or not shown" in chart.summary
    whole = pyramid(about, ("female", "0-17", 20), ("male", "0-17", 60))
    assert "women and girls are 25%" in whole.summary


def test_a_pyramid_of_zeros_says_so(about: About) -> None:
    chart = pyramid(about, ("female", "0-17", 0), ("male", "0-17", 0))
    assert chart.summary.startswith("No figure shown is above zero.")


# Estimates


@MISSING
def test_a_missing_estimate_is_a_gap(about: About, missing: object) -> None:
    table = band(("2024-01", 10, 5, 15), ("2024-02", missing, missing, missing),
                 ("2024-03", 30, 25, 40))  # fmt: skip
    chart = uncertainty_band(table, about)
    line = next(trace for trace in chart.spec["data"] if "customdata" in trace)
    assert line["y"] == [10.0, None, 30.0]
    assert cells(chart)[1] == ["–", "–", "–"]


def test_a_bound_that_is_missing_leaves_the_estimate(about: About) -> None:
    table = band(("2024-01", 10, np.nan, np.nan), ("2024-02", 20, np.nan, 30))
    chart = uncertainty_band(table, about)
    assert chart.summary.startswith("The last estimate, for February 2024, is 20 (– to 30). It")
    assert not [trace for trace in chart.spec["data"] if "fill" in trace]


def test_nothing_is_drawn_across_months_without_a_row(about: About) -> None:
    table = band(("2024-01", 10, 5, 15), ("2024-02", 20, 15, 25), ("2024-06", 30, 25, 40))
    january, june, line, dot = uncertainty_band(table, about).spec["data"]
    assert max(january["x"]) == pd.Timestamp("2024-02-01")
    assert set(june["x"]) == {pd.Timestamp("2024-06-01")}
    assert line["y"] == [10.0, 20.0, None, None, None, 30.0]
    assert line["connectgaps"] is False
    assert (dot["mode"], dot["y"]) == ("markers", [30.0])


def test_an_estimated_count_too_small_to_show_goes_with_its_bounds(about: About) -> None:
    table = band(("2024-01", 2, 1, 8), ("2024-02", 20, 3, 25), ("2024-03", 30, 25, 40))
    chart = uncertainty_band(table, about)
    assert cells(chart) == [
        ["< 5", "< 5", "not shown"], ["20", "< 5", "25"], ["30", "25", "40"],
    ]  # fmt: skip
    drawn = [value for trace in chart.spec["data"] for value in trace["y"] if value is not None]
    assert not {2.0, 1.0, 8.0, 3.0} & set(drawn)
    assert "Counts from 1 to 4 are not shown." in chart.summary


def test_estimates_that_are_all_small_are_refused_with_the_remedy(about: About) -> None:
    with pytest.raises(ChartDataError, match="figures='rates'"):
        uncertainty_band(band(("2024-01", 2.4, 1.1, 3.4)), about)
    with pytest.raises(ChartDataError, match="is missing"):
        uncertainty_band(band(("2024-01", np.nan, 1, 3)), about)
    with pytest.raises(ChartDataError, match="'odds'"):
        uncertainty_band(band(("2024-01", 20, 10, 30)), about, figures="odds")


def test_rates_are_written_with_their_decimals_and_withhold_no_count(about: About) -> None:
    table = band(("2024-01", 2.4, 1.1, 3.4), ("2024-02", 0.0432, 0, 1234.6))
    chart = uncertainty_band(table, about, figures="rates")
    assert cells(chart) == [["2.4", "1.1", "3.4"], ["0.0432", "0", "1,235"]]
    assert "Counts from" not in chart.summary


def test_a_share_with_a_bound_above_all_is_a_share_if_said_to_be(about: About) -> None:
    table = band(("2024-01", 0.2, 0.1, 0.4), ("2024-02", 0.9, 0.8, 1.02))
    chart = uncertainty_band(table, about, figures="shares")
    assert cells(chart) == [["20%", "10%", "40%"], ["90%", "80%", "102%"]]
    assert "Counts from" not in chart.summary


def test_fractions_of_one_are_shares_and_zeros_and_ones_are_counts(about: About) -> None:
    shares = uncertainty_band(band(("2024-01", 0.2, 0, 0.4)), about)
    assert cells(shares) == [["20%", "0%", "40%"]]
    counts = uncertainty_band(band(("2024-01", 0, 0, 0), ("2024-02", 1, 0, 1)), about)
    assert cells(counts) == [["0", "0", "0"], ["< 5", "not shown", "< 5"]]


def test_two_estimates_of_a_month_are_refused(about: About) -> None:
    with pytest.raises(ChartDataError, match="January 2024 has more than one estimate"):
        uncertainty_band(band(("2024-01", 10, 5, 15), ("2024-01", 20, 5, 25)), about)
