"""What stands in the cells of published tables: counts, months, days, labels."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache, wraps
from math import isfinite
from typing import TypeVar

from travesia.flows.importers.problems import Refusal, printable

Cell = str | int | float | None

MOST = 10**10
"""The largest count that is believed: more than there are people."""

_LONG = 200

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_DASHES = {"-", "–", "—", "−", "--"}
_NOTHING = {"", "n.d.", "nd", "n/d", "n.a.", "na", "n/a", "nan", "null", "none", "...", "…", "s/d"}
# A mark that points to a footnote: 1,234* or 1,234 1/ or 1,234 p/ or 1,234² or Enero1/.
_MARK = re.compile(
    r"(?:\s+(?:\d{1,2}|[a-z])/|(?<=\d)[a-z]/|(?<=[^\W\d_])\d{1,2}/|\s*[*†‡¹²³⁴⁵⁶⁷⁸⁹ᵃᵇ]+)$",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?P<whole>-?(?:[0-9]{1,3}(?P<mark>[., '])[0-9]{3}(?:(?P=mark)[0-9]{3})*|[0-9]{1,18}))"
    r"(?P<cents>[.,]0{1,2})?"
)

_MILLIONS = re.compile(r"^(\d{1,3})'(\d{3},\d{3})(?!\d)")

Answer = TypeVar("Answer")


def remembered(function: Callable[[Cell], Answer]) -> Callable[[Cell], Answer]:
    """The function with a memory: the same few words stand in every row of a table.

    Long cells are not remembered, so that a hostile file cannot fill the memory with them.
    """
    # Typed, because 1, 1.0 and True are one key else.
    known = lru_cache(maxsize=1 << 13, typed=True)(function)

    @wraps(function)
    def answer(cell: Cell) -> Answer:
        if isinstance(cell, str) and len(cell) > _LONG:
            return function(cell)
        return known(cell)

    return answer


MONTHS_ES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
MONTHS_EN = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTHS = {
    **{name: i for names in (MONTHS_EN, MONTHS_ES) for i, name in enumerate(names, 1)},
    **{name[:3]: i for names in (MONTHS_EN, MONTHS_ES) for i, name in enumerate(names, 1)},
    "mzo": 3,
    "agto": 8,
    "sept": 9,
    "setiembre": 9,
    "set": 9,
}


@remembered
def squeeze(cell: Cell) -> str:
    """A cell's text on one line, with single spaces and without invisible characters."""
    if cell is None:
        return ""
    text = str(cell).replace("\ufeff", "").replace("\u200b", "").replace("\x00", "")
    return _SPACES.sub(" ", text).strip()


@remembered
def fold(cell: Cell) -> str:
    """A label as it is compared: lower case, without accents, single spaces."""
    parts = unicodedata.normalize("NFKD", squeeze(cell).casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


@remembered
def label(cell: Cell) -> str:
    """A label without the marks of its footnotes (`Enero 1/`, `Honduras*`)."""
    text = squeeze(cell)
    while (found := _MARK.search(text)) and found.start() > 0:
        text = text[: found.start()].rstrip()
    return text.rstrip(":")


def shown(cell: Cell, most: int = 60) -> str:
    """A cell's text for a sentence: quoted, on one line, of bounded length."""
    text = printable(squeeze(cell))
    return f"“{text if len(text) <= most else text[: most - 1] + '…'}”"


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing, or a sign for nothing known (`n.d.`)."""
    return fold(cell) in _NOTHING


def is_dash(cell: Cell) -> bool:
    """Whether a cell holds a dash, which is zero for some publishers and missing for others."""
    return squeeze(cell) in _DASHES


def count(
    cell: Cell, *, where: str, dash: int | None, thousands: str = ",", negative: bool = False
) -> int | None:
    """The whole number in a cell; `None` where it is missing.

    Args:
        cell: a number, or a text with or without thousands separators and footnote marks.
        where: the place for the sentence of a refusal, with the file's name.
        dash: what a dash stands for with this publisher.
        thousands: the separators that this publisher's texts use; spaces always count.
        negative: whether the caller deals with numbers below zero.

    Raises:
        Refusal: the cell holds something else.
    """
    if is_dash(cell):
        return dash
    if is_blank(cell):
        return None
    found = _whole(cell, thousands)
    if found is None or abs(found) > MOST or (found < 0 and not negative):
        raise Refusal(
            f"{where}: {shown(cell)} is not a whole number of persons or events; correct the cell."
        )
    return found


def _whole(cell: Cell, thousands: str) -> int | None:
    if isinstance(cell, (int, float)):
        is_whole = not isinstance(cell, bool) and isfinite(cell) and int(cell) == cell
        return int(cell) if is_whole else None
    text = label(cell).replace("’", "'")
    # Mexico writes the millions with an apostrophe: 1'234,567.
    found = _NUMBER.fullmatch(_MILLIONS.sub(r"\1,\2", text))
    if found is None:
        return None
    mark, cents = found["mark"] or "", found["cents"] or ""
    if mark and (mark not in f" '{thousands}" or mark == cents[:1]):
        return None
    return int(found["whole"].replace(mark, "") if mark else found["whole"])


def month(cell: Cell) -> int | None:
    """The month, 1 to 12, that a Spanish or English name or abbreviation stands for."""
    name = fold(label(cell)).rstrip(".")
    return _MONTHS.get(name)


def year(cell: Cell) -> int | None:
    """The year, 1900 to 2100, that a cell holds."""
    text = squeeze(cell)
    if re.fullmatch(r"\d{4}(\.0+)?", text) and 1900 <= int(text[:4]) <= 2100:
        return int(text[:4])
    return None


_DAYS = ("%m/%d/%Y", "%Y-%m-%d", "%B %d, %Y", "%d %B %Y", "%d-%b-%y", "%m/%d/%y")


def day(cell: Cell) -> date | None:
    """The day in a cell: `Thu, 01/02/2026 - 12:00` (month first), `2026-01-02`, `May 2, 2026`."""
    text = squeeze(cell)
    text = re.sub(r"^[A-Za-z]{3,9}, (?=\d)", "", text)
    text = re.sub(r"[ T]*(- )?\d{1,2}:\d{2}(:\d{2})?(\.\d+)?Z?$", "", text)
    for pattern in _DAYS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None


_SPANISH_DAY = re.compile(
    rf"(\d{{1,2}})[°º]? de ({'|'.join(MONTHS_ES)}|setiembre) (?:de |del )?(\d{{4}})"
)


def spanish_day(text: str) -> date | None:
    """The last day that a Spanish sentence names (`al 15 de enero de 2024`)."""
    found = _SPANISH_DAY.findall(fold(text))
    for number, name, in_year in reversed(found):
        try:
            return date(int(in_year), _MONTHS[name], int(number))
        except ValueError:
            continue
    return None
