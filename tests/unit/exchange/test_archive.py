import contextlib
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from travesia.exchange import archive
from travesia.exchange.archive import Inflater, Limits, files_of, packed, unpack
from travesia.exchange.errors import Refusal

Tar = Callable[..., bytes]


def unpacked(content: bytes, folder: Path, limits: Limits | None = None) -> list[str]:
    limits = limits or Limits()
    folder.mkdir(exist_ok=True)
    spool = io.BytesIO()
    inflater = Inflater(spool, limits)
    for start in range(0, len(content), 1000):
        inflater.write(content[start : start + 1000])
    inflater.finish()
    return unpack(spool, folder, limits, {"receipt.json", "timestamp.txt"})


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = link
    return info


def test_what_is_packed_comes_out_equal(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "data" / "año").mkdir(parents=True)
    (source / "notebook.ipynb").write_bytes(b"{}")
    (source / "data" / "año" / ("n" * 180 + "ñ")).write_bytes(bytes(range(256)) * 5000)
    (source / "empty").write_bytes(b"")

    names = unpacked(b"".join(packed(files_of(source))), tmp_path / "target")

    assert len(names) == 3
    for name in names:
        assert (tmp_path / "target" / name).read_bytes() == (source / name).read_bytes()


HOSTILE = {
    "absolute": ("unsafe_name", [(member("/etc/passwd"), b"x")]),
    "parent": ("unsafe_name", [(member("../evil"), b"x")]),
    "parent inside": ("unsafe_name", [(member("a/../../evil"), b"x")]),
    "dot": ("unsafe_name", [(member("./a"), b"x")]),
    "backslash": ("unsafe_name", [(member("..\\evil"), b"x")]),
    "control": ("unsafe_name", [(member("a\x1b[31m"), b"x")]),
    "turned direction": ("unsafe_name", [(member("a\u202egpj.exe"), b"x")]),
    "undecodable": ("unsafe_name", [(member("a\udcff"), b"x")]),
    "long": ("unsafe_name", [(member("n" * 201), b"x")]),
    "deep": ("unsafe_name", [(member("/".join("d" * 17)), b"x")]),
    "symbolic link": ("link", [(member("a", tarfile.SYMTYPE, "/etc/passwd"), b"")]),
    "hard link": ("link", [(member("a", tarfile.LNKTYPE, "/etc/passwd"), b"")]),
    "device": ("not_a_file", [(member("a", tarfile.CHRTYPE), b"")]),
    "pipe": ("not_a_file", [(member("a", tarfile.FIFOTYPE), b"")]),
    "twice": ("duplicate_name", [(member("a"), b"1"), (member("a"), b"2")]),
    "twice in case": ("duplicate_name", [(member("a.txt"), b"1"), (member("A.TXT"), b"2")]),
    "twice in unicode": ("duplicate_name", [(member("\u00f1"), b"1"), (member("n\u0303"), b"2")]),
    "folders in case": ("duplicate_name", [(member("a/x"), b"1"), (member("A/y"), b"2")]),
    "file as folder": ("duplicate_name", [(member("a"), b"1"), (member("a/b"), b"2")]),
    "folder as file": ("duplicate_name", [(member("a/b"), b"1"), (member("a"), b"2")]),
    "receipt": ("reserved_name", [(member("receipt.json"), b"{}")]),
    "receipt in case": ("reserved_name", [(member("Receipt.JSON"), b"{}")]),
    "time in wide letters": ("reserved_name", [(member("ｔimestamp.txt"), b"")]),
    "receipt's folder": ("reserved_name", [(member("receipt.json/a"), b"{}")]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_in_a_sentence(name: str, tmp_path: Path, tar: Tar) -> None:
    code, members = HOSTILE[name]

    with pytest.raises(Refusal) as refused:
        unpacked(tar((member("first"), b"1"), *members), tmp_path / "target")

    assert refused.value.code == code
    assert str(refused.value).endswith((".", ";"))
    assert "\x1b" not in str(refused.value)
    assert {path.name for path in tmp_path.iterdir()} == {"target"}


def test_without_the_check_of_names_an_archive_writes_outside(
    tmp_path: Path, tar: Tar, monkeypatch: pytest.MonkeyPatch
) -> None:
    attack = tar((member("../evil"), b"x"))
    with pytest.raises(Refusal):
        unpacked(attack, tmp_path / "target")
    assert not (tmp_path / "evil").exists()

    monkeypatch.setattr(archive, "check_path", lambda name, _limits: archive.PurePosixPath(name))
    unpacked(attack, tmp_path / "target")

    assert (tmp_path / "evil").read_bytes() == b"x"


def test_a_folder_may_be_named_twice(tmp_path: Path, tar: Tar) -> None:
    folder = member("data", tarfile.DIRTYPE)

    assert unpacked(tar((folder, b""), ("data/a", b"1"), (folder, b"")), tmp_path / "t") == [
        "data/a"
    ]


def test_a_reserved_name_deeper_down_is_an_ordinary_file(tmp_path: Path, tar: Tar) -> None:
    assert unpacked(tar(("data/receipt.json", b"{}")), tmp_path / "t") == ["data/receipt.json"]


def test_too_much_to_upload_is_refused(tmp_path: Path, tar: Tar) -> None:
    with pytest.raises(Refusal, match=r"less than 0\.5 MB") as refused:
        unpacked(tar(("a", os.urandom(600_000))), tmp_path / "t", Limits(upload=2**19))

    assert refused.value.code == "too_large"


def test_a_bomb_is_refused_by_its_size_while_it_unpacks(tmp_path: Path, tar: Tar) -> None:
    limits = Limits(expanded=100_000)

    with pytest.raises(Refusal) as refused:
        unpacked(tar(("zeros", bytes(200_000))), tmp_path / "t", limits)

    assert refused.value.code == "bomb"
    assert not list((tmp_path / "t").iterdir())


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path, tar: Tar) -> None:
    bomb = tar(("zeros", bytes(200_000)))

    assert unpacked(bomb, tmp_path / "fair", Limits(ratio=2000, ratio_from=10_000)) == ["zeros"]
    with pytest.raises(Refusal) as refused:
        unpacked(bomb, tmp_path / "t", Limits(ratio=20, ratio_from=10_000))

    assert refused.value.code == "bomb"


def test_too_many_members_are_refused(tmp_path: Path, tar: Tar) -> None:
    many = tar(*((str(number), b"") for number in range(11)))

    assert len(unpacked(many, tmp_path / "fair", Limits(members=11))) == 11
    with pytest.raises(Refusal) as refused:
        unpacked(many, tmp_path / "t", Limits(members=10))

    assert refused.value.code == "too_many_files"


def test_a_sparse_file_is_refused(tmp_path: Path, gzipper: Callable[[bytes], bytes]) -> None:
    info = tarfile.TarInfo("sparse")
    info.pax_headers = {
        "GNU.sparse.major": "0",
        "GNU.sparse.size": "999999999",
        "GNU.sparse.map": "0,1",
    }
    info.size = 1
    content = info.tobuf(tarfile.PAX_FORMAT) + b"x" + bytes(511) + bytes(1024)

    with pytest.raises(Refusal) as refused:
        unpacked(gzipper(content), tmp_path / "t")

    assert refused.value.code == "not_a_file"


def test_a_header_that_asks_for_much_memory_is_refused(
    tmp_path: Path, tar: Tar, gzipper: Callable[[bytes], bytes]
) -> None:
    info = tarfile.TarInfo("x")
    info.type = tarfile.XHDTYPE
    info.size = 1_000_000
    content = info.tobuf(tarfile.USTAR_FORMAT) + bytes(1_000_448) + bytes(1024)

    with pytest.raises(Refusal) as refused:
        unpacked(gzipper(content), tmp_path / "t")

    assert refused.value.code == "damaged"


def test_a_damaged_header_loses_no_file_in_silence(
    tmp_path: Path, tar: Tar, gzipper: Callable[[bytes], bytes]
) -> None:
    content = bytearray(tar(("a", b"1"), ("b", b"2"), compress=False))
    content[1024 + 148 : 1024 + 156] = b"garbage!"
    with tarfile.open(fileobj=io.BytesIO(bytes(content))) as lenient:
        assert lenient.getnames() == ["a"]

    with pytest.raises(Refusal) as refused:
        unpacked(gzipper(bytes(content)), tmp_path / "t")

    assert refused.value.code == "damaged"


@pytest.mark.parametrize("cut", [0, 1, 20, 100])
def test_a_cut_archive_is_refused(cut: int, tmp_path: Path, tar: Tar) -> None:
    whole = tar(("a", bytes(range(256)) * 20), ("b", b"2"))

    with pytest.raises(Refusal) as refused:
        unpacked(whole[:cut], tmp_path / "t")

    assert refused.value.code == "damaged"


def test_an_archive_with_something_behind_it_is_refused(tmp_path: Path, tar: Tar) -> None:
    with pytest.raises(Refusal) as refused:
        unpacked(tar(("a", b"1")) + b"more", tmp_path / "t")

    assert refused.value.code == "damaged"


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    changes=st.lists(st.tuples(st.integers(0, 4607), st.integers(0, 255)), min_size=1, max_size=12)
)
def test_no_damage_ends_in_anything_but_a_refusal_or_files_inside(
    changes: list[tuple[int, int]],
    tmp_path_factory: pytest.TempPathFactory,
    tar: Tar,
    gzipper: Callable[[bytes], bytes],
) -> None:
    place = tmp_path_factory.mktemp("fuzz")
    content = bytearray(tar(("año/a", b"1" * 600), ("b", b"2"), compress=False))
    for position, value in changes:
        content[position] = value

    with contextlib.suppress(Refusal):
        unpacked(gzipper(bytes(content)), place / "t")

    assert [path.name for path in place.iterdir()] == ["t"]


def test_a_link_is_not_packed(tmp_path: Path) -> None:
    (tmp_path / "secret").symlink_to("/etc/passwd")

    with pytest.raises(Refusal, match="“secret” is a link"):
        files_of(tmp_path)


def test_a_link_put_in_a_files_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    files = files_of(tmp_path)
    (tmp_path / "a").unlink()
    (tmp_path / "a").symlink_to("/etc/passwd")

    with pytest.raises(OSError, match="symbolic links"):
        b"".join(packed(files))
