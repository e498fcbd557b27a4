"""The exchange over HTTP, as learners and instructors meet it."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from tornado.web import HTTPError

from travesia.exchange import api
from travesia.exchange.archive import Limits
from travesia.exchange.client import ExchangeClient
from travesia.exchange.errors import ServiceError
from travesia.exchange.receipt import Receipt, matches
from travesia.exchange.room import Room
from travesia.exchange.store import Store
from travesia.language import available_languages, translations

COURSE = "human-security"
Connect = Callable[..., ExchangeClient]
Work = Callable[..., Path]
DUE = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)


def test_an_assignment_goes_out_and_comes_back_with_a_receipt(
    connect: Connect, assignment: Path, work: Work, tmp_path: Path, store: Store
) -> None:
    rosa, ana = connect("rosa"), connect("ana")
    rosa.publish(COURSE, "children", assignment, title={"es": "Niñez"}, due=DUE)

    (offered,) = ana.assignments(COURSE)
    assert offered["title"] == {"es": "Niñez"}
    assert datetime.fromisoformat(offered["due"]) == DUE
    assert offered["notebooks"] == ["assignment.ipynb"]
    assert offered["submitted"] is None

    (tmp_path / "fetched").mkdir()
    assert ana.fetch_release(COURSE, "children", tmp_path / "fetched") == [
        "assignment.ipynb",
        "content.json",
    ]

    receipt = ana.submit(COURSE, "children", work())
    assert (receipt.student, receipt.language) == ("ana", "en")
    (stored,) = rosa.submissions(COURSE, everybody=True)
    (tmp_path / "collected").mkdir()
    rosa.fetch_submission(COURSE, stored["id"], tmp_path / "collected")

    collected = Receipt.model_validate_json((tmp_path / "collected/receipt.json").read_bytes())
    assert collected == receipt
    assert matches(receipt, tmp_path / "collected")
    assert (tmp_path / "collected/timestamp.txt").read_text() == receipt.timestamp
    assert len((tmp_path / "collected/submission_secret.txt").read_text()) == 64
    assert Receipt.model_validate(ana.assignments(COURSE)[0]["submitted"]) == receipt


def test_the_receipt_is_of_the_files_and_changes_with_them(
    connect: Connect, released: Path, work: Work
) -> None:
    ana = connect("ana")

    first = ana.submit(COURSE, "children", work(answer="court"))
    same = ana.submit(COURSE, "children", work(answer="court"))
    other = ana.submit(COURSE, "children", work(answer="police"))

    assert first.sha256 == same.sha256 != other.sha256
    assert first.answers_sha256 == same.answers_sha256 != other.answers_sha256
    assert len({first.id, same.id, other.id}) == 3


def test_a_resubmission_comes_last_and_the_first_one_stays(
    connect: Connect, released: Path, work: Work, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = connect("ana")
    first = ana.submit(COURSE, "children", work(answer="court"))
    yesterday = datetime.now(UTC) - timedelta(days=1)
    monkeypatch.setattr(store, "_clock", lambda: yesterday)

    second = ana.submit(COURSE, "children", work(answer="police"))

    assert [entry["id"] for entry in ana.submissions(COURSE)] == [first.id, second.id]
    assert second.time > first.time


def test_two_submissions_at_the_same_instant_are_both_kept(
    connect: Connect, released: Path, work: Work, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    instant = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    monkeypatch.setattr(store, "_clock", lambda: instant)

    receipts = [connect(name).submit(COURSE, "children", work(name)) for name in ("ana", "beto")]
    again = connect("ana").submit(COURSE, "children", work())

    assert {receipt.time for receipt in receipts} == {instant}
    assert again.time > instant
    assert len(connect("rosa").submissions(COURSE, everybody=True)) == 3


@pytest.fixture
def spanish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives the service a Spanish catalogue with one sentence."""
    folder = tmp_path / "locale"
    folder.mkdir()
    (folder / "es.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8"\n\n'
        'msgid "There is no released assignment “{assignment}” in this course."\n'
        'msgstr "En este curso no hay ninguna tarea publicada “{assignment}”."\n'
    )
    monkeypatch.setattr(api, "available_languages", partial(available_languages, folder))
    monkeypatch.setattr(api, "translator", lambda language: translations(language, folder).gettext)


