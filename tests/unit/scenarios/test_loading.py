import json
import os

import pytest
import yaml

from travesia.scenarios import CaseError, load_case, parse_case, read_case


@pytest.fixture
def refused(small_text):
    """What the loader says of the small case after one change to its text."""

    def refuse(old, new):
        assert old in small_text
        with pytest.raises(CaseError) as caught:
            parse_case(small_text.replace(old, new, 1), "small.case.yaml")
        return str(caught.value)

    return refuse


def test_a_case_is_read_from_a_file(tmp_path, small_text):
    path = tmp_path / "small.case.yaml"
    path.write_text(small_text, encoding="utf-8")
    case = load_case(path)
    assert case.id == "small"
    assert set(case.nodes) == {"platform", "room", "seen", "half", "harmed"}


def test_a_case_survives_a_round_trip_through_json(small):
    data = json.loads(json.dumps(small.data()))
    assert read_case(data, "content.json").data() == small.data()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        pytest.param(
            "next: seen",
            "next: sene",
            "small.case.yaml, line 53, node room, choice ask-apart, next: it leads to `sene`, which"
            " is not a node of the case; did you mean `seen`? otherwise add that node, or correct"
            " the name.",
            id="missing target",
        ),
        pytest.param(
            "next_by_role: {consul: harmed}",
            "next_by_role: {consul: gone}",
            "line 30, node platform, choice separate, next_by_role.consul: it leads to `gone`",
            id="missing target of a role",
        ),
        pytest.param(
            "start: platform",
            "start: elsewhere",
            "line 8, start: it leads to `elsewhere`",
            id="missing start",
        ),
        pytest.param(
            "roles: [official]",
            "roles: [oficial]",
            "line 38, node platform, choice greet, roles: the role `oficial` is not one of the"
            " case; use one of official, consul",
            id="unknown role",
        ),
        pytest.param(
            "text_by_role: {consul:",
            "text_by_role: {judge:",
            "line 15, node platform, text_by_role.judge: the role `judge` is not one of the case",
            id="unknown role of a variant",
        ),
        pytest.param(
            "id: greet",
            "id: notify",
            "line 20, node platform, choice notify, id: the choice id `notify` is used 2 times",
            id="duplicate choice id",
        ),
        pytest.param(
            "chosen: [notify]",
            "chosen: [notifies]",
            "node room, choice thank, when: it depends on the choice `notifies`, which the case"
            " does not have",
            id="condition on an unknown choice",
        ),
        pytest.param(
            "text: Greet",
            "txet: Greet",
            "choice greet, txet: it is not a field that a case has here; did you mean `text`?",
            id="misspelt field",
        ),
        pytest.param(
            'version: "1"',
            "version: 1.10",
            "line 2, version: it should be text; write it in quotes.",
            id="number for text",
        ),
        pytest.param(
            "critical: separating-family",
            "critical: rudeness",
            "critical: `rudeness` is not one of its words; use `refoulement`, `detaining-child`",
            id="unknown critical failure",
        ),
        pytest.param(
            "effects: {safety: 1,",
            "effects: {safety: yes,",
            "effects.safety: it should be a whole number; write it without quotes, such as 2.",
            id="an effect that is no number",
        ),
        pytest.param(
            "src: images/platform.svg",
            "src: https://elsewhere.org/a.svg",
            "is not a file of this case",
            id="picture from outside",
        ),
        pytest.param(
            "src: images/platform.svg",
            "src: ../../keys/a.svg",
            "is not a file of this case",
            id="picture outside the folder",
        ),
        pytest.param(
            ", alt: An empty platform.",
            "",
            "illustration.alt: it is missing; add `alt:`",
            id="picture without alternative text",
        ),
        pytest.param(
            "seen: {ending: {kind: good, title: Seen, text: She is with her aunt.}}",
            "seen: {text: She is with her aunt.}",
            "node seen: it has neither choices nor an ending",
            id="neither choices nor ending",
        ),
        pytest.param(
            "{safety: 2, legal: 1, referral: 1, consent: 1}",
            "{safety: 0}",
            "it gives every dimension the weight 0",
            id="nothing counts",
        ),
        pytest.param(
            "as_of: 2026-02-08",
            "as_of: 20260208",
            "as_of: it should be a day, written as",
            id="a date that is a number",
        ),
        pytest.param(
            "roles: [official]",
            "roles: official",
            "choice greet, roles: it should be a list; write it as `[a, b]`, or each on a line",
            id="a word for a list",
        ),
        pytest.param(
            "effects: {safety: 1, consent: 2}",
            "effects: 3",
            "choice greet, effects: it should be fields of its own; write each as `name: value`.",
            id="a number for fields",
        ),
        pytest.param(
            "acceptable: true",
            "acceptable: 'yes'",
            "acceptable: it should be true or false; write one of the two, without quotes.",
            id="a text for true",
        ),
        pytest.param(
            "practice: free",
            "practice: twice",
            "practice: `twice` is not one of its words; use `free`, `once` or `never`.",
            id="a word that is none of these",
        ),
        pytest.param(
            "points: 10", "points: 2000", "points: it is more than 1000; write 1000 or less."
        ),
        pytest.param(
            "id: greet", f"id: {'g' * 65}", "id: it is longer than 64 characters; shorten it."
        ),
    ],
)
def test_a_faulty_case_is_refused_in_one_sentence(refused, old, new, sentence):
    assert sentence in refused(old, new)


