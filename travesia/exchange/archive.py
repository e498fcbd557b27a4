"""Archives of the exchange: built as a stream, and unpacked as if an enemy had made them."""

import os
import stat
import tarfile
import unicodedata
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from travesia.exchange.errors import N_, Refusal

MEBIBYTE = 1024 * 1024
CHUNK = 64 * 1024
GZIP = 31
"""zlib's number for a gzip header around the deflated stream."""

Ignore = Callable[[str, list[str]], Collection[str]]


@dataclass(frozen=True)
class Limits:
    """How much one archive may ask of the exchange, in bytes and in numbers of members."""

    upload: int = 50 * MEBIBYTE
    expanded: int = 200 * MEBIBYTE
    members: int = 2000
    ratio: int = 200
    ratio_from: int = 8 * MEBIBYTE
    depth: int = 16


def check_path(name: str, limits: Limits) -> PurePosixPath:
    """The path of a member, relative and plain, or a refusal that says what is wrong with it."""

    def refuse(message: str) -> Refusal:
        return Refusal(400, "unsafe_name", message, name=shown(name))

    if not name or any(unicodedata.category(char)[0] == "C" for char in name):
        raise refuse(
            N_("The file name “{name}” has characters that cannot be shown; rename the file.")
        )
    if "\\" in name:
        raise refuse(N_("The file name “{name}” contains a backslash; rename the file."))
    if name.startswith("/"):
        raise refuse(N_("The file name “{name}” is an absolute path; only relative ones are safe."))
    parts = name.removesuffix("/").split("/")
    if any(part in {"", ".", ".."} for part in parts):
        raise refuse(N_("The file name “{name}” leads out of the assignment's folder."))
    if len(parts) > limits.depth or any(len(part.encode()) > 200 for part in parts):
        raise refuse(N_("The file name “{name}” is too long or too deep; shorten it."))
    return PurePosixPath(*parts)


def shown(name: str) -> str:
    """A name from outside, harmless and short enough to be part of a sentence."""
    plain = "".join("�" if unicodedata.category(char)[0] == "C" else char for char in name)
    return plain if len(plain) <= 120 else plain[:117] + "…"


def same_name(path: PurePosixPath) -> str:
    """A key that is equal for paths that some file system or reader would take for one."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", str(path)).casefold())


def files_of(folder: Path, ignore: Ignore | None = None) -> list[tuple[str, Path]]:
    """The files below a folder as (name in the archive, path), sorted by name.

    Raises:
        Refusal: if something below the folder is a link or no regular file.
    """
    found: list[tuple[str, Path]] = []
    for place, folders, names in os.walk(folder):
        skipped = set(ignore(place, [*folders, *names])) if ignore else set()
        folders[:] = sorted(name for name in folders if name not in skipped)
        for name in [*folders, *names]:
            path = Path(place, name)
            if name in skipped:
                continue
            relative = path.relative_to(folder).as_posix()
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode):
                continue
            if not stat.S_ISREG(mode):
                raise _unwanted_kind(relative, link=stat.S_ISLNK(mode))
            found.append((relative, path))
    return sorted(found)


def packed(files: list[tuple[str, Path]], limits: Limits | None = None) -> Iterator[bytes]:
    """The chunks of a gzip-compressed tar archive of these files, made as they are asked for."""
    squeeze = zlib.compressobj(6, zlib.DEFLATED, GZIP)
    for chunk in _tar(files, limits or Limits()):
        if small := squeeze.compress(chunk):
            yield small
    yield squeeze.flush()


def _tar(files: list[tuple[str, Path]], limits: Limits) -> Iterator[bytes]:
    for name, path in files:
        check_path(name, limits)
        # A link put here since the files were listed must not be followed.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as source:
            about = os.fstat(source.fileno())
            member = tarfile.TarInfo(name)
            member.size = about.st_size
            member.mtime = int(about.st_mtime)
            yield member.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")
            left = member.size
            while left:
                chunk = source.read(min(CHUNK, left))
                if not chunk:
                    raise Refusal(
                        409,
                        "changed",
                        N_("The file “{name}” changed while it was being sent; try again."),
                        name=shown(name),
                    )
                left -= len(chunk)
                yield chunk
            yield bytes(-member.size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


class Inflater:
    """Turns a compressed archive that arrives in chunks into a tar file that stays in limits."""

    def __init__(self, target: BinaryIO, limits: Limits) -> None:
        self._target = target
        self._limits = limits
        self._inflate = zlib.decompressobj(GZIP)
        self.received = 0
        self._expanded = 0

    def write(self, chunk: bytes) -> None:
        """Takes the next chunk; refuses as soon as a limit is passed."""
        self.received += len(chunk)
        if self.received > self._limits.upload:
            raise too_large(self._limits)
        while chunk:
            if self._inflate.eof:
                raise damaged()
            try:
                tar = self._inflate.decompress(chunk, MEBIBYTE)
            except zlib.error as error:
                raise damaged() from error
            self._store(tar)
            chunk = self._inflate.unconsumed_tail or self._inflate.unused_data

    def finish(self) -> None:
        """Ends the archive; refuses one that was cut off."""
        try:
            self._store(self._inflate.flush())
        except zlib.error as error:
            raise damaged() from error
        if not self._inflate.eof:
            raise damaged()
        self._target.flush()

    def _store(self, tar: bytes) -> None:
        self._expanded += len(tar)
        limits = self._limits
        if self._expanded > limits.expanded or (
            self._expanded > limits.ratio_from and self._expanded > limits.ratio * self.received
        ):
            raise Refusal(
                413,
                "bomb",
                N_("The files are too large when unpacked; hand in less than {size} MB."),
                size=f"{limits.expanded / MEBIBYTE:g}",
            )
        self._target.write(tar)


class _ShortReads:
    """A file that refuses long reads: a forged header could ask for all of the memory."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.seek = source.seek
        self.tell = source.tell

    def read(self, size: int) -> bytes:
        if not 0 <= size <= CHUNK:
            raise damaged()
        return self._source.read(size)