@pytest.mark.parametrize("asked", ["es", "es-MX,es;q=0.9,en;q=0.8", "fr, es"])
def test_refusals_are_sentences_in_the_callers_language(
    asked: str, connect: Connect, work: Work, spanish: None
) -> None:
    with pytest.raises(ServiceError, match="no hay ninguna tarea publicada “nothing”"):
        connect("ana", asked).submit(COURSE, "nothing", work())


def test_a_receipt_names_the_callers_language(
    connect: Connect, released: Path, work: Work, spanish: None
) -> None:
    assert connect("ana", "es-MX").submit(COURSE, "children", work()).language == "es"


def test_a_folder_that_cannot_be_written_is_told(connect: Connect, released: Path) -> None:
    with pytest.raises(ServiceError, match=r"“/nowhere.*” is not there any more") as failed:
        connect("ana").fetch_release(COURSE, "children", Path("/nowhere/x"))

    assert failed.value.code == "own_disk"


def test_a_member_may_hand_in_only_what_is_released(connect: Connect, work: Work) -> None:
    with pytest.raises(ServiceError, match="no released assignment “children”") as refused:
        connect("ana").submit(COURSE, "children", work())

    assert (refused.value.status, refused.value.code) == (404, "no_assignment")


def test_a_release_stands_until_it_is_replaced_on_purpose(
    connect: Connect, assignment: Path
) -> None:
    rosa = connect("rosa")
    rosa.publish(COURSE, "children", assignment, title={"en": "One"})

    with pytest.raises(ServiceError) as refused:
        rosa.publish(COURSE, "children", assignment, title={"en": "Two"})
    assert refused.value.code == "already_released"
    assert rosa.assignments(COURSE)[0]["title"] == {"en": "One"}

    rosa.publish(COURSE, "children", assignment, title={"en": "Two"}, replace=True)
    assert rosa.assignments(COURSE)[0]["title"] == {"en": "Two"}


def test_a_withdrawn_release_is_gone_and_submissions_stay(
    connect: Connect, released: Path, work: Work
) -> None:
    receipt = connect("ana").submit(COURSE, "children", work())

    connect("rosa").withdraw(COURSE, "children")

    assert connect("ana").assignments(COURSE) == []
    assert [entry["id"] for entry in connect("ana").submissions(COURSE)] == [receipt.id]


def test_a_release_needs_a_notebook(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "readme.txt").write_text("")

    with pytest.raises(ServiceError) as refused:
        connect("rosa").publish(COURSE, "children", tmp_path / "empty")

    assert refused.value.code == "no_notebook"


@pytest.mark.parametrize("query", [{"due": "soon"}, {"due": "2026-12-01T10:00"}, {"title": "{"}])
def test_a_due_date_or_title_that_cannot_be_read_is_refused(
    query: dict[str, str], service: object, assignment: Path
) -> None:
    url = f"{service.url}api/courses/{COURSE}/assignments/children/release"
    headers = {"Authorization": "token rosa-token"}

    answer = httpx.put(url, params=query, content=b"", headers=headers, trust_env=False)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_argument")


def test_feedback_and_marks_reach_the_learner_of_the_submission(
    connect: Connect, released: Path, work: Work, tmp_path: Path, marks: Callable[..., Path]
) -> None:
    ana, rosa = connect("ana"), connect("rosa")
    receipt = ana.submit(COURSE, "children", work())
    assert ana.submissions(COURSE)[0]["feedback"] is None

    page = tmp_path / "assignment.html"
    page.write_text("<p>Muy bien</p>")
    rosa.release_feedback(COURSE, receipt.id, [page, marks(receipt, score=1)])
    rosa.release_feedback(COURSE, receipt.id, [page, marks(receipt, score=2)])

    (entry,) = ana.submissions(COURSE)
    assert set(entry["feedback"]) == {"assignment.html", "marks.json"}
    assert entry["marks"]["score"] == 2
    (tmp_path / "feedback").mkdir()
    ana.fetch_feedback(COURSE, receipt.id, tmp_path / "feedback")
    assert (tmp_path / "feedback/assignment.html").read_text() == "<p>Muy bien</p>"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"student": "beto"}, "other_submission"),
        ({"submission": "0"}, "other_submission"),
        ({"score": -1}, "bad_marks"),
        ({"score": "NaN"}, "bad_marks"),
        ({"items": [{}]}, "bad_marks"),
    ],
)
def test_marks_of_another_submission_or_shape_are_refused(
    change: dict[str, object],
    code: str,
    connect: Connect,
    released: Path,
    work: Work,
    marks: Callable[..., Path],
) -> None:
    receipt = connect("ana").submit(COURSE, "children", work())

    with pytest.raises(ServiceError) as refused:
        connect("rosa").release_feedback(COURSE, receipt.id, [marks(receipt, **change)])

    assert refused.value.code == code
    assert connect("ana").submissions(COURSE)[0]["feedback"] is None


