"""What is checked around a case: languages, ease of reading, drawings, the substitute."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from travesia.cli import case as command
from travesia.course.case_checks import bounds_of, check_around
from travesia.course.case_commands import _approximately
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


LONG = f"She says: {'word ' * 40}here."


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("title: Two at the station", f"title: '{LONG}'", "title"),
        ("summary: >-\n", f"summary: >-\n  {LONG}\n", "summary"),
        ("practice: free", f"practice: free\ngrounding: '{LONG}'", "grounding"),
        ("briefing: You are on a", f"briefing: >-\n      {LONG} You are on a", "role consul"),
        ("title: Shelter volunteer", f"title: '{LONG}'", "role volunteer"),
        ("title: Noon", f"title: '{LONG}'", "node heard"),
        ("article: LM 14; LM 112 VI", f"article: '{LONG}'", "node platform"),
    ],
)
def test_no_text_that_a_learner_reads_has_a_sentence_that_is_too_long(found, old, new, place):
    problems = found((CASE, old, new))
    assert any(f"{place}: a sentence in en has 43 words" in each for each in problems), problems


def test_an_alternative_text_is_read_too(found):
    problems = found(
        (CASE, "    shuffle: true\n", f"    illustration: {{src: no.svg, alt: '{LONG}'}}\n")
    )
    assert any("a sentence in en has 43 words" in each for each in problems), problems


HARD = "Institutional responsibilities necessitate interdisciplinary administrative. " * 12


def test_a_briefing_of_long_words_is_hard_to_read(found):
    problems = found((CASE, "briefing: You are on a", f"briefing: >-\n      {HARD} You are on a"))
    assert any("role consul: its reading ease in en is" in each for each in problems), problems


def test_the_law_that_is_cited_and_a_title_do_not_change_the_ease(found):
    problems = found(
        (CASE, "article: LM 14; LM 112 VI", f"article: '{HARD}'"),
        (CASE, "title: Noon", f"title: '{HARD}'"),
    )
    assert not [each for each in problems if "reading ease" in each]


def test_what_lies_around_a_case_is_found_from_its_own_folder_too(checkout, monkeypatch):
    path = checkout / "notebooks" / CASE
    path.write_text(path.read_text().replace("A bus station in Tabasco, before", "A hall before"))
    monkeypatch.chdir(path.parent)
    done = CliRunner().invoke(command, ["check", path.name])
    assert done.exit_code == 1
    assert "is not in es.po; run `travesia translate extract`" in done.output
    assert bounds_of(Path("..") / CASE)["es"].ease == 65


def test_a_missing_translation_is_told_at_the_choice_whose_id_it_is(found):
    hall = "  hall:\n    text: A hall.\n    choices:\n"
    other = "      - {id: at-clinic, text: On., next: platform}\n"
    problems = found(
        (CASE, "id: room-at-clinic", "id: clinic"),
        (CASE, "  platform:\n", f"{hall}{other}  platform:\n"),
    )
    (missing,) = [each for each in problems if "(choice:clinic/feedback/person)" in each]
    assert "node hall" not in missing


GROUP_CASE = """\
id: twice
version: '1'
title: Twice
roles: {official: {title: Official, briefing: You wait.}}
start: morning
groups:
  talk:
    start: ask
    exits: [done]
    nodes:
      ask:
        text: You ask.
        choices: [{id: listen, text: Listen., next: done}]
uses:
  - {as: morning, group: talk, exits: {done: ask}}
  - {as: evening, group: talk, exits: {done: end}}
nodes:
  ask:
    text: You go.
    choices: [{id: listen, text: Go., next: evening}]
  end: {ending: {kind: good, title: End, text: An end.}}
"""


def test_a_groups_text_and_a_cases_own_of_the_same_id_are_told_apart(checkout):
    path = checkout / "notebooks" / "children" / "twice.case.yaml"
    path.write_text(GROUP_CASE)
    found = [str(each) for each in check_around(load_case(path), path.parent, {})]
    for text, node in (("You ask.", "morning"), ("Listen.", "morning"), ("You go.", "ask")):
        assert any(f"node {node}: the text “{text}”" in each for each in found), found
    assert any("node ask: the text “Go.”" in each for each in found)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (999_999_999, "999,999,999"),
        (4_200_000_000, "about 4 × 10^9"),
        (9_960_000_000, "about 1 × 10^10"),
        (8**355, "about 4 × 10^320"),
        (10**5000, "about 1 × 10^5000"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_number_of_roads_of_any_size_is_told(number, words):
    assert _approximately(number) == words


def test_the_bounds_are_those_of_the_course_that_a_file_belongs_to(checkout, tmp_path_factory):
    assert bounds_of(checkout / "notebooks" / CASE)["es"] == Bounds(ease=65, scene=55, sentence=30)
    assert bounds_of(tmp_path_factory.mktemp("alone") / "x.case.yaml") == {}


def test_the_command_says_how_large_a_sound_case_is(checkout):
    done = CliRunner().invoke(command, ["check", str(checkout / "notebooks" / CASE)])
    assert done.exit_code == 0, done.output
    assert "8 nodes; roads: 129 as official" in done.output
