"""Opening what somebody gave: bounded, recognised by content, refused in one sentence."""

import os
import resource
import zipfile
from pathlib import Path
from typing import Any

import published
import pytest
import xlwt
from published import AREAS, write

from travesia.flows.importers import Refusal, read, workbook
from travesia.flows.importers import source as opening


def refused(path: Path) -> str:
    with pytest.raises(Refusal) as refusal:
        read(path)
    sentence = str(refusal.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty; download it again"),
        (b"%PDF-1.7 x", "is a PDF: its figures cannot be imported"),
        (b"\n <!DOCTYPE html><html>", "is a web page, not the table"),
        (b"<?xml version='1.0'?><html>", "is a web page, not the table"),
        (b"<!-- error 403 -->\n<html>", "is a web page, not the table"),
        (b"<table><tr><td>Guatemala</td></tr></table>", "is a web page, not the table"),
        (b"\x1f\x8b\x08\x00", "is compressed with gzip"),
        (b"\x89PNG\r\n", "is a picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "is a damaged workbook"),
        (b"PK\x03\x04" + b"x" * 50, "is a damaged zip or workbook"),
        (b"{broken", "is a damaged or cut JSON answer"),
        (b"[" * 100_000, "is a damaged or cut JSON answer"),
        (b'{"items": []}', "holds no list of items"),
        (b"\x00\x01\x02\x03\xff", "is not text"),
        (b"a,b\x07\n", "is not text"),
        (b"caf\xe9\x81", "in an encoding other than"),
        (b"\xff\xfea\x00b", "begins as UTF-16 and breaks off"),
        (b"\xef\xbb\xbfok\xff", "breaks off near byte"),
        (b'a,"b\n' + b"x" * 200_000, "are no table"),
        (b"hello,world\n1,2\n", "is of no known format (its columns begin with “hello”, “world”)"),
        (b",,,\n\n", "is of no known format (it is empty)"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_said_in_one_sentence(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "given.xls"
    path.write_bytes(content)
    sentence = refused(path)
    assert says in sentence
    assert "given.xls" in sentence


def test_the_name_plays_no_part(tmp_path: Path) -> None:
    path = published.bulletin(tmp_path / "nationwide-aor.csv", [("Cuba", [7, 8])], parts=())
    assert read(path)[0].format == "mexico-events-by-nationality"


def test_a_folder_a_missing_file_and_a_pipe_are_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "is not a file" in refused(tmp_path / "pipe")
    assert "is a folder" in refused(tmp_path)
    assert "does not exist" in refused(tmp_path / "nothing.csv")
    assert "is not a file" in refused(Path("/dev/zero"))


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "MOST_BYTES", 1000)
    assert "is larger than" in refused(write(tmp_path / "x.csv", AREAS + "\n" * 1000))


def test_a_zip_that_unpacks_to_much_more_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = published.zipped(tmp_path / "x.zip", a__csv="0" * 5000)
    monkeypatch.setattr(opening, "MOST_BYTES", 4000)
    assert "unpacks to" in refused(path)


def test_a_zip_that_lies_about_its_size_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = published.zipped(tmp_path / "x.zip", a__csv="0" * 5000)
    monkeypatch.setattr(opening, "MOST_BYTES", 4000)
    honest = zipfile.ZipFile.infolist

    def lying(self: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
        entries = honest(self)
        for entry in entries:
            entry.file_size = 10
        return entries

    monkeypatch.setattr(zipfile.ZipFile, "infolist", lying)
    assert "x.zip" in refused(path)


def far(path: Path) -> Path:
    """A workbook of 6 kB with a cell in the last row and column, which wants a gigabyte."""
    book = xlwt.Workbook()
    page = book.add_sheet("x")
    page.write(0, 0, 1)
    page.write(65535, 255, 1)
    book.save(str(path))
    return path


def test_a_small_workbook_that_wants_a_gigabyte_is_refused_and_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_MEMORY", 512 * 1024 * 1024)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "asks for more memory" in refused(far(tmp_path / "bomb.xls"))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 50_000


def test_without_the_bound_the_same_workbook_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_MEMORY", 4 * 1024**3)
    assert "is of no known format" in refused(far(tmp_path / "bomb.xls"))


def test_a_workbook_that_takes_too_long_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "SECONDS", 0.01)
    path = published.bulletin(tmp_path / "x.xls", [("Cuba", [7, 8])], parts=())
    monkeypatch.setattr(workbook, "_limits", lambda: ["1000000000", "1000000", "5"])
    assert "took longer than" in refused(path)


def test_what_is_imported_is_what_was_hashed_even_if_somebody_writes_on(tmp_path: Path) -> None:
    path = published.bulletin(tmp_path / "x.xls", [("Cuba", [7, 8])], parts=())
    with opening.opened(path) as given:
        path.write_bytes(b"something else")
        (sheet,) = given.sheets
        assert any("Cuba" in str(cells) for _, cells in sheet.rows())


def test_a_sheet_name_or_a_cell_cannot_break_the_sentence(tmp_path: Path) -> None:
    text = AREAS + "\n" + ",".join(["2024", *['"evil\n\x1b[31m\u202e"'.replace("\x1b", "")] * 11])
    sentence = refused(write(tmp_path / "x.csv", text))
    assert sentence.isprintable()


def test_nothing_is_left_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    read(published.bulletin(tmp_path / "x.xls", [("Cuba", [7, 8])], parts=()))
    refused(write(tmp_path / "y.csv", "a,b\n"))
    assert list(scratch.iterdir()) == []


def test_an_excel_2007_workbook_is_read_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook_xml: dict[str, Any] = published.excel_2007([["a", "b"], *[["1", "2"]] * 500])
    path = tmp_path / "x.csv"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in workbook_xml.items():
            archive.writestr(name, text)
    assert "its columns begin with “a”, “b”" in refused(path)
    monkeypatch.setattr(opening, "MOST_BYTES", path.stat().st_size + 10)
    assert "unpacks to" in refused(path)


def packed(path: Path, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def test_a_workbook_in_a_zip_is_the_workbook(tmp_path: Path) -> None:
    book = published.bulletin(tmp_path / "cuadro.xls", [("Cuba", [3, 4])], parts=()).read_bytes()
    notes = {"__MACOSX/._cuadro3.1.1.xls": b"x", "leeme.txt": b"x"}
    path = packed(tmp_path / "boletin.zip", **{"2024/cuadro3.1.1.xls": book, **notes})
    (reading,) = read(path)
    assert (reading.format, reading.total) == ("mexico-events-by-nationality", 7)
    assert reading.sheet == "boletin.zip, cuadro3.1.1.xls, sheet Cuadro"


def test_a_macs_notes_beside_a_table_in_a_zip_are_no_table(tmp_path: Path) -> None:
    given = published.table(
        published.STATES,
        "2024,FYTD,OCT,Southwest Land Border,TX,Single Adults,CUBA,Title 8,6",
    ).encode()
    path = packed(tmp_path / "cbp.zip", **{"cbp.csv": given, "__MACOSX/._cbp.csv": b"\0\5\x16"})
    (reading,) = read(path)
    assert (reading.format, reading.total) == ("cbp-state", 6)


def test_several_workbooks_or_a_zip_in_a_zip_are_refused(tmp_path: Path) -> None:
    says = "is a zip with neither a CSV table nor a single workbook in it; give the table itself."
    assert says in refused(packed(tmp_path / "x.zip", **{"a.xls": b"x", "b.xlsx": b"x"}))
    inner = packed(tmp_path / "inner.zip", **{"a.xlsx": b"x"}).read_bytes()
    assert says in refused(packed(tmp_path / "y.zip", **{"b.xlsx": inner}))
