import json
import re

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from travesia.cli import case
from travesia.scenarios import check, check_file, json_schema, parse_case

REST = ("room", "seen", "half", "harmed")
HALL = """\
  hall:
    text: A hall.
    choices:
      - {id: go-on, text: Go, next: room, roles: [consul]}
  room:"""


@pytest.fixture
def problems(small_text):
    """The problems of the small case after changes to its text."""

    def found(*changes):
        text = small_text
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return [str(problem) for problem in check(parse_case(text, "small.case.yaml"))]

    return found


def test_a_sound_case_has_no_problem(small):
    assert check(small) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param(
            [("next_by_role: {consul: harmed}", "next_by_role: {consul: room}")],
            "line 70, node harmed: no road of any role reaches this ending; lead a choice to it",
            id="ending that no road reaches",
        ),
        pytest.param(
            [
                (
                    "  seen: {",
                    "  lost: {text: Nobody., choices: [{id: go, text: Go, next: seen}]}\n  seen: {",
                )
            ],
            "line 68, node lost: no road of any role reaches this node",
            id="node that no road reaches",
        ),
        pytest.param(
            [("chosen: [notify]", "chosen: [notify], not_chosen: [notify]")],
            "node room, choice thank: it is never open on any road; correct its `roles` or `when`",
            id="choice that is never open",
        ),
        pytest.param(
            [("        next: seen\n", "        next: seen\n        roles: [consul]\n")],
            "line 42, node room: a road of the role `official` turns in a loop and finds",
            id="loop without exit",
        ),
        pytest.param(
            [
                (
                    "  room:",
                    HALL,
                ),
                ("consul: harmed}", "consul: harmed, official: hall}"),
            ],
            "line 42, node hall: a road of the role `official` ends here with no choice open",
            id="dead end of a role",
        ),
        pytest.param(
            [("why: Trust., ", "")],
            "choice greet: its `feedback` has no `why`; write all four",
            id="feedback without a field",
        ),
        pytest.param(
            [("why: Trust., ", "why: '  ', ")], "its `feedback` has no `why`", id="empty feedback"
        ),
        pytest.param(
            [
                (
                    "consul: {person: He waits., why: Facts., article: LM 98, say: They come.}",
                    "consul: {person: He waits.}",
                )
            ],
            "choice thank: its `feedback_by_role.consul` has no `why`, `article`, `say`",
            id="feedback of a role without fields",
        ),
        pytest.param(
            [("next: half", "next: bad-end"), ("  half: {", "  bad-end: {")],
            "node bad-end: the id `bad-end` tells how the case is judged (“bad”), and learners",
            id="id that tells how a graded case is judged",
        ),
        pytest.param(
            [(", as_of: 2026-02-08", "")],
            "line 18, node platform, references.1: the reference to LM 98 has no date; add",
            id="reference without a date",
        ),
        pytest.param(
            [('    references: [{instrument: LM, article: "98", as_of: 2026-02-08}]\n', "")],
            "choice separate: it is a critical failure without a reference to the rule it breaks",
            id="critical without a rule",
        ),
        pytest.param(
            [("critical: separating", "acceptable: true\n        critical: separating")],
            "choice separate: it is both critical and acceptable for official",
            id="critical and acceptable",
        ),
        pytest.param(
            [("acceptable: true", "acceptable: false")],
            "no road of acceptable choices leads the role `official` to an ending",
            id="no acceptable road",
        ),
        pytest.param(
            [
                (
                    "effects: {safety: 2, legal: 1}",
                    "effects: {safety: 2, legal: 1}\n        acceptable_by_role: {official: false}",
                ),
                ("effects: {consent: 1}", "effects: {consent: 0}"),
            ],
            "for the role `official` a road with a choice that is not acceptable earns most",
            id="best road not acceptable",
        ),
        pytest.param(
            [("text: Greet both and sit down.", "text: Greet them both warmly and sit down.")],
            "choice greet: for the role `official` its text has 36 characters where the node's"
            " mean is 28; keep it between 20% below and above the mean",
            id="option too long",
        ),
        pytest.param(
            [
                ("text: Say that help is on its way.", "text: Say help comes"),
                ("text: Tell the Procuraduría.", "text: Tell the Procuraduría soon."),
            ],
            "for the role `consul` the best option is the longest in 2 of 2 nodes, where chance"
            " would make it",
            id="best option longest",
        ),
        pytest.param(
            [
                ("effects: {legal: 2, referral: 2}", "effects: {legal: 1, referral: 3}"),
                ("effects: {safety: 2, legal: 1}", "effects: {safety: 0, legal: 1}"),
            ],
            "for the role `official` only 0 of 2 choice nodes have two acceptable options with"
            " different scores",
            id="too few open questions",
        ),
        pytest.param(
            [
                (
                    "effects: {safety: 2, legal: 1}",
                    "effects: {safety: 2, legal: 1}\n        refers: true",
                )
            ],
            "for the role `official` referring is best in 2 of 2 nodes",
            id="referring too often best",
        ),
        pytest.param(
            [("    note:", "    outcome: notice\n    note:")],
            "node platform, outcome: the outcome `notice` is not among the case's `outcomes`",
            id="outcome that the case does not name",
        ),
    ],
)
def test_each_fault_is_found_and_named(problems, changes, sentence):
    found = problems(*changes)
    assert any(sentence in problem for problem in found), found


ROOM = "    text: Both sit in a quiet room.\n"


