import hashlib
import json

import pytest

from travesia.grading.errors import GradingError
from travesia.grading.submission import read_submission


@pytest.fixture
def collected(tmp_path):
    """Writes what `collect` delivers: `collected(answers_bytes, **receipt changes)`."""

    def collected(answers: bytes | None, **changes):
        receipt = {
            "id": "r-1",
            "course": "human-security",
            "assignment": "arrival",
            "student": "ana",
            "sha256": "0" * 64,
            "answers_sha256": None if answers is None else hashlib.sha256(answers).hexdigest(),
            "language": "es",
            "time": "2026-03-02T10:00:00+00:00",
            **changes,
        }
        (tmp_path / "receipt.json").write_text(json.dumps(receipt))
        if answers is not None:
            (tmp_path / "answers.json").write_bytes(answers)
        return tmp_path

    return collected


def read(folder):
    return read_submission(folder, student="ana", assignment="arrival", fallback_language="es")


def test_the_answers_are_those_whose_hash_the_receipt_recorded(collected, right):
    folder = collected(json.dumps({"schema": 1, "answers": right}).encode())
    submission = read(folder)
    assert submission.answers == right
    assert (submission.problem, submission.language) == ("", "es")


def test_a_changed_answers_file_is_not_graded(collected, right):
    folder = collected(json.dumps({"schema": 1, "answers": {}}).encode())
    (folder / "answers.json").write_text(json.dumps({"schema": 1, "answers": right}))
    with pytest.raises(GradingError, match=r"answers\.json is not the file .* r-1 recorded"):
        read(folder)


def test_an_answers_file_that_came_from_nowhere_is_not_graded(collected):
    folder = collected(None)
    (folder / "answers.json").write_text('{"schema": 1, "answers": {}}')
    with pytest.raises(GradingError, match="recorded"):
        read(folder)


def test_a_lost_answers_file_is_no_blank_submission(collected):
    with pytest.raises(GradingError, match="recorded"):
        read(collected(None, answers_sha256="1" * 64))


def test_nothing_handed_in_is_no_problem(collected):
    submission = read(collected(None))
    assert (dict(submission.answers), submission.problem) == ({}, "")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"schema": 1}',
        b'{"schema": 1, "answers": {"a": NaN}}',
        b"[" * 100_000,
        b'{"schema": 1, "answers": ' + b"9" * 5000 + b"}",
        b" " * 2_000_001,
    ],
)
def test_a_damaged_file_is_set_aside_with_a_sentence_in_the_learners_language(collected, data):
    folder = collected(data)
    submission = read(folder)
    assert not submission.answers
    assert "answers.json" in submission.problem
    assert (folder / "answers.json").read_bytes() == data


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"student": "beto"}, "receipt of student beto, not of ana"),
        ({"assignment": "other"}, "receipt of assignment other, not of arrival"),
        ({"id": 7}, "id is not text"),
        ({"answers_sha256": 7}, "answers_sha256 is not text"),
    ],
)
def test_a_receipt_of_something_else_stops_grading(collected, changes, said):
    with pytest.raises(GradingError, match=said):
        read(collected(None, **changes))


def test_without_a_receipt_nothing_is_graded(tmp_path):
    with pytest.raises(GradingError, match=r"receipt\.json is missing"):
        read(tmp_path)


@pytest.mark.parametrize("data", [b"", b"[]", b"[" * 60_000, b"\xff", b" " * 70_000])
def test_a_damaged_receipt_stops_grading(tmp_path, data):
    (tmp_path / "receipt.json").write_bytes(data)
    with pytest.raises(GradingError, match=r"receipt\.json"):
        read(tmp_path)


@pytest.mark.parametrize("language", [None, 5, "../../etc/passwd", "xx"])
def test_an_unknown_language_gives_the_courses_own(collected, language):
    assert read(collected(None, language=language)).language == "es"


def test_a_link_is_no_answers_file(collected, tmp_path):
    folder = collected(b"x")
    (folder / "answers.json").unlink()
    (folder / "answers.json").symlink_to(folder / "receipt.json")
    assert read(folder).problem
