"""A file as it was downloaded, opened as sheets of rows, within bounds and without trust."""

import hashlib
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from travesia.flows.importers.answers import open_answer
from travesia.flows.importers.problems import Notebook, Refusal
from travesia.flows.importers.sheet import Sheet
from travesia.flows.importers.text import open_text
from travesia.flows.importers.workbook import convert

MEGABYTE = 1024 * 1024
MOST_BYTES = 256 * MEGABYTE
"""The largest file that is read; CBP's largest release has about 15 MB."""
MOST_ENTRIES = 200

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    (b"%PDF", "is a PDF: its figures cannot be imported; look for the publisher's table or CSV"),
    (b"\x1f\x8b", "is compressed with gzip: unpack it first"),
    (b"Rar!", "is a RAR archive: unpack it first"),
    (b"7z\xbc\xaf", "is a 7-Zip archive: unpack it first"),
    (b"PAR1", "is a Parquet file, which no publisher here gives: import the publisher's own file"),
    (b"\x89PNG", "is a picture: import the publisher's table instead"),
    (b"SQLite format 3", "is a database: import the publisher's own file"),
)


@dataclass
class Source:
    """A file that somebody gave: what identifies it, and its sheets."""

    path: Path
    sha256: str
    size: int
    sheets: tuple[Sheet, ...] = ()
    saved: str = ""
    problems: Notebook = field(default_factory=Notebook)

    @property
    def name(self) -> str:
        """The file's name as the person knows it."""
        return self.path.name


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """The file's sheets for as long as the context lasts.

    Raises:
        Refusal: it cannot be opened, is too large, or is no table.
    """
    with TemporaryDirectory(prefix="travesia-import-") as scratch:
        copy = Path(scratch) / "file"
        source = _copied(path, copy)
        source.sheets = tuple(_sheets(source, copy, Path(scratch), source.name))
        if not source.sheets:
            raise Refusal(f"{source.name} holds no table; download it again from its publisher.")
        yield source


def _copied(path: Path, copy: Path) -> Source:
    """A private copy: what is hashed is what is read, whoever writes on."""
    if path.is_dir():
        raise Refusal(f"{path} is a folder; give the file in it.")
    try:
        # Without waiting: a pipe would make everybody wait for somebody to write into it.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as given, copy.open("wb") as taken:
            about = os.fstat(given.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise Refusal(f"{path} is not a file; give the file as it was downloaded.")
            digest, size = hashlib.sha256(), 0
            while block := given.read(MEGABYTE):
                size += len(block)
                if size > MOST_BYTES:
                    raise Refusal(
                        f"{path.name} is larger than {MOST_BYTES // MEGABYTE} MB, which no "
                        "publisher's file here is; download it again, or split it."
                    )
                digest.update(block)
                taken.write(block)
    except FileNotFoundError as error:
        raise Refusal(f"{path} does not exist; check the name.") from error
    except PermissionError as error:
        raise Refusal(f"{path} may not be read by you; change its permissions.") from error
    except (OSError, ValueError) as error:
        raise Refusal(f"{path} cannot be read ({type(error).__name__}).") from error
    if size == 0:
        raise Refusal(f"{path.name} is empty; download it again.")
    return Source(path, digest.hexdigest(), size)


def _sheets(
    source: Source, copy: Path, scratch: Path, name: str, *, packed: bool = False
) -> Iterator[Sheet]:
    """The sheets of a file, by how it begins; `packed` if it was in a zip itself."""
    with copy.open("rb") as content:
        start = content.read(4096)
    for signature, sentence in _OTHERS:
        if start.startswith(signature):
            raise Refusal(f"{name} {sentence}.")
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    # No table of a publisher begins so, and pages do not all begin with their name.
    if head.startswith(b"<"):
        raise Refusal(
            f"{name} is a web page, not the table: the site answered with a page (an error or a "
            "notice) under the file's name; download it again in a browser and look at it."
        )
    if start.startswith(_OLE2):
        yield from _workbook(source, copy, scratch, name)
    elif start.startswith(b"PK\x03\x04"):
        yield from _archive(source, copy, scratch, name, packed=packed)
    elif not head.startswith((b"{", b"[")):
        yield open_text(copy, name, source.problems)
    else:
        yield open_answer(copy, name)


def _workbook(source: Source, copy: Path, scratch: Path, name: str) -> Iterator[Sheet]:
    result = convert(copy, scratch, name)
    source.saved = source.saved or result.saved
    for title, rows in result.sheets:
        yield Sheet(f"{name}, sheet {title}", rows)


def _archive(
    source: Source, copy: Path, scratch: Path, name: str, *, packed: bool
) -> Iterator[Sheet]:
    """The tables in a zip: a workbook is a zip too, and UNHCR's downloads are zips of CSV."""
    try:
        with zipfile.ZipFile(copy) as archive:
            entries = archive.infolist()
            names = {each.filename for each in entries}
            if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
                _check_size(entries, name)
                yield from _workbook(source, copy, scratch, name)
                return
            tables = [each for each in entries if _is_one(each, ".csv")]
            # UNHCR's zip explains its table in a second one.
            tables = [each for each in tables if "footnote" not in each.filename.lower()]
            books = [each for each in entries if _is_one(each, ".xls", ".xlsx")]
            # No further than one zip deep: an archive can hold itself.
            if len(books) == 1 and not tables and not packed:
                _check_size(books, name)
                unpacked = scratch / "workbook"
                _unpack(archive, books[0], unpacked, name)
                title = Path(books[0].filename.replace("\\", "/")).name[:60]
                yield from _sheets(source, unpacked, scratch, f"{name}, {title}", packed=True)
                return
            if not tables:
                raise Refusal(
                    f"{name} is a zip with neither a CSV table nor a single workbook in it; give "
                    "the table itself."
                )
            _check_size(tables, name)
            for number, entry in enumerate(tables):
                unpacked = scratch / f"entry-{number}"
                _unpack(archive, entry, unpacked, name)
                title = Path(entry.filename.replace("\\", "/")).name[:60]
                yield open_text(unpacked, f"{name}, {title}", source.problems)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, KeyError) as error:
        raise Refusal(f"{name} is a damaged zip or workbook; download it again.") from error
    except RuntimeError as error:
        raise Refusal(f"{name} is locked with a password; unlock it first.") from error


def _is_one(entry: zipfile.ZipInfo, *ends: str) -> bool:
    name = entry.filename.lower()
    # A Mac packs a file of notes beside each file, under the same name.
    return name.endswith(ends) and not name.startswith("__macosx/")


def _check_size(entries: list[zipfile.ZipInfo], name: str) -> None:
    unpacked = sum(each.file_size for each in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_BYTES:
        raise Refusal(
            f"{name} unpacks to {unpacked // MEGABYTE:,} MB in {len(entries):,} parts, which no "
            "publisher's file does; download it again."
        )


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, to: Path, name: str) -> None:
    """Write one entry; its declared size is not believed."""
    size = 0
    try:
        with archive.open(entry) as packed, to.open("wb") as unpacked:
            while block := packed.read(MEGABYTE):
                size += len(block)
                if size > MOST_BYTES:
                    raise Refusal(f"{name} unpacks to more than it says; download it again.")
                unpacked.write(block)
    except zlib.error as error:
        raise Refusal(f"{name} is a damaged zip; download it again.") from error
