"""Attempts at a test: each opens when the one before it did not pass, and ends with its marks.

Whoever guesses an address, or runs nbgrader's own commands, gets no further than the campus leads.
Each attack has two controls: the learner whose attempt it is succeeds, and the attack succeeds once
this one defence is taken away.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from travesia.exchange.api import ApiHandler
from travesia.exchange.attempts import Attempts
from travesia.exchange.client import ExchangeClient
from travesia.exchange.errors import ServiceError
from travesia.exchange.receipt import Receipt
from travesia.exchange.store import Store

COURSE = "human-security"
FIRST, SECOND, THIRD = "final-1", "final-2", "final-3"
Connect = Callable[..., ExchangeClient]


@pytest.fixture
def attempts() -> Attempts:
    return Attempts(COURSE, 80, {"before": "", FIRST: "", SECOND: FIRST, THIRD: SECOND})


@pytest.fixture
def tests_released(store: Store, assignment: Path) -> None:
    """All attempts, released at once by an instructor in a hurry."""
    for name in ("before", FIRST, SECOND, THIRD):
        store.publish_folder(COURSE, name, assignment, title={}, due=None, by="rosa")


@pytest.fixture
def marked(
    connect: Connect, tests_released: None, work: Callable[..., Path], marks: Callable[..., Path]
) -> Callable[..., Receipt]:
    """Has somebody hand an attempt in and get its marks, out of five."""

    def made(name: str, attempt: str, score: float) -> Receipt:
        receipt = connect(name).submit(COURSE, attempt, work(name))
        told = marks(receipt, score=score, max_score=5)
        connect("rosa").release_feedback(COURSE, receipt.id, [told])
        return receipt

    return made


def allow(*_arguments: object) -> None:
    """A defence that is taken away."""


def fetched(client: ExchangeClient, attempt: str, folder: Path) -> str:
    """What came of fetching an attempt: its notebook, or why not."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return client.fetch_release(COURSE, attempt, folder)[0]
    except ServiceError as error:
        return error.code


def test_a_later_attempt_cannot_be_fetched_before_its_time(
    marked: Callable[..., Receipt],
    connect: Connect,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    marked("ana", FIRST, 3)
    assert fetched(connect("beto"), SECOND, tmp_path / "attack") == "not_open_yet"
    assert fetched(connect("ana"), THIRD, tmp_path / "two-ahead") == "not_open_yet"

    assert fetched(connect("ana"), SECOND, tmp_path / "own") == "assignment.ipynb"
    monkeypatch.setattr(ApiHandler, "require_open", allow)
    assert fetched(connect("beto"), SECOND, tmp_path / "undefended") == "assignment.ipynb"


@pytest.mark.parametrize(("score", "opens"), [(3.9, True), (4, False), (5, False)])
def test_the_next_attempt_opens_after_marks_below_what_passes(
    marked: Callable[..., Receipt], connect: Connect, tmp_path: Path, score: float, opens: bool
) -> None:
    marked("ana", FIRST, score)
    assert (fetched(connect("ana"), SECOND, tmp_path / "next") != "not_open_yet") is opens


def test_what_was_handed_in_and_not_marked_opens_nothing(
    tests_released: None, connect: Connect, work: Callable[..., Path], tmp_path: Path
) -> None:
    connect("ana").submit(COURSE, FIRST, work("ana"))
    assert fetched(connect("ana"), SECOND, tmp_path / "early") == "not_open_yet"


def test_another_learners_marks_and_another_courses_open_nothing(
    marked: Callable[..., Receipt], connect: Connect, tmp_path: Path
) -> None:
    marked("beto", FIRST, 0)
    assert fetched(connect("ana"), SECOND, tmp_path / "early") == "not_open_yet"


def test_a_later_attempt_is_not_listed_and_nothing_can_be_handed_in_for_it(
    marked: Callable[..., Receipt],
    connect: Connect,
    work: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    marked("ana", FIRST, 3)

    def listed(name: str) -> list[str]:
        return [each["assignment"] for each in connect(name).assignments(COURSE)]

    assert listed("beto") == ["before", FIRST]
    assert listed("ana") == ["before", FIRST, SECOND]
    with pytest.raises(ServiceError, match="not open to you"):
        connect("beto").submit(COURSE, SECOND, work("beto"))
    assert connect("ana").submit(COURSE, SECOND, work("ana")).assignment == SECOND
    monkeypatch.setattr(ApiHandler, "require_open", allow)
    assert listed("beto") == ["before", FIRST, SECOND, THIRD]
    assert connect("beto").submit(COURSE, SECOND, work("beto")).assignment == SECOND


def test_an_instructor_finds_every_attempt(tests_released: None, connect: Connect) -> None:
    found = [each["assignment"] for each in connect("rosa").assignments(COURSE)]
    assert found == ["before", FIRST, SECOND, THIRD]


def test_an_attempt_cannot_be_handed_in_again_once_feedback_told_what_is_right(
    marked: Callable[..., Receipt],
    connect: Connect,
    work: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    marked("ana", FIRST, 1)
    with pytest.raises(ServiceError, match="marked and is over") as refused:
        connect("ana").submit(COURSE, FIRST, work("ana", answer="now I know"))
    assert refused.value.status == 409

    connect("beto").submit(COURSE, FIRST, work("beto"))
    assert connect("beto").submit(COURSE, FIRST, work("beto")).assignment == FIRST
    monkeypatch.setattr(ApiHandler, "require_not_over", allow)
    assert connect("ana").submit(COURSE, FIRST, work("ana")).assignment == FIRST


def test_an_assignment_that_is_no_test_may_be_handed_in_again(
    marked: Callable[..., Receipt], released: Path, connect: Connect, work: Callable[..., Path]
) -> None:
    marked("ana", "children", 1)
    assert connect("ana").submit(COURSE, "children", work("ana")).assignment == "children"
