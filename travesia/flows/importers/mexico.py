"""Mexico: the tables (*cuadros*) of UPMRIP's monthly bulletin, as Excel 97 files or otherwise."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from travesia.flows.importers import mexico_rows as rows_of
from travesia.flows.importers.context import Context
from travesia.flows.importers.cuadro import Block, Cuadro, Line, take_apart
from travesia.flows.importers.mexico_rows import Part, RepeatedRow, Rows, UnknownRow, sums
from travesia.flows.importers.problems import Refusal
from travesia.flows.importers.reading import Figures, Reading, month_end, month_start
from travesia.flows.importers.sheet import Sheet, column
from travesia.flows.importers.values import MONTHS_ES, count, fold, shown, spanish_day

_SUBTOTAL = {"subtotal", "total", "sub total", "sub-total"}
_KINDS_OF_RETURN = (
    (re.compile(r"menor|nin[ao]s|nna|adolescente"), "assisted-return-of-children"),
    (re.compile(r"retorno|asistid"), "assisted-return"),
    (re.compile(r"deporta"), "deportation"),
)


@dataclass(frozen=True)
class _Subject:
    """What a table of the bulletin is about, by words of its title."""

    words: re.Pattern[str]
    name: str
    title: str
    columns: dict[str, str]
    rows: tuple[tuple[str, Rows], ...]
    kinds: bool = False


_BY = (
    ("by-nationality", rows_of.by_nationality),
    ("by-state", rows_of.by_state),
    ("by-sex-age", rows_of.by_sex_and_age),
)
# From the most to the least particular: the title of one subject can hold the words of a later one.
_SUBJECTS = (
    _Subject(
        re.compile(r"repatria|mexican[oa]s devuelt|devuelt[oa]s? (?:desde|por|de) (?:los )?"
                   r"(?:estados unidos|e\.?u|ee)"),
        "returned-from-usa",
        "Mexicans returned from the United States",
        {"counts": "returns", "nationality": "MEX", "origin": "USA", "destination": "MEX"},
        (("by-state", rows_of.by_crossing),),
    ),
    _Subject(
        re.compile(r"rechaz"),
        "airport-rejections",
        "people refused entry at airports",
        {"counts": "events", "measure": "refused-entry"},
        _BY,
    ),
    _Subject(
        re.compile(r"devuelt|devolucion|retorn|deporta"),
        "returns",
        "people returned from Mexico",
        {"counts": "returns", "origin": "MEX"},
        _BY,
        kinds=True,
    ),
    _Subject(
        re.compile(r"situacion (?:migratoria )?irregular|presentad|canalizad|alojad|asegurad"),
        "events",
        "events of people in an irregular situation",
        {"counts": "events", "transit": "MEX"},
        _BY,
    ),
)  # fmt: skip


@dataclass
class _Table:
    """A table that is being read."""

    sheet: Sheet
    cuadro: Cuadro
    subject: _Subject
    context: Context
    parts: list[Part]
    figures: Figures
    wrong: list[str] = field(default_factory=list)

    def where(self, line: Line, at: int) -> str:
        return f"{self.sheet.name}, row {line.number}, column {column(at)}"

    def value(self, line: Line, at: int) -> int | None:
        """A cell's value: a dash is this publisher's zero, an empty cell is not."""
        cell = line.cells[at] if at < len(line.cells) else None
        return count(cell, where=self.where(line, at), dash=0, thousands=",.")


def read(sheet: Sheet, context: Context) -> Reading | None:
    """The events or returns of a bulletin table; `None` if the sheet is another."""
    cuadro = take_apart(sheet)
    if cuadro is None:
        return None
    text = fold(f"{cuadro.title} {sheet.name.rpartition(', sheet ')[2]}")
    subject = next((each for each in _SUBJECTS if each.words.search(text)), None)
    if subject is None:
        raise Refusal(
            f"{sheet.name} looks like a table of Mexico's bulletin, and the title above its months "
            "says none of: persons in an irregular situation, returned, rejected, repatriated; "
            "put the bulletin's own title back."
        )
    if not cuadro.lines:
        raise Refusal(f"{sheet.name} names months and holds no figures below them.")
    by, parts = _parts(sheet, cuadro, subject)
    figures = Figures(
        {
            "series": f"imported-mexico-{subject.name}-{by}",
            "source": "mexico-upmrip-bulletin",
            "reporting": "MEX",
            "frequency": "month",
            **subject.columns,
        }
    )
    table = _Table(sheet, cuadro, subject, context, parts, figures)
    for block in cuadro.blocks:
        if block.month:
            _read_month(table, block)
    _check_years(table)
    return _reading(table, by)


def _parts(sheet: Sheet, cuadro: Cuadro, subject: _Subject) -> tuple[str, list[Part]]:
    """The rows by the kind of label that knows them all.

    Raises:
        Refusal: none does, and the row at which the best one stops is named; or a row would be
            counted twice.
    """
    furthest: Line | None = None
    for by, rows in subject.rows:
        try:
            parts = rows(cuadro.lines)
        except RepeatedRow as error:
            raise Refusal(
                f"{sheet.name}, row {error.line.number}: {shown(error.line.label)} repeats people "
                "of a row above it, who would count twice; remove the rows that repeat others."
            ) from error
        except UnknownRow as error:
            if furthest is None or error.line.number > furthest.number:
                furthest = error.line
            continue
        if any(not part.is_sum and not part.crossing for part in parts):
            return by, parts
    if furthest is None:
        raise Refusal(f"{sheet.name} holds totals alone; download the table again.")
    raise Refusal(
        f"{sheet.name}, row {furthest.number}: {shown(furthest.label)} is no country, state, sex "
        "or age group that is known, and its figures could be a sum of others; correct the name, "
        "or report it."
    )


def _read_month(table: _Table, block: Block) -> None:
    columns = _columns(table, block)
    period = month_start(table.cuadro.year, block.month)
    name = MONTHS_ES[block.month - 1]
    for measure, at in columns.items():
        values = [table.value(part.line, at) for part in table.parts]
        for part, stated, added in sums(table.parts, values):
            table.context.notes.note(
                "total-mismatch",
                f"{name}: {shown(part.line.label)} says {stated:,}, its rows add up to {added:,}.",
                table.where(part.line, at),
            )
        for part, value in zip(table.parts, values, strict=True):
            if part.is_sum or part.crossing:
                continue
            if value is None:
                table.context.notes.note(
                    "blank", f"{name}: empty cells were left out; they are no zeros.",
                    table.where(part.line, at),
                )  # fmt: skip
                continue
            # In the order that never changes: the first row names the columns of all.
            measured = {"measure": measure} if table.subject.kinds else {}
            table.figures.add(period, str(table.cuadro.year), value, **part.columns, **measured)
    _check_subtotal(table, block)


def _columns(table: _Table, block: Block) -> dict[str, int]:
    """The columns to read of a month, by measure: its subtotal, or the kinds of return."""
    named = {name: at for name, at in block.parts.items() if name}
    subtotal = next((at for name, at in named.items() if name in _SUBTOTAL), None)
    others = {name: at for name, at in named.items() if name not in _SUBTOTAL}
    if table.subject.kinds and others:
        kinds = {}
        for name, at in others.items():
            kind = next((kind for words, kind in _KINDS_OF_RETURN if words.search(name)), None)
            if kind is None or kind in kinds:
                break
            kinds[kind] = at
        else:
            return kinds
    if subtotal is not None:
        return {"all": subtotal}
    if len(block.parts) == 1 and block.end - block.start == 1:
        return {"all": block.start}
    raise Refusal(
        f"{table.sheet.name}: the columns of {MONTHS_ES[block.month - 1]} "
        f"({column(block.start)} to {column(block.end - 1)}) have no “Subtotal”; since 2021 each "
        "month has one: download the table again."
    )


def _check_subtotal(table: _Table, block: Block) -> None:
    """Whether the parts of a month add up to its subtotal, row by row."""
    subtotal = next((at for name, at in block.parts.items() if name in _SUBTOTAL), None)
    others = [at for name, at in block.parts.items() if name and name not in _SUBTOTAL]
    if subtotal is None or not others:
        return
    for part in table.parts:
        stated = table.value(part.line, subtotal)
        added = [table.value(part.line, at) for at in others]
        if stated is not None and None not in added and stated != sum(filter(None, added)):
            table.context.notes.note(
                "subtotal-mismatch",
                f"{MONTHS_ES[block.month - 1]}: the parts of {shown(part.line.label)} do not add "
                "up to its subtotal; the subtotal was taken.",
                table.where(part.line, subtotal),
            )


def _check_years(table: _Table) -> None:
    """Whether the months add up to the year's total, where the table has one."""
    total = next((block for block in table.cuadro.blocks if block.month == 0), None)
    months = [block for block in table.cuadro.blocks if block.month]
    if total is None:
        return
    for part in table.parts:
        at = next((at for name, at in total.parts.items() if name in _SUBTOTAL), total.start)
        if len(total.parts) > 1 and at == total.start and table.subject.kinds:
            return
        stated = table.value(part.line, at)
        added = [
            table.value(part.line, column)
            for block in months
            for column in _columns(table, block).values()
        ]
        if stated is not None and any(added) and stated != sum(filter(None, added)):
            table.context.notes.note(
                "total-mismatch",
                f"The year's total of {shown(part.line.label)} says {stated:,}, its months add up "
                f"to {sum(filter(None, added)):,}.",
                table.where(part.line, at),
            )


