"""The grid of a bulletin table (*cuadro*): title, year, blocks of months, rows, footnotes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from travesia.flows.importers.names import country
from travesia.flows.importers.problems import Refusal
from travesia.flows.importers.sheet import Row, Sheet, column
from travesia.flows.importers.values import (
    MONTHS_ES,
    Cell,
    fold,
    is_blank,
    is_dash,
    label,
    month,
    shown,
    squeeze,
)

MOST_ROWS = 3_000
_NOTE = re.compile(
    r"^(\(?[-–—]\)?( |$)|\(?p\)|nota|notas|fuente|\d{1,2}/|[¹²³⁴⁵*]|los datos|cifras|"
    r"la suma|las sumas|informacion|actualiza|se refiere|incluye|a partir)"
)
_YEAR = re.compile(r"(?<!\d)(20\d\d|19\d\d)(?!\d)")
_DAY = re.compile(rf"\d{{1,2}}[°º]? de (?:{'|'.join(MONTHS_ES)}) (?:de |del )?\d{{4}}")
_TOTALS = {"total", "total general", "total anual", "total acumulado", "acumulado"}


@dataclass(frozen=True)
class Block:
    """The columns of a month, or of the year's total (`month` 0)."""

    month: int
    start: int
    end: int
    parts: dict[str, int] = field(default_factory=dict)
    """Sub-columns by their folded name; the only one is named as nothing."""


@dataclass(frozen=True)
class Line:
    """A row of figures: its number as a person sees it, its label, its cells."""

    number: int
    label: str
    cells: list[Cell]


@dataclass(frozen=True)
class Cuadro:
    """A bulletin table, taken apart.

    Attributes:
        title: what stands above the header, in one line.
        year: the calendar year of its months.
        blocks: the months, and the year's total if it stands there.
        lines: the rows with figures, from the top.
        notes: what stands below the figures.
    """

    title: str
    year: int
    blocks: list[Block]
    lines: list[Line]
    notes: list[str]


def has_months(rows: Sequence[Row]) -> int | None:
    """Where the row stands whose cells name months; `None` if there is none."""
    for at, (_, cells) in enumerate(rows):
        named = [month(cell) for cell in cells[1:] if month(cell)]
        if named and len(named) == len(set(named)) and not month(cells[0] if cells else None):
            # A sentence that is the name of a month stands alone; a header has a label before it.
            after = rows[at + 1 : at + 6]
            if any(squeeze(cell) for _, more in after for cell in more[1:]):
                return at
    return None


def take_apart(sheet: Sheet) -> Cuadro | None:
    """The table of a sheet; `None` if no row of it names months.

    Raises:
        Refusal: it has months, and its year, its columns or its rows cannot be told.
    """
    rows = []
    for row in sheet.rows():
        rows.append(row)
        if len(rows) > MOST_ROWS:
            return None
    at = has_months(rows)
    if at is None:
        return None
    above = [squeeze(cell) for _, cells in rows[:at] for cell in cells if squeeze(cell)]
    header_number, header = rows[at]
    body = at + 1
    while body < len(rows) and not _is_line(rows[body][1]):
        body += 1
    under = [cells for _, cells in rows[at + 1 : body] if not label(_first(cells, 1))]
    under = under or [cells for _, cells in rows[at + 1 : body]]
    blocks = _blocks(sheet, header_number, header, under)
    lines, notes = _lines(sheet, rows[body:], blocks[0].start)
    _check_before(sheet, header_number, header[: blocks[0].start], lines)
    return Cuadro(" ".join(above), _year(sheet, above, rows[at:body], blocks), blocks, lines, notes)


def _is_figure(cell: Cell) -> bool:
    return isinstance(cell, (int, float)) or is_dash(cell) or bool(
        re.fullmatch(r"\d[\d., \u00a0]*", label(cell))
    )  # fmt: skip


def _is_line(cells: list[Cell]) -> bool:
    """Whether a row is below the header: it has figures, or the name of a country, or is a note."""
    named = _first(cells, 1)
    return (
        any(map(_is_figure, cells[1:]))
        or country(named) is not None
        or bool(_NOTE.match(fold(named)))
    )


def _first(cells: Sequence[Cell], most: int) -> Cell:
    return next((cell for cell in cells[:most] if squeeze(cell)), None)


