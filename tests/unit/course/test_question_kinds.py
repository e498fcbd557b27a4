"""Each kind of question: what may be written, what an answer is worth, what graded use hides."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from travesia.course.answer_shapes import accepts, attempted
from travesia.course.document import ContentError
from travesia.course.questions import (
    from_practice,
    graded_form,
    iter_strings,
    load_questions,
    localised,
    practice_form,
    rule,
)

FILE = """
questions:
  - id: father
    kind: truth
    outcome: out
    prompt: It holds?
    holds: false
    reasons: [{id: good, text: Because}, {id: bad, text: Otherwise, feedback: Wrong}]
    because: good
    hints: [Look again]
  - id: record
    kind: short
    outcome: out
    prompt: Name?
    accepted: [acta de canalización]
  - id: steps
    kind: order
    outcome: out
    prompt: Order?
    steps: [{id: a, text: A}, {id: b, text: B}, {id: c, text: C}, {id: d, text: D}]
  - id: words
    kind: match
    outcome: out
    prompt: Pair?
    items: [{id: one, text: One}, {id: two, text: Two}]
    partners: [{id: x, text: X}, {id: y, text: Y}]
    pairs: {one: x, two: x}
  - id: place
    kind: spot
    outcome: out
    prompt: Where?
    picture:
      kind: map
      alt: A map
      areas: [{id: mex, text: Mexico}, {id: gtm, text: Guatemala}]
    correct: [mex]
"""


@pytest.fixture
def written(tmp_path):
    """Loads a questions file with a piece of it changed."""

    def load(old="", new=""):
        assert old in FILE
        path = tmp_path / "questions.yaml"
        path.write_text(FILE.replace(old, new) if old else FILE, encoding="utf-8")
        return load_questions(path)

    return load


@pytest.mark.parametrize(
    ("question", "value", "share"),
    [
        ("father", {"holds": False, "reason": "good"}, 1),
        ("father", {"holds": False, "reason": "bad"}, 0.5),
        ("father", {"holds": False, "reason": ""}, 0.5),
        ("father", {"holds": True, "reason": "good"}, 0),
        ("record", "acta de canalización", 1),
        ("record", "  ACTA de  canalizacion. ", 1),
        ("record", "acta", 0),
        ("steps", ["a", "b", "c", "d"], 1),
        ("steps", ["b", "c", "d", "a"], pytest.approx(2 / 3)),
        ("steps", ["d", "c", "b", "a"], 0),
        ("words", {"one": "x", "two": "x"}, 1),
        ("words", {"one": "x", "two": "y"}, 0.5),
        ("words", {"two": "y"}, 0),
        ("place", "mex", 1),
        ("place", "gtm", 0),
    ],
)
def test_an_answer_is_worth_what_the_rule_says(written, question, value, share):
    assert written()[question].share(value) == share


@pytest.mark.parametrize(
    "copied",
    ["acta de\u200b canalización", "acta de canali\u00adzación", "‘acta de canalización’",
     "(acta de canalización)"],
    ids=["zero width", "soft hyphen", "single quotes", "brackets"],
)  # fmt: skip
def test_what_came_along_with_a_copy_costs_nothing(written, copied):
    assert written()["record"].share(copied) == 1


@pytest.mark.parametrize("nothing", ["", " ", "\u200b", " \u00ad "])
def test_signs_that_show_nothing_are_no_attempt(nothing):
    assert not attempted(nothing)
    assert attempted(f"{nothing}.")


def test_case_and_accents_count_where_the_author_says_so(written):
    strict = written("accepted: [", "same_accents: true\n    accepted: [")["record"]
    assert strict.share("acta de canalizacion") == 0
    assert strict.share("ACTA DE CANALIZACIÓN") == 1
    strict = written("accepted: [", "same_case: true\n    accepted: [")["record"]
    assert strict.share("Acta de canalización") == 0


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("because: good", "because: none", "because names none"),
        ("[acta de canalización]", "['?']", "accepted has “\\?”, of which nothing is left"),
        ("kind: short", "kind: number\n    value: .nan", "value"),
        ("prompt: It holds?", "prompt: !!bool perhaps", "has a value with a tag"),
        ("prompt: It holds?", "prompt: !!int ''", "has a value with a tag"),
        ("prompt: It holds?", "prompt: !!timestamp soon", "has a value with a tag"),
        ("kind: short", "kind: number\n    value: 1\n    tolerance: .inf", "tolerance"),
        ("{id: bad, text: Otherwise", "{id: good, text: Otherwise", "two entries are called good"),
        ("{id: b, text: B}", "{id: a, text: B}", "two entries are called a"),
        ("pairs: {one: x, two: x}", "pairs: {one: x}", "pairs has no partner for two"),
        ("pairs: {one: x, two: x}", "pairs: {one: x, two: z}", "pairs has two: z"),
        ("correct: [mex]", "correct: [usa]", "correct names usa"),
        ("{id: gtm, text: Guatemala", "{id: tapachula, text: A town", "tapachula is no country"),
        ("{id: gtm, text: Guatemala", "{id: mx-tap, text: A town", "mx-tap is no state of Mexico"),
        ("{id: gtm, text: Guatemala", "{id: mx-chp, text: A town", "mx-chp is Chiapas: leave"),
        ("{id: gtm, text: Guatemala", "{id: mx-chp", "countries and states, which lie upon each"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_its_remedy(written, old, new, sentence):
    with pytest.raises(ContentError, match=sentence):
        written(old, new)


def test_a_state_has_its_name_and_another_in_another_language_where_it_has_one(written):
    picked = written(
        "[{id: mex, text: Mexico}, {id: gtm, text: Guatemala}]\n    correct: [mex]",
        "[{id: mx-cmx}, {id: mx-tla}]\n    correct: [mx-tla]",
    )["place"]
    assert [area.text for area in picked.picture.areas] == ["Mexico City", "Tlaxcala"]
    told = localised(picked, lambda _context, text: f"«{text}»")
    assert [area.text for area in told.picture.areas] == ["«Mexico City»", "Tlaxcala"]
    assert from_practice(practice_form(told)) == told


def test_the_graded_form_holds_nothing_of_the_key(written):
    questions = written()
    forms = json.dumps([graded_form(question) for question in questions.values()])
    for hidden in ("because", "holds", "accepted", "acta", "pairs", "correct", "feedback", "Look"):
        assert f'"{hidden}' not in forms
    assert [step["id"] for step in graded_form(questions["steps"])["steps"]] != ["a", "b", "c", "d"]


def test_a_practice_form_is_the_whole_question(written):
    for question in written().values():
        assert from_practice(json.loads(json.dumps(practice_form(question)))) == question


def test_a_translation_changes_every_word_and_no_mark(written):
    right = {
        "father": {"holds": False, "reason": "good"},
        "record": "acta de canalización",
        "steps": ["a", "b", "c", "d"],
        "words": {"one": "x", "two": "x"},
        "place": "mex",
    }
    for question in written().values():
        told = localised(question, lambda _context, text: f"«{text}»")
        assert told.share(right[question.id]) == 1
        assert all(text.startswith("«") for _, text in iter_strings(told))
        assert told.prompt != question.prompt


def test_what_counts_in_part_says_how(written):
    rules = {question.kind: rule(question.kind, str) for question in written().values()}
    assert {kind for kind, said in rules.items() if said} == {"truth", "order", "match"}
    assert rule("choice", str, multiple=True)
    assert not rule("choice", str)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
NEAR = st.sampled_from(["a", "b", "c", "d", "one", "two", "x", "y", "good", "holds", "reason", ""])
NEARLY = st.lists(NEAR, max_size=5) | st.dictionaries(NEAR, NEAR | st.booleans(), max_size=3)


@pytest.fixture(scope="module")
def questions(tmp_path_factory):
    path = tmp_path_factory.mktemp("kinds") / "questions.yaml"
    path.write_text(FILE, encoding="utf-8")
    return load_questions(path)


@given(value=JSON | NEARLY | NEAR)
def test_any_value_is_refused_or_has_a_worth(questions, value):
    for question in questions.values():
        if accepts(graded_form(question), value) and attempted(value):
            assert 0 <= question.share(value) <= 1
            assert all(isinstance(line, str) for line in question.told(value, str))


@pytest.mark.parametrize("value", ["", "  ", {}, [], None, {"holds": None, "reason": ""}])
def test_an_empty_value_is_no_attempt(value):
    assert not attempted(value)


def test_a_statement_that_does_not_hold_is_an_attempt():
    assert attempted({"holds": False, "reason": ""})


NUMBER = """
questions:
  - id: how-many
    kind: number
    outcome: out
    prompt: How many?
    value: 12
    points: 1
    feedback: {right: Yes.}
    references: [{instrument: LM, as_of: 2026-02-08}]
