"""Who gets at what on the campus; each attack has its two controls."""

import html
import re

import pytest

from travesia.campus import handlers, permissions
from travesia.campus.records import Record

PREFIX = "/services/campus/"
FEEDBACK = "feedback/human-security/children/"
HOSTILE_PARTS = ["<script>alert(1)", "<img src=x"]


def token_of(page: str) -> str:
    return re.search(r'name="_xsrf" value="([^"]+)"', page)[1]


# Another's feedback


@pytest.mark.parametrize("path", [FEEDBACK, f"{FEEDBACK}assignment.html"])
def test_anothers_feedback_is_not_there(town, path) -> None:
    town.mark(town.hand_in("ana"), page=b"Ana's answers")
    assert town.get("carol", path).status_code == 404


@pytest.mark.parametrize("path", [FEEDBACK, f"{FEEDBACK}assignment.html"])
def test_control_ones_own_feedback_is_there(town, path) -> None:
    town.mark(town.hand_in("ana"), page=b"Ana's answers")
    assert town.get("ana", path).status_code == 200


@pytest.mark.parametrize("path", [FEEDBACK, f"{FEEDBACK}assignment.html"])
def test_control_without_asking_whose_it_is_anothers_feedback_shows(
    town, path, monkeypatch
) -> None:
    town.mark(town.hand_in("ana"), page=b"Ana's answers")
    submissions = town.store.submissions

    def of_everybody(course, *, assignment, student):
        return submissions(course, assignment=assignment)

    monkeypatch.setattr(town.store, "submissions", of_everybody)
    assert town.get("carol", path).status_code == 200


def escape_to(receipt) -> str:
    return f"{FEEDBACK}..%2F{receipt.id}%2Fassignment.html"


def test_a_path_out_of_ones_own_feedback_leads_nowhere(town) -> None:
    town.mark(town.hand_in("carol"))
    anas = town.hand_in("ana")
    town.mark(anas, page=b"Ana's answers")
    answer = town.get("carol", escape_to(anas))
    assert answer.status_code == 404
    assert "Ana's answers" not in answer.text


def test_control_the_name_of_ones_own_page_leads_to_it(town) -> None:
    town.mark(town.hand_in("carol"), page=b"Carol's answers")
    assert town.get("carol", f"{FEEDBACK}assignment.html").text == "Carol's answers"


def test_control_with_any_name_taken_the_path_leads_to_another(town, monkeypatch) -> None:
    town.mark(town.hand_in("carol"))
    anas = town.hand_in("ana")
    town.mark(anas, page=b"Ana's answers")
    monkeypatch.setattr(
        Record, "page", lambda record, name: (record.released[1].folder / name).read_bytes()
    )
    assert town.get("carol", escape_to(anas)).text == "Ana's answers"


def test_the_instructors_desk_is_not_shown_to_learners(town) -> None:
    receipt = town.hand_in("ana")
    assert receipt.id not in town.get("carol").text
    assert receipt.id in town.get("rosa").text


# What changes something


def test_a_choice_without_the_pages_token_is_refused(town) -> None:
    with town.client("beto") as client:
        client.get(PREFIX)
        answer = client.post(f"{PREFIX}language", data={"language": "en"})
    assert answer.status_code == 403
    assert town.campus.preferences.language("beto") is None


def test_a_choice_with_anothers_token_is_refused(town) -> None:
    anas = token_of(town.get("ana").text)
    with town.client("beto") as client:
        client.get(PREFIX)
        answer = client.post(f"{PREFIX}language", data={"language": "en", "_xsrf": anas})
    assert answer.status_code == 403
    assert town.campus.preferences.language("beto") is None


def test_control_a_choice_with_the_pages_token_is_kept(town) -> None:
    with town.client("beto") as client:
        token = token_of(client.get(PREFIX).text)
        answer = client.post(f"{PREFIX}language", data={"language": "en", "_xsrf": token})
    assert answer.status_code == 303
    assert town.campus.preferences.language("beto") == "en"


def test_control_without_the_check_a_forged_choice_is_kept(town, monkeypatch) -> None:
    monkeypatch.setattr(handlers.LanguageHandler, "check_xsrf_cookie", lambda _self: None)
    with town.client("beto") as client:
        client.post(f"{PREFIX}language", data={"language": "en"})
    assert town.campus.preferences.language("beto") == "en"


def test_nothing_is_changed_by_following_a_link(town) -> None:
    answer = town.get("beto", "language?language=en")
    assert answer.status_code == 405
    assert town.campus.preferences.language("beto") is None


