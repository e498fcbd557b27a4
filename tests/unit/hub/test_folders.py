"""The folders of a hub that a wrong hand could turn against it."""

import os

import pytest

from travesia.hub import folders
from travesia.hub.people import People
from travesia.hub.settings import HubSettings


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    return HubSettings(checkout=tmp_path, data=tmp_path / "data", course_files=tmp_path / "data")


@pytest.fixture
def ana(settings):
    return People(settings.people_file).add("ana", name="Ana", language="es")


def test_a_kernels_sockets_lie_in_a_short_private_folder(settings, ana):
    folder = folders.runtime(settings, ana)
    assert folder.stat().st_mode & 0o077 == 0
    assert len(folder.name) < 30


def test_a_link_that_lies_in_wait_for_the_sockets_is_refused(settings, ana, tmp_path):
    folder = folders.runtime(settings, ana)
    folder.rmdir()
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(folders.FolderError, match="is not a private folder of ana: remove it"):
        folders.runtime(settings, ana)


def test_a_home_is_closed_to_others(settings, ana):
    assert folders.home(settings, ana).stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only a hub that root starts gives files to others")
def test_a_link_among_the_course_files_gives_nothing_to_instructors(settings, tmp_path):
    for name in ("source", "keys"):
        (tmp_path / name).mkdir()
    folders.prepare(settings)
    secret = tmp_path / "secret"
    secret.write_text("the machine's")
    secret.chmod(0o600)
    ours = settings.course_files / "source"
    (ours / "by-link").symlink_to(secret)
    (ours / "by-name").hardlink_to(secret)
    (ours / "note.txt").write_text("the course's")
    folders.prepare(settings)
    assert (secret.stat().st_gid, secret.stat().st_mode & 0o777) == (0, 0o600)
    assert (ours / "note.txt").stat().st_mode & 0o060 == 0o060


def test_a_course_whose_copying_was_killed_is_copied_whole_the_next_time(
    settings, tmp_path, monkeypatch
):
    for name in ("source", "keys"):
        (tmp_path / name).mkdir()
        for number in (1, 2):
            (tmp_path / name / f"{number}.txt").write_text("the course's")

    def killed(_checkout, target) -> None:
        target.mkdir()
        (target / "1.txt").write_text("the co")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("shutil.copytree", killed)
        with pytest.raises(KeyboardInterrupt):
            folders.prepare(settings)
    folders.prepare(settings)
    copied = [settings.data / name / f"{n}.txt" for name in ("source", "keys") for n in (1, 2)]
    assert [path.read_text() for path in copied] == ["the course's"] * 4
    assert not (settings.data / ".unfinished").exists()
