"""The registry of people and their passwords."""

import json
import stat
from pathlib import Path

import bcrypt
import pytest
from nativeauthenticator.orm import UserInfo

from travesia.hub import folders, passwords
from travesia.hub.people import People, PeopleError, Roll, new_password
from travesia.hub.settings import FIRST_PERSON_UID, HubSettings


@pytest.fixture
def people(tmp_path):
    return People(tmp_path / "people" / "people.json")


@pytest.fixture
def settings(tmp_path):
    return HubSettings(checkout=tmp_path, data=tmp_path / "data", course_files=tmp_path / "data")


def test_a_person_who_is_added_is_found_again(people):
    people.add("ana", name="Ana Culej", language="es")
    found = People(people.path).get("ana")
    assert (found.name, found.language, found.kind) == ("Ana Culej", "es", "learner")


def test_each_person_has_a_number_of_their_own(people):
    numbers = [people.add(name, name=name, language="es").uid for name in ("ana", "beto")]
    assert numbers == [FIRST_PERSON_UID, FIRST_PERSON_UID + 1]


def test_a_removed_persons_number_is_not_given_again(people):
    people.add("ana", name="Ana", language="es")
    people.remove("ana")
    assert people.add("anabel", name="Another Ana", language="es").uid == FIRST_PERSON_UID + 1


def test_a_removed_persons_name_is_not_given_again(people):
    people.add("ana", name="Ana", language="es")
    people.remove("ana")
    with pytest.raises(PeopleError, match="what they handed in is kept under that name"):
        people.add("ana", name="Another Ana", language="es")


@pytest.mark.parametrize(
    "name", ["", "Ana", "1ana", "ana+beto", "../ana", "ana/..", "root", "a" * 32]
)
def test_a_name_that_could_mislead_a_path_or_a_form_is_refused(people, name):
    with pytest.raises(PeopleError, match="can't be a user name"):
        people.add(name, name="x", language="es")


@pytest.mark.parametrize(
    ("written", "shown"),
    [("Ana\nCulej\t Tzul ", "Ana Culej Tzul"), ("  ", "ana"), ("Á" * 60, "Á" * 60)],
)
def test_what_others_see_of_somebody_stands_in_one_line(people, written, shown):
    assert people.add("ana", name=written, language="es").name == shown


@pytest.mark.parametrize("written", ["A" * 101, "Ana\x1b[31m", "Ana\u202e"])
def test_a_name_that_a_page_or_a_list_could_not_show_is_refused(people, written):
    with pytest.raises(PeopleError, match="can't be what others see of 'ana'"):
        people.add("ana", name=written, language="es")


def test_a_name_that_is_taken_is_refused(people):
    people.add("ana", name="Ana", language="es")
    with pytest.raises(PeopleError, match="There is a person 'ana' already"):
        people.add("ana", name="Ana", language="es")


def test_groups_follow_the_enrolment(people):
    people.add("ana", name="Ana", language="es")
    assert people.get("ana").groups == []
    assert people.enrol("ana", "human-security", "learner").groups == ["nbgrader-human-security"]


def test_who_instructs_a_course_becomes_an_instructor(people):
    people.add("rosa", name="Rosa", language="es")
    enrolled = people.enrol("rosa", "human-security", "instructor")
    assert (enrolled.kind, enrolled.groups) == ("instructor", ["formgrade-human-security"])


@pytest.mark.parametrize(
    ("first", "afterwards"),
    [("learner", "learner"), ("analyst", "analyst"), ("instructor", "learner")],
)
def test_who_no_longer_instructs_is_no_instructor(people, first, afterwards):
    number = people.add("rosa", name="Rosa", language="es", kind=first).uid
    people.enrol("rosa", "human-security", "instructor")
    enrolled = people.enrol("rosa", "human-security", "learner")
    assert (enrolled.kind, enrolled.gid) == (afterwards, number)
    assert people.get("rosa").kind == afterwards


def test_who_still_instructs_another_course_stays_an_instructor(people):
    people.add("rosa", name="Rosa", language="es")
    for course in ("human-security", "another"):
        people.enrol("rosa", course, "instructor")
    assert people.enrol("rosa", "another", "learner").kind == "instructor"
    assert people.enrol("rosa", "human-security", "learner").kind == "learner"


def test_a_registry_of_an_earlier_version_is_read(people):
    people.add("rosa", name="Rosa", language="es")
    people.enrol("rosa", "human-security", "instructor")
    people.path.write_text(people.path.read_text().replace(',\n   "before": "learner"', ""))
    assert people.get("rosa").before == ""
    assert people.enrol("rosa", "human-security", "learner").kind == "learner"


def test_enrolling_nobody_says_how_to_add_them(people):
    with pytest.raises(PeopleError, match="Nobody is called 'ana': add them first"):
        people.enrol("ana", "human-security", "learner")


def test_a_damaged_registry_is_named_and_left_as_it_is(people):
    people.path.parent.mkdir()
    people.path.write_text("{")
    with pytest.raises(PeopleError, match=str(people.path)):
        people.add("ana", name="Ana", language="es")
    assert people.path.read_text() == "{"


def test_a_change_that_fails_leaves_the_registry_as_it_was(people):
    people.add("ana", name="Ana", language="es")
    before = people.path.read_text()
    with pytest.raises(PeopleError):
        people.remove("beto")
    assert people.path.read_text() == before


def test_the_registry_holds_no_secret(people, settings):
    people.add("ana", name="Ana", language="es")
    passwords.set_password(settings, "ana", "correct-horse")
    entry = json.loads(people.path.read_text())["people"]["ana"]
    assert set(entry) == {"name", "language", "kind", "uid", "courses", "demo", "before"}


def test_passwords_differ_and_are_long_enough():
    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(password.replace("-", "")) == 16 for password in made)


def test_a_password_is_stored_hashed_and_readable_by_the_hub_alone(settings):
    passwords.set_password(settings, "ana", "correct-horse")
    assert b"correct-horse" not in settings.database.read_bytes()
    assert stat.S_IMODE(settings.database.stat().st_mode) == 0o600


def test_a_new_password_replaces_the_old_one(settings):
    for password in ("first-password", "second-password"):
        passwords.set_password(settings, "ana", password)
    with passwords._session(settings) as session:
        stored = UserInfo.find(session, "ana").password
    assert bcrypt.checkpw(b"second-password", stored)
    assert not bcrypt.checkpw(b"first-password", stored)


def test_a_forgotten_person_has_no_password(settings):
    passwords.set_password(settings, "ana", "correct-horse")
    passwords.forget(settings, "ana")
    with passwords._session(settings) as session:
        assert UserInfo.find(session, "ana") is None


def test_a_removed_persons_home_is_kept(people, settings):
    ana = people.add("ana", name="Ana", language="es")
    (folders.home(settings, ana) / "answers.json").write_text("{}")
    kept = folders.keep_aside(settings, ana)
    assert Path(kept, "answers.json").read_text() == "{}"
    assert not (settings.homes / "ana").exists()


def test_who_is_in_the_registry_is_known_as_it_changes_and_not_guessed(people):
    roll = Roll()
    assert roll.names(people.path) is None
    people.add("ana", name="Ana", language="es")
    people.add("beto", name="Beto", language="es")
    assert roll.names(people.path) == {"ana", "beto"}
    people.remove("ana")
    assert roll.names(people.path) == {"beto"}
    people.path.write_text("{")
    assert roll.names(people.path) is None
