"""The module on migrant children holds what the teaching rules ask of it."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from travesia import flows
from travesia.course.facts import load_facts
from travesia.course.manifest import Manifest
from travesia.course.questions import ChoiceQuestion, Localise, load_questions, localised
from travesia.scenarios import (
    Case,
    Critical,
    EndingKind,
    check,
    iter_strings,
    load_case,
    replay,
)

ROOT = Path(__file__).parents[3]
LESSON = ROOT / "notebooks" / "children" / "lesson.ipynb"
ASSIGNMENT = ROOT / "source" / "children" / "assignment.ipynb"
PRACTICE = ROOT / "notebooks" / "children" / "questions.yaml"
KEY = ROOT / "keys" / "children" / "questions.yaml"
PRACTICE_CASE = ROOT / "notebooks" / "children" / "two-at-the-station.case.yaml"
GRADED_CASE = ROOT / "keys" / "children" / "the-uncle.case.yaml"
GRADED_SUBSTITUTE = ROOT / "keys" / "children" / "the-grandmother.case.yaml"
PRACTICE_SUBSTITUTE = ROOT / "notebooks" / "children" / "a-place-at-school.case.yaml"
CASES = (PRACTICE_CASE, GRADED_CASE, PRACTICE_SUBSTITUTE, GRADED_SUBSTITUTE)
ROLES = ("official", "consul", "civil", "volunteer")
CITATION = re.compile(r"\b(LM|LGDNNA|LRPCAP)\b,?((?:(?!\b(?:LM|LGDNNA|LRPCAP)\b)[^;])*)")


@pytest.fixture
def uncle() -> Case:
    return load_case(GRADED_CASE)


def right_roads(case: Case, role: str, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every road of acceptable decisions from the start of a case to an ending."""
    state = replay(case, role, path)
    if state.finished:
        yield path
        return
    for choice in case.nodes[state.node].choices:
        if choice.acceptable_for(role):
            yield from right_roads(case, role, (*path, choice.id))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name.split(".")[0])
def test_a_case_may_be_released_in_every_language(
    path: Path, language: str, localise: Callable[[str, str], Localise]
) -> None:
    translate = localise(language, path.relative_to(ROOT).parts[0])
    assert [str(problem) for problem in check(load_case(path).localised(translate))] == []


def test_the_graded_case_is_long_enough_and_ends_in_several_ways(uncle: Case) -> None:
    endings = [node.ending for node in uncle.nodes.values() if node.ending]
    assert len(uncle.nodes) - len(endings) >= 11
    assert len(uncle.nodes) >= 12
    assert {ending.kind for ending in endings} == set(EndingKind)
    assert set(uncle.roles) == set(ROLES)


def test_the_first_facts_are_the_same_for_every_role(uncle: Case) -> None:
    first = [replay(uncle, role, []) for role in ROLES]
    assert len({state.text for state in first}) == 1
    assert len({tuple(choice.text for choice in state.choices) for state in first}) == 1


def test_the_man_is_the_carer_for_one_role_and_not_for_the_others(uncle: Case) -> None:
    found = {}
    for role in ROLES:
        ends = {replay(uncle, role, road).node for road in right_roads(uncle, role)}
        assert len(ends) == 1, f"{role}: right decisions lead to {ends}"
        ending = uncle.nodes[ends.pop()].ending
        assert ending is not None
        found[role] = re.findall(r"assessment: (\w+)", ending.text)
    assert found == {
        "official": ["separated"],
        "consul": ["unaccompanied"],
        "civil": ["unaccompanied"],
        "volunteer": ["separated"],
    }


def test_what_each_of_them_says_differs_by_role_before_anybody_assesses_it(uncle: Case) -> None:
    assert len({uncle.nodes["two-accounts"].text_for(role) for role in ROLES}) == 3


@pytest.mark.parametrize("role", ROLES)
def test_no_road_has_the_learner_decide_which_word_applies(uncle: Case, role: str) -> None:
    labels = {"box-accompanied", "box-separated", "box-provisional", "box-unaccompanied"}
    assert not any(labels & set(road) for road in right_roads(uncle, role))


