"""Folders that nobody expects in a course directory cost the class nothing."""

import json
import os
import sys
from pathlib import Path

import pytest

TRAVESIA = Path(sys.executable).with_name("travesia")


@pytest.fixture(scope="module")
def course(new_course, tmp_path_factory, right_values):
    course = new_course(tmp_path_factory.mktemp("folders") / "human-security")
    for student in ("ana", "blocked", "folder", "jose", "zoe"):
        course.hand_in(student, right_values)
    notebook = course.root / "submitted/folder/arrival/assignment.ipynb"
    notebook.unlink()
    notebook.mkdir()
    (notebook / "x.txt").write_text("x")
    submitted = course.root / "submitted"
    (submitted / "jose").rename(submitted / os.fsdecode(b"jos\xe9"))
    # Whoever tests may be root, whom no permission holds off.
    (course.root / "autograded").mkdir()
    (course.root / "autograded/blocked").write_text("a file")
    return course


@pytest.fixture(scope="module")
def report(course):
    said = course.execute([str(TRAVESIA), "grade", "arrival", "--workers", "1", "--json"], 1)
    return json.loads(said[said.index('{"schema"') :].splitlines()[0])


def test_everybody_else_is_graded(course, report):
    graded = [each["student"] for each in report["graded"]]
    assert graded == ["ana", "folder", "zoe"]
    for student in graded:
        assert (course.root / "autograded" / student / "arrival/grading.json").is_file()


def test_who_could_not_be_is_named_in_one_sentence(report):
    reasons = {each["student"]: each["reason"] for each in report["failed"]}
    assert list(reasons) == ["blocked", "jos\\udce9"]
    assert "autograded/blocked/arrival can't be written" in reasons["blocked"]
    assert "is not UTF-8" in reasons["jos\\udce9"]


def test_a_folder_in_a_files_place_is_left_out_and_listed(course, report):
    mended = {each["student"]: each["mended"] for each in report["graded"]}["folder"]
    kinds = {entry["kind"]: entry["what"] for entry in mended}
    assert "assignment.ipynb was a folder" in kinds["collided"]
    assert kinds["missing"]
    assert course.graded("folder").cells
