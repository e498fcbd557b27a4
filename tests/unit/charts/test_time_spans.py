"""A chart over time draws what its figures span: months, years, US fiscal years, lone months."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from travesia.charts import About, Chart, ChartDataError, small_multiples, time_series
from travesia.charts.naming import about as about_series
from travesia.flows import catalogue, load


def months(values: dict[str, float | None]) -> pd.DataFrame:
    return pd.DataFrame(
        {"period": pd.to_datetime([f"{month}-01" for month in values]), "value": values.values()}
    )


def traces(chart: Chart, mode: str) -> list[Any]:
    return [trace for trace in chart.spec["data"] if trace["mode"] == mode]


def rows(chart: Chart) -> dict[str, str]:
    return dict(chart.table.itertuples(index=False, name=None))


@pytest.fixture
def language() -> str:
    return "en"


def test_years_are_drawn_and_told_as_years(about: About) -> None:
    years = pd.DataFrame(
        {
            "period": pd.to_datetime(["2022-01-01", "2023-01-01", "2025-01-01"]),
            "frequency": ["year", "year", "part-year"],
            "value": [100, 300, 70],
        }
    )
    chart = time_series(years, about)
    assert rows(chart) == {"2022": "100", "2023": "300", "2024": "–", "2025 (in part)": "70"}
    assert chart.summary.startswith(
        "The highest: 2023 with 300. The last: 2025 (in part) with 70. The series ends in 2025:"
    )
    assert chart.monthly is None
    (line,) = traces(chart, "lines+markers")
    assert line["y"] == [100, 300, None, 70]


def test_a_us_fiscal_year_is_called_and_drawn_by_the_year_in_which_it_ends(about: About) -> None:
    years = pd.DataFrame(
        {
            "period": pd.to_datetime(["2018-10-01", "2019-10-01"]),
            "frequency": "us-fiscal-year",
            "value": [851_508, 400_651],
        }
    )
    chart = time_series(years, about)
    assert rows(chart) == {"fiscal year 2019": "851,508", "fiscal year 2020": "400,651"}
    (line,) = traces(chart, "lines+markers")
    assert [day.year for day in line["x"]] == [2019, 2020]


def test_small_multiples_draw_years_too(about: About) -> None:
    years = pd.DataFrame(
        {
            "period": pd.to_datetime(["2022-01-01", "2023-01-01"] * 2),
            "frequency": "year",
            "sex": ["female", "female", "male", "male"],
            "value": [10, 20, 30, 40],
        }
    )
    chart = small_multiples(years, about, by="sex")
    assert list(chart.table.iloc[:, 0]) == ["2022", "2023"]
    assert "The highest years are" in chart.summary
    assert len(traces(chart, "lines+markers")) == 2


@pytest.mark.parametrize("series", catalogue().index)
def test_every_figure_of_every_series_is_drawn_in_its_chart_over_time(series: str) -> None:
    """Else a line without a neighbour for its only point would be drawn as nothing."""
    table = load(series, quiet=True)
    chart = time_series(table, about_series(series, "en"))
    drawn: set[Any] = set()
    for trace in chart.spec["data"]:
        there = [value is not None for value in trace["y"]]
        beside = [
            trace["mode"] != "lines" or any(there[max(0, at - 1) : at] + there[at + 1 : at + 2])
            for at in range(len(there))
        ]
        drawn |= {
            day for day, one, two in zip(trace["x"], there, beside, strict=True) if one and two
        }
    figures = table.groupby("period")["value"].sum(min_count=1)
    assert len(drawn) == (figures.notna() & ~figures.between(1, 4)).sum()


def test_a_month_between_two_gaps_is_a_dot(about: About) -> None:
    chart = time_series(
        months({"2024-01": 10, "2024-02": 20, "2024-04": 40, "2024-06": 60, "2024-07": 70}), about
    )
    (dots,) = traces(chart, "markers")
    assert dots["x"] == [pd.Timestamp("2024-04-01")]
    assert dots["y"] == [40]


def test_a_year_that_is_not_whole_says_which_months_it_has(about: About) -> None:
    within = {f"2021-{month:02}": 100 for month in range(1, 13)}
    first = {f"2020-{month}": 100 for month in (10, 11, 12)}
    gap = {f"2022-{month:02}": 100 for month in range(1, 13) if month not in {4, 5}}
    chart = time_series(months(first | within | gap | {"2023-01": 100, "2023-02": 100}), about)
    assert list(rows(chart)) == [
        "2020, from October", "2021", "2022, 10 of 12 months", "2023, to February",
    ]  # fmt: skip


def test_a_year_with_a_withheld_month_is_that_much_or_more(about: About) -> None:
    figures: dict[str, float | None] = {f"2024-{month:02}": 100 for month in range(1, 13)}
    chart = time_series(months({**figures, "2024-02": 3, "2024-03": 4, "2024-04": 4}), about)
    assert rows(chart) == {"2024": "900 or more"}


def test_windows_and_rates_are_not_added_up_to_years(about: About) -> None:
    table = months({"2024-01": 100, "2024-02": 110})
    chart = time_series(table, about, sums=False)
    assert rows(chart) == {"January 2024": "100", "February 2024": "110"}
    assert chart.monthly is None


def test_what_a_publisher_calls_other_is_joined_with_the_rest_and_stands_last(
    about: About,
) -> None:
    codes = ["other", "GTM", "HND", "SLV", "NIC", "CUB", "HTI"]
    table = pd.DataFrame(
        {
            "period": pd.Timestamp("2024-01-01"),
            "nationality": codes,
            "value": [900, 80, 70, 60, 50, 40, 30],
        }
    )
    chart = time_series(table, about, by="nationality")
    heads = list(chart.table.columns)
    assert heads[1:] == ["Guatemala", "Honduras", "El Salvador", "Nicaragua", "Other"]
    assert chart.table["Other"].iloc[0] == "970"


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (pd.DataFrame({"period": ["2024-01"], "value": [10]}), "'2024-01', which is no timestamp"),
        (
            pd.DataFrame({"period": pd.to_datetime(["2024-01-15"]), "value": [10]}),
            "2024-01-15, which is not the first day of a month",
        ),
        (
            pd.DataFrame(
                {
                    "period": pd.to_datetime(["2024-01-01", "2024-01-01"]),
                    "frequency": ["month", "year"],
                    "value": [10, 100],
                }
            ),
            "mixes periods \\(month, year\\)",
        ),
        (months({"2024-01": None}), "no figures"),
    ],
    ids=["text", "within a month", "mixed", "all missing"],
)
def test_a_table_that_cannot_be_drawn_is_refused_in_a_sentence(
    about: About, table: pd.DataFrame, sentence: str
) -> None:
    with pytest.raises(ChartDataError, match=sentence):
        time_series(table, about)


def test_figures_that_end_before_their_series_do_not_say_that_it_ends(about: About) -> None:
    chosen = months({"2023-11": 30, "2023-12": 20})
    ended, cut = about, replace(about, until="2025-04")
    for chart in (time_series(chosen, ended), small_multiples(chosen.assign(g="a"), ended, by="g")):
        assert "The series ends in December 2023" in chart.summary
    for chart in (time_series(chosen, cut), small_multiples(chosen.assign(g="a"), cut, by="g")):
        assert "The series ends" not in chart.summary
        assert "go to December 2023; the series itself, to April 2025." in chart.summary
    layout = time_series(chosen, cut).spec["layout"]
    assert not any(shape["type"] == "rect" for shape in layout["shapes"])
    assert not any("Series ends" in note["text"] for note in layout["annotations"])
    of_2023 = pd.DataFrame(load("mexico-events", quiet=True))
    of_2023 = of_2023[of_2023["period"].dt.year == 2023]
    assert "The series ends" not in time_series(of_2023, about_series("mexico-events")).summary


def test_a_chart_of_one_year_names_its_months_and_one_of_a_month_stands_off_the_edge(
    about: About,
) -> None:
    cut = replace(about, until="2025-04")
    axis = time_series(months({"2023-01": 30, "2023-12": 20}), cut).figure.layout.xaxis
    assert axis.ticktext == ("Jan<br>2023", "Mar", "May", "Jul", "Sept", "Nov")
    alone = months({"2023-01": 30})
    for chart in (time_series(alone, cut), small_multiples(alone.assign(g="a"), cut, by="g")):
        low, high = map(pd.Timestamp, chart.figure.layout.xaxis.range)
        assert low < pd.Timestamp("2023-01-01") < high


def test_figures_that_are_all_zero_have_no_highest_month(about: About) -> None:
    zeros = months({"2023-01": 0, "2023-02": 0})
    for chart in (time_series(zeros, about), small_multiples(zeros.assign(g="a"), about, by="g")):
        assert chart.summary.startswith("No figure shown is above zero. The series ends in")


def test_small_multiples_name_only_the_marks_that_are_drawn(about: About) -> None:
    chosen = months({"2023-01": 30, "2023-02": 20}).assign(g="a")
    assert "Dotted lines" not in small_multiples(chosen, about, by="g").summary


def test_figures_that_are_withheld_with_a_small_one_are_not_called_small(about: About) -> None:
    chart = time_series(months({"2023-01": 1018, "2023-02": 1}), about)
    assert chart.summary.startswith("No figure is shown: each is small, or would give a small one")
