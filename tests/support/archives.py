"""Archives as a learner's own program may make them: with any name, and any kind of member."""

import gzip
import io
import tarfile


def plain(name: str, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    """A file under a name, whatever the name."""
    return tarfile.TarInfo(name), content


def link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tuple[tarfile.TarInfo, bytes]:
    """A link under a name: symbolic, or hard with `tarfile.LNKTYPE`."""
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member, b""


def archive(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    """The compressed archive of these members, in this order."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as made:
        for member, content in members:
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    return gzip.compress(target.getvalue())


def extract_believing(content: bytes, folder) -> None:
    """Unpack an archive as if whoever made it meant well: what the exchange must not do."""
    with tarfile.open(fileobj=io.BytesIO(content)) as opened:
        opened.extractall(folder, filter="fully_trusted")
