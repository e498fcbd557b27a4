"""What a grading process is given of a submission: the learner's own files, nothing by a link."""

import os

import pytest

from travesia.grading import bundle
from travesia.grading.bundle import read_files, read_submission_files
from travesia.grading.errors import GradingError


@pytest.fixture
def folder(tmp_path):
    """A submission with one file of its own, beside a file that is not the learner's."""
    (tmp_path / "gradebook.db").write_bytes(b"marks")
    folder = tmp_path / "submitted"
    (folder / "data").mkdir(parents=True)
    (folder / "data/own.csv").write_bytes(b"own")
    return folder


def test_its_files_are_there_in_whatever_folder(folder):
    assert read_submission_files(folder, "ana").files == {"data/own.csv": b"own"}


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_no_link_brings_what_is_not_the_learners(folder, link):
    link(folder.parent / "gradebook.db", folder / "linked.csv")
    assert set(read_submission_files(folder, "ana").files) == {"data/own.csv"}


def test_a_pipe_stops_nobody(folder):
    os.mkfifo(folder / "pipe.csv")
    assert set(read_submission_files(folder, "ana").files) == {"data/own.csv"}


@pytest.mark.parametrize("name", [b"\xff\xfe.csv", b"a\nb.csv", "año 🗺.csv".encode()])
def test_a_file_of_whatever_name_is_the_learners_and_has_a_fingerprint(folder, name):
    (folder / os.fsdecode(name)).write_bytes(b"odd")
    submission = read_submission_files(folder, "ana")
    assert submission.files[os.fsdecode(name)] == b"odd"
    before = submission.fingerprint
    (folder / os.fsdecode(name)).write_bytes(b"other")
    assert read_submission_files(folder, "ana").fingerprint != before


def test_the_courses_own_files_may_have_two_names(folder):
    os.link(folder / "data/own.csv", folder / "again.csv")
    assert set(read_files(folder)) == {"data/own.csv", "again.csv"}


def test_a_submission_that_is_too_large_is_a_sentence(folder, monkeypatch):
    monkeypatch.setattr(bundle, "LARGEST_SUBMISSION", 2)
    with pytest.raises(GradingError, match="is larger than 2 bytes: look into it"):
        read_submission_files(folder, "ana")
