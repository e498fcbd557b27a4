"""The content check says what a program can see: each planted fault is found and named."""

import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from travesia.course import facts
from travesia.course.checks import check_course
from travesia.course.commands import check

CHECKOUT = Path(__file__).parents[3]
PARTS = ("notebooks", "source", "keys")
LESSON = Path("notebooks/children/lesson.ipynb")
ASSIGNMENT = Path("source/children/assignment.ipynb")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the course's content that a test may spoil."""
    for part in PARTS:
        shutil.copytree(
            CHECKOUT / part, tmp_path / part, ignore=shutil.ignore_patterns("*.mo", ".*")
        )
    shutil.copy(CHECKOUT / "course.yaml", tmp_path)
    return tmp_path


@pytest.fixture
def today() -> date:
    """A day on which no record of the course has expired."""
    records = facts.load_facts(CHECKOUT / "notebooks" / "facts.yaml")
    return min(fact.expires for fact in records.values())


@pytest.fixture
def found(checkout: Path, today: date) -> Callable[[], list[str]]:
    return lambda: check_course(checkout, today)


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def change_notebook(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook)
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1), encoding="utf-8")


def cell(notebook: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(each for each in notebook["cells"] if each["cell_type"] == kind)


def asking(notebook: dict[str, Any], item: str) -> dict[str, Any]:
    return next(each for each in notebook["cells"] if f'("{item}")' in "".join(each["source"]))


def graded(notebook: dict[str, Any]) -> dict[str, Any]:
    return next(
        each for each in notebook["cells"] if each["metadata"].get("nbgrader", {}).get("grade")
    )


def test_the_course_is_in_order(found: Callable[[], list[str]]) -> None:
    assert found() == []


def test_the_real_course_is_in_order() -> None:
    result = CliRunner().invoke(check, ["--root", str(CHECKOUT)])
    assert result.output == "The course's content is in order.\n"
    assert result.exit_code == 0


def test_a_missing_file_is_named(checkout: Path, found: Callable[[], list[str]]) -> None:
    (checkout / ASSIGNMENT).unlink()
    assert found() == [
        f"course.yaml, module children: {ASSIGNMENT} does not exist: write it.",
    ]


def test_an_expired_fact_is_named(checkout: Path, today: date) -> None:
    problems = check_course(checkout, today + timedelta(days=1))
    assert any("expired on" in problem for problem in problems)


def test_a_graded_case_that_is_released_in_a_lesson_is_named(
    checkout: Path, found: Callable[[], list[str]]
) -> None:
    shutil.copy(
        checkout / "keys" / "children" / "the-uncle.case.yaml", checkout / "notebooks" / "children"
    )
    assert any("the-uncle is released in a lesson" in problem for problem in found())


def test_a_refused_word_in_the_source_and_in_a_translation_is_named(
    checkout: Path, found: Callable[[], list[str]]
) -> None:
    questions = checkout / "notebooks" / "children" / "questions.yaml"
    content = yaml.safe_load(questions.read_text(encoding="utf-8"))
    old = content["questions"][0]["options"][0]["text"]
    content["questions"][0]["options"][0]["text"] = f"{old} The minor is heard."
    questions.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    catalogue = checkout / "notebooks" / "locale" / "es.po"
    spoil(catalogue, 'msgstr "', 'msgstr "Los menores. ')
    problems = found()
    assert any("“minor” is not written here" in problem for problem in problems)
    spoil(catalogue, 'msgid "Human security and migration"\nmsgstr "',
          'msgid "Human security and migration"\nmsgstr "Los menores ')  # fmt: skip
    assert any("“menores” is not written here" in problem for problem in found())


def test_a_lesson_that_reads_too_long_before_it_asks_is_named_in_each_language(
    checkout: Path, found: Callable[[], list[str]]
) -> None:
    def lengthen(notebook: dict[str, Any]) -> None:
        cell(notebook, "markdown")["source"] = "word " * 151

    change_notebook(checkout / LESSON, lengthen)
    problems = [problem for problem in found() if "words without anything to decide" in problem]
    assert [("(en)" in each, "(es)" in each) for each in problems] == [(True, False), (False, True)]


@pytest.mark.parametrize(
    ("path", "change", "sentence"),
    [
        (
            LESSON,
            lambda notebook: cell(notebook, "code").update(source='choice("nothing")'),
            "there is no choice called nothing",
        ),
        (
            LESSON,
            lambda notebook: notebook["cells"].remove(asking(notebook, "who-decides")),
            "who-decides beside it is not asked",
        ),
        (
            LESSON,
            lambda notebook: notebook["cells"].remove(asking(notebook, "two-at-the-station")),
            "two-at-the-station beside it is not asked",
        ),
        (
            LESSON,
            lambda notebook: cell(notebook, "code").update(execution_count=3),
            "strip them with nbstripout",
        ),
        (
            LESSON,
            lambda notebook: notebook["metadata"]["travesia"].update(module="childhood"),
            "its metadata name it childhood/lesson",
        ),
        (
            LESSON,
            lambda notebook: notebook["metadata"]["kernelspec"].update(name="python"),
            "its kernel is not python3",
        ),
        (
            ASSIGNMENT,
            lambda notebook: graded(notebook)["metadata"]["nbgrader"].update(points=99),
            "nbgrader's points differ",
        ),
        (
            ASSIGNMENT,
            lambda notebook: graded(notebook)["metadata"]["travesia"].update(item="other"),
            "metadata.travesia.item is not",
        ),
        (
            ASSIGNMENT,
            lambda notebook: notebook["cells"].remove(graded(notebook)),
            "of the keys is not asked",
        ),
        (
            ASSIGNMENT,
            lambda notebook: cell(notebook, "markdown")["metadata"].update(nbgrader={}),
            "prose that nbgrader locks is never translated",
        ),
    ],
)
def test_a_spoilt_notebook_is_named_with_its_cell(
    checkout: Path,
    found: Callable[[], list[str]],
    path: Path,
    change: Callable[[dict[str, Any]], None],
    sentence: str,
) -> None:
    change_notebook(checkout / path, change)
    assert any(sentence in problem and str(path) in problem for problem in found())


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("      points: 25", "      points: 24", "its items give 25 points, not 24"),
        ("    charts: [children-detected]", "    charts: []", "no chart called children-detected"),
        (
            "      - id: family-and-liberty",
            "      - id: liberty",
            "family-and-liberty is no outcome",
        ),
        ("languages: [en, es]", "languages: [en, es, ht]", "there is no catalogue for ht"),
        ("    cases: [two-at-the-station]", "    cases: [three]", "there is no case three"),
    ],
)
def test_a_manifest_that_does_not_fit_the_content_is_named(
    checkout: Path, found: Callable[[], list[str]], old: str, new: str, sentence: str
) -> None:
    spoil(checkout / "course.yaml", old, new)
    assert any(sentence in problem for problem in found())


