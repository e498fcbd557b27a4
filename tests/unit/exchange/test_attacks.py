"""Attacks on the exchange, each with two controls.

The owner's same request succeeds, and the attack succeeds once the one defence is taken away: so
it is that defence which stops it, and the attack is a real one.
"""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from travesia.exchange import archive
from travesia.exchange import store as storing
from travesia.exchange.api import ApiHandler
from travesia.exchange.client import ExchangeClient
from travesia.exchange.errors import ServiceError
from travesia.exchange.receipt import Receipt
from travesia.exchange.service import SubmitHandler
from travesia.exchange.store import Store

COURSE = "human-security"
Connect = Callable[..., ExchangeClient]


@pytest.fixture
def ask(service: object) -> Callable[..., httpx.Response]:
    """Sends a request as somebody, without the client that means well."""

    def asked(method: str, path: str, name: str | None = None, **kwargs: object) -> httpx.Response:
        headers = {"Authorization": f"token {name}-token"} if name else {}
        headers |= kwargs.pop("headers", {})
        url = f"{service.url}api/courses/{path}"
        return httpx.request(method, url, headers=headers, trust_env=False, **kwargs)

    return asked


@pytest.fixture
def receipt(connect: Connect, released: Path, work: Callable[..., Path]) -> Receipt:
    """What ana has handed in, with feedback released."""
    return connect("ana").submit(COURSE, "children", work("ana"))


@pytest.fixture
def feedback(
    receipt: Receipt, connect: Connect, marks: Callable[..., Path], tmp_path: Path
) -> Receipt:
    (tmp_path / "assignment.html").write_text("for ana alone")
    connect("rosa").release_feedback(
        COURSE, receipt.id, [tmp_path / "assignment.html", marks(receipt)]
    )
    return receipt


def allow(*_arguments: object) -> None:
    """A defence that is taken away."""