def test_only_a_language_that_is_served_is_kept(town) -> None:
    with town.client("beto") as client:
        token = token_of(client.get(PREFIX).text)
        answer = client.post(f"{PREFIX}language", data={"language": "../x", "_xsrf": token})
    assert answer.status_code == 400
    assert town.campus.preferences.language("beto") is None


# Names from outside


@pytest.mark.parametrize("name", ["mal", "rosa"])
def test_a_hostile_name_is_only_text(town, name) -> None:
    page = town.get(name).text
    for part in HOSTILE_PARTS:
        assert part not in page
        assert html.escape(part) in page


def test_control_without_escaping_a_hostile_name_is_markup(town, monkeypatch) -> None:
    monkeypatch.setattr(town.campus.pages._environment, "autoescape", False)
    assert HOSTILE_PARTS[0] in town.get("mal").text


def test_a_hostile_comment_is_only_text(town) -> None:
    item = {"id": "i", "title": HOSTILE_PARTS[0], "kind": "text", "points": 0, "max_points": 1,
            "outcome": "o", "message": HOSTILE_PARTS[1]}  # fmt: skip
    town.mark(town.hand_in("carol"), items=[item])
    page = town.get("carol", FEEDBACK).text
    for part in HOSTILE_PARTS:
        assert part not in page
        assert html.escape(part) in page


# Who asks


@pytest.mark.parametrize("path", ["", FEEDBACK, f"{FEEDBACK}assignment.html"])
def test_whoever_has_not_signed_in_is_sent_to_sign_in(town, path) -> None:
    answer = town.get(None, path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/hub/api/oauth2/authorize?")


def test_a_cookie_that_the_campus_did_not_sign_is_worth_nothing(town) -> None:
    with town.client() as client:
        client.cookies.set(town.settings.client_id, "token-of-rosa")
        assert client.get(PREFIX).status_code == 302


def test_whoever_the_hub_does_not_let_in_is_refused(town) -> None:
    town.hub.settings["closed"] = True
    answer = town.get("ines")
    assert answer.status_code == 403
    assert "This page is not open to you" in answer.text


def test_membership_is_the_hubs_to_say_and_not_the_registrys(town) -> None:
    people = town.settings.people
    people.write_text(people.read_text().replace('"analyst"', '"instructor"'), encoding="utf-8")
    receipt = town.hand_in("ana")
    assert receipt.id not in town.get("ines").text


# What a browser may do with an answer


@pytest.mark.parametrize(
    "path", ["", FEEDBACK, "nowhere", "static/campus.css", "static/tokens.css"]
)
def test_every_answer_carries_its_policy(town, path) -> None:
    town.mark(town.hand_in("carol"))
    headers = town.get("carol", path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "Server" not in headers


@pytest.mark.parametrize("path", ["", FEEDBACK, "nowhere"])
def test_pages_run_no_script_but_the_campuss_own_and_are_framed_by_nobody(town, path) -> None:
    town.mark(town.hand_in("carol"))
    answer = town.get("carol", path)
    assert answer.headers["Permissions-Policy"] == permissions.NOTHING
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", answer.text)


def test_feedback_is_shown_as_a_dead_page(town) -> None:
    town.mark(town.hand_in("carol"))
    policy = town.get("carol", f"{FEEDBACK}assignment.html").headers["Content-Security-Policy"]
    directives = {part.strip().split(" ")[0]: part.strip() for part in policy.split(";")}
    assert directives["sandbox"] == "sandbox"
    assert directives["default-src"] == "default-src 'none'"
    assert "script-src" not in directives


def test_marks_as_data_are_no_page(town) -> None:
    town.mark(town.hand_in("carol"))
    assert town.get("carol", f"{FEEDBACK}marks.json").status_code == 404


def test_static_files_end_at_their_folder(town) -> None:
    assert town.get(None, "static/campus.css").status_code == 200
    assert town.get(None, "static/..%2Fsettings.py").status_code in {403, 404}


def test_the_exchange_takes_no_cookie_for_a_token(town) -> None:
    assert town.get("carol", "api/me").status_code == 401
    answer = town.get(None, "api/me", Authorization="token token-of-carol")
    assert answer.json()["name"] == "carol"


def test_the_campus_writes_its_choices_in_its_own_folder_alone(town, tmp_path) -> None:
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    with town.client("beto") as client:
        token = token_of(client.get(PREFIX).text)
        client.post(f"{PREFIX}language", data={"language": "en", "_xsrf": token})
    after = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert after - before == {town.settings.data / "campus.sqlite"}
