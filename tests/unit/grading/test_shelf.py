"""A folder of graded work or feedback is put in its place whole, or not at all."""

import os

import pytest
from nbgrader.coursedir import CourseDirectory

from travesia.grading.shelf import HALF_MADE, put_folder, sweep

PERMISSIONS = 644


@pytest.fixture
def place(tmp_path):
    return tmp_path / "ana" / "arrival"


@pytest.fixture
def put(tmp_path, place):
    coursedir = CourseDirectory(root=str(tmp_path))
    return lambda files: put_folder(coursedir, place, files, PERMISSIONS)


def held(place):
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*.*")}


def test_a_folder_takes_the_place_of_an_earlier_one_whole(put, place):
    put({"page.html": b"first", "marks.json": b"1"})
    put({"page.html": b"second", "data/flows.csv": b"2"})
    assert held(place) == {"page.html": b"second", "data/flows.csv": b"2"}
    assert [path.name for path in place.parent.iterdir()] == ["arrival"]


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_stops_half_way_leaves_the_earlier_one_and_nothing_else(
    put, place, monkeypatch, fault
):
    put({"page.html": b"first"})
    written = []

    def write_bytes(path, data):
        if written:
            raise fault
        written.append(path)
        with path.open("wb") as file:
            return file.write(data)

    monkeypatch.setattr(type(place), "write_bytes", write_bytes)
    with pytest.raises(type(fault)):
        put({"page.html": b"second", "marks.json": b"2"})
    assert written, "it was stopped half-way"
    assert held(place) == {"page.html": b"first"}
    assert [path.name for path in place.parent.iterdir()] == ["arrival"]


def test_what_is_half_made_is_swept_away_unless_somebody_may_be_at_it(tmp_path, put, place):
    put({"page.html": b"whole"})
    old, young = (place.with_name(f"{HALF_MADE}{name}") for name in ("old", "young"))
    for folder in (old, young):
        folder.mkdir()
    os.utime(old, (0, 0))
    coursedir = CourseDirectory(
        root=str(tmp_path), directory_structure="{student_id}/{assignment_id}"
    )
    sweep(coursedir, "feedback", older_than=600)
    assert (old.exists(), young.exists()) == (False, True)
    sweep(coursedir, "feedback")
    assert [path.name for path in place.parent.iterdir()] == ["arrival"]
