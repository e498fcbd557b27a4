"""CBP's two layouts, their running years, and the labels that drifted."""

from pathlib import Path
from typing import Any

import published
import pytest
from published import AREAS, STATES, table, write

from travesia.flows.importers import Refusal, read

SAMPLE = """\
2024,FYTD,OCT,Office of Field Operations,Southwest Land Border,El Paso Field Office,El Paso,\
Accompanied Minors,MEXICO,Title 8,Inadmissibles,14
2024,FYTD,OCT,Office of Field Operations,Southwest Land Border,El Paso Field Office,El Paso,\
FMUA,BRAZIL,Title 8,Inadmissibles,28
2024,FYTD,JAN,U.S. Border Patrol,Southwest Land Border,El Paso Sector,El Paso,\
UC / Single Minors,"CHINA, PEOPLES REPUBLIC OF",Title 42,Expulsions,"1,234"
""".splitlines()


def area(**cells: Any) -> list[object]:
    given = {
        "Fiscal_Year": 2023, "Month_Grouping": "FYTD", "Month_(abbv)": "SEP",
        "Component": "U.S. Border Patrol", "Land_Border_Region": "Southwest Land Border",
        "Area_of_Responsibility": "Tucson Sector", "Demographic": "Single Adults",
        "Citizenship": "HONDURAS", "Title_of_Authority": "Title 8",
        "Encounter_Type": "Apprehensions", "Encounter_Count": 6, **cells,
    }  # fmt: skip
    return published.named(AREAS, **given)


def one(path: Path) -> Any:
    (reading,) = read(path)
    return reading


def test_a_release_by_area_is_read_by_its_columns(tmp_path: Path) -> None:
    reading = one(write(tmp_path / "x", table(AREAS, *SAMPLE)))
    assert reading.format == "cbp-aor"
    assert (reading.rows, reading.total, reading.counts) == (3, 14 + 28 + 1234, "encounters")
    assert reading.problems == ()
    shown = reading.figures[
        ["period", "place", "authority", "nationality", "age", "accompaniment", "measure", "value"]
    ].astype(str)
    assert shown.to_numpy().tolist() == [
        ["2023-10-01", "Southwest Land Border: El Paso Field Office", "us-field-operations", "BRA",
         "all", "family-unit", "title-8-inadmissibles", "28"],
        ["2023-10-01", "Southwest Land Border: El Paso Field Office", "us-field-operations", "MEX",
         "0-17", "accompanied", "title-8-inadmissibles", "14"],
        ["2024-01-01", "Southwest Land Border: El Paso Sector", "us-border-patrol", "CHN",
         "0-17", "unaccompanied", "title-42-expulsions", "1234"],
    ]  # fmt: skip


def test_a_release_by_state_is_read_by_its_columns(tmp_path: Path) -> None:
    row = "2025,FYTD,DEC,Northern Land Border,VT,Single Adults,MYANMAR (BURMA),Title 8,9"
    reading = one(write(tmp_path / "x", table(STATES, row)))
    assert reading.format == "cbp-state"
    assert reading.figures[["place", "nationality", "measure"]].to_numpy().tolist() == [
        ["Northern Land Border: US-VT", "MMR", "title-8"]
    ]


@pytest.mark.parametrize("label", ["UC / Single Minors", "UAC", "UC", "Unaccompanied Children"])
def test_unaccompanied_children_are_one_group_under_every_label(tmp_path: Path, label: str) -> None:
    reading = one(write(tmp_path / "x", table(AREAS, area(Demographic=label))))
    assert reading.figures[["age", "accompaniment"]].to_numpy().tolist() == [
        ["0-17", "unaccompanied"]
    ]


def test_a_fiscal_year_begins_in_october_of_the_year_before(tmp_path: Path) -> None:
    rows = [area(**{"Month_(abbv)": month}) for month in ("OCT", "DEC", "JAN", "SEP")]
    reading = one(write(tmp_path / "x", table(AREAS, *rows)))
    assert sorted(reading.figures["period"].dt.strftime("%Y-%m")) == [
        "2022-10", "2022-12", "2023-01", "2023-09",
    ]  # fmt: skip
    assert reading.vintage == "2023-09-30"


def test_a_running_fiscal_year_is_preliminary(tmp_path: Path) -> None:
    rows = [area(), area(Fiscal_Year="2024 (FYTD)", **{"Month_(abbv)": "OCT"})]
    table_ = one(write(tmp_path / "x", table(AREAS, *rows))).figures
    assert dict(zip(table_["unit"], table_["status"], strict=True)) == {
        "2023": "final",
        "2024": "preliminary",
    }


def test_rows_of_the_same_figure_are_added_up(tmp_path: Path) -> None:
    reading = one(write(tmp_path / "x", table(AREAS, area(), area())))
    assert (reading.rows, len(reading.figures), reading.total) == (2, 1, 12)


def test_rows_that_repeat_others_are_counted_and_their_number_is_said(tmp_path: Path) -> None:
    rows = [area(), area(Citizenship="CUBA"), area(), area(), area(Encounter_Count=7)]
    (problem,) = one(write(tmp_path / "x", table(AREAS, *rows))).problems
    assert (problem.kind, problem.place) == ("duplicate", "row 4")
    assert problem.text.startswith("Rows that repeat an earlier row in every column: 2. Each was")


