"""A pack is everything a notebook asks, in every language, in one of two forms."""

import json
import stat
from pathlib import Path

import pytest

from travesia.course.document import ContentError
from travesia.course.pack import build_pack, read_pack, write_pack

CASE = """\
id: small
version: "1"
title: A small case
roles:
  official: {title: Official, briefing: You are at the desk.}
start: door
dimensions: {safety: 1, legal: 1}
points: 4
nodes:
  door:
    text: Somebody knocks.
    choices:
      - id: open
        text: Open the door
        next: end
        effects: {safety: 2}
        acceptable: true
        feedback: {person: She comes in., why: It rains., article: LM 8, say: Come in.}
      - id: wait
        text: Wait a while
        next: end
        effects: {safety: -1}
        feedback: {person: She leaves., why: Nobody came., article: LM 8, say: Sorry.}
  end:
    ending: {kind: good, title: The end, text: She is inside.}
"""
FACTS = """\
facts:
  - id: lm-8
    kind: law
    text: Urgent care is free.
    source: Ley de Migración, 8
    confidence: text
    as_of: 2026-08-01
    expires: 2026-12-01
"""


@pytest.fixture
def folder(content: Path) -> Path:
    (content / "children" / "small.case.yaml").write_text(CASE, encoding="utf-8")
    (content / "facts.yaml").write_text(FACTS, encoding="utf-8")
    return content / "children"


def test_a_pack_holds_every_language_of_the_catalogues(folder: Path) -> None:
    pack = build_pack(folder)
    assert (pack["schema"], pack["form"]) == (1, "practice")
    assert list(pack["by_language"]) == ["en", "es"]
    prompts = {
        language: content["questions"]["who-decides"]["prompt"]
        for language, content in pack["by_language"].items()
    }
    assert prompts == {"en": "Who decides?", "es": "¿Quién decide?"}


def test_ids_are_the_same_in_every_language(folder: Path) -> None:
    languages = build_pack(folder)["by_language"]
    for part in ("questions", "cases", "facts"):
        assert list(languages["en"][part]) == list(languages["es"][part]) != []


def test_a_practice_pack_carries_answers_and_feedback(folder: Path) -> None:
    text = json.dumps(build_pack(folder))
    for word in ("correct", "She comes in", "acceptable", "effects"):
        assert word in text


def test_a_graded_pack_carries_nothing_of_the_key(folder: Path) -> None:
    text = json.dumps(build_pack(folder, form="graded"))
    for word in (
        "correct", "12345", "tolerance", "rubric", "One concrete step", "feedback",
        "She comes in", "acceptable", "effects", "critical", "dimensions", '"good"',
    ):  # fmt: skip
        assert word not in text
    assert "Open the door" in text


def test_a_written_pack_is_read_back_by_anybody_who_reads_the_notebook(
    folder: Path, tmp_path: Path
) -> None:
    pack = build_pack(folder)
    write_pack(tmp_path / "content.json", pack)
    assert read_pack(tmp_path / "content.json") == pack
    assert stat.S_IMODE((tmp_path / "content.json").stat().st_mode) == 0o644
    assert not list(tmp_path.glob(".content-*"))


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": 9, "by_language": {}}', "\x00"])
def test_a_damaged_pack_is_one_sentence_with_a_remedy(tmp_path: Path, text: str) -> None:
    path = tmp_path / "content.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match="fetch the notebook's folder again"):
        read_pack(path)


def test_two_cases_with_one_id_are_refused(folder: Path) -> None:
    (folder / "other.case.yaml").write_text(CASE, encoding="utf-8")
    with pytest.raises(ContentError, match="another case here is called small"):
        build_pack(folder)


def test_a_folder_that_is_absent_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="nowhere is no folder"):
        build_pack(tmp_path / "nowhere")
