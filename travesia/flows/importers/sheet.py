"""One table of a file: rows from the top, read anew each time, numbered as a person sees them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from travesia.flows.importers.values import Cell

MOST_ROWS = 2_000_000
"""The most rows of a table; CBP's and CTDC's files have about 200,000."""
MOST_COLUMNS = 1_000

Row = tuple[int, list[Cell]]


@dataclass(frozen=True)
class Sheet:
    """A table as it stands in the file, before anybody knows what it is.

    Attributes:
        name: the file's name, with the sheet or the entry of an archive, for a person.
        rows: opens the rows anew; a row is its number as a person sees it and its cells.
        separator: what separates the cells of a text; empty for a workbook.
        open_end: whether a text ends without the end of a line, as a half download does.
    """

    name: str
    rows: Callable[[], Iterator[Row]]
    separator: str = ""
    open_end: bool = False

    def top(self, most: int = 40) -> list[Row]:
        """The first rows, by which a format is recognised."""
        return list(islice(self.rows(), most))


def column(number: int) -> str:
    """A column's letter as spreadsheets show it, from the number counted from 0."""
    letters = ""
    number += 1
    while number:
        number, left = divmod(number - 1, 26)
        letters = chr(ord("A") + left) + letters
    return letters