@pytest.mark.parametrize("role", ROLES)
def test_the_learner_acts_rightly_and_the_institutions_fail(uncle: Case, role: str) -> None:
    reached = next(
        road[: road.index(choice.id)]
        for road in right_roads(uncle, role)
        for choice in uncle.nodes["no-answer"].choices
        if choice.id in road
    )
    state = replay(uncle, role, reached)
    assert state.node == "no-answer"
    ways_on = [c for c in uncle.nodes["no-answer"].choices if c.acceptable_for(role)]
    assert len(ways_on) > 1


@pytest.mark.parametrize("role", ROLES)
def test_there_are_several_acceptable_roads(uncle: Case, role: str) -> None:
    assert len(list(right_roads(uncle, role))) > 1


def test_the_graded_case_holds_every_critical_rule(uncle: Case) -> None:
    choices = [choice for node in uncle.nodes.values() for choice in node.choices]
    assert {choice.critical_for(role) for choice in choices for role in ROLES} == {None, *Critical}


def test_separating_is_critical_from_the_genuine_carer_only(uncle: Case) -> None:
    comply = next(c for c in uncle.nodes["order"].choices if c.id == "comply-and-note")
    critical = "separating-family"
    assert [comply.critical_for(role) for role in ROLES] == [critical, None, None, critical]


@pytest.mark.parametrize(
    ("own", "other"),
    [(GRADED_CASE, GRADED_SUBSTITUTE), (PRACTICE_CASE, PRACTICE_SUBSTITUTE)],
    ids=["graded", "practice"],
)
def test_a_hard_case_has_a_substitute_of_equal_credit(own: Path, other: Path) -> None:
    case, substitute = load_case(own), load_case(other)
    assert case.substitute == substitute.id
    assert substitute.substitute is None
    for name in ("points", "practice", "dimensions", "roles"):
        assert (
            set(getattr(case, name)) == set(getattr(substitute, name))
            if name == "roles"
            else (getattr(case, name) == getattr(substitute, name))
        )
    assert set(case.outcomes) == set(substitute.outcomes)


@pytest.mark.parametrize("role", ROLES)
def test_nobody_is_threatened_in_the_substitute_and_institutions_fail_in_it_too(role: str) -> None:
    case = load_case(GRADED_SUBSTITUTE)
    told = " ".join(text for _, text in iter_strings(case))
    assert not re.search(r"\b(kill|threat|beat|weapon|gang)", told)
    assert len(list(right_roads(case, role))) > 50
    assert "Monday" in (case.nodes["friday"].text or "")


def test_telling_the_consulate_of_his_country_is_critical_for_every_role(uncle: Case) -> None:
    confirm = next(c for c in uncle.nodes["notice"].choices if c.id == "confirm-kinship")
    assert {confirm.critical_for(role) for role in ROLES} == {Critical.CONSULATE_TOLD}


def test_nothing_of_the_assignment_is_released_in_lessons(uncle: Case) -> None:
    graded = {uncle.id, uncle.title, *load_questions(KEY)}
    files = [path for path in (ROOT / "notebooks").rglob("*") if path.is_file()]
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    assert texts
    for path, text in texts.items():
        for name in graded:
            found = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)
            assert not found, f"{name} is in {path}"


