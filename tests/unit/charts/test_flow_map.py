"""The flow map is no invasion map: what it shows, what it leaves out, and what it weighs."""

import json
import re
from datetime import date

import pandas as pd
import pytest

from travesia.charts import Counted, FlowDataError, FlowMap, flow_map, movements, regional_movements
from travesia.charts.flow_map import REGION, SUPPRESSED, WITHHELD
from travesia.charts.map_picture import picture
from travesia.charts.map_view import MapView, drawing, skeleton, style
from travesia.charts.places import coordinates, place_name

KINDS = (Counted("north", "Northward", 0), Counted("south", "Southward", 1))
TODAY = date(2024, 8, 20)


def rows(*given: tuple[str, str, str, str, int]) -> pd.DataFrame:
    table = pd.DataFrame(given, columns=["period", "origin", "destination", "counted", "value"])
    return table.assign(period=pd.to_datetime(table["period"]))


def drawn(table: pd.DataFrame, **options) -> FlowMap:
    options = {"by": "month", "today": TODAY, **options}
    return flow_map(table, counted=KINDS, title="Title", source="Source", **options)


@pytest.fixture(scope="module")
def region() -> FlowMap:
    return regional_movements("es")


def test_nothing_newer_than_six_months_is_shown() -> None:
    table = rows(
        ("2024-01-01", "VEN", "MEX", "north", 10), ("2024-02-01", "VEN", "MEX", "north", 20)
    )
    assert drawn(table).periods == ("Jan 2024",)
    with pytest.raises(FlowDataError, match="too short"):
        drawn(table, lag=5)
    with pytest.raises(FlowDataError, match="newer than"):
        drawn(table[1:])


def test_a_year_is_shown_when_its_last_day_is_old_enough() -> None:
    table = rows(
        ("2022-01-01", "VEN", "MEX", "north", 10), ("2024-01-01", "VEN", "MEX", "north", 9)
    )
    assert drawn(table, by="year").periods == ("2022",)


def test_an_unfinished_year_says_how_far_it_goes_and_is_not_shown_first() -> None:
    months = [(f"2022-{month:02}-01", "VEN", "MEX", "north", 10) for month in range(1, 13)]
    months += [(f"2023-{month:02}-01", "VEN", "MEX", "north", 10) for month in range(1, 5)]
    shown = drawn(rows(*months), by="year", today=date(2025, 1, 1))
    assert shown.periods == ("2022", "2023, to April")
    assert shown.start == 0


def test_a_map_by_months_opens_with_the_last_month_that_every_series_has() -> None:
    table = rows(
        ("2022-01-01", "CUB", "MEX", "north", 10),
        ("2023-10-01", "VEN", "MEX", "north", 10),
        ("2023-11-01", "MEX", "HND", "south", 10),
    )
    map_ = drawn(table)
    assert map_.periods[map_.document()["start"]] == "Oct 2023"
    months = regional_movements("en", by="month")
    assert "In Apr 2025: Transits of the Darién, Panama: most: 13" in months.summary


def test_a_first_year_that_begins_late_is_left_out() -> None:
    months = [(f"2021-{month:02}-01", "VEN", "MEX", "north", 10) for month in (11, 12)]
    months += [(f"2022-{month:02}-01", "VEN", "MEX", "north", 10) for month in range(1, 13)]
    assert drawn(rows(*months), by="year").periods == ("2022",)


def test_a_count_too_small_to_show_is_in_no_part_of_the_map() -> None:
    months = zip(("2023-01-01", "2023-02-01", "2023-03-01"), (3, 30, 40), strict=True)
    shown = drawn(rows(*((month, "VEN", "MEX", "north", value) for month, value in months)))
    assert shown.flows[["Jan 2023", "Feb 2023"]].iloc[0].tolist() == [SUPPRESSED, WITHHELD]
    assert shown.table.iloc[0, 3:].tolist() == ["< 5", "not shown", "40"]
    assert shown.document()["flows"][0][3] == [SUPPRESSED, WITHHELD, 40]
    assert shown.said[:2] == (("no figures", "no figures"),) * 2
    for text in (shown.summary, skeleton(shown), picture(shown, 0), picture(shown, 1)):
        assert not re.search(r">(3|30)<|: (3|30)[,. ]", text)


def test_no_total_gives_a_small_count_back() -> None:
    table = rows(
        ("2023-01-01", "VEN", "MEX", "north", 3), ("2023-02-01", "VEN", "MEX", "north", 90),
        ("2023-03-01", "VEN", "MEX", "north", 80), ("2023-01-01", "HND", "MEX", "north", 50),
        ("2023-02-01", "HND", "MEX", "north", 60), ("2023-03-01", "HND", "MEX", "north", 70),
    )  # fmt: skip
    counts = drawn(table).flows[["Jan 2023", "Feb 2023", "Mar 2023"]]
    hidden = counts < 0
    assert hidden.loc[:, "Jan 2023"].all()
    assert (hidden.sum(axis=1) != 1).all()
    assert (hidden.sum(axis=0) != 1).all()