"""
SEVERAL = """
questions:
  - id: which
    kind: choice
    multiple: true
    outcome: out
    prompt: Which?
    options: [{id: a, text: A}, {id: b, text: B}, {id: c, text: C}]
    correct: [a, b]
"""


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (NUMBER, "value: 12", "value: 22:40", "line 7: YAML reads 22:40 as another number"),
        (NUMBER, "value: 12", "value: 0113", "line 7: YAML reads 0113 as another number"),
        (NUMBER, "value: 12", "value: true", "line 7: questions[1].value should be a number"),
        (NUMBER, "value: 12", "value: 1.0e+30", "line 7: questions[1].value is more than 1e+15"),
        (NUMBER, "points: 1", "points: .inf", "line 8: questions[1].points should be a number"),
        (NUMBER, "How many?", "'  '", "line 6: questions[1].prompt: it is empty: write a text."),
        (NUMBER, "2026-02-08", "2026-02-30", "line 10: 2026-02-30 is no day of the calendar"),
        (NUMBER, "2026-02-08", "1", "as_of: it should be a day, written as 2026-02-08."),
        (SEVERAL, "[a, b]", "[a, a]", "line 3: questions[1]: correct names a twice: keep one."),
        (SEVERAL, "[a, b]", "a", "questions[1].correct should be a list: write it as [a, b]"),
        (SEVERAL, "[a, b]", "[d]", "line 3: questions[1]: correct names d, which is no option"),
        (SEVERAL, "text: A", "text: ' '", "options[1].text: it is empty: write a text."),
    ],
)
def test_what_an_author_did_not_mean_is_named_with_line_and_remedy(tmp_path, file, old, new, said):
    (tmp_path / "questions.yaml").write_text(file.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ContentError) as caught:
        load_questions(tmp_path / "questions.yaml")

    assert said in str(caught.value)
    assert len(caught.value.problems) == 1


def test_a_bad_entry_does_not_make_its_list_too_short_as_well(tmp_path):
    text = SEVERAL.replace("{id: b, text: B}, {id: c, text: C}", "{id: no, text: B}")
    (tmp_path / "questions.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(ContentError) as caught:
        load_questions(tmp_path / "questions.yaml")

    (said,) = caught.value.problems
    assert said.endswith("questions[1].options[2].id is not read as text: put it in quotes.")
