"""Lessons are copies in each home; an update never costs anybody their work."""

import json
from pathlib import Path
from typing import Any

import pytest

from travesia.labextension.copies import LessonCopies, LessonError


@pytest.fixture
def copies(course: Any, home: Path) -> LessonCopies:
    return LessonCopies(course.root, home, "en")


def title(notebook: Path) -> str:
    return str(json.loads(notebook.read_text("utf-8"))["cells"][0]["source"])


def edit(notebook: Path, text: str) -> None:
    content = json.loads(notebook.read_text("utf-8"))
    content["cells"][0]["source"] = text
    notebook.write_text(json.dumps(content), encoding="utf-8")


def run_and_save(notebook: Path) -> None:
    """What a browser does to a notebook without its learner changing anything."""
    content = json.loads(notebook.read_text("utf-8"))
    content["cells"][0]["source"] = content["cells"][0]["source"].splitlines(keepends=True)
    content["cells"][0]["metadata"]["editable"] = False
    content["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "drawn"}]
    content["cells"][1]["execution_count"] = 7
    notebook.write_text(json.dumps(content, indent=4), encoding="utf-8")


def test_a_lesson_is_put_into_the_home_with_its_practice_pack(
    copies: LessonCopies, home: Path
) -> None:
    notebook = copies.open("children")
    assert notebook == home / "lessons" / "children" / "lesson.ipynb"
    assert sorted(path.name for path in notebook.parent.iterdir()) == [
        "content.json",
        "lesson.ipynb",
    ]
    pack = json.loads((notebook.parent / "content.json").read_text("utf-8"))
    assert pack["form"] == "practice"
    assert pack["by_language"]["en"]["questions"]["who-decides"]["correct"] == ["ask"]


def test_a_lesson_is_put_in_the_person_s_language(course: Any, home: Path) -> None:
    notebook = LessonCopies(course.root, home, "es").open("children")
    assert title(notebook) == "# En la estación"


def test_another_language_reaches_a_lesson_that_was_left_untouched(course: Any, home: Path) -> None:
    LessonCopies(course.root, home, "es").open("children")
    assert title(LessonCopies(course.root, home, "en").open("children")) == "# At the station"


def test_an_update_replaces_what_was_only_run_and_saved(course: Any, copies: LessonCopies) -> None:
    notebook = copies.open("children")
    run_and_save(notebook)
    course.write(title="# At the bus station")
    assert copies.open("children") == notebook
    assert title(notebook) == "# At the bus station"
    assert not copies.newer(notebook)


def test_a_run_lesson_keeps_its_outputs_while_the_course_stays_the_same(
    copies: LessonCopies,
) -> None:
    notebook = copies.open("children")
    run_and_save(notebook)
    saved = notebook.read_bytes()
    copies.open("children")
    assert notebook.read_bytes() == saved


def test_an_update_keeps_what_the_learner_changed_and_says_that_there_is_something_newer(
    course: Any, copies: LessonCopies
) -> None:
    notebook = copies.open("children")
    edit(notebook, "# My own notes")
    assert not copies.newer(notebook)
    course.write(title="# At the bus station")
    assert copies.open("children") == notebook
    assert title(notebook) == "# My own notes"
    assert copies.newer(notebook)


def test_an_update_never_touches_answers(course: Any, copies: LessonCopies) -> None:
    answers = copies.open("children").with_name("answers.json")
    answers.write_text('{"schema": 1, "answers": {}}', encoding="utf-8")
    course.put("children/answers.json", '{"schema": 1, "answers": {"planted": 1}}')
    course.write(title="# At the bus station")
    copies.open("children")
    assert answers.read_text("utf-8") == '{"schema": 1, "answers": {}}'


def test_an_update_brings_new_questions_beside_a_changed_notebook(
    course: Any, copies: LessonCopies
) -> None:
    notebook = copies.open("children")
    edit(notebook, "# My own notes")
    course.write(prompt="Who has to decide?")
    copies.open("children")
    pack = json.loads(notebook.with_name("content.json").read_text("utf-8"))
    prompt = pack["by_language"]["en"]["questions"]["who-decides"]["prompt"]
    assert prompt == "Who has to decide?"


def test_a_fresh_copy_lies_beside_the_changed_one_and_is_opened_from_then_on(
    course: Any, copies: LessonCopies
) -> None:
    notebook = copies.open("children")
    edit(notebook, "# My own notes")
    course.write(title="# At the bus station")
    copies.open("children")
    fresh = copies.fresh_copy(notebook)
    assert fresh.name == "lesson-2.ipynb"
    assert title(fresh) == "# At the bus station"
    assert title(notebook) == "# My own notes"
    assert copies.open("children") == fresh
    assert not copies.newer(fresh)


def test_asking_twice_for_a_fresh_copy_gives_the_same_one(
    course: Any, copies: LessonCopies
) -> None:
    notebook = copies.open("children")
    edit(notebook, "# My own notes")
    course.write(title="# At the bus station")
    copies.open("children")
    fresh = copies.fresh_copy(notebook)
    edit(fresh, "# Notes here too")
    assert copies.fresh_copy(notebook) == fresh
    assert title(fresh) == "# Notes here too"


def test_a_notebook_that_was_there_before_is_the_learner_s_own(
    copies: LessonCopies, home: Path
) -> None:
    own = home / "lessons" / "children" / "lesson.ipynb"
    own.parent.mkdir(parents=True)
    own.write_text('{"cells": []}', encoding="utf-8")
    assert copies.open("children") == own
    assert own.read_text("utf-8") == '{"cells": []}'
    assert copies.newer(own)


def test_a_deleted_lesson_comes_back(copies: LessonCopies) -> None:
    notebook = copies.open("children")
    notebook.unlink()
    assert title(copies.open("children")) == "# At the station"


def test_a_damaged_ledger_is_set_aside_and_costs_no_work(
    course: Any, copies: LessonCopies, home: Path
) -> None:
    notebook = copies.open("children")
    edit(notebook, "# My own notes")
    (home / ".travesia" / "lessons.json").write_text("{not json", encoding="utf-8")
    course.write(title="# At the bus station")
    copies.open("children")
    assert title(notebook) == "# My own notes"
    assert (home / ".travesia" / "lessons.damaged-1.json").read_text("utf-8") == "{not json"


@pytest.mark.parametrize("module", ["nothing", "..", "../children", "locale", ".hidden", ""])
def test_only_lessons_of_the_course_are_put(copies: LessonCopies, home: Path, module: str) -> None:
    with pytest.raises(LessonError, match="has no lesson called"):
        copies.open(module)
    assert not (home / "lessons").exists()


def test_a_link_in_the_course_is_not_copied(course: Any, copies: LessonCopies) -> None:
    (course.root / "secret.txt").write_text("not for learners", encoding="utf-8")
    (course.root / "children" / "figures.txt").symlink_to(course.root / "secret.txt")
    folder = copies.open("children").parent
    assert not (folder / "figures.txt").exists()


def test_copies_are_not_written_through_a_link_that_leaves_the_home(
    copies: LessonCopies, home: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (home / "lessons").mkdir()
    (home / "lessons" / "children").symlink_to(outside)
    with pytest.raises(LessonError, match="leads out of your home"):
        copies.open("children")
    assert list(outside.iterdir()) == []


def test_a_notebook_elsewhere_is_no_lesson(copies: LessonCopies, home: Path) -> None:
    copies.open("children")
    other = home / "notes.ipynb"
    other.write_text("{}", encoding="utf-8")
    assert not copies.newer(other)
    with pytest.raises(LessonError, match="not a lesson"):
        copies.fresh_copy(other)
