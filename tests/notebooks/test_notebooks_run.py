"""The lesson and the assignment run from top to bottom, in every language, without an error."""

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from travesia.course.localise import (
    choose_language,
    embed_translations,
    localise_notebook,
)
from travesia.course.manifest import Manifest
from travesia.course.pack import (
    PACK_NAME,
    build_pack,
    items_of,
    load_folder_cases,
    load_folder_questions,
    write_pack,
)
from travesia.course.prose import calls
from travesia.course.source_notebook import read_notebook
from travesia.language import translations

Run = Callable[[Any, Path, str], Any]
LANGUAGES = ("en", "es")
VIEW = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def lesson_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lessons")


@pytest.fixture(scope="module")
def lesson(checkout: Path, lesson_folder: Path, language: str, run: Run) -> Any:
    """The lesson as it lies in a learner's home, executed."""
    source = checkout / "notebooks"
    folder = lesson_folder / language / "children"
    folder.mkdir(parents=True)
    write_pack(folder / PACK_NAME, build_pack(source / "children"))
    notebook = read_notebook(source / "children" / "lesson.ipynb")
    copied = localise_notebook(notebook, translations(language, source / "locale"))
    return run(copied, folder, language)


@pytest.fixture(scope="module")
def assignment(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory, language: str, run: Run
) -> Any:
    """The assignment as it is fetched from the release, executed."""
    keys = checkout / "keys"
    folder = tmp_path_factory.mktemp("children")
    write_pack(folder / PACK_NAME, build_pack(keys / "children", form="graded"))
    notebook = read_notebook(checkout / "source" / "children" / "assignment.ipynb")
    fetched = choose_language(embed_translations(notebook, keys / "locale"), language)
    return run(fetched, folder, language)


def faults(notebook: Any) -> list[str]:
    """What went wrong in the cells of an executed notebook."""
    return [
        f"{cell.id}: {output.get('evalue') or output.get('text')}"
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error" or output.get("name") == "stderr"
    ]


def words(text: str) -> str:
    """A text's words alone, so that markup makes no difference."""
    return " ".join(re.findall(r"\w+", html.unescape(re.sub(r"<[^>]*>", " ", text))))


def shown(notebook: Any) -> dict[str, str]:
    """The words that each cell shows, in views too."""
    states = notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    outputs: dict[str, str] = {}
    for cell in notebook.cells:
        data = [output.get("data", {}) for output in cell.get("outputs", [])]
        views = [states[each[VIEW]["model_id"]]["state"] for each in data if VIEW in each]
        pages = [each.get("text/html", "") for each in data]
        outputs[cell.id] = words(" ".join([*pages, *(str(view["view"]["html"]) for view in views)]))
    return outputs


def prompts(folder: Path, language: str) -> dict[str, list[str]]:
    """What each item may ask: its prompt, or the title of its case or of that case's substitute."""
    content = build_pack(folder)["by_language"][language]
    titles = {name: case["title"] for name, case in content["cases"].items()}
    cases = items_of(load_folder_cases(folder))
    return {
        **{name: [question["prompt"]] for name, question in content["questions"].items()},
        **{
            name: [titles[each] for each in (name, case.substitute) if each]
            for name, case in cases.items()
        },
    }


def missing(notebook: Any, expected: dict[str, list[str]]) -> list[str]:
    """The items of which nothing that they may ask stands in what their cell shows."""
    outputs = shown(notebook)
    asked = {call.item: outputs[call.cell] for call in calls(notebook)}
    return [
        item
        for item, texts in expected.items()
        if not any(words(text)[:40] in asked.get(item, "") for text in texts)
    ]


def test_the_lesson_runs_and_asks_in_the_learners_language(
    lesson: Any, checkout: Path, language: str
) -> None:
    assert faults(lesson) == []
    assert missing(lesson, prompts(checkout / "notebooks" / "children", language)) == []


def test_the_assignment_runs_and_asks_in_the_learners_language(
    assignment: Any, checkout: Path, language: str
) -> None:
    assert faults(assignment) == []
    assert missing(assignment, prompts(checkout / "keys" / "children", language)) == []


def test_the_chart_uploads_nothing(lesson: Any) -> None:
    figures = [
        output.data["application/vnd.plotly.v1+json"]
        for cell in lesson.cells
        for output in cell.get("outputs", [])
        if "application/vnd.plotly.v1+json" in output.get("data", {})
    ]
    assert [figure["config"]["showSendToCloud"] for figure in figures] == [False]


def test_an_executed_assignment_shows_nothing_of_the_key(assignment: Any, checkout: Path) -> None:
    content = build_pack(checkout / "keys" / "children")["by_language"]
    executed = json.dumps(assignment, ensure_ascii=False)
    secrets = [
        text
        for language in content.values()
        for question in language["questions"].values()
        for text in (
            question.get("rubric"),
            *question["feedback"].values(),
            *(option["feedback"] for option in question.get("options", [])),
        )
        if text
    ]
    assert len(secrets) > 10
    assert [text for text in secrets if text[:40] in executed] == []


def test_running_a_notebook_writes_no_answers(lesson: Any, lesson_folder: Path) -> None:
    assert faults(lesson) == []
    assert not list(lesson_folder.rglob("answers*.json"))


def test_every_assessed_item_is_asked_and_a_substitute_only_in_its_cases_place(
    checkout: Path,
) -> None:
    manifest = Manifest.load(checkout / "course.yaml")
    for assignment in filter(None, (module.assignment for module in manifest.modules)):
        notebook = read_notebook(manifest.path(assignment.notebook))
        folder = manifest.path(assignment.questions).parent
        cases = load_folder_cases(folder)
        asked = {call.item for call in calls(notebook)}
        assert {*load_folder_questions(folder), *items_of(cases)} <= asked
        assert asked.isdisjoint({*cases} - {*items_of(cases)})
        assert set(assignment.cases) == {*items_of(cases)}
