"""The course's own assignments, from release to marks."""

from pathlib import Path

import polib
import pytest
import yaml

from travesia.course.manifest import Manifest
from travesia.course.pack import items_of
from travesia.course.questions import ChoiceQuestion, NumberQuestion, TextQuestion
from travesia.grading.judge import judge
from travesia.grading.key import load_key
from travesia.scenarios import acceptable_roads

CHECKOUT = Path(__file__).parents[3]
COURSE = Manifest.load(CHECKOUT / "course.yaml")
ASSIGNMENTS = [module.assignment.id for module in COURSE.modules if module.assignment]
LONG_ENOUGH_TO_BE_TOLD_APART = 25


@pytest.fixture(scope="module", params=ASSIGNMENTS)
def key(request):
    return load_key(CHECKOUT / "keys", request.param)


@pytest.fixture(scope="module")
def right(key):
    """Right answers to everything, cases in their first role."""
    values = {}
    for question in key.questions.values():
        match question:
            case ChoiceQuestion():
                values[question.id] = ("choice", list(question.correct))
            case NumberQuestion():
                values[question.id] = ("number", question.value)
            case TextQuestion():
                values[question.id] = ("text", "Pregunto quién está hoy y llamo.")
    for case in items_of(key.cases).values():
        values[case.id] = ("case", best_road(case, next(iter(case.roles))))
    return values


@pytest.fixture(scope="module")
def course(key, new_course, tmp_path_factory):
    root = tmp_path_factory.mktemp("course") / "human-security"
    return new_course(root, content=CHECKOUT, assignment=key.assignment)


def best_road(case, role):
    road = acceptable_roads(case, role)[0]
    return {"role": role, "path": [step.choice for step in road.steps], "case": case.id}


def item_of(key, case):
    """The item that a case answers: its own, or the one that it stands in for."""
    return next((each.id for each in key.cases.values() if each.substitute == case.id), case.id)


def planted(key, right):
    """Each way to spoil one right answer, as `(id, kind, value)`."""
    for question in key.questions.values():
        match question:
            case ChoiceQuestion():
                wrong = [each.id for each in question.options if each.id not in question.correct]
                yield from ((question.id, "choice", [option]) for option in wrong)
            case NumberQuestion():
                off = question.tolerance + 1
                yield question.id, "number", question.value + off
                yield question.id, "number", question.value - off
    for case in items_of(key.cases).values():
        kind, value = right[case.id]
        yield case.id, kind, {**value, "path": value["path"][:-1]}


def test_right_answers_earn_everything_that_is_not_marked_by_hand(course, key, right):
    course.hand_in("ana", right)
    course.run("autograde", key.assignment)
    by_hand = {item.id for item in key.questions.values() if isinstance(item, TextQuestion)}
    assert course.scores("ana") == {
        item.id: (None, True) if item.id in by_hand else (item.points, False)
        for item in [*key.questions.values(), *items_of(key.cases).values()]
    }


def test_each_planted_error_lowers_the_mark(key, right, as_entries):
    def total(values):
        return sum(each.points for each in judge(key, as_entries(values), "es"))

    best = total(right)
    errors = list(planted(key, right))
    assert errors
    for item, kind, value in errors:
        assert total({**right, item: (kind, value)}) < best, (item, value)


def test_every_role_of_a_case_can_earn_all_its_points(key, as_entries):
    for case in key.cases.values():
        for role in case.roles:
            item = item_of(key, case)
            answers = as_entries({item: ("case", best_road(case, role))})
            earned = {each.id: each.points for each in judge(key, answers, "es")}[item]
            assert earned == case.points, role


def test_every_critical_choice_fails_its_case(key, as_entries):
    for case in key.cases.values():
        start = case.nodes[case.start]
        for role in case.roles:
            for choice in start.choices:
                if choice.critical_for(role) and choice.offered(role, frozenset()):
                    item = item_of(key, case)
                    value = ("case", {"role": role, "path": [choice.id], "case": case.id})
                    results = judge(key, as_entries({item: value}), "es")
                    (result,) = [each for each in results if each.id == item]
                    assert (result.outcome, result.points) == ("critical", 0)


def test_nothing_of_the_key_is_released_in_any_language(course, key):
    released = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (course.root / "release").rglob("*")
        if path.is_file()
    )
    files = key.folder.glob("*.yaml")
    texts = [text for path in files for text in key_side(yaml.safe_load(path.read_text()))]
    catalogues = [polib.pofile(str(path)) for path in key.catalogues.glob("*.po")]
    translated = [
        entry.msgstr for catalogue in catalogues for entry in catalogue if entry.msgid in texts
    ]
    assert len(texts) > 20
    assert len(translated) > 20
    secret = {text for text in [*texts, *translated] if len(text) > LONG_ENOUGH_TO_BE_TOLD_APART}
    assert [text for text in sorted(secret) if text in released] == []
    for word in ('"correct"', '"critical"', '"acceptable"', '"effects"', '"rubric"'):
        assert word not in released


def key_side(data, *, inside=False):
    """Every text that stands on the key side of a question or case file."""
    if isinstance(data, dict):
        for name, value in data.items():
            secret = name in {"feedback", "feedback_by_role", "rubric"}
            yield from key_side(value, inside=inside or secret)
    elif isinstance(data, list):
        for value in data:
            yield from key_side(value, inside=inside)
    elif inside and isinstance(data, str):
        yield data.strip()
