"""UNHCR's tables: from the API, from the web's zip, and the codes that are not ISO's."""

import json
from pathlib import Path
from typing import Any

import published
import pytest
from published import APPLICATIONS, DECISIONS, POPULATION, table, write

from travesia.flows.importers import Refusal, read

HONDURAS = "2024,Honduras,HON,HND,Mexico,MEX,MEX,G,N,FA,P,27889"
GUATEMALA = "2024,Guatemala,GUA,GTM,Mexico,MEX,MEX,G,N,FA,P,5"


def one(path: Path) -> Any:
    (reading,) = read(path)
    return reading


def kinds(reading: Any) -> set[str]:
    return {problem.kind for problem in reading.problems}


def test_applications_are_persons_by_iso_codes_and_not_unhcrs(tmp_path: Path) -> None:
    reading = one(write(tmp_path / "x", table(APPLICATIONS, HONDURAS, GUATEMALA)))
    assert (reading.format, reading.counts) == ("unhcr-asylum-applications", "applications")
    assert (reading.period, reading.total) == (("2024", "2024"), 27894)
    columns = ["nationality", "reporting", "destination", "authority", "measure"]
    assert reading.figures[columns].to_numpy().tolist() == [
        ["GTM", "MEX", "MEX", "government-fa", "new"],
        ["HND", "MEX", "MEX", "government-fa", "new"],
    ]
    assert kinds(reading) == {"rounded"}


def test_cases_are_a_series_apart(tmp_path: Path) -> None:
    cases = "2024,Honduras,HON,HND,United States,USA,USA,G,N,FA,C,900"
    persons, apart = read(write(tmp_path / "x", table(APPLICATIONS, HONDURAS, cases)))
    assert (persons.total, persons.counts) == (27889, "applications")
    assert (apart.total, apart.counts) == (900, "records")
    assert apart.series == "imported-unhcr-asylum-applications-in-cases"
    assert kinds(persons) == kinds(apart) == {"cases"}


def test_decisions_keep_their_kinds_and_are_checked_against_their_total(tmp_path: Path) -> None:
    right = "2011,Cameroon,CMR,CMR,Mexico,MEX,MEX,G,FA,P,6,0,1,2,9"
    wrong = "2011,Colombia,COL,COL,Mexico,MEX,MEX,G,FA,P,17,0,0,9,22"
    reading = one(write(tmp_path / "x", table(DECISIONS, right, wrong)))
    by_kind = reading.figures.groupby("measure")["value"].sum().to_dict()
    assert by_kind == {"recognised": 23, "other-protection": 0, "rejected": 1, "closed": 11}
    assert kinds(reading) == {"total-mismatch"}


def test_a_dash_is_missing_and_no_zero(tmp_path: Path) -> None:
    row = "2023,Cuba,CUB,CUB,Mexico,MEX,MEX,100,-,-,0,0,0,0,0,-"
    reading = one(write(tmp_path / "x", table(POPULATION, row)))
    assert reading.counts == "persons"
    assert reading.total == 100
    assert "asylum-seekers" not in set(reading.figures["measure"])
    assert "host-community" not in set(reading.figures["measure"])


@pytest.mark.parametrize(
    "total",
    [
        "2023,Total,-,-,-,-,-,100,0,0,0,0,0,0,0,0",
        "Total,-,-,-,-,-,-,100,0,0,0,0,0,0,0,0",
        "2023,Total,,,,,,100,0,0,0,0,0,0,0,0",
    ],
)
def test_a_trailing_total_is_not_counted_with_its_rows(tmp_path: Path, total: str) -> None:
    row = "2023,Cuba,CUB,CUB,Mexico,MEX,MEX,100,0,0,0,0,0,0,0,0"
    reading = one(write(tmp_path / "x", table(POPULATION, row, total)))
    assert reading.total == 100
    assert "total-row" in kinds(reading)


def test_pages_that_were_joined_twice_are_counted_once(tmp_path: Path) -> None:
    appeal = HONDURAS.replace(",N,FA,", ",A,AR,")
    reading = one(write(tmp_path / "x", table(APPLICATIONS, HONDURAS, appeal, HONDURAS)))
    assert reading.total == 2 * 27889
    assert "duplicate" in kinds(reading)