def test_what_is_small_may_be_asked_to_be_more_and_not_less() -> None:
    table = rows(*((f"2023-0{at}-01", "VEN", "MEX", "north", 9 * at) for at in (1, 2, 3)))
    assert drawn(table, smallest=10).table["Jan 2023"].tolist() == ["< 10"]
    with pytest.raises(FlowDataError, match="smallest=2 is too small"):
        drawn(table, smallest=2)


def test_no_row_is_no_zero() -> None:
    shown = drawn(
        rows(("2023-01-01", "VEN", "MEX", "north", 9), ("2023-02-01", "HTI", "MEX", "north", 9))
    )
    assert shown.table["Jan 2023"].tolist().count("–") == 1
    assert [None, 9] in [flow[3] for flow in shown.document()["flows"]]


def test_places_are_countries_states_and_continents_alone() -> None:
    pattern = re.compile(r"^([A-Z]{3}|(MX|US)-[A-Z]{2,3}|\d{3})$")
    assert all(pattern.fullmatch(code) for code in coordinates())
    assert all(place_name(code, "en") != code for code in coordinates())


def test_who_comes_from_beyond_the_map_is_shown_by_continent() -> None:
    shown = drawn(
        rows(("2023-01-01", "CHN", "MEX", "north", 9), ("2023-01-01", "IND", "MEX", "north", 8))
    )
    assert shown.table.iloc[0].tolist() == ["Asia", "Mexico", "Northward", "17"]


def test_an_unknown_column_kind_or_period_is_named() -> None:
    table = rows(("2023-01-01", "VEN", "MEX", "east", 9))
    with pytest.raises(FlowDataError, match="holds east"):
        drawn(table)
    with pytest.raises(FlowDataError, match="no column value"):
        drawn(table.drop(columns="value"))
    with pytest.raises(FlowDataError, match="neither 'year' nor 'month'"):
        drawn(table.assign(counted="north"), by="week")


def test_a_return_runs_from_the_country_left_and_a_refugee_stays() -> None:
    table = pd.DataFrame(
        {
            "period": pd.Timestamp("2023-01-01"), "frequency": "month", "reporting": "MEX",
            "nationality": ["HND", "HND", "HTI"], "origin": ["all", "MEX", "all"],
            "counts": ["events", "returns", "decisions"],
            "measure": ["all", "deportation", "recognised"], "value": [50, 40, 30],
        }
    )  # fmt: skip
    joined = movements(table)[["origin", "destination"]].to_numpy().tolist()
    assert joined == [["HND", "MEX"], ["MEX", "HND"], ["MEX", "MEX"]]


def test_the_first_view_is_the_region_and_not_the_border_of_the_united_states(
    region: FlowMap,
) -> None:
    west, south, east, north = REGION
    assert north < 28
    for code in ("VEN", "COL", "ECU", "PAN", "HND", "GTM", "SLV", "NIC", "HTI", "CUB", "MEX"):
        x, y = coordinates()[code]
        assert west < x < east
        assert south < y < north
    first = {kind.id for kind in region.kinds if kind.shown}
    assert "encounters" not in first
    assert {"transits", "returns", "applications", "recognised"} <= first


def test_every_direction_is_drawn_on_one_scale_without_arrowheads_or_red(region: FlowMap) -> None:
    script = drawing()
    assert script.count("WIDEST *") == 1
    assert "data-2" not in style().split("/* The flow map")[1]
    assert "[1, 4, 3, 5, 6]" in script
    assert {kind.colour for kind in region.kinds} <= set(range(5))
    assert "marker" not in region.still()


def test_it_says_that_it_shows_events_and_what_is_the_largest(region: FlowMap) -> None:
    assert "eventos, no personas" in region.summary
    assert "Eventos, no personas." in skeleton(region)
    assert "361,203" in region.summary
    assert region.periods[0] == "2018"
    assert region.periods[-1].startswith("2025")


def test_the_map_in_another_language_has_other_words_and_the_same_numbers() -> None:
    english, spanish = regional_movements("en"), regional_movements("es")
    assert english.title != spanish.title
    numbers = re.compile(r"\d[\d,]+")
    assert numbers.findall(str(english.said)) == numbers.findall(str(spanish.said))
    assert "Venezuela" in spanish.summary
    assert "Estados Unidos" in skeleton(spanish)


def test_the_drawing_its_style_and_geometry_weigh_less_than_77_kilobytes(region: FlowMap) -> None:
    widget = MapView(region)
    sent = len(widget._esm) + len(widget._css) + len(widget.html)
    sent += len(json.dumps(widget.document, separators=(",", ":")))
    assert sent <= 77_000


def test_a_browser_cannot_change_what_the_map_says(region: FlowMap) -> None:
    widget = MapView(region)
    before = widget.html
    widget.set_state({"html": "<b>no</b>", "document": {}})
    assert widget.html == before


def test_the_drawing_asks_no_address_and_holds_no_words(region: FlowMap) -> None:
    script = drawing()
    assert "http" not in script
    assert "fetch(" not in script
    assert not re.search(r'textContent = "[A-Za-z]', script)
