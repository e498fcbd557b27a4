"""HAPI's answers and tables with HXL tags: sums beside their parts, tags beside their names."""

import json
from pathlib import Path
from typing import Any

import published
import pytest
from published import HAPI, table, write

from travesia.flows.importers import Refusal, read


def row(**cells: Any) -> list[object]:
    given = {
        "population_group": "REF", "gender": "all", "age_range": "all", "population": 100,
        "reference_period_start": "2024-01-01", "reference_period_end": "2024-12-31",
        "origin_location_code": "HND", "asylum_location_code": "MEX", **cells,
    }  # fmt: skip
    return published.named(HAPI, **given)


def one(path: Path) -> Any:
    (reading,) = read(path)
    return reading


def kinds(reading: Any) -> set[str]:
    return {problem.kind for problem in reading.problems}


def test_rows_by_sex_and_age_are_taken_instead_of_their_sum(tmp_path: Path) -> None:
    parts = [
        row(gender=sex, age_range=age, population=25)
        for sex in ("f", "m")
        for age in ("5-11", "60+")
    ]
    reading = one(write(tmp_path / "x", table(HAPI, row(), *parts)))
    assert (reading.format, reading.total, reading.counts) == ("hapi-refugees", 100, "persons")
    assert set(reading.figures["sex"]) == {"female", "male"}
    assert set(reading.figures["age"]) == {"5-11", "60+"}
    assert kinds(reading) == set()


def test_parts_that_do_not_add_up_are_named_and_their_sum_taken(tmp_path: Path) -> None:
    parts = [row(gender="f", age_range="5-11", population=30)]
    reading = one(write(tmp_path / "x", table(HAPI, row(), *parts)))
    assert reading.total == 100
    assert kinds(reading) == {"total-mismatch"}


@pytest.mark.parametrize(
    ("given", "total", "level"),
    [
        ([("f", "0-4", 4), ("f", "all", 10), ("m", "all", 20)], 30, {("all",)}),
        ([("f", "0-4", 4), ("m", "all", 20)], 24, {("0-4",), ("all",)}),
        ([("f", "all", 10), ("all", "0-4", 9), ("all", "5+", 21)], 30, {("0-4",), ("5+",)}),
    ],
)
def test_without_a_row_for_all_nobody_is_lost_with_a_finer_level_that_is_not_whole(
    tmp_path: Path, given: list[tuple[str, str, int]], total: int, level: set[tuple[str]]
) -> None:
    rows = [row(gender=sex, age_range=age, population=count) for sex, age, count in given]
    reading = one(write(tmp_path / "x", table(HAPI, *rows)))
    assert reading.total == total
    assert set(reading.figures[["age"]].itertuples(index=False, name=None)) == level
    assert kinds(reading) == {"levels-mismatch"}


def test_without_a_row_for_all_the_finest_level_that_is_whole_is_taken(tmp_path: Path) -> None:
    rows = [
        row(gender=sex, age_range=age, population=count)
        for sex, age, count in [("f", "all", 10), ("f", "0-4", 4), ("f", "5+", 6), ("m", "5+", 7)]
    ]
    reading = one(write(tmp_path / "x", table(HAPI, *rows)))
    assert (reading.total, set(reading.figures["age"])) == (17, {"0-4", "5+"})


def test_the_sum_over_groups_and_the_row_of_tags_are_left_out(tmp_path: Path) -> None:
    tags = ["#" + name for name in HAPI.split(",")]
    reading = one(write(tmp_path / "x", table(HAPI, tags, row(), row(population_group="all"))))
    assert reading.total == 100
    assert kinds(reading) == {"hxl-tags", "sum-row"}


def test_its_json_is_the_same(tmp_path: Path) -> None:
    item = {name: value for name, value in zip(HAPI.split(","), row(), strict=True) if value != ""}
    assert one(write(tmp_path / "x", json.dumps({"data": [item]}))).total == 100


def test_pages_joined_twice_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="row 3 repeats an earlier row"):
        read(write(tmp_path / "x.csv", table(HAPI, row(), row())))


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"population_group": "XYZ"}, "column “population_group”: “XYZ”"),
        ({"gender": "q"}, "column “gender”: “q”"),
        ({"age_range": "old"}, "column “age_range”: “old”"),
        ({"origin_location_code": "HON"}, "column “origin_location_code”: “HON”"),
        ({"reference_period_start": "May"}, "column “reference_period_start”: “May”"),
        ({"reference_period_end": "2026-01-01"}, "column “reference_period_end”"),
    ],
)
def test_what_it_does_not_know_is_named(tmp_path: Path, cells: dict[str, Any], says: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read(write(tmp_path / "x.csv", table(HAPI, row(**cells))))
    assert says in str(refusal.value)


NAMES = "Año,Origen,Código,Asilo,Refugiados,Solicitantes"
TAGS = (
    "#date+year,#country+name+origin,#country+origin+code,#country+code+asylum,"
    "#affected+refugees,#affected+asylum_seekers"
)


def test_a_table_is_read_by_its_tags_whatever_its_header_says(tmp_path: Path) -> None:
    reading = one(
        write(
            tmp_path / "x", table(NAMES, TAGS, "2024,Honduras,HND,MEX,50,7", "2024,X,UNK,MEX,-,9")
        )
    )
    assert reading.format == "hxl"
    by = reading.figures.set_index(["nationality", "measure"])["value"].to_dict()
    assert by == {
        ("HND", "refugees"): 50,
        ("HND", "asylum-seekers"): 7,
        ("unknown", "asylum-seekers"): 9,
    }


@pytest.mark.parametrize(
    "names",
    [
        "Year,Origin,Code,Asylum,Refugees,Seekers",
        "Year,Country of Origin Name,Country of Origin Code,Country of Asylum Code,Refugees,Other",
    ],
)
def test_a_table_with_tags_and_some_of_unhcrs_words_is_read_by_its_tags(
    tmp_path: Path, names: str
) -> None:
    reading = one(write(tmp_path / "x", table(names, TAGS, "2024,Honduras,HND,MEX,50,7")))
    assert (reading.format, reading.total) == ("hxl", 57)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("#country+origin+code", "#x", "no column is tagged #country"),
        ("#date+year", "#x", "no column is tagged #date"),
        ("+refugees,#affected+asylum_seekers", ",#affected", "no column is tagged #affected"),
        ("#affected+asylum_seekers", "#affected+refugees", "columns E and F have the same meaning"),
    ],
)
def test_tags_that_do_not_say_enough_are_refused(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    tags = TAGS.replace(old, new)
    with pytest.raises(Refusal) as refusal:
        read(write(tmp_path / "x.csv", table(NAMES, tags, "2024,Honduras,HND,MEX,50,7")))
    assert says in str(refusal.value)


def test_a_row_that_stands_twice_counts_once_and_a_part_of_a_country_does_not(
    tmp_path: Path,
) -> None:
    rows = ["2024,Honduras,HND,MEX,50,7"] * 2
    reading = one(write(tmp_path / "x", table(NAMES, TAGS, *rows)))
    assert (reading.total, "duplicate" in kinds(reading)) == (57, True)
    parts = [f"2024,Honduras,HND,MEX,50,7,{state}" for state in ("Chiapas", "Tabasco")]
    reading = one(write(tmp_path / "y", table(NAMES + ",State", TAGS + ",#adm1", *parts)))
    assert (reading.total, "duplicate" in kinds(reading)) == (114, False)
