import json

import pytest

from travesia.scenarios import CaseError, iter_strings, learner_form, read_case

KEY_SIDE = {
    "acceptable",
    "acceptable_by_role",
    "critical",
    "critical_by_role",
    "dimensions",
    "effects",
    "effects_by_role",
    "feedback",
    "feedback_by_role",
    "kind",
    "outcome",
    "outcomes",
    "references",
    "refers",
}


def fields(data):
    if isinstance(data, dict):
        return set(data).union(*map(fields, data.values()))
    if isinstance(data, list):
        return set().union(*map(fields, data))
    return set()


def test_the_learners_form_holds_nothing_of_the_key(small):
    assert fields(small.data()) > KEY_SIDE - {"outcome", "outcomes", "dimensions"}
    shown = learner_form(small).data()
    assert not fields(shown) & KEY_SIDE
    text = json.dumps(shown)
    assert "She is afraid" not in text
    assert "separating-family" not in text


def test_the_learners_form_keeps_what_is_needed_to_play(small):
    shown = learner_form(small).data()
    assert shown["nodes"]["platform"]["note"] == "A child may be in danger."
    assert shown["nodes"]["platform"]["illustration"]["alt"] == "An empty platform."
    assert shown["nodes"]["platform"]["choices"][1] == {
        "id": "separate",
        "text": "Take the little girl away.",
        "next": "room",
        "next_by_role": {"consul": "harmed"},
    }


def test_a_learners_form_with_a_key_in_it_is_refused(small):
    shown = learner_form(small).data()
    shown["nodes"]["platform"]["choices"][0]["acceptable"] = True
    with pytest.raises(CaseError, match="choice notify, acceptable: it is not a field"):
        read_case(shown, "content.json")


def test_every_text_has_a_stable_context_of_its_own(small):
    contexts = [context for context, _ in iter_strings(small)]
    assert len(contexts) == len(set(contexts))
    assert {
        "case:small/title",
        "case:small/role:consul/briefing",
        "case:small/node:platform/text",
        "case:small/node:platform/text@consul",
        "case:small/node:platform/illustration/alt",
        "case:small/choice:thank/feedback@consul/say",
        "case:small/node:half/ending/text@consul",
    } <= set(contexts)


def test_no_text_escapes_the_catalogue(small):
    marked = small.localised(lambda context, text: f"<{text}>")
    assert [text for _, text in iter_strings(marked)] == [
        f"<{text}>" for _, text in iter_strings(small)
    ]
    untouched = {"id", "version", "start", "next", "src", "instrument", "article", "as_of"}

    def unmarked(data, name=""):
        if isinstance(data, dict):
            for key, value in data.items():
                yield from unmarked(value, name if name == "text_by_role" else key)
        elif isinstance(data, list):
            for value in data:
                yield from unmarked(value, name)
        elif isinstance(data, str) and " " in data and not data.startswith("<"):
            yield name, data

    assert [found for found in unmarked(marked.data()) if found[0] not in untouched] == []


def test_a_localised_case_keeps_its_ids_and_its_origin(small):
    spanish = small.localised({"case:small/title": "Dos"}.get)
    assert spanish.title == "Dos"
    assert small.title == "Two at the station"
    assert list(spanish.nodes) == list(small.nodes)
    assert spanish.origin.file == "small.case.yaml"
