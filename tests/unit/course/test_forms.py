"""Forms of a test that are drawn from a pool: equal where it matters, and never the same item."""

import shutil
import subprocess
from contextlib import suppress
from itertools import combinations
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from travesia.course import form_files
from travesia.course.document import ContentError
from travesia.course.form_files import forms_of, write_forms
from travesia.course.forms import Form, draw
from travesia.course.manifest import Manifest
from travesia.course.questions import from_practice, load_questions

CHECKOUT = Path(__file__).parents[3]
PLACE = "keys/pool/questions.yaml"
BLUEPRINT = {"one": 2, "two": 1}


def question(name: str, outcome: str, difficulty: int = 2, **more):
    base = {"id": name, "kind": "short", "prompt": "?", "accepted": ["a"]}
    return from_practice({**base, "outcome": outcome, "difficulty": difficulty, **more})


def pool(*difficulties: tuple[str, int]):
    made = [question(f"q{n}", outcome, hard) for n, (outcome, hard) in enumerate(difficulties)]
    return {each.id: each for each in made}


ENOUGH = pool(*[("one", 1 + n % 3) for n in range(8)], *[("two", 1 + n % 3) for n in range(4)])


def ids(form: Form) -> list[str]:
    return [each.id for each in form.questions]


def test_forms_have_what_the_blueprint_says_and_share_nothing():
    forms = draw(ENOUGH, BLUEPRINT, 4, place=PLACE)
    for form in forms:
        assert [each.outcome for each in form.questions] == ["one", "one", "two"]
    assert not any(set(ids(a)) & set(ids(b)) for a, b in combinations(forms, 2))


def test_the_same_pool_gives_the_same_forms_whatever_its_order():
    turned = dict(reversed(ENOUGH.items()))
    again = draw(turned, BLUEPRINT, 4, place=PLACE)
    assert list(map(ids, again)) == list(map(ids, draw(ENOUGH, BLUEPRINT, 4, place=PLACE)))


@given(
    st.lists(st.integers(1, 3), min_size=8, max_size=14), st.lists(st.integers(1, 3), min_size=4)
)
def test_forms_are_alike_in_difficulty_or_refused(first, second):
    drawn = pool(*[("one", each) for each in first], *[("two", each) for each in second])
    with suppress(ContentError):
        forms = draw(drawn, BLUEPRINT, 4, place=PLACE)
        sums = [form.difficulty for form in forms]
        assert max(sums) - min(sums) <= 1
        assert len({each for form in forms for each in ids(form)}) == 12


def test_a_free_draw_would_not_be_alike():
    """The control: the same pool, cut up as it comes, gives forms that differ."""
    drawn = pool(*[("one", 1)] * 4, *[("one", 3)] * 4, *[("two", 2)] * 4)
    cut = list(drawn.values())
    free = [sum(each.difficulty for each in cut[start : start + 2]) for start in (0, 2, 4, 6)]
    assert max(free) - min(free) > 1
    sums = [form.difficulty for form in draw(drawn, BLUEPRINT, 4, place=PLACE)]
    assert max(sums) - min(sums) <= 1


@pytest.mark.parametrize(
    ("questions", "sentence"),
    [
        (
            pool(("one", 1), ("two", 1)),
            "one has 1 questions, and 4 forms of 2 need 8: write 7 more",
        ),
        ({**ENOUGH, "x": question("x", "three")}, "x: its outcome three is not in the blueprint"),
        (
            {**ENOUGH, "q0": question("q0", "one", points=3)},
            "the forms give 3, 5 points: give every question of an outcome the same",
        ),
    ],
)
def test_a_pool_that_gives_no_equal_forms_says_what_to_write(questions, sentence):
    with pytest.raises(ContentError, match=sentence):
        draw(questions, BLUEPRINT, 4, place=PLACE)


@pytest.fixture(scope="module")
def course() -> Manifest:
    return Manifest.load(CHECKOUT / "course.yaml")


@pytest.fixture
def written(course, tmp_path) -> Path:
    """A course folder in which the forms of the module on children were written."""
    assert len(list(write_forms(course, course.module("children"), tmp_path))) == 4
    return tmp_path


def test_this_course_has_a_test_before_the_lesson_and_three_attempts_after_it(course):
    forms = forms_of(course, course.module("children"))
    assert list(forms) == ["children-before", *(f"children-final-{n}" for n in (1, 2, 3))]
    before, *finals = forms.values()
    assert not any(set(ids(before)) & set(ids(final)) for final in finals)
    assert {form.points for form in forms.values()} == {course.module("children").tests.points}


def test_no_item_of_a_test_is_in_the_lesson_or_the_assignment(course):
    module = course.module("children")
    tested = {each for form in forms_of(course, module).values() for each in ids(form)}
    for other in (module.questions, module.assignment.questions):
        assert not tested & set(load_questions(course.path(other)))


def test_a_form_is_an_assignment_that_asks_each_of_its_items_once(written):
    for folder in (written / "source").iterdir():
        notebook = nbformat.read(folder / "assignment.ipynb", as_version=4)
        nbformat.validate(notebook)
        key = load_questions(written / "keys" / folder.name / "questions.yaml")
        asked = [
            cell.id for cell in notebook.cells if cell.metadata.get("travesia", {}).get("item")
        ]
        assert asked == list(key)
        assert "Prueba" in notebook.cells[0].metadata.travesia.text["es"]


def test_a_form_that_is_there_already_is_left_as_it_is(course, written):
    changed = written / "keys" / "children-final-1" / "questions.yaml"
    changed.write_text("# mine", encoding="utf-8")
    assert list(write_forms(course, course.module("children"), written)) == []
    assert changed.read_text(encoding="utf-8") == "# mine"


def files(folder: Path) -> dict[Path, bytes]:
    """Everything in a folder, by its path there."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in found}


def half_a_key(path: Path, text: str, **_more) -> None:
    path.write_bytes(text.encode()[:100])
    raise KeyboardInterrupt


def half_a_notebook(_notebook, path: Path) -> None:
    path.write_bytes(b'{"cells": [')
    raise KeyboardInterrupt


def no_notebook(*_) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("part", "name", "killed"),
    [
        (Path, "write_text", half_a_key),
        (form_files.nbformat, "write", half_a_notebook),
        (form_files, "_notebook", no_notebook),
    ],
    ids=["in a key", "in a notebook", "between the two"],
)
def test_forms_whose_writing_was_killed_are_whole_the_next_time(
    course, written, tmp_path_factory, monkeypatch, part, name, killed
):
    folder = tmp_path_factory.mktemp("killed")
    # What a kill leaves behind when it leaves no time to clear away.
    (folder / ".unfinished" / "source").mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.setattr(part, name, killed)
        with pytest.raises(KeyboardInterrupt):
            list(write_forms(course, course.module("children"), folder))
    list(write_forms(course, course.module("children"), folder))
    assert files(folder) == files(written)
    assert {path.name for path in folder.iterdir()} == {"source", "keys"}


def test_a_key_of_ones_own_without_a_notebook_is_left_as_it_is(course, written):
    shutil.rmtree(written / "source" / "children-final-1")
    (written / "keys" / "children-final-1" / "mine.txt").touch()
    assert list(write_forms(course, course.module("children"), written)) == []


def test_drawn_forms_are_no_content_of_the_repository():
    for name in ("source/children-final-1/assignment.ipynb", "keys/children-before/questions.yaml"):
        ignored = subprocess.run(["git", "check-ignore", "-q", name], cwd=CHECKOUT, check=False)
        assert ignored.returncode == 0, name
