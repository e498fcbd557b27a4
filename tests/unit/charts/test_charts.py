"""Every chart says its finding in words, has its table, and fetches and uploads nothing."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from travesia.charts import (
    About,
    Chart,
    ChartDataError,
    age_sex_pyramid,
    config,
    corridors,
    origin_destination,
    route_map,
    schematic_routes,
    small_multiples,
    time_series,
    transit_routes,
    uncertainty_band,
)
from travesia.charts.naming import about as about_series
from travesia.flows import catalogue

CHARTS: dict[str, Callable[[pytest.FixtureRequest], Chart]] = {
    "series": lambda get: time_series(get("by_month"), get("about")),
    "lines": lambda get: time_series(get("by_month"), get("about"), by="nationality"),
    "corridors": lambda get: corridors(get("corridors_table"), get("about")),
    "heat": lambda get: origin_destination(get("corridors_table"), get("about")),
    "multiples": lambda get: small_multiples(get("by_month"), get("about"), by="nationality"),
    "pyramid": lambda get: age_sex_pyramid(
        get("ages"), get("about"), ages=["0-11", "12-17", "18+"]
    ),
    "band": lambda get: uncertainty_band(get("estimates"), get("about")),
    "routes": lambda get: transit_routes(get("language")),
}


@pytest.fixture(params=list(CHARTS))
def chart(request: pytest.FixtureRequest) -> Chart:
    return CHARTS[request.param](request.getfixturevalue)


def test_a_chart_has_its_finding_its_table_and_its_source(chart: Chart) -> None:
    assert re.search(r"\d", chart.summary)
    assert len(chart.summary) > 80
    assert len(chart.table) > 1
    assert chart.source
    assert chart.table_title


def test_nothing_drawn_is_an_arrow_or_red(chart: Chart) -> None:
    assert not any(note.showarrow for note in chart.figure.layout.annotations)
    text = chart.figure.to_json() + chart.still()
    for colour in re.findall(r"#[0-9a-fA-F]{6}", text):
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        assert not (red > 1.6 * green and red > 1.6 * blue), colour


def test_nothing_is_fetched_uploaded_or_stretched(chart: Chart) -> None:
    bundle = chart.bundle()["application/vnd.plotly.v1+json"]
    assert bundle["config"]["showSendToCloud"] is False
    assert "responsive" not in bundle["config"]
    assert bundle["layout"]["height"] > 250
    assert "width" not in bundle["layout"]
    assert "http" not in json.dumps(bundle).replace("http://www.w3.org/2000/svg", "")
    geo = bundle["layout"].get("geo", {"visible": False})
    assert geo["visible"] is False
    assert not any("locationmode" in trace for trace in bundle["data"])


def test_a_figure_is_light_enough_for_a_slow_line(chart: Chart) -> None:
    assert len(chart.figure.to_json()) < 100_000


def test_a_small_count_is_in_no_part_of_a_chart(chart: Chart) -> None:
    drawn = [
        value
        for trace in chart.spec["data"]
        for values in (trace.get("x"), trace.get("y"), *(trace.get("z") or ()))
        for value in (values if isinstance(values, list) else ())
    ]
    assert not {3, -3} & {value for value in drawn if isinstance(value, float | int)}
    for column in chart.table.columns:
        assert "3" not in set(chart.table[column].astype(str))


def test_the_still_picture_names_itself_and_runs_nothing(chart: Chart) -> None:
    picture = chart.still()
    assert picture.startswith("<svg")
    assert "<title>" in picture
    assert "<desc>" in picture
    assert "<script" not in picture
    assert "href" not in picture


def test_the_months_of_a_figure_are_in_the_readers_language() -> None:
    spanish = config("es")
    assert spanish["locale"] == "es"
    assert spanish["locales"]["es"]["format"]["months"][0] == "enero"
    assert spanish["locales"]["es"]["format"]["days"][0] == "domingo"


def test_a_month_without_a_row_is_a_gap_and_no_zero(by_month: pd.DataFrame, about: About) -> None:
    chart = time_series(by_month, about)
    values = [value for trace in chart.spec["data"] for value in trace["y"]]
    assert values[4] is None
    assert chart.monthly is not None
    assert chart.monthly.iloc[4, 1] == "–"


def test_a_short_band_names_its_months_in_the_readers_language_and_their_year(
    estimates: pd.DataFrame, about: About
) -> None:
    axis = uncertainty_band(estimates.head(12), about).figure.layout.xaxis
    assert axis.ticktext[:2] == ("ene<br>2020", "mar")
    assert "ene<br>2021" in axis.ticktext


def test_a_line_is_broken_where_counting_changed(by_month: pd.DataFrame, about: About) -> None:
    before, after = time_series(by_month, about).spec["data"]
    assert max(before["x"]) == pd.Timestamp("2020-12-01")
    assert min(after["x"]) == pd.Timestamp("2021-01-01")


def test_marks_and_the_end_are_drawn_and_the_later_year_is_said(
    by_month: pd.DataFrame, about: About
) -> None:
    chart = time_series(by_month, about)
    lines = [shape["x0"] for shape in chart.spec["layout"]["shapes"] if shape["type"] == "line"]
    assert lines == ["2020-03-21", "2021-01-11", "2021-12-17"]
    assert "900,001" in chart.summary
    assert any("900,001" in note["text"] for note in chart.spec["layout"]["annotations"])


def test_a_count_too_small_to_show_is_drawn_as_a_gap(by_month: pd.DataFrame, about: About) -> None:
    chart = time_series(by_month, about, by="nationality")
    honduras = [trace for trace in chart.spec["data"] if trace["legendgroup"] == "Honduras"]
    assert honduras[0]["y"][5] is None
    assert chart.monthly is not None
    assert chart.monthly["Honduras"].iloc[5] == "< 5"


def test_no_total_of_a_line_or_a_month_gives_a_small_count_back(
    by_month: pd.DataFrame, about: About
) -> None:
    """A total may stand elsewhere on the screen: what is left of it must be more than one cell."""
    chart = time_series(by_month, about, by="nationality")
    assert chart.monthly is not None
    cells = chart.monthly.set_index(chart.monthly.columns[0])
    unseen = cells.isin(["< 5", "no se muestra"])
    assert cells.isin(["< 5"]).sum().sum() == 1
    assert unseen.loc["junio de 2020"].sum() == 2
    for name in cells.columns:
        assert unseen[name].sum() != 1
    one = time_series(by_month.assign(nationality="HND").iloc[1::2], about)
    assert one.monthly is not None
    assert one.monthly.iloc[:, 1].isin(["no se muestra"]).sum() == 1


def test_fifteen_corridors_stand_alone_and_the_rest_is_one(
    corridors_table: pd.DataFrame, about: About
) -> None:
    chart = corridors(corridors_table, about)
    assert len(chart.table) == 16
    drawn = sum(chart.spec["data"][0]["link"]["value"])
    assert drawn == corridors_table["value"].sum()


def test_two_stages_at_least_and_transit_between_are_possible(
    corridors_table: pd.DataFrame, about: About
) -> None:
    three = corridors_table.assign(transit="GTM")
    chart = corridors(three, about, stages=("origin", "transit", "destination"))
    assert len(chart.table.columns) == 4
    with pytest.raises(ChartDataError, match="two stages"):
        corridors(three, about, stages=("origin",))


def test_a_cell_too_small_is_written_as_such_in_the_heat_map(
    corridors_table: pd.DataFrame, about: About
) -> None:
    chart = origin_destination(corridors_table, about, most=30)
    cell = chart.table.set_index(chart.table.columns[0]).loc["Trinidad y Tobago"]

    assert "< 5" in set(cell)


def test_the_pyramid_sets_women_against_men_and_names_who_is_not_drawn(
    ages: pd.DataFrame, about: About
) -> None:
    chart = age_sex_pyramid(ages, about, ages=["0-11", "12-17", "18+"])
    women, men = chart.spec["data"]
    assert women["x"] == [-40.0, None, -300.0]
    assert men["x"] == [50.0, 90.0, 700.0]
    assert "20" in chart.summary
    with pytest.raises(ChartDataError, match="65"):
        age_sex_pyramid(ages, about, ages=["65+"])


def test_an_estimate_outside_its_bounds_is_refused(estimates: pd.DataFrame, about: About) -> None:
    with pytest.raises(ChartDataError, match="outside its own bounds"):
        uncertainty_band(estimates.assign(low=1e6), about)


def test_routes_join_countries_and_states_and_nothing_within_them(about: About) -> None:
    routes = schematic_routes()
    assert routes["route"].nunique() == 8
    with pytest.raises(ChartDataError, match="names no place within"):
        route_map(routes.assign(place="Tapachula"), about)


def test_a_missing_column_is_named_with_those_that_are_there(about: About) -> None:
    with pytest.raises(ChartDataError, match="no column value; it has period"):
        time_series(pd.DataFrame({"period": []}), about)
    with pytest.raises(ChartDataError, match="no rows"):
        time_series(pd.DataFrame({"period": [], "value": []}), about)


def test_every_series_of_the_catalogue_has_its_words_in_each_language() -> None:
    for series in catalogue().index:
        english, spanish = about_series(series, "en"), about_series(series, "es")
        assert english.title != spanish.title, series
        assert english.meaning != spanish.meaning, series


def bars(picture: str) -> list[float]:
    """Where the bars of a picture begin, from its top."""
    return [float(y) for y in re.findall(r'<rect x="[^"]+" y="([1-9][^"]*)"', picture)]


def test_a_picture_of_corridors_says_what_it_counts(
    corridors_table: pd.DataFrame, about: About
) -> None:
    picture = corridors(corridors_table, about).still(520)
    assert ">Events</tspan>" in picture
    assert ">not persons</tspan>" in picture
    long = replace(about, meaning="times detected, not persons; only: " + "Honduras, " * 9)
    lower = corridors(corridors_table, long).still(520)
    assert min(bars(lower)) > min(bars(picture)) > 40


def test_what_is_counted_is_written_in_lines_that_a_narrow_picture_holds(
    by_month: pd.DataFrame, corridors_table: pd.DataFrame, about: About
) -> None:
    long = replace(
        about, annual={}, meaning="times detected, not persons; only: " + "Honduras, " * 9
    )
    short = replace(long, meaning="short")
    for draw, table in ((time_series, by_month), (corridors, corridors_table)):
        (note,) = [
            each["text"]
            for each in draw(table, long).spec["layout"]["annotations"]
            if "not persons" in each["text"]
        ]
        assert max(map(len, note.split("<br>"))) <= 64
        one, other = (draw(table, each).spec["layout"]["margin"]["t"] for each in (long, short))
        assert one > other


def test_a_pyramid_says_how_many_are_of_ages_that_it_does_not_draw(
    ages: pd.DataFrame, about: About
) -> None:
    english = replace(about, language="en")
    drawn = age_sex_pyramid(ages, english, ages=["0-11", "18+"])
    assert "93 of other ages, or of no known age, are not drawn." in drawn.summary
    assert "20 of unknown or other sex are not drawn." in drawn.summary
    whole = age_sex_pyramid(ages, english, ages=["0-11", "12-17", "18+"])
    assert "other ages" not in whole.summary


def test_a_chart_of_the_largest_says_how_many_it_does_not_draw(
    corridors_table: pd.DataFrame, by_month: pd.DataFrame, about: About
) -> None:
    english = replace(about, language="en")
    chart = origin_destination(corridors_table, english, most=15)
    assert "Only the largest are drawn: 6 origins and 0 destinations are not." in chart.summary
    assert "Only the largest" not in origin_destination(corridors_table, english, most=30).summary
    chart = small_multiples(by_month, english, by="nationality", most=1)
    assert "Only the largest are drawn: 1 more are not." in chart.summary
    assert "Only" not in small_multiples(by_month, english, by="nationality").summary