def _unpublished(figures: Figures) -> Iterator[str]:
    """The months at the end that hold nothing but zeros: not yet published, no zeros."""
    for period, total in sorted(figures.by_period().items(), reverse=True):
        if total:
            return
        yield period


def _reading(table: _Table, by: str) -> Reading:
    empty = set(_unpublished(table.figures))
    if empty:
        table.figures.drop_periods(empty)
        table.context.notes.note(
            "unpublished",
            f"Months without a single event are not published yet and were left out: from "
            f"{min(empty)[:7]} on.",
        )
    if not len(table.figures):
        raise Refusal(f"{table.sheet.name} names months, and every figure is zero or empty.")
    cuadro, last = table.cuadro, table.figures.last_period
    said = fold(" ".join([cuadro.title, *cuadro.notes]))
    unfinished = not last.endswith("-12-01")
    preliminary = {str(cuadro.year)} if "preliminar" in said or unfinished else set()
    for note in cuadro.notes:
        table.context.notes.note("footnote", f"The table says: {shown(note, 300)}.")
    return table.context.reading(
        table.sheet,
        table.figures,
        format=f"mexico-{table.subject.name}-{by}",
        title=f"Mexico's bulletin: {table.subject.title}, {by.replace('-', ' ')}",
        rows=len(table.parts),
        ended=month_end(last),
        stated=_stated(cuadro, month_end(last)),
        preliminary=frozenset(preliminary),
    )


def _stated(cuadro: Cuadro, ended: date) -> date | None:
    """The day of the edition that the notes state (`actualizada al 15 de febrero de 2024`)."""
    for note in reversed(cuadro.notes):
        if re.search(r"actualiz|corte|consult|elabora|fecha", fold(note)):
            found = spanish_day(note)
            if found and found >= ended:
                return found
    return None
