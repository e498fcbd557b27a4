"""What the exchange takes in: no more than a person may hand in, nothing on a full disk."""

import os
from types import SimpleNamespace

import pytest

from travesia.exchange.archive import Limits, files_of, packed
from travesia.exchange.errors import Refusal
from travesia.exchange.room import Filled, Room
from travesia.exchange.store import Store
from travesia.language import available_languages, translator

COURSE, ASSIGNMENT = "human-security", "children"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "work"
    made.mkdir()
    (made / "assignment.ipynb").write_text("{}")
    (made / "data.bin").write_bytes(os.urandom(400_000))
    return made


@pytest.fixture
def store(tmp_path, folder):
    made = Store(tmp_path / "exchange", room=Room(person=1_000_000))
    made.publish_folder(COURSE, ASSIGNMENT, folder, title={}, due=None, by="rosa")
    return made


def hand_in(store: Store, folder, student: str):
    upload = store.receive(COURSE)
    try:
        for chunk in packed(files_of(folder)):
            upload.write(chunk)
        return store.submit(COURSE, ASSIGNMENT, student, upload, language="en"), upload
    finally:
        upload.discard()


def test_more_than_a_person_may_hand_in_is_refused_and_the_earlier_kept(store, folder):
    first, _upload = hand_in(store, folder, "ana")
    second, _upload = hand_in(store, folder, "ana")
    with pytest.raises(Refusal, match="may take 1 MB") as refused:
        hand_in(store, folder, "ana")
    assert (refused.value.status, refused.value.code) == (413, "person_full")
    kept = store.submissions(COURSE, student="ana")
    assert kept == [first, second]
    assert (store.submission_folder(second) / "data.bin").stat().st_size == 400_000
    # A classmate has room of their own.
    hand_in(store, folder, "beto")
    # It is this limit that refused it.
    store.room = Room(person=10_000_000)
    hand_in(store, folder, "ana")


def test_nothing_new_is_taken_while_the_disk_is_nearly_full(store, folder):
    receipt, _upload = hand_in(store, folder, "ana")
    free = os.statvfs(store.root).f_bavail * os.statvfs(store.root).f_frsize
    store.room = Room(reserve=2 * free)
    with pytest.raises(Refusal, match="nearly full") as refused:
        hand_in(store, folder, "ana")
    assert (refused.value.status, refused.value.code) == (507, "no_room")
    with pytest.raises(Refusal, match="nearly full"):
        store.publish_folder(COURSE, "other", folder, title={}, due=None, by="rosa")
    assert store.submissions(COURSE) == [receipt]
    assert [each.assignment for each in store.releases(COURSE)] == [ASSIGNMENT]
    store.room = Room()
    hand_in(store, folder, "ana")


def test_how_full_a_submission_has_made_things_is_measured(store, folder):
    _receipt, upload = hand_in(store, folder, "ana")
    filled = store.filled(COURSE, "ana", upload)
    assert 400_000 < filled.upload < 410_000
    assert 400_000 < filled.person < 450_000


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        (Filled(upload=89, person=899), None),
        (Filled(upload=90, person=899), "90 B of at most 100 B"),
        (Filled(upload=10, person=900), "900 B of at most 1 kB"),
    ],
)
@pytest.mark.parametrize("language", available_languages())
def test_a_person_is_told_before_the_next_one_is_refused(filled, words, language):
    told = filled.notice(Limits(upload=100), Room(person=1000), translator(language))
    assert (told == "") is (words is None)
    if language == "en" and words:
        assert words in told


def test_the_disk_is_asked_where_the_folder_will_be(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "os.statvfs", lambda path: asked.append(path) or SimpleNamespace(f_bavail=1, f_frsize=1)
    )
    Room().check_disk(tmp_path / "not" / "yet")
    assert asked == [tmp_path]
