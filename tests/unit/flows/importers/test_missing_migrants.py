"""The Missing Migrants export: persons, half a degree, and no place that identifies anybody."""

from pathlib import Path
from typing import Any

import published
import pytest
from published import MISSING, table, write

from travesia.flows.importers import Refusal, read

SAMPLE = (
    '2026.MMP0001,2026.MMP0001,"North America","Thu, 01/02/2026 - 12:00",2026,January,1,2,,,1,,'
    '"Central America","Harsh environmental conditions / lack of adequate shelter, food, water",'
    'Honduras,"In the desert near a farm","964media, Rudaw","31.34265178, -110.99259985",'
    '"US-Mexico border crossing","https://perma.cc/secret",Northern America,3'
)


def incident(**cells: Any) -> list[object]:
    given = {
        "Main_ID": "2024.MMP1", "Incident_ID": "2024.MMP1", "Region": "Central America",
        "Incident_Date": "Mon, 03/04/2024 - 12:00", "Number_Dead": 2, "Cause_of_Death": "Drowning",
        "Country_of_Origin": "Cuba", "Coordinates": "8.2, -77.3", **cells,
    }  # fmt: skip
    return published.named(MISSING, **given)


def one(path: Path) -> Any:
    (reading,) = read(path)
    return reading


def kinds(reading: Any) -> set[str]:
    return {problem.kind for problem in reading.problems} - {"minimum"}


def test_dead_and_missing_are_counted_together_as_persons(tmp_path: Path) -> None:
    reading = one(write(tmp_path / "x", table(MISSING, SAMPLE)))
    assert (reading.format, reading.counts, reading.total) == ("missing-migrants", "deaths", 3)
    assert reading.figures[["period", "nationality", "sex", "measure", "place", "value"]].astype(
        str
    ).to_numpy().tolist() == [
        ["2026-01-01", "HND", "male", "harsh-conditions", "31.5,-111.0", "1"],
        ["2026-01-01", "HND", "unknown", "harsh-conditions", "31.5,-111.0", "2"],
    ]
    assert kinds(reading) == set()


def test_nothing_that_identifies_a_place_a_report_or_an_incident_is_kept(tmp_path: Path) -> None:
    reading = one(write(tmp_path / "x", table(MISSING, SAMPLE)))
    kept = reading.figures.to_csv() + str(reading.as_dict())
    for secret in ("desert", "perma.cc", "Rudaw", "MMP0001", "31.34", "110.99"):
        assert secret not in kept


def test_older_headers_with_split_coordinates_are_the_same_table(tmp_path: Path) -> None:
    header = (
        "Main ID,Incident Type,Region of Incident,Incident Year,Month,Number of Dead,Minimum "
        "Estimated Number of Missing,Total Number of Dead and Missing,Cause of Death,Country of "
        "Incident,Country of Origin,Location of Incident,Latitude,Longitude"
    )
    row = "a,Incident,Central America,2019,March,2,1,3,Drowning,Panama,Haiti,At a river,8.2,-77.3"
    reading = one(write(tmp_path / "x", table(header, row)))
    assert reading.figures[["reporting", "nationality", "place", "value"]].astype(
        str
    ).to_numpy().tolist() == [["PAN", "HTI", "8.0,-77.5", "3"]]
    assert reading.period == ("2019-03", "2019-03")


@pytest.mark.parametrize(
    ("date", "reported", "period", "problem"),
    [
        ("06/01/2014", "June", "2014-06", False),
        ("06/01/2014", "January", "2014-01", True),
        ("06/11/2014", "July", "2014-06", True),
        ("13/01/2014", "January", "2014-01", False),
        ("06/01/2014", "", "2014-06", False),
    ],
)
def test_a_day_whose_month_was_changed_about_is_read_by_the_reported_month(
    tmp_path: Path, date: str, reported: str, period: str, *, problem: bool
) -> None:
    header = (
        "Main ID,Incident Date,Year,Reported Month,Number Dead,Minimum Estimated Number of Missing,"
        "Cause of Death,Country of Origin,Coordinates"
    )
    row = f"a,{date},2014,{reported},1,0,Drowning,Haiti,"
    reading = one(write(tmp_path / "x", table(header, row)))
    assert reading.period == (period, period)
    assert ("date-mismatch" in {each.kind for each in reading.problems}) is problem