def test_stateless_unknown_and_various_origins_have_their_own_words(tmp_path: Path) -> None:
    rows = [
        f"2024,{name},{code},{iso},Mexico,MEX,MEX,G,N,FA,P,10"
        for name, code, iso in (
            ("Stateless", "STA", "XXA"),
            ("Unknown", "UKN", "UNK"),
            ("Unknown", "UKN", "-"),
            ("Various", "VAR", "VAR"),
        )
    ]
    reading = one(write(tmp_path / "x", table(APPLICATIONS, *rows)))
    by_origin = reading.figures.set_index("nationality")["value"].to_dict()
    assert by_origin == {"stateless": 10, "unknown": 20, "other": 10}


def test_the_webs_zip_is_read_below_its_lines_about_the_query(tmp_path: Path) -> None:
    text = (
        "Extracted from the UNHCR Refugee Population Statistics Database\n\n"
        '"Year","Country of origin","Country of origin (ISO)","Country of asylum","Country of '
        'asylum (ISO)","Authority","Application type","Stage of procedure","Cases / Persons",'
        '"applied"\n2024,Cuba,CUB,Mexico,MEX,G,N,FA,P,"17,884"\n'
    )
    path = published.zipped(
        tmp_path / "query_data.zip", asylum_applications__csv=text, footnotes__csv="a,b\n1,2\n"
    )
    reading = one(path)
    assert reading.total == 17884
    assert reading.sheet == "query_data.zip, asylum_applications.csv"


def test_a_saved_answer_of_the_api_is_the_same(tmp_path: Path) -> None:
    names = APPLICATIONS.split(",")
    item = dict(zip(names, HONDURAS.split(","), strict=True)) | {
        "year": 2024, "applied": 27889, "coo_id": 84, "coa_id": 119,
    }  # fmt: skip
    answer = {"page": 1, "short_url": "", "maxPages": 1, "total": [], "items": [item]}
    reading = one(write(tmp_path / "x", json.dumps(answer)))
    assert reading.total == 27889


def test_hdxs_row_of_tags_is_left_out(tmp_path: Path) -> None:
    tags = "#date+year,#name,#code,#country+code,#n,#c,#country+code,#p,#t,#l,#pc,#affected"
    reading = one(write(tmp_path / "x", table(APPLICATIONS, tags, HONDURAS)))
    assert reading.total == 27889
    assert kinds(reading) == {"hxl-tags"}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (HONDURAS.replace("HND", "HON"), "“HON” is not known; an ISO code"),
        (HONDURAS.replace(",N,", ",Z,"), "column “app_type”: “Z”"),
        (HONDURAS.replace(",G,", ",Q,"), "column “procedure_type”: “Q”"),
        (HONDURAS.replace("2024", "now"), "column “year”: “now”"),
        (HONDURAS.replace(",P,", ",X,"), "column “app_pc”: “X”"),
        (HONDURAS.replace("27889", "-27889"), "column “applied”: “-27889”"),
        (HONDURAS.replace("27889", "9" * 30), "column “applied”: “99999"),
    ],
)
def test_what_it_does_not_know_is_named(tmp_path: Path, row: str, says: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read(write(tmp_path / "x.csv", table(APPLICATIONS, row)))
    assert says in str(refusal.value)


def test_a_table_with_unhcrs_codes_alone_is_refused_and_not_guessed(tmp_path: Path) -> None:
    header = APPLICATIONS.replace(",coo_iso", "").replace(",coa_iso", "")
    row = HONDURAS.replace(",HND", "").replace("MEX,MEX", "MEX")
    with pytest.raises(Refusal, match="the column “coo iso” is missing"):
        read(write(tmp_path / "x.csv", table(header, row)))


@pytest.mark.parametrize("column", ["applied", "coo_iso", "year"])
def test_a_renamed_column_is_named(tmp_path: Path, column: str) -> None:
    header = APPLICATIONS.replace(column, "renamed", 1)
    with pytest.raises(Refusal) as refusal:
        read(write(tmp_path / "x.csv", table(header, HONDURAS)))
    says = f"UNHCR's asylum applications, and the column “{column.replace('_', ' ')}” is missing"
    assert says in str(refusal.value)
