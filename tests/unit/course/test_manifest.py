"""The manifest names what the course is made of; an error names the line and the remedy."""

from pathlib import Path

import pytest

from travesia.course.document import ContentError
from travesia.course.manifest import Manifest

REAL = Path(__file__).parents[3] / "course.yaml"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "course.yaml"
    path.write_text(REAL.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def test_the_real_manifest_is_read() -> None:
    course = Manifest.load(REAL)
    assert course.id == "human-security"
    assert course.path(course.module("children").lesson).parent.name == "children"
    module, assignment = course.assignments()["children"]
    assert (module.id, assignment.id) == ("children", "children")


def test_each_attempt_at_a_test_is_opened_by_the_one_before_it() -> None:
    assert Manifest.load(REAL).attempts() == {
        "children-before": "",
        "children-final-1": "",
        "children-final-2": "children-final-1",
        "children-final-3": "children-final-2",
    }


def test_titles_and_outcomes_are_localised_and_ids_are_not() -> None:
    course = Manifest.load(REAL)
    shouted = course.localised(lambda _, text: text.upper())
    assert shouted.title == course.title.upper()
    assert shouted.modules[0].outcomes[0].action == course.modules[0].outcomes[0].action.upper()
    assert list(shouted.outcomes()) == list(course.outcomes())
    assert shouted.root == course.root


def test_every_string_of_the_manifest_has_a_context_of_its_own() -> None:
    contexts = [context for context, _ in Manifest.load(REAL).iter_strings()]
    assert {"course/title", "module:children/summary"} <= set(contexts)
    assert len(contexts) == len(set(contexts))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("lesson: notebooks/", "lesson: ../notebooks/", "modules[1].lesson"),
        ("  needs: [children]", "  needs: [childhood]", "childhood, which is no module"),
        ("  enabled: false", "  enabled: true", "without the day of reading by: lawyer"),
        ("  - id: consul\n", "  - id: official\n", "two roles are called official"),
        ("    roles: [official,", "    roles: [pilot, official,", "pilot, which is no role"),
        ("      - id: family-and-liberty", "      - id: report-without-deciding", "two outcomes"),
        ("pass_mark: 80", "pass_mark: 800", "pass_mark"),
    ],
)
def test_what_does_not_fit_together_is_one_sentence(
    manifest: Path, old: str, new: str, sentence: str
) -> None:
    text = manifest.read_text(encoding="utf-8")
    assert old in text
    manifest.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        Manifest.load(manifest)
    assert str(caught.value).startswith(f"{manifest}, line ")
    assert sentence in str(caught.value)