@pytest.mark.parametrize(
    "day",
    [
        "'0'",
        "'86400'",
        "'2026-2-8'",
        "tomorrow",
        "'20260208'",
        "2026-02-08 10:00:00",
        "'2026-02-31'",
        "2026",
        "[2026-02-08]",
    ],
)
def test_what_is_no_day_is_refused_and_a_day_is_shown(refused, day):
    sentence = refused("as_of: 2026-02-08", f"as_of: {day}")
    assert "as_of: it should be a day, written as 2026-02-08; correct it." in sentence


@pytest.mark.parametrize("day", ["1026-02-08", "'1026-02-08'"])
def test_a_day_of_another_age_is_refused(refused, day):
    sentence = refused("as_of: 2026-02-08", f"as_of: {day}")
    assert "as_of: it should be a day after 1899; correct the year." in sentence


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("!!bool foo", "`foo` is not a value that can be read; write true or false"),
        ('!!int ""', "`` is not a value that can be read; write it in quotes"),
        ('!!float "-"', "`-` is not a value that can be read; write it in quotes"),
        ("!!timestamp foo", "`foo` is not a value that can be read; write a day of the calendar"),
        ("!!set foo", "it uses the YAML tag `tag:yaml.org,2002:set`; write plain values"),
        ("!!binary Zm9v", "it uses the YAML tag `tag:yaml.org,2002:binary`; write plain values"),
    ],
)
def test_a_tag_before_a_value_of_another_kind_is_refused_with_its_line(refused, value, what):
    said = refused("title: Two at the station", f"title: {value}")
    assert f"small.case.yaml, line 3: {what}" in said


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        pytest.param("title: Two", "title: *anchor", "line 3: it uses a YAML alias", id="alias"),
        pytest.param(
            "start: platform",
            f"start: {'[' * 5000}",
            "line 8: it is nested too deeply",
            id="deep nesting",
        ),
        pytest.param(
            "summary: A short case.",
            "summary: !!python/object/apply:os.system [id]",
            "line 4: it uses the YAML tag `tag:yaml.org,2002:python/object/apply:os.system`",
            id="python object",
        ),
        pytest.param(
            "title: Two",
            "title: !!python/name:os.system",
            "line 3: it uses the YAML tag",
            id="python name",
        ),
        pytest.param("points: 10", f"points: {'9' * 5000}", "line 9: `9999", id="endless number"),
        pytest.param(
            "as_of: 2026-02-08",
            "as_of: 2026-02-31",
            "line 18: `2026-02-31` is not a value",
            id="impossible day",
        ),
        pytest.param(
            "  room:", "  platform:", "line 42: `platform` is written twice", id="repeated key"
        ),
        pytest.param(
            "title: Two", "? [a, b]\n: Two", "a key is not a plain word", id="list as key"
        ),
        pytest.param("summary:", "summary: 'open", "it is not readable YAML", id="open quote"),
        pytest.param("title: Two", "title: Two\x00", "characters that YAML does not", id="NUL"),
        pytest.param(
            "nodes:\n", "nodes: {}\n---\nnodes:\n", "it is not readable YAML", id="two documents"
        ),
    ],
)
def test_hostile_yaml_is_refused_in_one_sentence(refused, old, new, sentence):
    assert sentence in refused(old, new)


def leaves(data):
    return sum(map(leaves, data)) if isinstance(data, list) else 1


def test_an_alias_bomb_is_refused_before_it_grows():
    layers = "\n".join(
        f"a{depth + 1}: &a{depth + 1} [{', '.join([f'*a{depth}'] * 9)}]" for depth in range(5)
    )
    bomb = f"a0: &a0 [x]\n{layers}\n"
    with pytest.raises(CaseError, match="line 2: it uses a YAML alias"):
        parse_case(bomb, "bomb.yaml")
    assert leaves(yaml.safe_load(bomb)["a5"]) == 9**5, "without the defence it grows"


def test_without_these_defences_the_same_files_would_do_harm():
    assert yaml.unsafe_load("!!python/object/apply:os.getpid []") == os.getpid()
    assert yaml.safe_load("platform: kept\nplatform: lost") == {"platform": "lost"}
    with pytest.raises(RecursionError):
        yaml.load("[" * 5000, Loader=yaml.SafeLoader)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "it is empty; write a case into it."),
        (b"# only a comment\n", "it is empty"),
        (b"- a list\n", "it does not hold a case"),
        (b"title: \xff\xfe", "it is not UTF-8 text (byte 8); save the file as UTF-8."),
        (b"x" * 2_100_000, "it is larger than 2048 KB"),
    ],
)
def test_a_file_that_is_no_case_is_refused_by_name(tmp_path, content, sentence):
    path = tmp_path / "some.case.yaml"
    path.write_bytes(content)
    with pytest.raises(CaseError) as caught:
        load_case(path)
    assert str(caught.value).startswith("some.case.yaml: ")
    assert sentence in str(caught.value)


def test_a_missing_file_a_folder_and_a_pipe_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name, sentence in [
        ("absent", "there is no such file"),
        (".", "it is a"),
        ("pipe", "it is not an ordinary file"),
    ]:
        with pytest.raises(CaseError, match=sentence):
            load_case(tmp_path / name)


def test_all_faults_of_a_file_are_kept(small_text):
    text = small_text.replace("next: seen", "next: gone").replace("next: half", "next: away")
    with pytest.raises(CaseError) as caught:
        parse_case(text, "small.case.yaml")
    assert [problem.node for problem in caught.value.problems] == ["room", "room"]
    assert str(caught.value).endswith("(1 more in this file)")


def test_data_that_is_no_case_is_refused_by_name():
    for data in (None, [], "case", {"form": "learner"}, {"form": 3}):
        with pytest.raises(CaseError, match=r"^content\.json"):
            read_case(data, "content.json")
