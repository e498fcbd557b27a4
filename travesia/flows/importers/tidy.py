"""Tables with one header and a row a figure: finding the header, reading the rows by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise

from travesia.flows import columns as flow
from travesia.flows.importers.names import code
from travesia.flows.importers.problems import Notebook, Refusal
from travesia.flows.importers.sheet import Row, Sheet, column
from travesia.flows.importers.values import Cell, count, fold, is_blank, shown, squeeze


@dataclass(frozen=True)
class Layout:
    """The columns of a format: each with the headers by which publishers have named it.

    Attributes:
        format: the format's name for a person.
        needed: column → its headers, folded; all must be there.
        optional: further columns that are read.
        known: folded headers that are known and not read; `None` if any further column is fine.
    """

    format: str
    needed: Mapping[str, tuple[str, ...]]
    optional: Mapping[str, tuple[str, ...]]
    known: frozenset[str] | None = None


@dataclass(frozen=True)
class Header:
    """Where the header of a table stands, and which column is which."""

    row: int
    at: dict[str, int]
    cells: list[str]


def key(cell: Cell) -> str:
    """A header as it is compared: `Month (abbv)` and `month_abbv` are the same."""
    return " ".join("".join(each if each.isalnum() else " " for each in fold(cell)).split())


def keys(*names: str) -> tuple[str, ...]:
    """Headers as they are compared."""
    return tuple(key(name) for name in names)


def _match(cells: list[Cell], columns: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    headers: dict[str, int] = {}
    for at, cell in enumerate(cells):
        headers.setdefault(key(cell), at)
    found = {}
    for name, aliases in columns.items():
        for alias in aliases:
            if alias in headers:
                found[name] = headers[alias]
                break
    return found


def find(sheet: Sheet, layout: Layout, *signatures: frozenset[str]) -> Header | None:
    """The header, if the table has all columns of a signature, which give this format away.

    Several signatures let a format be known, and its missing column be named, whichever it is.

    Raises:
        Refusal: it is this format, and a needed column is missing or a new one has come.
    """
    for number, cells in sheet.top():
        found = _match(cells, layout.needed)
        named = found.keys() | _match(cells, layout.optional).keys()
        if not any(signature <= named for signature in signatures):
            continue
        _check(sheet, layout, number, cells, found)
        found |= _match(cells, layout.optional)
        return Header(number, found, [squeeze(cell)[:60] for cell in cells])
    return None


def _check(
    sheet: Sheet, layout: Layout, number: int, cells: list[Cell], found: dict[str, int]
) -> None:
    named = [key(cell) for cell in cells]
    missing = [aliases[0] for name, aliases in layout.needed.items() if name not in found]
    if missing:
        strange = _strange(layout, named)
        perhaps = f" ({shown(cells[strange[0]])} is not known)" if strange else ""
        raise Refusal(
            f"{sheet.name}, row {number}: it looks like {layout.format}, and the column "
            f"“{missing[0]}” is missing{perhaps}; download the whole table again."
        )
    twice = {name for name in named if name and named.count(name) > 1}
    if twice:
        raise Refusal(
            f"{sheet.name}, row {number}: the column “{min(twice)}” stands twice; remove one."
        )
    strange = _strange(layout, named)
    if strange:
        at = strange[0]
        raise Refusal(
            f"{sheet.name}, column {column(at)}: {shown(cells[at])} is not a known column of "
            f"{layout.format}; figures could be split by it, so nothing is read. Remove the "
            "column if it repeats others, or report the new layout."
        )


def _strange(layout: Layout, named: list[str]) -> list[int]:
    """Where columns stand that are not known; none, where any further column is fine."""
    if layout.known is None:
        return []
    aliases = {each for group in (layout.needed, layout.optional) for names in group.values()
               for each in names}  # fmt: skip
    return [at for at, name in enumerate(named) if name and name not in aliases | layout.known]


class Record:
    """A row of a tidy table, its cells by the name of their column."""

    def __init__(self, sheet: Sheet, header: Header, number: int, cells: list[Cell]) -> None:
        self.number = number
        self._sheet, self._header, self._cells = sheet, header, cells

    def __contains__(self, name: str) -> bool:
        return name in self._header.at

    def __iter__(self) -> Iterator[str]:
        return iter(self._header.at)

    def __getitem__(self, name: str) -> Cell:
        at = self._header.at.get(name)
        return self._cells[at] if at is not None and at < len(self._cells) else None

    def text(self, name: str) -> str:
        """A cell's text, on one line."""
        return squeeze(self[name])

    @property
    def whole(self) -> tuple[str, ...]:
        """The text of every cell, in columns that are not read too."""
        return tuple(map(squeeze, self._cells))

    def where(self, name: str) -> str:
        """The place of a cell, for a sentence."""
        return (
            f"{self._sheet.name}, row {self.number:,}, column "
            f"“{self._header.cells[self._header.at[name]]}”"
        )

    def country(self, name: str, *, stateless: bool = True) -> str:
        """The ISO code in a cell, unknown where there is none.

        Args:
            name: the column.
            stateless: whether it may stand there, as it may not for where people are.

        Raises:
            Refusal: it is no code.
        """
        if is_blank(self[name]):
            return flow.UNKNOWN
        found = code(self[name])
        if found is None or (found == flow.STATELESS and not stateless):
            raise self.unknown(name, "an ISO code of three letters is expected.")
        return found

    def count(self, name: str, *, thousands: str = ",", negative: bool = False) -> int | None:
        """The whole number in a cell; `None` where it is missing, or a dash."""
        if self._sheet.separator == ";":
            # Spreadsheets that write semicolons also write 1.234 for a thousand.
            thousands += "."
        return count(
            self[name], where=self.where(name), dash=None, thousands=thousands, negative=negative
        )

    def unknown(self, name: str, remedy: str) -> Refusal:
        """The refusal of a word that the importer does not know."""
        return Refusal(f"{self.where(name)}: {shown(self[name])} is not known; {remedy}")


