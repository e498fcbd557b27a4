"""What people find on the campus."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

PREFIX = "/services/campus/"


def test_a_learner_lands_on_lessons_and_assignment(town) -> None:
    page = town.get("carol").text
    assert "Hello, Carol Joseph" in page
    assert "Migrant children and adolescents" in page
    assert "/hub/user-redirect/travesia/open/lesson/children" in page
    assert "/hub/user-redirect/travesia/open/assignment/human-security/children" in page
    assert "Not handed in yet" in page
    assert "in 6 days" in page
    assert "Submissions" not in page


def test_an_assignment_that_is_not_released_has_no_door(start) -> None:
    page = start().get("carol").text
    assert "Not open yet" in page
    assert "/open/assignment/" not in page


def test_an_assignment_past_its_due_date_can_still_be_opened(start) -> None:
    town = start()
    town.release(due=datetime.now(UTC) - timedelta(days=2))
    page = town.get("carol").text
    assert "Not handed in, past the due date" in page
    assert "/open/assignment/" in page


def test_a_late_submission_says_so(start) -> None:
    town = start()
    town.release(due=datetime.now(UTC) - timedelta(days=2))
    town.hand_in("carol")
    assert ">Late<" in town.get("carol").text


def test_who_was_granted_an_extension_is_not_called_late_once_marked(start) -> None:
    town = start()
    town.release(due=datetime.now(UTC) - timedelta(days=2))
    town.campus.preferences.set_language("rosa", "en")
    receipt = town.hand_in("carol")
    for late in (True, False):
        town.mark(receipt, late=late)
        assert (">Late<" in town.get("carol").text) is late
        assert (">Late<" in town.get("rosa").text) is late
    town.hand_in("carol")
    assert ">Late<" in town.get("carol").text


def test_what_was_handed_in_shows_its_receipt(town) -> None:
    receipt = town.hand_in("carol")
    page = town.get("carol").text
    assert receipt.id in page
    assert receipt.sha256 in page
    assert receipt.time.isoformat() in page


def test_released_marks_and_feedback_are_shown(town) -> None:
    town.mark(town.hand_in("carol"))
    home = town.get("carol").text
    assert "<strong>18.5</strong> of 25 points" in home
    page = town.get("carol", "feedback/human-security/children/").text
    assert "Right: the Procuraduría decides." in page
    assert "<strong>3.5</strong> of 5 points" in page
    assert f"{PREFIX}feedback/human-security/children/assignment.html" in page


def test_a_mark_that_can_still_rise_says_so_to_the_learner_and_to_the_instructor(town) -> None:
    item = {"id": "monday-plan", "title": "Your plan", "kind": "text", "message": ""}
    waiting = item | {"points": 0, "max_points": 5, "outcome": "waiting"}
    receipt = town.hand_in("carol")
    town.campus.preferences.set_language("rosa", "en")
    sentence = "Your instructor still marks part of this"

    def seen() -> list[str]:
        feedback = town.get("carol", "feedback/human-security/children/").text
        return [town.get("carol").text, feedback, town.get("rosa").text]

    town.mark(receipt, items=[waiting])
    home, feedback, desk = seen()
    assert sentence in home
    assert sentence in feedback
    assert "Still to mark: 1" in desk
    assert "Submissions waiting for your marks: 1." in desk
    town.mark(receipt, items=[waiting | {"points": 4, "outcome": "marked"}])
    home, feedback, desk = seen()
    assert sentence not in home + feedback
    assert "Still to mark" not in desk
    assert "Nothing waits for your marks." in desk


def test_everybody_finds_where_to_choose_a_password_of_their_own(town) -> None:
    for name in ("carol", "rosa"):
        assert 'href="/hub/change-password"' in town.get(name).text


def test_marks_of_an_earlier_submission_are_not_passed_off_as_the_last(town) -> None:
    town.mark(town.hand_in("carol"))
    town.hand_in("carol")
    assert "You handed in again after this mark." in town.get("carol").text
    town.campus.preferences.set_language("rosa", "en")
    assert "Handed in again" in town.get("rosa").text


def test_an_instructor_sees_who_handed_in_and_who_has_not(town) -> None:
    town.mark(town.hand_in("ana"))
    town.hand_in("carol")
    town.campus.preferences.set_language("rosa", "en")
    page = town.get("rosa").text
    table, missing = page.split("Not handed in yet")
    assert "Ana Lucía Tzul" in table
    assert "Carol Joseph" in table
    assert "Feedback released" in table
    assert "Waiting for you" in table
    assert "2 of 4" in table
    assert "Beto Hernández" in missing
    assert "Ana Lucía Tzul" not in missing


def test_an_instructor_is_told_how_to_release_until_it_is_done(start) -> None:
    town = start()
    assert "nbgrader release_assignment children" in town.get("rosa").text
    town.release()
    page = town.get("rosa").text
    assert "nbgrader release_assignment children" not in page
    assert "nbgrader collect children" in page


def test_the_formgrader_opens_in_a_tab_of_its_own(town) -> None:
    link = re.search(r'<a[^>]*href="/hub/user-redirect/formgrader"[^>]*>', town.get("rosa").text)
    assert link
    assert 'target="_blank"' in link[0]
    assert 'rel="noopener"' in link[0]


def test_whoever_never_signed_in_is_missed_and_whoever_was_removed_is_not(town) -> None:
    town.campus.preferences.set_language("rosa", "en")
    registry = json.loads(town.settings.people.read_text(encoding="utf-8"))
    registry["people"]["dora"] = {"name": "Dora Xol", "courses": {"human-security": "learner"}}
    del registry["people"]["beto"]
    town.settings.people.write_text(json.dumps(registry), encoding="utf-8")
    missing = town.get("rosa").text.split("Not handed in yet")[1]
    assert "Dora Xol" in missing
    assert "beto" not in missing


def test_names_with_an_accent_stand_where_the_alphabet_has_them(town) -> None:
    registry = json.loads(town.settings.people.read_text(encoding="utf-8"))
    registry["people"]["alva"] = {"name": "Álvaro Xol", "courses": {"human-security": "learner"}}
    town.settings.people.write_text(json.dumps(registry), encoding="utf-8")
    page = town.get("rosa").text
    assert page.index("Álvaro Xol") < page.index("Beto Hernández")


def test_an_instructor_sees_submissions_even_without_a_registry(start) -> None:
    town = start()
    town.settings.people.unlink()
    town.release()
    receipt = town.hand_in("ana")
    page = town.get("rosa", **{"Accept-Language": "en"}).text
    assert receipt.id in page
    assert "The list of learners cannot be read" in page


def test_an_analyst_is_led_to_jupyterlab(town) -> None:
    page = town.get("ines").text
    assert 'href="/hub/user-redirect/lab"' in page
    assert "The folder <code>analysts</code> holds the explorer" in page
    assert "Submissions" not in page


def test_every_page_says_when_isolation_is_off(start) -> None:
    demonstration, isolated = start(demonstration=True), start()
    for path in ("", "nowhere"):
        assert "Demonstration: isolation is off." in demonstration.get("carol", path).text
        assert "Demonstration: isolation is off." not in isolated.get("carol", path).text


def test_pages_come_in_the_language_of_the_registry(town) -> None:
    spanish, english = town.get("beto"), town.get("carol")
    assert '<html lang="es"' in spanish.text
    assert "Hola, Beto Hernández" in spanish.text
    assert "Sin entregar todavía" in spanish.text
    assert "Niñas, niños y adolescentes migrantes" in spanish.text
    assert "dentro de 6 días" in spanish.text
    assert spanish.headers["Content-Language"] == "es"
    assert '<html lang="en"' in english.text


def test_a_choice_of_language_holds_for_the_next_visit(town) -> None:
    with town.client("beto") as client:
        page = client.get(PREFIX).text
        token = re.search(r'name="_xsrf" value="([^"]+)"', page)[1]
        answer = client.post(
            f"{PREFIX}language", data={"_xsrf": token, "language": "en", "next": PREFIX}
        )
    assert answer.status_code == 303
    assert "Hello, Beto Hernández" in town.get("beto").text
    assert "Hola, Ana Lucía Tzul" in town.get("ana").text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/services/campus/../../user/x", ""]
)
def test_a_choice_of_language_leads_nowhere_else(town, elsewhere) -> None:
    with town.client("beto") as client:
        token = re.search(r'name="_xsrf" value="([^"]+)"', client.get(PREFIX).text)[1]
        answer = client.post(
            f"{PREFIX}language", data={"_xsrf": token, "language": "en", "next": elsewhere}
        )
    assert answer.headers["Location"] == PREFIX


def test_times_are_in_the_readers_own_zone(start) -> None:
    town = start()
    town.release(due=datetime(2026, 12, 1, 5, 59, tzinfo=UTC))
    at_home = town.get("carol").text
    assert "Monday, November 30, 2026, 11:59 PM" in at_home.replace("\u202f", " ")
    with town.client("carol") as client:
        client.cookies.set("campus-zone", "America%2FTijuana")
        page = client.get(PREFIX).text
    assert "Monday, November 30, 2026, 9:59 PM" in page.replace("\u202f", " ")
    with town.client("carol") as client:
        client.cookies.set("campus-zone", "../../etc/passwd")
        assert client.get(PREFIX).text.count("11:59") == at_home.count("11:59") > 0


@pytest.mark.parametrize(
    ("name", "language", "sentence"),
    [("carol", "en", "This page does not exist"), ("beto", "es", "Esta página no existe")],
)
def test_a_page_that_is_not_there_says_what_to_do(town, name, language, sentence) -> None:
    answer = town.get(name, "nowhere")
    assert answer.status_code == 404
    assert sentence in answer.text
    assert f'<html lang="{language}"' in answer.text


def test_whoever_has_not_signed_in_gets_errors_in_the_browsers_language(town) -> None:
    answer = town.get(None, "nowhere", **{"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"})
    assert "Esta página no existe" in answer.text


def test_a_damaged_registry_costs_names_and_not_the_page(town) -> None:
    town.settings.people.write_text("{", encoding="utf-8")
    answer = town.get("carol", **{"Accept-Language": "en"})
    assert answer.status_code == 200
    assert "Hello, carol" in answer.text


def test_feedback_that_cannot_be_read_does_not_take_the_page_away(town) -> None:
    receipt = town.hand_in("carol")
    town.mark(receipt)
    marks = town.store.feedback(receipt).folder / "marks.json"
    marks.chmod(0o600)
    marks.write_text("{}", encoding="utf-8")
    answer = town.get("carol")
    assert answer.status_code == 200
    assert receipt.id in answer.text


def test_damaged_preferences_cost_the_choice_and_not_the_page(town) -> None:
    town.campus.preferences.set_language("beto", "en")
    town.campus.preferences.path.write_bytes(b"no database")
    answer = town.get("beto")
    assert answer.status_code == 200
    assert "Hola, Beto Hernández" in answer.text


@pytest.mark.parametrize(
    ("used", "words"),
    [
        (0.89, None),
        (0.9, "Your files take 90 % of your room."),
        (0.999, "Your files take 99 % of your room."),
        (1.2, "Your files fill all of your room."),
    ],
)
def test_who_has_little_room_left_is_told_and_led_to_their_files(start, used, words) -> None:
    town = start()
    town.settings.people.with_name("room.json").write_text(json.dumps({"carol": used, "ana": 1}))
    page = town.get("carol").text
    assert ("/hub/user-redirect/tree" in page) is (words is not None)
    assert words is None or words in page
    assert "of your room" not in town.get("beto").text


@pytest.mark.parametrize("content", ["", "[]", '{"carol": "much"}', '{"carol": null}'])
def test_a_measure_that_cannot_be_read_costs_nobody_their_page(start, content) -> None:
    town = start()
    town.settings.people.with_name("room.json").write_text(content)
    assert "Hello, Carol Joseph" in town.get("carol").text
