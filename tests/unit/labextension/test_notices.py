"""What a workspace tells its person of their limits, and the saves that it refuses."""

import json
from types import SimpleNamespace

import pytest
from tornado.web import HTTPError

from travesia.labextension import notices
from travesia.language import available_languages, translator

_ = translator("en")


@pytest.fixture
def told(tmp_path, monkeypatch):
    """Leaves a notice, as the hub does."""
    monkeypatch.setenv(notices.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setenv("TRAVESIA_LANGUAGE", "en")

    def tell(name: str, **content) -> None:
        (tmp_path / f"{name}.json").write_text(json.dumps(content))

    return tell


def room(used: int, files: int = 1) -> dict[str, int]:
    return {"used": used, "allowed": 1_000_000_000, "files": files, "allowed_files": 1000}


@pytest.mark.parametrize(
    ("measured", "sentence"),
    [
        (room(899_000_000), None),
        (room(900_000_000), "Your files take 900 MB of your 1 GB."),
        (room(1_100_000_000), "Your room is full: your files take 1.1 GB and may take 1 GB."),
        (room(1, files=950), "You have 950 files and may have 1000."),
    ],
)
def test_a_person_is_told_from_nine_tenths_of_their_room_on(told, measured, sentence):
    told("room", **measured)
    found = notices.room_sentence(_)
    assert found is None if sentence is None else found.startswith(sentence)


def test_without_a_hub_there_is_nothing_to_tell(monkeypatch):
    monkeypatch.delenv(notices.FOLDER_VARIABLE, raising=False)
    assert notices.room_sentence(_) is None
    assert notices.ended_sentence(_) is None


@pytest.mark.parametrize("content", ["", "{", "[]", "{}"])
def test_a_notice_that_cannot_be_read_stops_nothing(told, tmp_path, content):
    (tmp_path / "ended.json").write_text(content)
    assert notices.ended_sentence(_) is None


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("memory", "2 GB of memory"),
        ("room", "1 GB of room"),
        ("disk", "disk"),
        ("terminals", "very many terminals"),
    ],
)
@pytest.mark.parametrize("language", available_languages())
def test_why_a_program_was_ended_is_told_in_the_persons_language(told, kind, words, language):
    told("ended", kind=kind, at="2026-11-23T15:00:00+00:00", memory=2 * 10**9, home=10**9)
    found = notices.ended_sentence(translator(language))
    assert found["at"] == "2026-11-23T15:00:00+00:00"
    assert language != "en" or words in found["sentence"]


def save(folder, name: str, content, **more) -> None:
    model = {"type": "file", "format": "text", "content": content} | more
    notices.refuse_growth(model, f"/{name}", SimpleNamespace(root_dir=str(folder)))


def test_a_file_that_would_not_fit_is_refused_with_a_sentence(told, tmp_path):
    told("room", **room(950_000_000))
    with pytest.raises(HTTPError, match="There is no room for this") as refused:
        save(tmp_path, "large.txt", "x" * 60_000_000)
    assert refused.value.status_code == 507
    save(tmp_path, "smaller.txt", "x" * 40_000_000)
    told("room", **room(100_000_000))
    save(tmp_path, "large.txt", "x" * 60_000_000)


def test_what_is_typed_into_a_page_is_saved_even_where_the_room_is_full(told, tmp_path):
    told("room", **room(1_050_000_000))
    save(tmp_path, "page.ipynb", {"cells": ["x" * 900_000]}, type="notebook", format="json")


def test_a_file_that_gets_no_larger_is_saved(told, tmp_path):
    told("room", **room(1_050_000_000))
    (tmp_path / "kept.txt").write_text("x" * 9_000_000)
    save(tmp_path, "kept.txt", "y" * 9_000_000)
    with pytest.raises(HTTPError):
        save(tmp_path, "kept.txt", "y" * 12_000_000)
    assert (tmp_path / "kept.txt").read_text() == "x" * 9_000_000


def test_an_upload_is_counted_as_what_it_will_be(told, tmp_path):
    told("room", **room(997_000_000))
    save(tmp_path, "picture.png", "A" * 3_800_000, format="base64")
    with pytest.raises(HTTPError):
        save(tmp_path, "picture.png", "A" * 4_200_000, format="base64")


def test_a_folder_can_always_be_made(told, tmp_path):
    told("room", **room(1_050_000_000))
    save(tmp_path, "folder", None, type="directory")
