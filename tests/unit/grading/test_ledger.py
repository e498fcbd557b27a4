"""Grades and graded folders are entered one submission apart from the other."""

import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import text

from travesia.grading import ledger as module
from travesia.grading.bundle import SubmissionBundle
from travesia.grading.errors import UnwritableError
from travesia.grading.graded import Graded
from travesia.grading.grades import Booking, NotebookGrades
from travesia.grading.ledger import Arrived, Ledger

AT = datetime(2026, 3, 2, 10, tzinfo=UTC).replace(tzinfo=None)
CELL = {"max_score": 2, "cell_type": "code"}


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A gradebook without anybody's work, which takes seconds to make."""
    path = tmp_path_factory.mktemp("empty") / "gradebook.db"
    with Gradebook(f"sqlite:///{path}", "human-security") as gradebook:
        gradebook.update_or_create_assignment("hw")
        gradebook.update_or_create_notebook("a", "hw")
        gradebook.update_or_create_grade_cell("t1", "a", "hw", **CELL)
    return path


@pytest.fixture
def url(empty, tmp_path):
    return f"sqlite:///{shutil.copy(empty, tmp_path)}"


class Folders:
    """The folders of graded work: whose are put, and whose can't be."""

    def __init__(self):
        self.put_for, self.full_for = [], None

    def timestamp(self, _student):
        return AT

    def graded(self, student):
        return Path("autograded") / student / "hw"

    def put(self, submission, _graded):
        if submission.student == self.full_for:
            raise OSError(28, "No space left on device")
        self.put_for.append(submission.student)


@pytest.fixture
def course(url):
    with Gradebook(url, "human-security") as gradebook:
        booking, shelf = Booking(gradebook, "hw", OneADay), Folders()
        yield SimpleNamespace(booking=booking, shelf=shelf, ledger=Ledger(shelf, booking))


class OneADay:
    """Takes a point for each day."""

    def assign(self, submission, notebook):
        notebook.late_submission_penalty = submission.total_seconds_late // 86400 or None


def arrived(student, cell="t1", points=2.0):
    grades = {"a": NotebookGrades({cell: points}, {})}
    return Arrived(SubmissionBundle(student, {}), Graded(student, grades=grades), 0.1)


def booked(url):
    with Gradebook(url, "human-security") as gradebook:
        return {
            work.student.id: (grade.auto_score, grade.manual_score)
            for work in gradebook.assignment_submissions("hw")
            for notebook in work.notebooks
            for grade in notebook.grades
        }


def states(results):
    return {each.student: each.state for each in results}


def test_what_is_entered_is_committed_and_its_folders_are_put(course, url):
    results = course.ledger.enter([arrived("ana"), arrived("zoe", points=1.0)])
    assert states(results) == {"ana": "graded", "zoe": "graded"}
    assert [each.score for each in results] == [2, 1]
    assert booked(url) == {"ana": (2, None), "zoe": (1, None)}
    assert course.shelf.put_for == ["ana", "zoe"]


def test_one_that_cannot_be_booked_takes_nobodys_grades_with_it(course, url):
    course.ledger.enter([arrived("zoe")])
    with Gradebook(url, "human-security") as gradebook:
        gradebook.find_grade("t1", "a", "hw", "zoe").manual_score = 1.5
        gradebook.db.commit()
    results = course.ledger.enter(
        [arrived("ana"), arrived("ben", cell="strange"), arrived("jos\udce9"), arrived("zoe")]
    )
    assert states(results) == {
        "ana": "graded",
        "ben": "failed",
        "jos\udce9": "failed",
        "zoe": "graded",
    }
    assert booked(url) == {"ana": (2, None), "zoe": (2, 1.5)}
    assert course.shelf.put_for == ["zoe", "ana", "zoe"]


def test_a_folder_that_cannot_be_put_is_told_and_the_others_are_put(course, url):
    course.shelf.full_for = "ben"
    results = course.ledger.enter([arrived("ana"), arrived("ben"), arrived("zoe")])
    assert states(results) == {"ana": "graded", "ben": "failed", "zoe": "graded"}
    assert "autograded/ben/hw can't be written (No space left on device)" in results[1].reason
    assert course.shelf.put_for == ["ana", "zoe"]
    assert set(booked(url)) == {"ana", "ben", "zoe"}


def test_rows_that_the_formgrader_makes_meanwhile_are_taken(course, url, monkeypatch):
    make, made = course.booking._new, []

    def meanwhile(student):
        if student == "ana" and not made:
            made.append(student)
            with Gradebook(url, "human-security") as other:
                other.update_or_create_student(student)
                other.add_submission("hw", student)
        return make(student)

    monkeypatch.setattr(course.booking, "_new", meanwhile)
    assert states(course.ledger.enter([arrived("ana"), arrived("zoe")])) == {
        "ana": "graded",
        "zoe": "graded",
    }
    assert booked(url) == {"ana": (2, None), "zoe": (2, None)}


@pytest.fixture
def hold(url):
    """Holds the gradebook as somebody does who writes into it: `hold()`, then `release()`."""
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    yield lambda: other.execute("begin exclusive"), lambda: other.execute("commit")
    other.close()


@pytest.fixture(autouse=True)
def impatient(course, monkeypatch):
    """SQLite itself does not wait for who holds the gradebook, and what does waits no time."""
    course.booking._session.execute(text("pragma busy_timeout = 0"))
    monkeypatch.setattr(module, "WAIT_SECONDS", 0)


def test_who_holds_the_gradebook_is_waited_for(course, url, hold, monkeypatch):
    begin, end = hold
    course.booking.roll_back()
    begin()
    monkeypatch.setattr(module.time, "sleep", lambda _seconds: end())
    assert states(course.ledger.enter([arrived("ana")])) == {"ana": "graded"}
    assert booked(url) == {"ana": (2, None)}


def test_who_holds_it_for_ever_is_named(course, hold, monkeypatch):
    course.booking.roll_back()
    hold[0]()
    monkeypatch.setattr(module, "LOCKED_SECONDS", -1)
    with pytest.raises(UnwritableError, match=r"locked.*close what else works"):
        course.ledger.enter([arrived("ana")])


def test_nobody_waits_for_a_full_disk(course, monkeypatch):
    pages = course.booking._session.execute(text("pragma page_count")).scalar()
    course.booking._session.execute(text(f"pragma max_page_count = {pages}"))
    monkeypatch.setattr(module.time, "sleep", lambda _seconds: pytest.fail("it waited"))
    many = [arrived(f"learner-{number:04d}") for number in range(400)]
    with pytest.raises(UnwritableError, match=r"full.*room on its disk"):
        course.ledger.enter(many)
    assert course.shelf.put_for == []


def test_an_extension_takes_the_penalty_off_what_is_not_graded_again(course, url):
    with Gradebook(url, "human-security") as gradebook:
        gradebook.find_assignment("hw").duedate = AT - timedelta(days=1)
        gradebook.db.commit()
    course.booking.roll_back()
    [entered] = course.ledger.enter([arrived("ana")])
    assert entered.score == 1
    assert course.booking.late() == {"ana"}
    assert not course.ledger.assign_penalties("ana").penalty
    course.booking.roll_back()
    with Gradebook(url, "human-security") as gradebook:
        gradebook.grant_extension("hw", "ana", days=2)
    assert course.booking.late() == {"ana"}
    told = course.ledger.assign_penalties("ana")
    assert (told.state, told.penalty) == ("unchanged", True)
    assert course.booking.late() == set()
    with Gradebook(url, "human-security") as gradebook:
        assert gradebook.find_submission("hw", "ana").late_submission_penalty == 0