_DAMAGE = (tarfile.TarError, ValueError, LookupError, OverflowError, RecursionError, EOFError)


def unpack(
    source: BinaryIO, folder: Path, limits: Limits, reserved: Collection[str] = ()
) -> list[str]:
    """Writes the files of a tar archive below an empty folder and gives their names.

    Nothing outside the folder is touched whatever the archive says. Every file is on the disk
    for good when this returns.

    Args:
        source: The tar archive, not compressed.
        folder: An existing, empty folder.
        limits: How much the archive may hold.
        reserved: Names at the top of the archive that only the exchange writes.

    Raises:
        Refusal: if the archive holds anything but plain files and folders with plain names.
    """
    source.seek(0)
    seen: dict[str, tuple[str, bool]] = {}
    names: list[str] = []
    try:
        with tarfile.open(fileobj=_ShortReads(source), mode="r:") as archive:  # type: ignore[call-overload] # the protocol tarfile needs is smaller than its annotation
            for number, member in enumerate(archive, start=1):
                if number > limits.members:
                    raise Refusal(
                        413,
                        "too_many_files",
                        N_("There are more than {count} files; hand in fewer."),
                        count=limits.members,
                    )
                path = check_path(member.name, limits)
                check_kind(member)
                check_reserved(path, reserved)
                check_new(path, seen, folder=member.isdir())
                target = folder / path
                if member.isdir():
                    target.mkdir(parents=True, exist_ok=True)
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                _write(archive, member, target)
                names.append(str(path))
            _check_end(source, archive.offset)
    except _DAMAGE as error:
        raise damaged() from error
    return sorted(names)


def check_kind(member: tarfile.TarInfo) -> None:
    """Refuses links, devices, pipes and sparse files, which are larger than they look."""
    if member.isdir() or (member.isreg() and not member.issparse() and member.size >= 0):
        return
    raise _unwanted_kind(member.name, link=member.issym() or member.islnk())


def check_reserved(path: PurePosixPath, reserved: Collection[str]) -> None:
    """Refuses a file that only the exchange writes, in any spelling a disk takes for it."""
    if same_name(PurePosixPath(path.parts[0])) in reserved:
        raise Refusal(
            400,
            "reserved_name",
            N_(
                "The name “{name}” is kept for what the course itself writes;"
                " rename or remove it and hand in again."
            ),
            name=shown(path.parts[0]),
        )


def check_new(path: PurePosixPath, seen: dict[str, tuple[str, bool]], *, folder: bool) -> None:
    """Refuses a second member that some disk would write over the first one.

    `seen` holds the spelling of each path and whether it is a folder, under a name that is equal
    for paths that collide. A folder may come again in the same spelling, a file may not.
    """
    for part in [*reversed(path.parents[:-1]), path]:
        entry = (str(part), folder or part != path)
        known = seen.get(same_name(part))
        is_folder_again = known == entry and entry[1]
        if known is not None and not is_folder_again:
            raise Refusal(
                400,
                "duplicate_name",
                N_("Two files are both called “{name}” on some computers; rename one of them."),
                name=shown(str(path)),
            )
        seen[same_name(part)] = entry


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    content = archive.extractfile(member)
    if content is None:
        raise damaged()
    left = member.size
    with content, target.open("xb") as file:
        while left:
            chunk = content.read(min(CHUNK, left))
            if not chunk:
                raise damaged()
            left -= len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _check_end(source: BinaryIO, offset: int) -> None:
    """Refuses what tarfile reads past in silence: a broken header ends its list of members."""
    source.seek(offset)
    length = 0
    while chunk := source.read(CHUNK):
        if chunk.strip(b"\0"):
            raise damaged()
        length += len(chunk)
    if length < 2 * tarfile.BLOCKSIZE:
        raise damaged()


def _unwanted_kind(name: str, *, link: bool) -> Refusal:
    if link:
        return Refusal(
            400,
            "link",
            N_("“{file}” is a link to another file; put the file itself in its place."),
            file=shown(name),
        )
    return Refusal(
        400, "not_a_file", N_("“{name}” is not an ordinary file; remove it."), name=shown(name)
    )


def damaged() -> Refusal:
    """The refusal of an archive that cannot be read to its end."""
    return Refusal(
        400, "damaged", N_("What arrived is damaged or incomplete; nothing was stored. Try again.")
    )


def too_large(limits: Limits) -> Refusal:
    """The refusal of an archive with more bytes than may be uploaded."""
    return Refusal(
        413,
        "too_large",
        N_("The files are too large; hand in less than {size} MB."),
        size=f"{limits.upload / MEBIBYTE:g}",
    )