@pytest.mark.parametrize("folder", ["children", "children-pool"])
def test_a_graded_question_on_what_is_never_tested_is_named(
    checkout: Path, found: Callable[[], list[str]], folder: str
) -> None:
    path = checkout / "keys" / folder / "questions.yaml"
    spoil(
        path, "    prompt: >-\n", "    prompt: >-\n      How many years of prison does it bring? "
    )
    assert any("“years of prison” looks like years of prison" in problem for problem in found())


def test_a_case_that_leads_nowhere_is_named_with_its_file(
    checkout: Path, found: Callable[[], list[str]]
) -> None:
    path = checkout / "keys" / "children" / "the-uncle.case.yaml"
    spoil(path, "        next: ", "        next: nowhere-")
    assert any("the-uncle.case.yaml" in problem and "nowhere-" in problem for problem in found())


def test_the_command_says_each_problem_and_fails(checkout: Path) -> None:
    (checkout / LESSON).write_text("not a notebook", encoding="utf-8")
    result = CliRunner().invoke(check, ["--root", str(checkout)])
    assert result.exit_code == 1
    assert "is not a notebook that can be read" in result.output
    assert "Traceback" not in result.output


def test_words_that_depend_on_their_meaning_are_listed_on_demand(checkout: Path) -> None:
    spoil(checkout / "course.yaml", "title: Human security", "title: Victims of human security")
    result = CliRunner().invoke(check, ["--root", str(checkout), "--reading"])
    assert result.exit_code == 0
    assert "course/title: “Victims” is for a person to read: recognised by who may?" in (
        result.output
    )


def test_a_final_test_is_mostly_situations(checkout: Path, found: Callable[[], list[str]]) -> None:
    pool = checkout / "keys" / "children-pool" / "questions.yaml"
    before, mark, after = pool.read_text(encoding="utf-8").partition("  - id: any-officer\n")
    pool.write_text(before + mark + after.replace("    vignette: true\n", "", 1), encoding="utf-8")
    (problem,) = found()
    assert problem.startswith("keys/children-pool/questions.yaml: 3 of the 5 questions")
    assert "children-final-2" in problem
    assert "any-officer" in problem