def test_a_blank_count_is_no_zero_and_a_total_row_is_checked(tmp_path: Path) -> None:
    total = published.named(AREAS, Fiscal_Year="Total", Encounter_Count="99")
    reading = one(write(tmp_path / "x", table(AREAS, area(), area(Encounter_Count=""), total)))
    assert reading.total == 6
    assert [each.kind for each in reading.problems] == ["missing-count", "total-mismatch"]
    assert reading.problems[1].text == "The total row says 99, the rows add up to 6."


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_any_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    assert one(write(tmp_path / "x", table(AREAS, *SAMPLE), encoding)).total == 1276


def test_saved_with_semicolons_tabs_and_windows_line_ends_it_is_the_same(tmp_path: Path) -> None:
    lines = table(AREAS, area(Encounter_Count="1.234")).replace(",", ";").replace("\n", "\r\n")
    assert one(write(tmp_path / "x", lines)).total == 1234
    assert one(write(tmp_path / "y", table(AREAS, area()).replace(",", "\t"))).total == 6


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"Demographic": "Robots"}, "row 2, column “Demographic”: “Robots” is not known"),
        ({"Citizenship": "NARNIA"}, "column “Citizenship”: “NARNIA” is not known"),
        ({"Land_Border_Region": "Moon"}, "column “Land Border Region”: “Moon”"),
        ({"Area_of_Responsibility": "Casa del Migrante"}, "a sector or a field office is expected"),
        ({"Area_of_Responsibility": "=cmd|x Sector"}, "a sector or a field office is expected"),
        ({"Title_of_Authority": "Title 9"}, "column “Title of Authority”: “Title 9”"),
        ({"Encounter_Type": "Hugs"}, "column “Encounter Type”: “Hugs”"),
        ({"Month_(abbv)": "FOO"}, "column “Month (abbv)”: “FOO” is not known; three letters"),
        ({"Fiscal_Year": "24"}, "column “Fiscal Year”: “24”"),
        ({"Encounter_Count": "many"}, "column “Encounter Count”: “many” is not a whole number"),
        ({"Encounter_Count": "1.234"}, "column “Encounter Count”: “1.234” is not a whole number"),
    ],
)
def test_what_it_does_not_know_is_named_with_row_and_column(
    tmp_path: Path, cells: dict[str, Any], says: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        read(write(tmp_path / "given.csv", table(AREAS, area(**cells))))
    assert says in str(refusal.value)
    assert str(refusal.value).startswith("given.csv, row 2")


def test_a_new_column_is_refused_because_it_could_split_the_figures(tmp_path: Path) -> None:
    text = table(AREAS + ",Shoe Size", area()).replace(",6\n", ",6,42\n")
    with pytest.raises(Refusal, match="column M: “Shoe Size” is not a known column"):
        read(write(tmp_path / "x.csv", text))


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    header = AREAS.replace(",Citizenship", "")
    with pytest.raises(Refusal, match="the column “citizenship” is missing"):
        read(write(tmp_path / "x.csv", table(header, area()[:-1])))


@pytest.mark.parametrize("header", [AREAS, STATES])
@pytest.mark.parametrize(
    "column",
    ["Encounter Count", "Demographic", "Month (abbv)", "Fiscal Year", "Land Border Region"],
)
def test_a_renamed_column_is_named_and_no_other_importer_takes_the_file(
    tmp_path: Path, header: str, column: str
) -> None:
    row = published.named(header, Fiscal_Year=2024, Encounter_Count=9)
    row[2] = "OCT"
    with pytest.raises(Refusal) as refusal:
        read(write(tmp_path / "x.csv", table(header.replace(column, "Renamed"), row)))
    assert "it looks like CBP's encounters" in str(refusal.value)
    name = "month abbv" if column.startswith("Month") else column.lower()
    assert f"the column “{name}” is missing (“Renamed” is not known)" in str(refusal.value)


def test_a_row_that_is_longer_than_the_header_is_refused(tmp_path: Path) -> None:
    text = table(AREAS, *SAMPLE).replace('"1,234"', "1,234")
    with pytest.raises(Refusal, match="row 4 has more cells than the header has columns"):
        read(write(tmp_path / "x.csv", text))


def test_a_header_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="no figures below it"):
        read(write(tmp_path / "x.csv", AREAS + "\n"))


@pytest.mark.parametrize("cut", [3, 10, 60])
def test_half_a_download_is_refused_where_it_breaks_off(tmp_path: Path, cut: int) -> None:
    text = table(AREAS, area(), area(Citizenship="CUBA"), area(Citizenship="HAITI"))
    for encoding in ("utf-8", "utf-16"):
        with pytest.raises(Refusal, match="breaks off in row 4, in the middle of a row"):
            read(write(tmp_path / "x.csv", text[:-cut], encoding))


def test_a_last_line_without_an_end_is_read(tmp_path: Path) -> None:
    assert one(write(tmp_path / "x.csv", table(AREAS, area()).rstrip("\n"))).rows == 1
    noted = table(AREAS, area()) + "Source: USBP and OFO"
    assert one(write(tmp_path / "x.csv", noted)).rows == 1
