"""Groups of nodes: written once, used several times, a case like any other afterwards."""

import pytest

from travesia.scenarios import CaseError, check, iter_strings, load_case, parse_case, replay, score

FEEDBACK = "{person: She waits., why: Time., article: LM 98, say: A moment.}"
TALK = f"""\
start: ask
exits: [done]
nodes:
  ask:
    text: You sit down and ask.
    choices:
      - {{id: listen, text: Listen to her now., next: close, effects: {{consent: 1}},
          acceptable: true, feedback: {FEEDBACK}}}
      - {{id: hurry, text: Ask her quickly all., next: done, effects: {{consent: -1}},
          feedback: {FEEDBACK}}}
  close:
    text: She has said what she wants.
    passages:
      - {{text: You listened., when: {{chosen: [listen]}}}}
    choices:
      - {{id: thank, text: Thank her and stand up., next: done, when: {{chosen: [listen]}},
          effects: {{consent: 1}}, acceptable: true, feedback: {FEEDBACK}}}
"""
HEAD = """\
id: twice
version: "1"
title: Twice
roles: {official: {title: Official, briefing: You are on shift.}}
start: morning
"""
TAIL = f"""\
nodes:
  hall:
    text: The hall is empty.
    choices:
      - {{id: walk-on, text: Walk on to the office., next: evening, effects: {{safety: 1}},
          acceptable: true, feedback: {FEEDBACK}}}
  end: {{ending: {{kind: good, title: Heard, text: She was heard twice.}}}}
"""


def indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


IN_THE_CASE = (
    HEAD
    + "groups:\n  talk:\n"
    + indented(TALK)
    + """\
uses:
  - {as: morning, group: talk, exits: {done: hall}}
  - {as: evening, group: talk, exits: {done: end}}
"""
    + TAIL
)


@pytest.fixture
def twice():
    return parse_case(IN_THE_CASE, "twice.case.yaml")


def test_a_group_stands_in_the_case_under_each_name_it_is_used_by(twice):
    assert set(twice.nodes) == {
        *("hall", "end", "morning", "morning-close", "evening", "evening-close"),
    }
    road = ["morning-listen", "morning-thank", "walk-on", "evening-hurry"]
    assert replay(twice, "official", road).ending.title == "Heard"
    assert score(twice, "official", road).finished


def test_a_condition_inside_a_group_follows_its_own_copy(twice):
    first = replay(twice, "official", ["morning-listen"])
    assert [offer.id for offer in first.choices] == ["morning-thank"]
    assert first.text == "She has said what she wants.\n\nYou listened."


def test_the_texts_of_a_group_are_translated_once_however_often_it_is_used(twice):
    contexts = [context for context, text in iter_strings(twice) if text == "Listen to her now."]
    assert contexts == ["case:twice/group:talk/choice:listen/text"] * 2
    spanish = twice.localised(lambda context, text: f"es {text}")
    assert spanish.nodes["evening"].text == "es You sit down and ask."


def test_a_group_in_a_file_serves_several_cases(tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "talk.group.yaml").write_text("id: talk\n" + TALK)
    lesson = tmp_path / "lesson"
    lesson.mkdir()
    path = lesson / "twice.case.yaml"
    path.write_text(
        HEAD
        + """\
uses:
  - {as: morning, from: ../shared/talk.group.yaml, exits: {done: hall}}
  - {as: evening, from: ../shared/talk.group.yaml, exits: {done: end}}
"""
        + TAIL
    )
    case = load_case(path)
    assert replay(case, "official", ["morning-hurry", "walk-on", "evening-hurry"]).finished
    assert dict(iter_strings(case))["group:talk/node:ask/text"] == "You sit down and ask."


def test_a_problem_in_a_shared_group_names_the_file_where_it_is_written(tmp_path):
    (tmp_path / "talk.group.yaml").write_text("id: talk\n" + TALK.replace("why: Time., ", "", 1))
    path = tmp_path / "twice.case.yaml"
    path.write_text(
        HEAD
        + """\
uses:
  - {as: morning, from: talk.group.yaml, exits: {done: hall}}
  - {as: evening, from: talk.group.yaml, exits: {done: end}}
"""
        + TAIL
    )
    found = [str(problem) for problem in check(load_case(path)) if "`why`" in problem.what]
    assert found[0].startswith("talk.group.yaml, line 8, node morning, choice morning-listen: ")


def test_a_groups_file_that_is_not_there_is_told_with_the_case_that_asks_for_it(tmp_path):
    path = tmp_path / "twice.case.yaml"
    path.write_text(HEAD + "uses:\n  - {as: morning, from: gone.group.yaml}\n" + TAIL)
    with pytest.raises(CaseError) as caught:
        load_case(path)
    assert str(caught.value) == (
        "twice.case.yaml, line 7, use number 1, from: the group's file gone.group.yaml cannot be"
        " used, since there is no such file; check the name and the folder."
    )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("group: talk, exits: {done: hall}", "group: tale", "there is no group `tale`; did you"),
        (
            "exits: {done: hall}",
            "exits: {}",
            "does not say where the exit `done` leads; add `done:`",
        ),
        ("exits: {done: hall}", "exits: {done: hal}", "it leads to `hal`, which is not a node"),
        ("exits: {done: hall}", "exits: {done: hall, out: end}", "the group has no exit `out`"),
        ("as: evening", "as: hall", "the case already has a node `hall`"),
        ("as: evening, group: talk", "as: evening", "it names no group, or two"),
        ("group: talk, exits: {done: hall}", "from: ../../etc/passwd", "is not a group's file"),
        ("group: talk, exits: {done: hall}", "from: talk.group.yaml", "save the case first"),
        (
            "text: You sit down and ask.",
            "text: [You, sit]",
            "group talk, node ask, text: it should be text; write it in quotes.",
        ),
        ("as: morning", "as: The Morning", "as: `The Morning` is not an id; use small letters"),
        ("as: morning", "sa: morning", "sa: it is not a field that a case has here; did you mean"),
        ("start: ask", "start: asked", "the group starts at `asked`, which it does not have"),
        ("next: close", "next: clothes", "it leads to `morning-clothes`"),
    ],
)
def test_what_is_wrong_with_a_group_is_said_in_a_sentence(old, new, sentence):
    assert old in IN_THE_CASE
    with pytest.raises(CaseError) as caught:
        parse_case(IN_THE_CASE.replace(old, new, 1), "twice.case.yaml")
    assert sentence in str([str(each) for each in caught.value.problems])
    assert "twice.case.yaml" in str(caught.value)
