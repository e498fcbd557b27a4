"""The campus's pages: the instructor's, another's feedback, and a choice in another's session."""

import json
import re

import httpx
import pytest
from archives import archive, plain
from scenes import COURSE, NOTEBOOK, SECRET

from travesia.campus import handlers
from travesia.hub.people import People

CHILDREN = "children"
FEEDBACK = f"feedback/{COURSE}/{CHILDREN}/"


@pytest.fixture
def browse(scene):
    """A function that gives a person's window on the campus, or with their session on its twin."""
    opened = []

    def window(name: str, url: str | None = None) -> httpx.Client:
        visitor = scene.hub.visitor(name)
        visitor.client.get("services/campus/").raise_for_status()
        base = url or f"{scene.hub.url}services/campus/"
        opened.append(httpx.Client(base_url=base, cookies=visitor.client.cookies, timeout=60))
        return opened[-1]

    yield window
    for client in opened:
        client.close()


def test_a_learner_sees_nobody_on_the_instructors_desk(scene, twin, browse, monkeypatch):
    ana = People(scene.hub.data / "people" / "people.json").get("ana").name

    for query in ("", "?instructor=1", "?as=rosa", f"?groups=formgrade-{COURSE}"):
        assert ana not in browse("beto").get(query).text

    assert ana in browse("rosa").get("").text
    assert ana not in browse("beto", twin.url).get("").text
    real = handlers.Identity
    monkeypatch.setattr(
        handlers, "Identity", lambda name, groups: real(name, groups | {f"formgrade-{COURSE}"})
    )
    assert ana in browse("beto", twin.url).get("").text


def release_marks(twin) -> None:
    """Give ana feedback on the twin, where nobody's page on the hub changes by it."""
    store = twin.campus.store
    upload = store.receive(COURSE)
    upload.write(archive(NOTEBOOK))
    receipt = store.submit(COURSE, CHILDREN, "ana", upload, language="es")
    marks = {"schema": 1, "assignment": CHILDREN, "student": "ana", "submission": receipt.id}
    marks |= {"score": 1, "max_score": 2, "late": False}
    item = {"id": "a", "title": "A", "kind": "text", "points": 1, "max_points": 2}
    marks["items"] = [item | {"message": SECRET}]
    upload = store.receive(COURSE)
    upload.write(
        archive(
            plain("assignment.html", SECRET.encode()),
            plain("marks.json", json.dumps(marks).encode()),
        )
    )
    store.release_feedback(receipt, upload)


@pytest.mark.parametrize("page", ["", "assignment.html"])
def test_anothers_feedback_is_no_page_of_ones_own(twin, browse, monkeypatch, page):
    release_marks(twin)
    attack = f"{FEEDBACK}{page}?student=ana"

    assert SECRET not in browse("beto", twin.url).get(attack).text

    assert SECRET in browse("ana", twin.url).get(attack).text
    told = property(lambda handler: handlers.Identity(handler.get_argument("student"), frozenset()))
    monkeypatch.setattr(handlers.PersonalHandler, "reader", told)
    assert SECRET in browse("beto", twin.url).get(attack).text


def choose(window: httpx.Client, language: str, xsrf: str | None = None) -> int:
    """Post the form as a page of another origin would: the browser adds the session by itself."""
    form = {"language": language} | ({"_xsrf": xsrf} if xsrf else {})
    return window.post("language", data=form, headers={"Origin": "http://evil.example"}).status_code


def xsrf_of(window: httpx.Client) -> str:
    return re.search(r'name="_xsrf" value="([^"]+)"', window.get("").text)[1]


def test_nobody_chooses_in_anothers_session(twin, browse, monkeypatch):
    ana = browse("ana")
    betos = xsrf_of(browse("beto"))

    for xsrf in (None, betos):
        assert choose(ana, "en", xsrf) == 403
        assert 'lang="es"' in ana.get("").text

    # What she had is what she chooses, so that nothing is changed for other tests.
    assert choose(ana, "es", xsrf_of(ana)) == 303
    hers = browse("ana", twin.url)
    assert choose(hers, "en") == 403
    monkeypatch.setattr(handlers.LanguageHandler, "check_xsrf_cookie", allow)
    assert choose(hers, "en") == 303
    assert twin.campus.preferences.language("ana") == "en"


def allow(_handler) -> None:
    """A defence that is taken away."""
