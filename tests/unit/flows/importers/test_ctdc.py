"""CTDC's synthetic records: added up, never kept, and suppressed is not zero."""

from pathlib import Path
from typing import Any

import published
import pytest
from published import CTDC_2021, CTDC_2025, table, write

from travesia.flows.importers import Refusal, read


def record(header: str = CTDC_2025, **cells: Any) -> list[object]:
    given = {
        "yearOfRegistration": 2019, "gender": "Woman", "ageBroad": "9--17", "citizenship": "GTM",
        "CountryOfExploitation": "MEX", "isForcedLabour": 1, **cells,
    }  # fmt: skip
    return published.named(header, **given)


def one(path: Path) -> Any:
    (reading,) = read(path)
    return reading


@pytest.mark.parametrize(("header", "width"), [(CTDC_2021, 37), (CTDC_2025, 27)])
def test_both_editions_are_read(tmp_path: Path, header: str, width: int) -> None:
    assert len(header.split(",")) == width
    reading = one(write(tmp_path / "x", table(header, record(header), record(header))))
    assert (reading.format, reading.counts, reading.rows, reading.total) == (
        "ctdc",
        "records",
        2,
        2,
    )
    columns = ["reporting", "nationality", "sex", "age", "measure", "value"]
    assert reading.figures[columns].astype(str).to_numpy().tolist() == [
        ["MEX", "GTM", "female", "9-17", "forced-labour", "2"]
    ]


def test_a_suppressed_cell_is_unknown_and_not_no(tmp_path: Path) -> None:
    row = record(gender="", ageBroad="-99", citizenship="NULL", CountryOfExploitation="",
                 isForcedLabour="")  # fmt: skip
    figures = one(write(tmp_path / "x", table(CTDC_2025, row))).figures
    columns = ["reporting", "nationality", "sex", "age", "measure"]
    assert figures[columns].to_numpy().tolist() == [
        ["unknown", "unknown", "unknown", "unknown", "not-stated"]
    ]


def test_a_record_of_which_all_but_the_year_is_suppressed_counts(tmp_path: Path) -> None:
    row = "2022" + "," * CTDC_2025.count(",")
    reading = one(write(tmp_path / "x", table(CTDC_2025, row, record())))
    assert (reading.rows, reading.total) == (2, 2)


def test_several_forms_of_exploitation_are_one_record(tmp_path: Path) -> None:
    rows = [record(isSexualExploit=1), record(isForcedLabour=0, isOtherExploit=1)]
    reading = one(write(tmp_path / "x", table(CTDC_2025, *rows)))
    assert reading.total == 2
    assert set(reading.figures["measure"]) == {"several-forms", "other-exploitation"}


def test_records_without_a_year_are_left_out_and_said(tmp_path: Path) -> None:
    reading = one(write(tmp_path / "x", table(CTDC_2025, record(), record(yearOfRegistration=""))))
    assert reading.total == 1
    assert {problem.kind for problem in reading.problems} == {"suppressed-year", "records"}


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"gender": "Robot"}, "column “gender”: “Robot”"),
        ({"ageBroad": "young"}, "column “ageBroad”: “young”"),
        ({"isForcedLabour": "maybe"}, "column “isForcedLabour”: “maybe”"),
        ({"citizenship": "Guatemala"}, "column “citizenship”: “Guatemala”"),
        ({"yearOfRegistration": "old"}, "column “yearOfRegistration”: “old”"),
    ],
)
def test_what_it_does_not_know_is_named(tmp_path: Path, cells: dict[str, Any], says: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read(write(tmp_path / "x.csv", table(CTDC_2025, record(**cells))))
    assert says in str(refusal.value)