def test_a_total_alone_is_taken_where_dead_and_missing_are_not_told_apart(tmp_path: Path) -> None:
    header = (
        "Main ID,Incident Year,Month,Number of Dead,Minimum Estimated Number of Missing,"
        "Total Number of Dead and Missing,Cause of Death"
    )
    reading = one(write(tmp_path / "x", table(header, "a,2019,March,,,3,Drowning")))
    assert reading.total == 3


@pytest.mark.parametrize(
    ("cells", "place", "problem"),
    [
        ({"Coordinates": "POINT (-77.3 8.2)"}, "8.0,-77.5", set()),
        ({"Coordinates": "-0.2, 0.1"}, "0.0,0.0", set()),
        ({"Coordinates": ""}, "all", set()),
        ({"Coordinates": "unknown"}, "all", {"coordinates"} - {"coordinates"}),
        ({"Coordinates": "95.0, 10.0"}, "all", {"coordinates"}),
        ({"Coordinates": "by the river"}, "all", {"coordinates"}),
    ],
)
def test_coordinates_are_rounded_to_half_a_degree_or_left_out(
    tmp_path: Path, cells: dict[str, Any], place: str, problem: set[str]
) -> None:
    reading = one(write(tmp_path / "x", table(MISSING, incident(**cells))))
    assert set(reading.figures["place"]) == {place}
    assert kinds(reading) - {"coordinates"} == set()
    assert problem <= kinds(reading)


@pytest.mark.parametrize(
    ("origin", "kept", "problem"),
    [
        ("Unknown", "unknown", None),
        ("", "unknown", None),
        ("Honduras, Guatemala", "other", "several-countries"),
        ("Mixed", "other", None),
        ("Central America (P)", "unknown", "unknown-country"),
    ],
)
def test_several_or_unknown_origins_are_no_country(
    tmp_path: Path, origin: str, kept: str, problem: str | None
) -> None:
    reading = one(write(tmp_path / "x", table(MISSING, incident(Country_of_Origin=origin))))
    assert set(reading.figures["nationality"]) == {kept}
    assert kinds(reading) == ({problem} if problem else set())


def test_an_incident_that_stands_twice_is_counted_once(tmp_path: Path) -> None:
    reading = one(write(tmp_path / "x", table(MISSING, incident(), incident())))
    assert reading.total == 2
    assert kinds(reading) == {"duplicate"}


def test_the_parts_of_a_split_incident_are_all_counted(tmp_path: Path) -> None:
    parts = [incident(Incident_ID="2024.MMP1.1"), incident(Incident_ID="2024.MMP1.2")]
    reading = one(write(tmp_path / "x", table(MISSING, *parts)))
    assert reading.total == 4
    assert kinds(reading) == set()


def test_negative_numbers_and_more_sexes_than_persons_are_named(tmp_path: Path) -> None:
    name = "Minimum_Estimated_Number_of_Missing"
    rows = [
        incident(**{name: -3}),
        incident(Incident_ID="b", Number_of_Females=5, Number_of_Males=1),
    ]
    reading = one(write(tmp_path / "x", table(MISSING, *rows)))
    assert reading.total == 4
    assert set(reading.figures["sex"]) == {"unknown"}
    assert kinds(reading) == {"negative", "sex-exceeds-total"}


def test_a_day_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"row 2, column “Incident Date”: the incident has no day"):
        read(write(tmp_path / "x.csv", table(MISSING, incident(Incident_Date="soon"))))


def test_months_and_not_days_are_kept(tmp_path: Path) -> None:
    rows = [incident(), incident(Incident_ID="b", Incident_Date="Tue, 03/26/2024 - 12:00")]
    reading = one(write(tmp_path / "x", table(MISSING, *rows)))
    assert len(reading.figures) == 1
    assert reading.total == 4