@pytest.mark.parametrize(
    ("passage", "shown"),
    [
        ("when: {chosen: [notify], not_chosen: [notify]}", False),
        ("when: {chosen: [ask-apart]}", False),  # decided in this very scene, and never back
        ("when: {chosen: [greet]}, roles: [consul]", False),
        ("when: {chosen: [notify, greet]}", False),  # one of the two only
        ("when: {chosen: [notify]}", True),
        ("when: {chosen: [offer-water]}", True),  # the scene comes back
        ("when: {not_chosen: [ask-apart]}", True),
        ("when: {chosen: [greet]}, roles: [official]", True),
    ],
)
def test_a_passage_that_no_road_shows_is_named(problems, passage, shown):
    found = problems((ROOM, f"{ROOM}    passages: [{{text: It rains., {passage}}}]\n"))
    sentence = (
        "node room, passages.1: no road of any role shows this passage; correct its `roles` or"
        " `when`."
    )
    assert any(sentence in problem for problem in found) is not shown


def test_many_conditional_passages_do_not_make_a_case_too_large(small_text):
    rooms = "".join(
        f"  room{n}:\n    text: A room.\n    choices:\n"
        f"      - {{id: ask{n}, text: Ask, next: room{n + 1}}}\n"
        f"      - {{id: skip{n}, text: Skip, next: room{n + 1}}}\n"
        for n in range(30)
    )
    passages = ", ".join(f"{{text: You asked., when: {{chosen: [ask{n}]}}}}" for n in range(30))
    last = (
        f"  room30:\n    text: A room.\n    passages: [{passages}]\n"
        "    choices: [{id: go, text: Go, next: seen}]\n"
        "  seen: {ending: {kind: good, title: S, text: S}}\n"
    )
    head = small_text.split("nodes:\n")[0].replace("start: platform", "start: room0")
    found = [str(each) for each in check(parse_case(f"{head}nodes:\n{rooms}{last}", "s"))]
    assert not [each for each in found if "passage" in each or "more different roads" in each]


def test_a_reference_checked_on_a_day_to_come_is_named(problems):
    found = problems(("as_of: 2026-02-08", "as_of: 2999-01-01"))
    assert (
        "small.case.yaml, line 18, node platform, references.1.as_of: the day 2999-01-01 is still"
        " to come; write the day on which the text was last checked."
    ) in found


def test_a_dimension_that_no_choice_of_a_role_affects_is_named(problems):
    found = problems(("effects: {legal: 2, referral: 2}", "effects: {legal: 2}"))
    assert (
        "small.case.yaml, line 11, dimensions.referral: no choice of the role `official` affects"
        " it; add it to the `effects` of some choice, or give it the weight 0."
    ) in found


def test_a_case_with_too_many_roads_is_refused_not_followed(small_text):
    start, end = (
        small_text.split("    choices:", 1)[0],
        "\n  seen: {ending: {kind: good, title: S, text: S}}",
    )
    chambers = "".join(
        f"\n  room{n}:\n    text: R\n    choices:\n"
        + "".join(
            f"      - {{id: c{n}x{k}, text: R, next: room{(n + k + 1) % 20}}}\n" for k in range(5)
        )
        for n in range(20)
    )
    text = start + "    choices: [{id: in, text: In, next: room0}]" + chambers + end
    (problem,) = check(parse_case(text, "maze.yaml"))
    assert "more different roads than can be followed" in str(problem)


def test_the_command_prints_a_line_a_problem_and_fails(tmp_path, small_text):
    good, bad, absent = (tmp_path / name for name in ("good.yaml", "bad.yaml", "absent.yaml"))
    sound = small_text.replace("    note: A child may be in danger.\n", "")
    good.write_text(sound, encoding="utf-8")
    bad.write_text(sound.replace("why: Trust., ", ""), encoding="utf-8")
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "platform.svg").write_text('<svg viewBox="0 0 9 9"></svg>')
    runner = CliRunner()
    assert runner.invoke(case, ["check", str(good)]).exit_code == 0
    result = runner.invoke(case, ["check", str(good), str(bad), str(absent)])
    assert result.exit_code == 1
    assert [line.split(":")[0] for line in result.output.splitlines()] == [
        f"{good}",
        f"{bad}, line 34, node platform, choice greet",
        f"{absent}",
    ]


def test_a_file_that_cannot_be_read_is_a_problem_too(tmp_path, small_text):
    path = tmp_path / "small.case.yaml"
    path.write_text(small_text.replace("next: seen", "next: gone"), encoding="utf-8")
    (problem,) = check_file(path)
    assert "it leads to `gone`" in str(problem)
    assert (problem.node, problem.line) == ("room", 53)


def test_the_schema_takes_a_case_whose_nodes_all_come_from_its_uses_as_the_loader_does(small_text):
    head, nodes = small_text.split("nodes:\n")
    group = "".join(f"    {line}\n" for line in nodes.replace("roles: [official]", "").splitlines())
    text = (
        f"{head.replace('start: platform', 'start: day')}groups:\n  all:\n"
        f"    start: platform\n    nodes:\n{group}uses:\n  - {{as: day, group: all}}\n"
    )
    assert set(parse_case(text, "s").nodes) == {"day", *(f"day-{n}" for n in REST)}
    data = json.loads(json.dumps(yaml.safe_load(text), default=str))
    jsonschema.validate(data, json_schema())
    for spoiled in ({**data, "uses": []}, {**data, "uses": [], "nodes": {}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(spoiled, json_schema())


def test_the_schema_names_every_field_and_refuses_others():
    result = CliRunner().invoke(case, ["schema"])
    assert json.loads(result.output) == json_schema()
    choice = json_schema()["$defs"]["Choice"]
    assert choice["additionalProperties"] is False
    assert {"id", "text", "next", "effects_by_role", "critical_by_role"} <= set(
        choice["properties"]
    )
    assert re.match("The node that follows", choice["properties"]["next"]["description"])
