import pytest

from travesia.scenarios import InvalidPath, decisions, learner_form, parse_case, replay


def ids(state):
    return [offer.id for offer in state.choices]


def test_an_empty_path_stands_at_the_start(small):
    state = replay(small, "official", [])
    assert (state.node, state.finished, ids(state)) == (
        "platform",
        False,
        ["notify", "separate", "greet"],
    )


def test_a_path_leads_to_its_ending(small):
    state = replay(small, "official", ["greet", "ask-apart"])
    assert state.finished
    assert (state.ending.title, state.ending.kind) == ("Seen", "good")
    assert [step.node for step in state.steps] == ["platform", "room"]


def test_a_role_reads_its_own_texts_and_is_offered_its_own_choices(small):
    state = replay(small, "consul", [])
    assert state.text == "A man and a girl ask for you."
    assert ids(state) == ["notify", "separate"]


def test_a_choice_leads_each_role_to_its_own_node(small):
    assert replay(small, "official", ["separate"]).node == "room"
    assert replay(small, "consul", ["separate"]).node == "harmed"


def test_a_choice_with_a_condition_depends_on_earlier_decisions(small):
    assert "thank" in ids(replay(small, "official", ["notify"]))
    assert "thank" not in ids(replay(small, "official", ["greet"]))


def test_a_choice_is_taken_once(small):
    assert "offer-water" not in ids(replay(small, "official", ["notify", "offer-water"]))
    with pytest.raises(InvalidPath, match="Decision 3 "):
        replay(small, "official", ["notify", "offer-water", "offer-water"])


def test_the_learners_form_replays_like_the_authors(small):
    shown = learner_form(small)
    path = ["greet", "ask-apart"]
    ours, theirs = replay(small, "official", path), replay(shown, "official", path)
    assert theirs.steps == ours.steps
    assert theirs.ending.title == ours.ending.title
    assert theirs.ending.kind is None


def test_only_nodes_that_allow_it_are_shuffled_and_stably(small_text):
    from travesia.scenarios import parse_case

    mixed = parse_case(small_text.replace("    note:", "    shuffle: true\n    note:"), "x.yaml")
    orders = {seed: ids(replay(mixed, "official", [], seed=seed)) for seed in "abcdefgh"}
    assert len({tuple(order) for order in orders.values()}) > 1
    assert orders == {seed: ids(replay(mixed, "official", [], seed=seed)) for seed in orders}
    kept = parse_case(small_text, "x.yaml")
    assert ids(replay(kept, "official", [], seed="b")) == ["notify", "separate", "greet"]


@pytest.mark.parametrize(
    ("role", "path", "sentence"),
    [
        ("judge", [], "The case “Two at the station” has no role “judge”"),
        ("official", ["ask-apart"], "Decision 1 of the case “Two at the station” (“ask-apart”)"),
        ("official", ["notify", "notify"], "Decision 2 "),
        ("official", ["greet", "thank"], "Decision 2 "),
        ("consul", ["greet"], "Decision 1 "),
        ("official", ["greet", "ask-apart", "notify"], "Decision 3 "),
        ("official", ["x" * 100_000], "(“" + "x" * 40 + "…”)"),
        ("official", ["\x1b[2J\n"], "(“ [2J ”)"),
        ("official", "notify", "saved decisions"),
        ("official", [1], "saved decisions"),
        ("official", [["notify"]], "saved decisions"),
    ],
)
def test_a_path_that_the_case_does_not_have_is_refused(small, role, path, sentence):
    with pytest.raises(InvalidPath) as caught:
        replay(small, role, path)
    assert sentence in str(caught.value)


def test_the_refusal_speaks_the_readers_language(small):
    with pytest.raises(InvalidPath) as caught:
        replay(small, "judge", [])
    spanish = {caught.value.template: "El caso «{case}» no tiene el papel «{role}»."}
    sentence = caught.value.sentence(lambda text: spanish[text])
    assert sentence == "El caso «Two at the station» no tiene el papel «judge»."


def test_a_saved_answer_gives_role_and_path():
    assert decisions({"role": "official", "path": ["a"]}) == ("official", ["a"])


@pytest.mark.parametrize("value", [None, [], "a", {}, {"role": 1, "path": []}, {"role": "a"}])
def test_a_saved_answer_of_another_shape_is_refused(value):
    with pytest.raises(InvalidPath, match="cannot be read"):
        decisions(value)


def test_a_passage_stands_for_its_roles_and_after_its_decisions(small_text):
    passages = """\
    passages:
      - {text: He is calm., when: {any_of: [greet, notify]}}
      - {text: Your shift ends., roles: [official], when: {not_chosen: [greet]}}
"""
    text = small_text.replace(
        "    text: Both sit in a quiet room.\n",
        f"""\
    text: Both sit in a quiet room.
{passages}""",
    )
    case = parse_case(text, "small.case.yaml")

    def read(role, *path):
        return replay(case, role, path).text.split("\n\n")[1:]

    assert read("official", "notify") == ["He is calm.", "Your shift ends."]
    assert read("official", "greet") == ["He is calm."]
    assert read("consul", "notify") == ["He is calm."]
    assert read("official", "separate") == ["Your shift ends."]


def test_an_earlier_step_is_read_again_as_it_stood_then(small_text):
    text = small_text.replace(
        "    text: Both sit in a quiet room.\n",
        "    text: Both sit in a quiet room.\n"
        "    passages: [{text: They drink., when: {chosen: [offer-water]}}]\n",
    )
    state = replay(parse_case(text, "s"), "official", ["greet", "offer-water", "ask-apart"])
    assert "They drink." not in state.steps[1].text
    assert "They drink." in state.steps[2].text
