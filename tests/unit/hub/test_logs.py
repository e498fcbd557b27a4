"""Files of messages that do not grow without bound."""

import os

from travesia.hub import logs


def test_a_file_that_has_grown_too_large_keeps_its_last_messages_and_goes_on(tmp_path):
    path = tmp_path / "campus.log"
    with path.open("ab", buffering=0) as program:
        program.write(b"old\n" + b"x" * logs.LARGEST + b"\nlast\n")
        logs.bound(tmp_path)
        program.write(b"next\n")
    assert path.read_bytes() == b"next\n"
    kept = (tmp_path / "campus.log.1").read_bytes()
    assert kept.endswith(b"\nlast\n")
    assert len(kept) == logs.LARGEST


def test_the_others_are_left_alone(tmp_path):
    (tmp_path / "ana.log").write_bytes(b"x" * logs.LARGEST)
    (tmp_path / "hub.log").write_bytes(b"x" * (logs.LARGEST + 1))
    logs.bound(tmp_path)
    assert {path.name: path.stat().st_size for path in tmp_path.iterdir()} == {
        "ana.log": logs.LARGEST,
        "hub.log": logs.LARGEST + 1,
    }


def test_one_that_goes_meanwhile_or_has_no_room_holds_up_none_of_the_others(tmp_path, monkeypatch):
    for name in ("ana.log", "beto.log", "carol.log"):
        (tmp_path / name).write_bytes(b"x" * (logs.LARGEST + 1))
    # Whatever is written there meets a disk without room.
    (tmp_path / "beto.log.1").symlink_to("/dev/full")
    listed = sorted(os.scandir(tmp_path), key=lambda entry: entry.name)
    (tmp_path / "ana.log").unlink()
    monkeypatch.setattr(os, "scandir", lambda _folder: listed)
    logs.bound(tmp_path)
    assert (tmp_path / "beto.log").read_bytes() == b""
    assert (tmp_path / "carol.log").read_bytes() == b""
