"""HDX's Humanitarian API (HAPI): refugees and persons of concern, as CSV or JSON.

Rows by sex and age stand beside rows for all of them; only one of the two may be added up.
"""

import re
from collections import defaultdict
from datetime import date
from typing import NamedTuple

from travesia.flows import columns as flow
from travesia.flows.importers.context import Context
from travesia.flows.importers.problems import Refusal
from travesia.flows.importers.reading import Figures, Reading
from travesia.flows.importers.sheet import Sheet
from travesia.flows.importers.tidy import Layout, Record, find, keys, records
from travesia.flows.importers.values import day, fold, is_blank

_LAYOUT = Layout(
    "HAPI's refugees and persons of concern",
    {
        "group": keys("population_group"),
        "gender": keys("gender"),
        "age": keys("age_range"),
        "population": keys("population"),
        "start": keys("reference_period_start"),
        "origin": keys("origin_location_code"),
        "asylum": keys("asylum_location_code"),
    },
    {"end": keys("reference_period_end")},
)
_SIGNATURES = (
    frozenset({"group", "population"}),
    frozenset({"group", "start"}),
    frozenset({"population", "start", "origin", "asylum"}),
)
_GROUPS = {"ref": "refugees", "roc": "refugees-and-others-of-concern", "asy": "asylum-seekers",
           "oip": "other-people-in-need", "idp": "internally-displaced",
           "ioc": "internally-displaced-of-concern", "sta": "stateless-persons",
           "ooc": "others-of-concern", "hst": "host-community", "ret": "returned-refugees",
           "rst": "resettled", "nat": "naturalised", "rdp": "returned-internally-displaced",
           "rri": "refugee-like"}  # fmt: skip
_SEXES = {"f": "female", "female": "female", "m": "male", "male": "male", "x": "other",
          "o": "other", "u": "unknown", "unknown": "unknown", "all": "all", "": "all"}  # fmt: skip


class _Stock(NamedTuple):
    """What a population is a stock of: everything but sex and age."""

    year: int
    origin: str
    asylum: str
    group: str


class _Part(NamedTuple):
    sex: str
    age: str


def read(sheet: Sheet, context: Context) -> Reading | None:
    """The populations of an answer; `None` if the sheet is another."""
    header = find(sheet, _LAYOUT, *_SIGNATURES)
    if header is None:
        return None
    stocks: dict[_Stock, dict[_Part, int]] = defaultdict(dict)
    rows = 0
    for record in records(sheet, header, context.notes):
        group = fold(record["group"])
        if group == "all":
            context.notes.note("sum-row", "Rows for all groups together were left out.")
            continue
        if group not in _GROUPS:
            raise record.unknown("group", "a group such as REF or ASY is expected.")
        value = record.count("population")
        if value is None:
            context.notes.note("missing-count", "A row without a population was left out.",
                               record.where("population"))  # fmt: skip
            continue
        rows += 1
        stock = _Stock(
            _year(record),
            record.country("origin"),
            record.country("asylum", stateless=False),
            _GROUPS[group],
        )
        part = _Part(_sex(record), _age(record))
        if part in stocks[stock]:
            raise Refusal(
                f"{sheet.name}, row {record.number:,} repeats an earlier row with the same group, "
                "countries, sex, age and year; pages were probably joined twice: get it again."
            )
        stocks[stock][part] = value
    figures = _added(stocks, context)
    if not len(figures):
        raise Refusal(f"{sheet.name} has the header of {_LAYOUT.format} and no figures below it.")
    return context.reading(
        sheet, figures, format="hapi-refugees", title=_LAYOUT.format, rows=rows,
        ended=date(int(figures.last_period[:4]), 12, 31),
    )  # fmt: skip


def _added(stocks: dict[_Stock, dict[_Part, int]], context: Context) -> Figures:
    figures = Figures(
        {
            "series": "imported-hapi-refugees",
            "source": "hdx-hapi",
            "counts": "persons",
            "frequency": "year",
        }
    )
    for stock, parts in stocks.items():
        for part, value in _disjoint(parts, context).items():
            figures.add(
                f"{stock.year}-01-01",
                f"{stock.year} {stock.asylum} {stock.origin} {stock.group}",
                value,
                reporting=stock.asylum,
                nationality=stock.origin,
                measure=stock.group,
                sex=part.sex,
                age=part.age,
            )
    return figures


def _disjoint(parts: dict[_Part, int], context: Context) -> dict[_Part, int]:
    """Parts that do not overlap: the finest that add up to the published total, else the total.

    Without a row for all, those that add up to the most: what another level has more of, a finer
    one that is not whole has lost.
    """
    total = parts.get(_Part("all", "all"))
    cells = {part: value for part, value in parts.items() if "all" not in part}
    levels = [each for each in (cells, _by(parts, "sex"), _by(parts, "age")) if each]
    sums = [sum(level.values()) for level in levels]
    if total is None and levels:
        if len(set(sums)) > 1:
            context.notes.note(
                "levels-mismatch",
                "Rows by sex, by age and by both do not add up to the same, and there is no row "
                "for all: the rows that add up to the most were taken.",
            )
        return levels[sums.index(max(sums))]
    if total in sums:
        return levels[sums.index(total)]
    if levels:
        context.notes.note(
            "total-mismatch",
            "Rows by sex and age do not add up to the row for all: the row for all was taken.",
        )
    return {_Part("all", "all"): total} if total is not None else {}


def _by(parts: dict[_Part, int], name: str) -> dict[_Part, int]:
    """For each sex (or age) its finest rows that add up to its own row, else that row."""
    found: dict[_Part, int] = {}
    for word in sorted({getattr(part, name) for part in parts} - {"all"}):
        own = {part: value for part, value in parts.items() if getattr(part, name) == word}
        fine = {part: value for part, value in own.items() if "all" not in part}
        whole = {part: value for part, value in own.items() if "all" in part}
        is_whole = not whole or sum(fine.values()) == sum(whole.values())
        found |= fine if fine and is_whole else whole
    return found


def _year(record: Record) -> int:
    found = day(record["start"])
    if found is None:
        raise record.unknown("start", "a day such as 2024-01-01 is expected.")
    last = day(record["end"]) if "end" in record and not is_blank(record["end"]) else found
    if last is None or last.year != found.year:
        raise record.unknown("end", "a day in the same year as the start is expected.")
    return found.year


def _sex(record: Record) -> str:
    sex = _SEXES.get(fold(record["gender"]))
    if sex is None:
        raise record.unknown("gender", "f, m or all are expected.")
    return sex


def _age(record: Record) -> str:
    text = fold(record["age"]).replace(" ", "")
    if text in {"all", ""}:
        return flow.ALL
    if text == "unknown":
        return flow.UNKNOWN
    if not re.fullmatch(r"\d{1,2}-\d{1,2}|\d{1,2}\+", text):
        raise record.unknown("age", "an age such as 5-11 or 60+ is expected.")
    return text
