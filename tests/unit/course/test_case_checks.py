"""What is checked around a case: languages, ease of reading, drawings, the substitute."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from travesia.cli import case as command
from travesia.course.case_checks import bounds_of, check_around
from travesia.course.reading import Bounds
from travesia.scenarios import load_case

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def checkout(tmp_path):
    """The lesson's two cases in a checkout of their own."""
    shutil.copy(ROOT / "course.yaml", tmp_path)
    for name in ("children", "locale"):
        shutil.copytree(ROOT / "notebooks" / name, tmp_path / "notebooks" / name)
    return tmp_path


@pytest.fixture
def found(checkout):
    """The problems around a case after a change to a file of the checkout."""

    def problems(*changes: tuple[str, str, str]) -> list[str]:
        for file, old, new in changes:
            path = checkout / "notebooks" / file
            assert old in path.read_text()
            path.write_text(path.read_text().replace(old, new))
        path = checkout / "notebooks" / "children" / "two-at-the-station.case.yaml"
        case = load_case(path)
        return [str(each) for each in check_around(case, path.parent, bounds_of(path))]

    return problems


CASE, OTHER = "children/two-at-the-station.case.yaml", "children/a-place-at-school.case.yaml"


def test_the_courses_own_cases_have_no_problem(found):
    assert found() == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            (CASE, "substitute: a-place-at-school\n", ""),
            "node platform: it has a content note, and the case names no substitute; write",
        ),
        (
            (CASE, "substitute: a-place-at-school", "substitute: elsewhere"),
            "substitute: its substitute `elsewhere` is not in the same folder; correct the id",
        ),
        (
            (OTHER, "practice: free", "practice: once"),
            "substitute: its substitute `a-place-at-school` has other rule for going back; make",
        ),
        (
            (OTHER, "practice: free", "practice: free\npoints: 3"),
            "its substitute `a-place-at-school` has other points; make the two equal",
        ),
        (
            (OTHER, "practice: free", "practice: free\nsubstitute: two-at-the-station"),
            "its substitute `a-place-at-school` names one itself; take that one away",
        ),
        (
            (CASE, "A bus station in Tabasco, before dawn.", "A bus station in Tabasco at dawn."),
            "node platform: the text “A bus station in Tabasco at dawn.",
        ),
        (
            (CASE, "A nurse finds a room with", "One more nurse finds a room with"),
            "(choice:room-at-clinic/feedback/person) is not in es.po; run `travesia translate",
        ),
        (
            (CASE, "    shuffle: true\n", "    illustration: {src: no.svg, alt: A hall}\n"),
            "illustration: the drawing no.svg is missing; put it beside the case.",
        ),
    ],
)
def test_each_fault_is_named_with_its_remedy(found, change, sentence):
    problems = found(change)
    assert any(sentence in problem for problem in problems), problems


def test_a_sentence_that_is_too_long_is_named_with_its_node_and_language(found):
    long = "word " * 40
    problems = found((CASE, "A bus station in Tabasco, before dawn.", f"She says: {long}here."))
    assert any("node platform: a sentence in en has 43 words, and 30" in each for each in problems)


def test_a_text_of_long_words_is_hard_to_read(found):
    hard = "Institutional responsibilities necessitate interdisciplinary administrative. " * 12
    problems = found((CASE, "A bus station in Tabasco, before dawn.", hard))
    assert any("node platform: its reading ease in en is" in each for each in problems)


def test_the_bounds_are_those_of_the_course_that_a_file_belongs_to(checkout, tmp_path_factory):
    assert bounds_of(checkout / "notebooks" / CASE)["es"] == Bounds(ease=65, scene=55, sentence=30)
    assert bounds_of(tmp_path_factory.mktemp("alone") / "x.case.yaml") == {}


def test_the_command_says_how_large_a_sound_case_is(checkout):
    done = CliRunner().invoke(command, ["check", str(checkout / "notebooks" / CASE)])
    assert done.exit_code == 0, done.output
    assert "8 nodes; roads: 129 as official" in done.output