def notebook(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("path", [LESSON, ASSIGNMENT], ids=["lesson", "assignment"])
class TestNotebooks:
    def test_keep_no_outputs(self, path: Path) -> None:
        code = [cell for cell in notebook(path)["cells"] if cell["cell_type"] == "code"]
        assert code
        assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)

    def test_have_ids_that_say_what_the_cell_is(self, path: Path) -> None:
        content = notebook(path)
        assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
        ids = [cell["id"] for cell in content["cells"]]
        assert len(ids) == len(set(ids))
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each) for each in ids)
        # Ids that a notebook program draws at random have this form.
        assert not any(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4})*", each) for each in ids)

    def test_show_an_item_in_a_cell_of_its_name(self, path: Path) -> None:
        for cell in notebook(path)["cells"]:
            source = "".join(cell["source"])
            call = re.fullmatch(r'(?:choice|number|text|case|chart)\("([^"]+)"\)', source)
            if call:
                assert cell["id"] == call[1]

    def test_have_code_of_one_line_that_is_hidden(self, path: Path) -> None:
        for cell in notebook(path)["cells"]:
            if cell["cell_type"] == "code":
                assert cell["metadata"]["jupyter"]["source_hidden"] is True
                assert "\n" not in "".join(cell["source"])

    def test_name_the_kernel_that_every_installation_has(self, path: Path) -> None:
        assert notebook(path)["metadata"]["kernelspec"]["name"] == "python3"


def test_the_points_of_cells_keys_and_manifest_agree(uncle: Case) -> None:
    cells = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell["metadata"]["nbgrader"]["points"]
        for cell in notebook(ASSIGNMENT)["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade")
    }
    keys = {question.id: question.points for question in load_questions(KEY).values()}
    assignment = Manifest.load(ROOT / "course.yaml").module("children").assignment
    assert assignment is not None
    assert cells == keys | {uncle.id: uncle.points}
    assert sum(cells.values()) == assignment.points


def test_the_assignment_asks_what_was_announced(uncle: Case) -> None:
    kinds = sorted(question.kind for question in load_questions(KEY).values())
    assert kinds == ["choice", "choice", "choice", "choice", "number", "text"]
    assert uncle.practice == "never"


def children(start: str, end: str) -> int:
    """Events of everybody under 18 in the shipped table, from one month to another."""
    table = flows.load("mexico-events-by-sex-age", quiet=True)
    months = table["period"].astype(str).str[:7]
    rows = table[(table["age"] != "18+") & months.between(start, end)]
    assert not rows["suppressed"].any()
    return int(rows["value"].sum())


def test_the_numbers_asked_for_are_those_of_the_shipped_table() -> None:
    graded = load_questions(KEY)["children-2023"]
    practice = load_questions(PRACTICE)["december-2023"]
    assert (graded.kind, practice.kind) == ("number", "number")
    assert graded.value == children("2023-01", "2023-12")
    assert practice.value == children("2023-12", "2023-12")
    assert f"{graded.value:,.0f}" in graded.feedback.right
    assert f"{practice.value:,.0f}" in practice.feedback.right


def test_the_bars_of_a_picture_are_those_of_the_shipped_table() -> None:
    question = load_questions(PRACTICE)["the-year-of-the-break"]
    assert question.kind == "spot"
    bars = {area.text: area.value for area in question.picture.areas}
    assert bars == {year: children(f"{year}-01", f"{year}-12") for year in bars}


def test_figures_in_facts_and_cases_are_those_of_the_shipped_table() -> None:
    in_2024 = f"{children('2024-01', '2024-12'):,}"
    assert in_2024 in load_facts(ROOT / "notebooks" / "facts.yaml")["children-2024"].text
    assert in_2024 in (load_case(PRACTICE_CASE).nodes["a-journalist"].text or "")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("path", [PRACTICE, KEY], ids=["practice", "graded"])
def test_the_length_of_an_option_gives_nothing_away(
    path: Path, language: str, localise: Callable[[str, str], Localise]
) -> None:
    translate = localise(language, path.relative_to(ROOT).parts[0])
    longest, chance = 0, 0.0
    for question in load_questions(path).values():
        shown = localised(question, translate)
        if not isinstance(shown, ChoiceQuestion):
            continue
        lengths = {option.id: len(option.text) for option in shown.options}
        mean = sum(lengths.values()) / len(lengths)
        assert all(abs(length - mean) <= 0.2 * mean for length in lengths.values()), question.id
        longest += max(lengths, key=lambda each: lengths[each]) in shown.correct
        chance += len(shown.correct) / len(lengths)
    assert longest <= chance