@pytest.mark.parametrize("part", ["", "/feedback"])
def test_another_learners_submission_and_feedback_cannot_be_read(
    part: str,
    feedback: Receipt,
    ask: Callable[..., httpx.Response],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = f"{COURSE}/submissions/{feedback.id}{part}"

    attack = ask("GET", path, "beto")
    absent = ask("GET", f"{COURSE}/submissions/{'0' * 20}{part}", "beto")
    assert attack.status_code == 404
    assert attack.json() == absent.json(), "the answer must not tell that the id exists"

    assert ask("GET", path, "ana").status_code == 200
    monkeypatch.setattr(ApiHandler, "require_owner", allow)
    assert ask("GET", path, "beto").status_code == 200


def test_another_learners_receipts_and_marks_are_not_listed(
    feedback: Receipt, ask: Callable[..., httpx.Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{COURSE}/submissions?everybody=1&student=ana"

    assert ask("GET", path, "beto").status_code == 403
    assert ask("GET", f"{COURSE}/submissions?student=ana", "beto").json() == {"submissions": []}

    (own,) = ask("GET", f"{COURSE}/submissions", "ana").json()["submissions"]
    assert own["marks"]["score"] == 1
    monkeypatch.setattr(ApiHandler, "require_instructor", allow)
    (seen,) = ask("GET", path, "beto").json()["submissions"]
    assert seen == {**own, "student_name": "Ana Paz Ríos"}


def test_an_archive_cannot_forge_another_learners_submission(
    receipt: Receipt,
    tar: Callable[..., bytes],
    ask: Callable[..., httpx.Response],
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forged = receipt.model_copy(update={"student": "beto", "id": "f" * 20})
    path = f"../../../inbound/{forged.folder}/receipt.json"
    attack = tar(("assignment.ipynb", b"{}"), (path, forged.json_bytes()))
    to = f"{COURSE}/assignments/children/submissions"

    assert ask("POST", to, "ana", content=attack).json()["error"]["code"] == "unsafe_name"
    assert store.submissions(COURSE, student="beto") == []

    fair = tar(("assignment.ipynb", b"{}"))
    assert ask("POST", to, "ana", content=fair).status_code == 201
    monkeypatch.setattr(archive, "check_path", lambda name, _limits: archive.PurePosixPath(name))
    ask("POST", to, "ana", content=attack)
    assert store.submissions(COURSE, student="beto") == [forged]


def test_nobody_hands_in_under_another_name(
    released: Path,
    tar: Callable[..., bytes],
    ask: Callable[..., httpx.Response],
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    to = f"{COURSE}/assignments/children/submissions?student=beto&name=beto"
    claims = {"X-Student": "beto", "X-Forwarded-User": "beto", "Cookie": "user=beto"}
    content = tar(("assignment.ipynb", b"{}"))

    attack = ask("POST", to, "ana", content=content, headers=claims)
    assert attack.json()["student"] == "ana"
    assert store.submissions(COURSE, student="beto") == []

    assert ask("POST", to, "beto", content=content).json()["student"] == "beto"
    monkeypatch.setattr(SubmitHandler, "student", lambda self: self.get_argument("student"))
    assert ask("POST", to, "ana", content=content).json()["student"] == "beto"


def test_a_person_outside_the_course_gets_nothing(
    feedback: Receipt,
    tar: Callable[..., bytes],
    ask: Callable[..., httpx.Response],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = tar(("assignment.ipynb", b"{}"))
    requests = [
        ("GET", f"{COURSE}/assignments"),
        ("GET", f"{COURSE}/assignments/children/release"),
        ("POST", f"{COURSE}/assignments/children/submissions"),
        ("GET", f"{COURSE}/submissions"),
    ]

    for method, path in requests:
        body = {"content": content} if method == "POST" else {}
        for outsider in ("otto", "olga"):
            answer = ask(method, path, outsider, **body)
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_enrolled")
        assert ask(method, path, "ana", **body).is_success

    monkeypatch.setattr(ApiHandler, "require_member", allow)
    for method, path in requests:
        body = {"content": content} if method == "POST" else {}
        assert ask(method, path, "otto", **body).is_success


@pytest.mark.parametrize("attacker", ["ana", "olga"])
def test_only_the_courses_own_instructors_do_what_instructors_do(
    attacker: str,
    receipt: Receipt,
    tar: Callable[..., bytes],
    ask: Callable[..., httpx.Response],
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notebook = tar(("assignment.ipynb", b"{}"))
    page = tar(("assignment.html", b"forged"))
    requests = [
        ("GET", f"{COURSE}/submissions?everybody=1", None),
        ("PUT", f"{COURSE}/assignments/children/release?replace=1", notebook),
        ("PUT", f"{COURSE}/submissions/{receipt.id}/feedback", page),
        ("DELETE", f"{COURSE}/assignments/children/release", None),
    ]
    before = store.release(COURSE, "children")

    for method, path, body in requests:
        assert ask(method, path, attacker, content=body).status_code == 403
    assert store.release(COURSE, "children") == before
    assert store.feedback(receipt) is None

    for method, path, body in requests:
        assert ask(method, path, "rosa", content=body).is_success
    monkeypatch.setattr(ApiHandler, "require_instructor", allow)
    monkeypatch.setattr(ApiHandler, "require_member", allow)
    assert ask("PUT", requests[1][1], attacker, content=notebook).is_success
    assert ask("PUT", requests[2][1], attacker, content=page).is_success


def test_a_path_in_an_id_leads_nowhere(
    released: Path,
    assignment: Path,
    ask: Callable[..., httpx.Response],
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store.publish_folder("other", "secret", assignment, title={}, due=None, by="olga")
    path = f"{COURSE}/assignments/..%2F..%2Fother%2Foutbound%2Fsecret/release"

    attack = ask("GET", path, "ana")
    assert (attack.status_code, attack.json()["error"]["code"]) == (400, "bad_id")

    assert ask("GET", "other/assignments/secret/release", "otto").is_success
    monkeypatch.setattr(storing, "check_id", lambda value: value)
    assert ask("GET", path, "ana").is_success


def test_nobody_writes_the_time_of_a_submission(
    released: Path,
    tar: Callable[..., bytes],
    ask: Callable[..., httpx.Response],
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spoofed = "2020-01-01 00:00:00.000000 UTC"
    to = f"{COURSE}/assignments/children/submissions?time={spoofed}"
    attack = tar(("assignment.ipynb", b"{}"), ("timestamp.txt", spoofed.encode()))
    dated = {"Date": "Wed, 01 Jan 2020 00:00:00 GMT"}

    refused = ask("POST", to, "ana", content=attack, headers=dated)
    assert refused.json()["error"]["code"] == "reserved_name"

    fair = ask("POST", to, "ana", content=tar(("assignment.ipynb", b"{}")), headers=dated)
    assert fair.status_code == 201
    assert not fair.json()["time"].startswith("2020")

    # The service also writes its own time last: both have to go for the attack to succeed.
    monkeypatch.setattr(storing, "RESERVED", frozenset())
    assert ask("POST", to, "ana", content=attack).status_code == 500
    monkeypatch.setattr(
        storing,
        "stamp",
        lambda folder, receipt: (folder / "receipt.json").write_bytes(receipt.json_bytes()),
    )
    taken = ask("POST", to, "ana", content=attack).json()
    folder = store.submission_folder(Receipt.model_validate(taken))
    assert (folder / "timestamp.txt").read_text() == spoofed


@pytest.mark.parametrize(
    "way",
    [
        {},
        {"headers": {"Authorization": "token nobody-token"}},
        {"headers": {"Authorization": "Basic YW5hOmFuYQ=="}},
        {"headers": {"Authorization": "token"}},
        {"headers": {"Cookie": "token=ana-token; jupyterhub-session-id=ana-token"}},
        {"params": {"token": "ana-token"}},
    ],
)
def test_only_a_token_in_the_header_says_who_calls(
    way: dict[str, object], released: Path, tar: Callable[..., bytes], ask: Callable[..., object]
) -> None:
    content = tar(("assignment.ipynb", b"{}"))
    to = f"{COURSE}/assignments/children/submissions"

    for method, path, body in (("GET", f"{COURSE}/assignments", b""), ("POST", to, content)):
        answer = ask(method, path, content=body, **way)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "no_caller")
        assert ask(method, path, "ana", content=body).is_success


def test_an_account_name_that_is_no_folder_name_cannot_hand_in(
    service: object, connect: Connect, released: Path, work: Callable[..., Path]
) -> None:
    service.people["../rosa"] = service.people["ana"].__class__(
        "../rosa", frozenset({COURSE}), frozenset()
    )

    with pytest.raises(ServiceError, match="cannot be used in a course") as refused:
        connect("../rosa").submit(COURSE, "children", work())

    assert refused.value.code == "bad_person"
