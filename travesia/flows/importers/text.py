"""Text tables: which encoding, which separator, row by row."""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from travesia.flows.importers.problems import Notebook, Refusal
from travesia.flows.importers.sheet import MOST_COLUMNS, MOST_ROWS, Row, Sheet

_BLOCK = 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = ",;\t|"
_CONTROL = frozenset(map(chr, range(32))) - set("\t\r\n\f\x1a") | {"\x7f"}


def open_text(path: Path, name: str, problems: Notebook) -> Sheet:
    """The rows of a text table, its encoding and separator found by its content.

    Raises:
        Refusal: it is no text, or its rows cannot be told apart.
    """
    encoding = _encoding(path, name)
    if encoding == "cp1252":
        problems.note("encoding", "The file is not in UTF-8: it was read as Windows-1252.")
    separator = _separator(path, encoding, name)

    def rows() -> Iterator[Row]:
        with path.open(encoding=encoding, newline="") as text:
            yield from _rows(csv.reader(text, delimiter=separator), name)

    return Sheet(name, rows, separator, open_end=_ends_open(path))


def _ends_open(path: Path) -> bool:
    """Whether the last line has no end; the end of a file of UTF-16 or UTF-32 has zeros in it."""
    with path.open("rb") as content:
        content.seek(-min(8, path.stat().st_size), 2)
        end = content.read()
    return not end.replace(b"\0", b"").rstrip(b"\x1a").endswith((b"\n", b"\r"))


def _encoding(path: Path, name: str) -> str:
    with path.open("rb") as content:
        start = content.read(4096)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return _checked(path, encoding, name)
    if len(start) >= 4 and start[1::2].count(0) > len(start) // 4:
        return _checked(path, "utf-16-le", name)
    if len(start) >= 4 and start[0::2].count(0) > len(start) // 4:
        return _checked(path, "utf-16-be", name)
    for encoding in ("utf-8", "cp1252"):
        try:
            return _checked(path, encoding, name)
        except UnicodeError:
            continue
    raise Refusal(
        f"{name} is no text table, or in an encoding other than UTF-8, UTF-16 and Windows-1252; "
        "save it as “CSV UTF-8”."
    )


def _checked(path: Path, encoding: str, name: str) -> str:
    """The encoding, if the whole file is text in it.

    Raises:
        UnicodeError: it is in no UTF-8 or Windows-1252.
        Refusal: it is damaged, or no text at all.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as content:
        at = 0
        while True:
            block = content.read(_BLOCK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeError as error:
                if encoding in {"utf-8", "cp1252"}:
                    raise
                raise Refusal(
                    f"{name} begins as {encoding.upper()} and breaks off near byte {at:,}; "
                    "download it again."
                ) from error
            if _CONTROL.intersection(text):
                raise Refusal(f"{name} is no table that is known here: it is not text.")
            if not block:
                return encoding
            at += len(block)


def _separator(path: Path, encoding: str, name: str) -> str:
    """The separator that gives the first rows the same width; a title's commas give it once."""
    with path.open(encoding=encoding, newline="") as text:
        lines = [text.readline(65_536) for _ in range(60)]
    scores = {}
    for separator in _SEPARATORS:
        try:
            widths = Counter(map(len, csv.reader(lines, delimiter=separator)))
        except csv.Error as error:
            raise Refusal(f"{name}: its first rows are no table; download it again.") from error
        scores[separator] = max((times * (width - 1) for width, times in widths.items()), default=0)
    return max(_SEPARATORS, key=lambda each: scores[each])


def _rows(reader: Iterator[list[str]], name: str) -> Iterator[Row]:
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if number > MOST_ROWS:
                raise Refusal(f"{name} has more than {MOST_ROWS:,} rows; split it.")
            if len(cells) > MOST_COLUMNS:
                raise Refusal(
                    f"{name}, row {number:,} has {len(cells):,} cells; a quotation mark or a line "
                    "end is probably lost there: download it again."
                )
            yield number, list(cells)
    except csv.Error as error:
        raise Refusal(
            f"{name}, row {number + 1:,} does not end: a quotation mark is probably lost there; "
            "download it again."
        ) from error
