import json
from pathlib import Path

import nbformat
import pytest
import yaml

from travesia.course.form_files import write_forms
from travesia.course.localise import embed_translations
from travesia.course.manifest import Manifest
from travesia.grading.key import load_key
from travesia.grading.release import check_cells

CHECKOUT = Path(__file__).parents[3]
FIXTURES = Path(__file__).parent / "fixtures"
KEY_FIELDS = {"feedback", "rubric"}


@pytest.fixture(scope="module")
def course(new_course, tmp_path_factory):
    return new_course(tmp_path_factory.mktemp("course") / "human-security")


def key_texts(data, *, inside=False):
    """Every text that stands on the key side of a question or case file."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from key_texts(value, inside=inside or name in KEY_FIELDS)
    elif isinstance(data, list):
        for value in data:
            yield from key_texts(value, inside=inside)
    elif inside and isinstance(data, str):
        yield data


def test_nothing_of_the_key_is_released(course):
    released = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (course.root / "release").rglob("*")
        if path.is_file()
    )
    files = [*(FIXTURES / "keys/arrival").glob("*.yaml")]
    texts = [text for path in files for text in key_texts(yaml.safe_load(path.read_text()))]
    assert len(texts) > 20
    assert [text for text in texts if text in released] == []
    assert "Decide la autoridad." not in released
    for word in ("correct", "tolerance", "critical", "acceptable", "effects", "1250"):
        assert word not in released
    assert "Who decides whether a child is alone?" in released


def test_the_released_pack_is_graded_and_in_every_language(course):
    pack = json.loads((course.root / "release/arrival/content.json").read_text())
    assert pack["form"] == "graded"
    prompts = {
        language: content["questions"]["who-decides"]["prompt"]
        for language, content in pack["by_language"].items()
    }
    assert prompts["es"] == "¿Quién decide si una niña o un niño está sin compañía?"
    assert set(pack["by_language"]["en"]["cases"]) == {"bus"}


def test_released_prose_carries_its_translations(course):
    cells = {cell.id: cell for cell in course.released.cells}
    assert cells["introduction"].metadata["travesia"]["text"]["es"] == "Lee y responde."


def test_the_line_that_draws_a_written_question_is_not_cleared(course):
    cells = {cell.id: cell for cell in course.released.cells}
    assert cells["monday-plan"].source == 'text("monday-plan")'


def test_an_instructors_own_answers_are_not_released(new_course, tmp_path):
    course = new_course(tmp_path / "course")
    (course.root / "source/arrival/answers.json").write_text('{"schema": 1, "answers": {}}')
    (course.root / "source/arrival/figures.csv").write_text("year,people\n")
    course.run("generate_assignment", "arrival", "--force")
    names = {path.name for path in (course.root / "release/arrival").iterdir()}
    assert names == {"assignment.ipynb", "content.json", "figures.csv"}


def without(item):
    return lambda notebook: notebook.cells.remove(cell_of(notebook, item))


def cell_of(notebook, item):
    return next(cell for cell in notebook.cells if cell.id == item)


def test_a_notebook_that_does_not_fit_its_key_is_not_released(new_course, tmp_path):
    course = new_course(tmp_path / "course")
    path = course.root / "source/arrival/assignment.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell_of(notebook, "how-many").metadata["nbgrader"]["points"] = 30
    notebook.cells.remove(cell_of(notebook, "bus"))
    nbformat.write(notebook, path)
    said = course.run("generate_assignment", "arrival", "--force", code=1)
    assert "source/arrival/assignment.ipynb" in said
    assert "the cell how-many gives 30 points, its key 3" in said
    assert "no cell stands for bus" in said


def test_every_form_of_a_test_can_be_released(tmp_path):
    course = Manifest.load(CHECKOUT / "course.yaml")
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "locale").symlink_to(CHECKOUT / "keys" / "locale")
    for folder in write_forms(course, course.module("children"), tmp_path):
        notebook = nbformat.read(folder / "assignment.ipynb", as_version=4)
        key = load_key(tmp_path / "keys", folder.name)
        assert check_cells(notebook, key) == []
        released = embed_translations(notebook, key.catalogues)
        assert released.cells[0].metadata.travesia.text["es"].startswith("# Prueba")
