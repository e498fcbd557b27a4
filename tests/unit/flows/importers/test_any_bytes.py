"""Any bytes: either figures that fit the flow table, or one clear sentence. Never anything else."""

import csv
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import published
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from published import (
    APPLICATIONS,
    AREAS,
    CTDC_2025,
    DECISIONS,
    HAPI,
    MISSING,
    POPULATION,
    STATES,
    table,
)

from travesia.flows import columns as flow
from travesia.flows.importers import Refusal, read
from travesia.flows.importers.names import code, country
from travesia.flows.importers.values import MOST, count, day, label, month
from travesia.flows.schema import validate

FILES = {
    "cbp-aor": table(
        AREAS,
        "2024,FYTD,OCT,U.S. Border Patrol,Southwest Land Border,El Paso Sector,El Paso,FMUA,CUBA,"
        "Title 8,Apprehensions,28",
        "2023,FYTD,JAN,Office of Field Operations,Other,Miami Field Office,Miami,UAC,OTHER,"
        'Title 42,Expulsions,"1,028"',
    ),
    "cbp-state": table(STATES, "2025,FYTD,DEC,Northern Land Border,VT,FMUA,CUBA,Title 8,9"),
    "missing-migrants": table(
        MISSING,
        '2026.MMP1,a,"Central America","Thu, 01/02/2026 - 12:00",2026,January,1,2,,1,1,,,Violence,'
        'Honduras,"Somewhere",News,"31.3, -110.9",,https://x,,3',
    ),
    "unhcr-asylum-applications": table(
        APPLICATIONS, "2024,Honduras,HON,HND,Mexico,MEX,MEX,G,N,FA,P,27889"
    ),
    "unhcr-asylum-decisions": table(
        DECISIONS, "2011,Cameroon,CMR,CMR,Mexico,MEX,MEX,G,FA,P,5,0,0,2,7"
    ),
    "unhcr-population": table(
        POPULATION, "2023,Cuba,CUB,CUB,Mexico,MEX,MEX,100,-,0,0,0,0,0,0,-"
    ),
    "hapi-refugees": table(
        HAPI, "x,1,2,REF,f,5-11,5,11,40,2024-01-01,2024-12-31,HND,Honduras,MEX,Mexico"
    ),
    "ctdc": table(CTDC_2025, "2019,Woman,9--17,GTM,MEX,,1,,,,,,,,1,,,,,,,,,,,,"),
    "hxl": table(
        "y,o,a,r", "#date+year,#country+origin+code,#country+asylum+code,#affected+refugees",
        "2024,HND,MEX,50",
    ),
    "mexico-events-by-nationality": table(
        published.TITLE.format(year=2024).replace(",", " "), ",Enero,Febrero",
        "Total general,12,3", "América,12,3", "Cuba,7,-", 'Haití,5,"3"', "(-) Significa cero.",
    ),
}  # fmt: skip

fuzz = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def judge(path: Path) -> str | None:
    """The format of the first table; `None` if the file was refused in one printable sentence."""
    try:
        readings = read(path)
    except Refusal as refusal:
        sentence = str(refusal)
        assert sentence.isprintable()
        assert len(sentence) < 800
        assert sentence.endswith(".")
        return None
    for reading in readings:
        validate(reading.figures[list(flow.NAMES)])
        assert len(reading.figures) > 0
        assert (reading.figures["value"] >= 0).all()
        json.dumps(reading.as_dict())
        assert len(reading.problems) <= 51
    return readings[0].format


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_recognised_before_it_is_damaged(name: str, tmp_path: Path) -> None:
    assert judge(published.write(tmp_path / "x", FILES[name])) == name