def test_feedback_is_pages_and_marks_only(
    connect: Connect, released: Path, work: Work, tmp_path: Path
) -> None:
    receipt = connect("ana").submit(COURSE, "children", work())
    (tmp_path / "x.js").write_text("")

    with pytest.raises(ServiceError) as refused:
        connect("rosa").release_feedback(COURSE, receipt.id, [tmp_path / "x.js"])

    assert refused.value.code == "not_feedback"


class TestTooLarge:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(upload=100_000)

    def test_too_large_a_submission_is_told_and_the_previous_one_stands(
        self,
        connect: Connect,
        released: Path,
        work: Work,
        store: Store,
        tree: Callable[[Path], set[str]],
    ) -> None:
        ana = connect("ana")
        first = ana.submit(COURSE, "children", work())
        before = tree(store.root)
        (work() / "data.bin").write_bytes(os.urandom(20_000_000))

        with pytest.raises(ServiceError, match=r"too large; hand in less than 0\.09") as refused:
            ana.submit(COURSE, "children", work())

        assert refused.value.status == 413
        assert [entry["id"] for entry in ana.submissions(COURSE)] == [first.id]
        assert tree(store.root) == before


def test_a_file_with_a_reserved_name_is_refused_with_its_name(
    connect: Connect, released: Path, work: Work
) -> None:
    (work() / "timestamp.txt").write_text("2020-01-01 00:00:00.000000 UTC")

    with pytest.raises(ServiceError, match=r"“timestamp[.]txt” is kept") as refused:
        connect("ana").submit(COURSE, "children", work())

    assert refused.value.code == "reserved_name"


def test_what_is_ignored_is_not_sent(connect: Connect, released: Path, work: Work) -> None:
    (work() / "feedback").mkdir()
    (work() / "feedback" / "assignment.html").write_text("")
    plain = connect("beto").submit(COURSE, "children", work("beto"))

    receipt = connect("ana").submit(
        COURSE, "children", work(), ignore=lambda _place, names: {"feedback"} & set(names)
    )

    assert receipt.sha256 == plain.sha256


def test_addresses_that_are_none_answer_with_a_sentence(service: object) -> None:
    answer = httpx.get(f"{service.url}api/nothing", trust_env=False)

    assert answer.status_code == 404
    assert answer.json()["error"]["message"].endswith(".")


def test_a_hub_that_does_not_answer_is_told(connect: Connect, service: object) -> None:
    class Away(dict[str, object]):
        def get(self, *_arguments: object) -> object:
            raise HTTPError(502)

    service.people = Away()

    with pytest.raises(ServiceError, match="The hub does not answer") as refused:
        connect("ana").me()

    assert refused.value.status == 503


def test_a_service_that_is_not_there_is_told() -> None:
    with (
        ExchangeClient("http://127.0.0.1:9/services/campus", "x") as client,
        pytest.raises(ServiceError, match="cannot be reached") as failed,
    ):
        client.me()

    assert failed.value.code == "unreachable"


@pytest.mark.parametrize(("language", "words"), [("en", "Ask your instructor"), ("es", "docente")])
def test_who_has_little_left_to_hand_in_is_told_with_the_receipt(
    connect: Connect, store: Store, released: Path, work: Work, language: str, words: str
) -> None:
    ana = connect("ana", language)
    ana.submit(COURSE, "children", work())
    assert ana.notice == ""

    store.room = Room(person=30_000)
    receipt = ana.submit(COURSE, "children", work())

    assert words in ana.notice
    assert receipt in store.submissions(COURSE)
    ana.me()
    assert ana.notice == ""