def test_wrong_options_of_graded_questions_explain_themselves() -> None:
    for question in load_questions(KEY).values():
        if isinstance(question, ChoiceQuestion):
            for option in question.options:
                assert bool(option.feedback) != (option.id in question.correct), option.id


def cited(text: str) -> Iterator[tuple[str, int, str]]:
    """The articles that a text cites: instrument, number and section, if one is named."""
    for instrument, rest in CITATION.findall(text):
        without_paragraphs = re.sub(r"(?:para|párr)\. \d+", "", rest)
        for number, section in re.findall(r"(\d+)(?: ([IVXL]+)\b)?", without_paragraphs):
            yield instrument, int(number), section


def citations() -> list[tuple[str, int, str]]:
    """Every article that facts, questions and cases of the module cite."""
    found: set[tuple[str, int, str]] = set()
    for fact in load_facts(ROOT / "notebooks" / "facts.yaml").values():
        if fact.kind == "law":
            short = re.search(r"\((\w+)\), art\. (.+), DOF", fact.source)
            assert short, f"{fact.id}: {fact.source} does not name instrument and article"
            found.update(cited(f"{short[1]} {short[2]}"))
    for path in (PRACTICE, KEY, PRACTICE_CASE, GRADED_CASE):
        for key, value in leaves(yaml.safe_load(path.read_text(encoding="utf-8"))):
            if key == "references":
                found.update(cited(f"{value['instrument']} {value['article']}"))
            elif key == "article":
                found.update(cited(str(value)))
    return sorted(found)


def leaves(data: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, all the way down; a list of references gives each of them."""
    if isinstance(data, list):
        for each in data:
            yield from leaves(each)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key == "references":
                yield from ((key, each) for each in value)
            else:
                yield key, value
                yield from leaves(value)


def stands(article: Callable[[str, int], str], instrument: str, number: int, section: str) -> bool:
    """Whether a law has an article, with a section of that number where one is named."""
    wanted = rf"(?m)^{section}\. " if section else r"\S"
    return bool(re.search(wanted, article(instrument, number)))


def test_every_cited_article_and_section_is_in_the_law(article: Callable[[str, int], str]) -> None:
    named = citations()
    assert len(named) > 20
    assert [each for each in named if not stands(article, *each)] == []


@pytest.mark.parametrize("wrong", [("LM", 999, ""), ("LM", 112, "IX"), ("LRPCAP", 300, "")])
def test_what_a_law_does_not_have_is_not_found(
    wrong: tuple[str, int, str], article: Callable[[str, int], str]
) -> None:
    assert not stands(article, *wrong)


def test_law_is_cited_as_of_the_day_of_the_text_that_was_read() -> None:
    days = {
        str(value["as_of"])
        for path in (PRACTICE, KEY, PRACTICE_CASE, GRADED_CASE)
        for key, value in leaves(yaml.safe_load(path.read_text(encoding="utf-8")))
        if key == "references"
    }
    facts = load_facts(ROOT / "notebooks" / "facts.yaml").values()
    days |= {str(fact.as_of) for fact in facts if fact.kind == "law"}
    assert days == {"2026-02-08"}


def test_each_fact_that_the_lesson_shows_is_recorded() -> None:
    sources = ["".join(cell["source"]) for cell in notebook(LESSON)["cells"]]
    shown = {name for source in sources if source.startswith("fact(")
             for name in re.findall(r'"([^"]+)"', source)}  # fmt: skip
    recorded = load_facts(ROOT / "notebooks" / "facts.yaml")
    assert shown
    assert shown <= set(recorded)


def test_prose_holds_no_address_and_no_telephone_number() -> None:
    for path in (LESSON, ASSIGNMENT):
        for cell in notebook(path)["cells"]:
            if cell["cell_type"] == "markdown":
                prose = "".join(cell["source"])
                assert not re.search(r"\d{3}[\s-]?\d{3}[\s-]?\d{4}|\b(?:911|089|01 ?800)\b", prose)