def _blocks(sheet: Sheet, number: int, header: list[Cell], under: list[list[Cell]]) -> list[Block]:
    """The columns of each month; a merged header names only the first of them."""
    starts: list[tuple[int, int]] = []
    for at, cell in enumerate(header):
        if not squeeze(cell):
            continue
        found = month(cell)
        if found:
            starts.append((at, found))
        elif starts and fold(label(cell)) in _TOTALS:
            starts.append((at, 0))
        elif starts and not _YEAR.fullmatch(squeeze(cell)):
            raise Refusal(
                f"{sheet.name}, row {number}, column {column(at)}: {shown(cell)} stands among the "
                "months and is none; remove the column, or report the new layout."
            )
        elif starts:
            starts.append((at, 0))
    months = [each for _, each in starts if each]
    if months != sorted(set(months)):
        raise Refusal(
            f"{sheet.name}, row {number}: the months do not follow each other; check the header."
        )
    width = max([len(header), *(len(cells) for cells in under)])
    ends = [start for start, _ in starts[1:]] + [0]
    blocks: list[Block] = []
    for (start, each), end in zip(starts, ends, strict=True):
        # The last block is as wide as the one before it.
        last = end or min(width, start + (blocks[-1].end - blocks[-1].start if blocks else width))
        blocks.append(Block(each, start, last, _parts(under, start, last)))
    return blocks


def _check_before(sheet: Sheet, number: int, header: list[Cell], lines: list[Line]) -> None:
    """Refuse figures to the left of the first month: it could be a month whose name is not known.

    Columns of names stand there, and in some tables the year's total.
    """
    for at, cell in enumerate(header):
        if at == 0 or fold(label(cell)) in _TOTALS or _YEAR.fullmatch(squeeze(cell)):
            continue
        if any(_is_figure(line.cells[at]) for line in lines):
            raise Refusal(
                f"{sheet.name}, row {number}, column {column(at)}: {shown(cell)} stands before the "
                "months, has figures and is no month that is known; correct its name, or remove "
                "the column."
            )


def _parts(under: list[list[Cell]], start: int, end: int) -> dict[str, int]:
    parts: dict[str, int] = {}
    for at in range(start, end):
        names = [label(cells[at]) for cells in under if at < len(cells) and squeeze(cells[at])]
        name = fold(" ".join(names))
        if name or at == start:
            parts.setdefault(name, at)
    return parts


def _lines(sheet: Sheet, rows: Sequence[Row], first: int) -> tuple[list[Line], list[str]]:
    """The rows of figures, and the notes below them.

    Raises:
        Refusal: a row has figures and no label, or stands below the notes.
    """
    lines: list[Line] = []
    notes: list[str] = []
    for number, cells in rows:
        texts = [squeeze(cell) for cell in cells if squeeze(cell)]
        if not texts:
            continue
        named = label(_first(cells, first))
        figures = [cell for cell in cells[first:] if not is_blank(cell)]
        if notes or _NOTE.match(fold(named)) or (not figures and len(named) > 60):
            if sum(map(_is_figure, figures)) > (0 if country(named) else 1):
                raise Refusal(
                    f"{sheet.name}, row {number}: {shown(named)} has figures and stands below a "
                    "note, where no figures are read; move the note below the table."
                )
            notes.append(" ".join(texts))
            continue
        if not named:
            raise Refusal(
                f"{sheet.name}, row {number} has figures and no name; give the row its name back, "
                "or download the table again."
            )
        lines.append(Line(number, named, cells))
    return lines, notes


def _year(sheet: Sheet, above: list[str], header: Sequence[Row], blocks: list[Block]) -> int:
    """The year in the title, else in the header's cells, else in the sheet's name.

    Raises:
        Refusal: no year is named, or more than one.
    """
    in_header = [squeeze(cell) for _, cells in header for cell in cells[blocks[0].start :]]
    for texts in (above, in_header, [sheet.name.rpartition(", sheet ")[2]]):
        # The day of a decree in the title is not the year of its months.
        years = {int(found) for text in texts for found in _YEAR.findall(_DAY.sub("", fold(text)))}
        if len(years) == 1:
            return years.pop()
        if years:
            named = " and ".join(map(str, sorted(years)[:3]))
            raise Refusal(
                f"{sheet.name}: its title names more than one year ({named}); a table of one year "
                "is expected: correct the title."
            )
    raise Refusal(
        f"{sheet.name}: no year stands above its months; write it into the title, like “2024”."
    )