def records(sheet: Sheet, header: Header, notes: Notebook) -> Iterator[Record]:
    """The rows below the header that hold data: not blank, not HXL tags, not notes.

    Raises:
        Refusal: a row has more cells than the header, which shifts its figures; or the last one
            breaks off.
    """
    needed = max(header.at.values())
    width = len(header.cells)
    for number, cells, is_last in _with_last(sheet.rows()):
        if number <= header.row:
            continue
        filled = [at for at, cell in enumerate(cells) if squeeze(cell)]
        if not filled:
            continue
        if all(squeeze(cells[at]).startswith("#") for at in filled):
            notes.note("hxl-tags", "A row of HXL tags was left out.", f"row {number}")
            continue
        if filled == [0] and (needed > 0 or width > 1) and not squeeze(cells[0]).isdecimal():
            # A note below the table: “Source: …”. A number is a row of which all else is empty.
            notes.note("note", f"Not read, as a note: {shown(cells[0])}.", f"row {number:,}")
            continue
        if is_last and sheet.open_end and len(cells) < width:
            raise Refusal(
                f"{sheet.name} breaks off in row {number:,}, in the middle of a row, as a half "
                "download does; download it again."
            )
        if filled[-1] >= width:
            raise Refusal(
                f"{sheet.name}, row {number:,} has more cells than the header has columns; a "
                "quotation mark is probably lost there: download it again."
            )
        if filled[-1] < min(header.at.values()):
            continue
        yield Record(sheet, header, number, cells)


def _with_last(rows: Iterator[Row]) -> Iterator[tuple[int, list[Cell], bool]]:
    """The rows, each with whether it is the last."""
    for row, following in pairwise(chain(rows, [None])):
        if row is not None:
            yield *row, following is None


def is_total(record: Record, *names: str) -> bool:
    """Whether a row is the table's own sum (`Total`, `Grand Total`)."""
    words = {"total", "grand total", "totals", "total general", "overall total"}
    return any(fold(record[name]) in words for name in names) or (
        bool(names) and all(is_blank(record[name]) for name in names)
    )
