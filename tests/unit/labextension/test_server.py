"""What a learner's own server answers: lessons, assignments, handing in, and refusals."""

import json
import re
from typing import Any

import httpx

from travesia.exchange.client import ExchangeClient

HAND_IN = "travesia/hand-in"
OPEN_ASSIGNMENT = "travesia/open/assignment/human-security/children"
ASSIGNMENT = "children/assignment.ipynb"


def fetched(person: Any) -> None:
    assert person.get(OPEN_ASSIGNMENT).status_code == 302


def test_opening_a_lesson_leads_to_the_person_s_own_copy(person: Any) -> None:
    answer = person.get("travesia/open/lesson/children")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/notebooks/lessons/children/lesson.ipynb"
    copy = json.loads((person.home / "lessons/children/lesson.ipynb").read_text("utf-8"))
    assert copy["cells"][0]["source"] == "# En la estación"


def test_a_lesson_that_is_not_there_gets_a_page_that_leads_back(person: Any) -> None:
    answer = person.get("travesia/open/lesson/nothing")
    assert answer.status_code == 404
    assert 'lang="es"' in answer.text
    assert "“nothing”" in answer.text or "«nothing»" in answer.text
    assert 'href="/services/campus/"' in answer.text


def test_a_name_in_an_address_is_text_on_the_page(person: Any) -> None:
    answer = person.get("travesia/open/assignment/human-security/a-b.c")
    assert answer.status_code == 404
    assert "Traceback" not in answer.text
    assert person.get("travesia/open/lesson/%3Cscript%3E").status_code == 404


def test_opening_an_assignment_fetches_it_in_the_person_s_language(person: Any) -> None:
    answer = person.get(OPEN_ASSIGNMENT)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/notebooks/{ASSIGNMENT}"
    copy = json.loads((person.home / ASSIGNMENT).read_text("utf-8"))
    assert copy["cells"][0]["source"] == "# La tarea"


def test_opening_an_assignment_again_keeps_the_work_in_it(person: Any) -> None:
    fetched(person)
    answers = person.home / "children" / "answers.json"
    answers.write_text('{"schema": 1, "answers": {}}', encoding="utf-8")
    before = (person.home / ASSIGNMENT).read_bytes()
    fetched(person)
    assert answers.is_file()
    assert (person.home / ASSIGNMENT).read_bytes() == before


def test_handing_in_is_answered_by_the_service_s_receipt(person: Any, released: str) -> None:
    fetched(person)
    answer = person.post(HAND_IN, {"path": ASSIGNMENT})
    assert answer.status_code == 200
    with ExchangeClient(released, "rosa") as client:
        received = client.submissions("human-security", everybody=True)
    assert answer.json()["sha256"] in {receipt["sha256"] for receipt in received}
    assert answer.json()["student"] == "ana"


def test_what_nobody_may_upload_stays_at_home(person: Any) -> None:
    fetched(person)
    (person.home / "children" / "timestamp.txt").write_text("2001-01-01", encoding="utf-8")
    answer = person.post(HAND_IN, {"path": ASSIGNMENT})
    (person.home / "children" / "timestamp.txt").unlink()
    assert answer.status_code == 200


def test_a_refusal_of_the_service_reaches_the_learner_as_its_sentence(
    person: Any, released: str
) -> None:
    fetched(person)
    link = person.home / "children" / "link.txt"
    link.symlink_to("/etc/passwd")
    answer = person.post(HAND_IN, {"path": ASSIGNMENT})
    link.unlink()
    assert answer.status_code >= 400
    assert "link.txt" in answer.json()["error"]


def test_a_lesson_cannot_be_handed_in(person: Any) -> None:
    person.get("travesia/open/lesson/children")
    answer = person.post(HAND_IN, {"path": "lessons/children/lesson.ipynb"})
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_an_assignment_outside_its_folder_hands_in_nothing_else(person: Any) -> None:
    fetched(person)
    moved = person.home / "moved.ipynb"
    moved.write_bytes((person.home / ASSIGNMENT).read_bytes())
    answer = person.post(HAND_IN, {"path": "moved.ipynb"})
    assert answer.status_code == 400
    assert "children" in answer.json()["error"]


def test_a_notebook_outside_the_home_is_not_handed_in(person: Any) -> None:
    fetched(person)
    outside = person.home.parent / "children"
    outside.mkdir(exist_ok=True)
    (outside / "assignment.ipynb").write_bytes((person.home / ASSIGNMENT).read_bytes())
    for path in ("../children/assignment.ipynb", str(outside / "assignment.ipynb"), None, 7):
        assert person.post(HAND_IN, {"path": path}).status_code == 404
    assert person.post(HAND_IN, {"path": ASSIGNMENT}).status_code == 200


def test_a_body_that_is_no_object_is_refused(person: Any) -> None:
    assert person.post(HAND_IN, ["children/assignment.ipynb"]).status_code == 404


def test_a_request_from_another_page_hands_nothing_in(person: Any, careless_person: Any) -> None:
    fetched(person)
    with person.browser() as browser:
        assert browser.post(HAND_IN, json={"path": ASSIGNMENT}).status_code == 403
    assert person.post(HAND_IN, {"path": ASSIGNMENT}).status_code == 200
    fetched(careless_person)
    with careless_person.browser() as browser:
        assert browser.post(HAND_IN, json={"path": ASSIGNMENT}).status_code == 200


def test_a_stranger_opens_and_hands_in_nothing(person: Any) -> None:
    fetched(person)
    with httpx.Client(base_url=person.url, trust_env=False) as stranger:
        assert stranger.get("travesia/lesson").status_code == 403
        assert stranger.post(HAND_IN, json={"path": ASSIGNMENT}).status_code == 403
        opened = stranger.get("travesia/open/lesson/children")
        assert opened.headers["Location"].startswith("/login")


def test_a_page_knows_its_person_and_the_words(person: Any) -> None:
    page = person.get("tree").text
    (config,) = re.findall(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)
    known = json.loads(json.loads(config)["travesia"])
    assert (known["kind"], known["language"]) == ("learner", "es")
    assert known["campus"] == "/services/campus/"
    assert known["strings"]["hand_in"]
    assert "cdnjs" not in page