@fuzz
@given(content=st.binary(max_size=2000))
@example(content=b"PK\x05\x06" + b"\0" * 18)
@example(content=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 3000)
@example(content=b"#a,#b\n")
@example(content=b"\xff\xfe")
@example(content="\u2028\n,".encode())
def test_any_bytes(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    judge(path)


@fuzz
@given(content=st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_any_text(content: str, tmp_path: Path) -> None:
    judge(published.write(tmp_path / "x", content))


MUTATIONS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    lambda chance, content: content[: chance.randrange(len(content))],
    lambda chance, content: content[chance.randrange(len(content)) :],
    lambda chance, content: bytes(
        chance.randrange(256) if chance.random() < 0.01 else byte for byte in content
    ),
    lambda chance, content: content.replace(b",", b";", chance.randrange(4)),
    lambda chance, content: content.replace(b'"', b"", chance.randrange(1, 3)),
    lambda chance, content: content + content[chance.randrange(len(content)) :],
    lambda chance, content: content.replace(b"\n", b"\r", 1),
)


@pytest.mark.parametrize("name", FILES)
def test_a_known_file_that_is_damaged_anywhere(name: str, tmp_path: Path) -> None:
    chance = random.Random(name)
    whole = FILES[name].encode()
    for _ in range(15):
        damaged = chance.choice(MUTATIONS)(chance, whole)
        path = tmp_path / "x"
        path.write_bytes(damaged)
        judge(path)


CELLS = st.one_of(
    st.sampled_from(["", "-", "1,234", "1e9", "nan", "-5", "Total", "#x", "999999999999999999999",
                     "٣", "²", "0x10", "NULL", "Enero", "2024", "MEX", "\u202e", "=1+1"]),
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20),
    st.integers().map(str),
)  # fmt: skip


@pytest.mark.parametrize("name", FILES)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_known_file_with_any_cell_in_it(name: str, data: Any, tmp_path: Path) -> None:
    rows = list(csv.reader(io.StringIO(FILES[name])))
    for _ in range(data.draw(st.integers(1, 3))):
        row = data.draw(st.integers(0, len(rows) - 1))
        if rows[row]:
            rows[row][data.draw(st.integers(0, len(rows[row]) - 1))] = data.draw(CELLS)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    judge(published.write(tmp_path / "x", text.getvalue()))


def test_a_workbook_that_is_damaged_anywhere(tmp_path: Path) -> None:
    whole = published.bulletin(tmp_path / "x.xls", [("Cuba", [7, 8])], parts=()).read_bytes()
    chance = random.Random(3)
    refused = 0
    for _ in range(12):
        content = bytearray(whole)
        for _ in range(chance.randrange(1, 30)):
            content[chance.randrange(8, len(content))] = chance.randrange(256)
        cut = bytes(content[: chance.choice([len(content), chance.randrange(600, len(content))])])
        (tmp_path / "damaged").write_bytes(cut)
        refused += judge(tmp_path / "damaged") is None
    assert refused > 0


@given(number=st.integers(0, MOST), mark=st.sampled_from([",", " ", ".", "'", "\u00a0", ""]))
def test_a_count_is_read_with_any_separator(number: int, mark: str) -> None:
    text = f"{number:,}".replace(",", mark)
    assert count(text, where="x", dash=None, thousands=",.") == number


@given(cell=st.one_of(st.none(), st.text(max_size=40), st.integers(), st.floats()))
def test_any_cell_is_a_count_a_gap_or_a_refusal(cell: Any) -> None:
    try:
        found = count(cell, where="here", dash=0)
    except Refusal:
        return
    assert found is None or 0 <= found <= MOST


@given(cell=st.text(max_size=60))
def test_any_text_is_a_label_a_month_a_day_or_a_country_or_not(cell: str) -> None:
    assert label(label(cell)) == label(cell)
    assert month(cell) in {None, *range(1, 13)}
    assert day(cell) is None or day(cell) is not None
    for word in (country(cell), code(cell)):
        assert word is None or word in {"stateless", "unknown", "other"} or len(word) == 3


@given(in_year=st.integers(2007, 2025), number=st.integers(1, 12), counts=st.lists(
    st.integers(0, 50_000), min_size=1, max_size=6))  # fmt: skip
@settings(max_examples=15, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_what_a_release_says_is_what_is_read(
    in_year: int, number: int, counts: list[int], tmp_path: Path
) -> None:
    name = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")[
        number - 1
    ]
    rows = [f"{in_year},FYTD,{name},Other,TX,FMUA,CUBA,Title 8,{each}" for each in counts]
    (reading,) = read(published.write(tmp_path / "x", table(STATES, *rows)))
    assert reading.total == sum(counts)
    calendar = in_year - 1 if number >= 10 else in_year
    assert reading.period[0] == f"{calendar}-{number:02}"
