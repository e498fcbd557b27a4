import json
import math

import pytest

from travesia.grading.judge import judge


def by_id(results):
    return {each.id: each for each in results}


def test_right_answers_earn_every_point_but_the_one_that_waits_for_the_instructor(key, right):
    results = by_id(judge(key, right, "en"))
    assert {name: each.points for name, each in results.items()} == {
        "who-decides": 2,
        "whom-to-tell": 4,
        "how-many": 3,
        "monday-plan": 0,
        "bus": 6,
    }
    assert results["monday-plan"].needs_marking
    assert not any(each.needs_marking for name, each in results.items() if name != "monday-plan")


@pytest.mark.parametrize("item", ["who-decides", "whom-to-tell", "how-many", "monday-plan", "bus"])
def test_an_item_without_an_answer_earns_nothing_and_says_not_answered(key, right, item):
    del right[item]
    result = by_id(judge(key, right, "en"))[item]
    assert (result.outcome, result.points) == ("blank", 0)
    assert not result.needs_marking


@pytest.mark.parametrize(
    ("item", "kind", "value"),
    [
        ("who-decides", "choice", []),
        ("monday-plan", "text", "  \n"),
        ("monday-plan", "text", "\u200b\u00ad"),
        ("bus", "case", {"role": "official", "path": []}),
    ],
)
def test_an_empty_answer_is_not_answered(judged, item, kind, value):
    assert judged(item, kind, value).outcome == "blank"


def test_a_wrong_choice_earns_nothing_and_explains_why(judged):
    result = judged("who-decides", "choice", ["officer"])
    assert (result.outcome, result.points) == ("wrong", 0)
    assert "Officers notice and refer." in result.html
    assert "You notice and tell." in result.html
    assert "The child protection authority" in result.html


@pytest.mark.parametrize(
    ("chosen", "points"),
    [
        (["authority", "refugee-office"], 4),
        (["authority"], 2),
        (["authority", "refugee-office", "consulate"], 2),
        (["authority", "consulate"], 0),
        (["consulate"], 0),
    ],
)
def test_of_several_options_each_right_one_counts_and_each_wrong_one_takes_one_back(
    judged, chosen, points
):
    assert judged("whom-to-tell", "choice", chosen).points == points


def test_an_option_named_twice_counts_once(judged):
    assert judged("whom-to-tell", "choice", ["authority", "authority"]).points == 2


@pytest.mark.parametrize(("number", "points"), [(1250, 3), (1260, 3), (1240.0, 3), (1260.1, 0)])
def test_a_number_is_right_within_its_tolerance(judged, number, points):
    assert judged("how-many", "number", number).points == points


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, True, "1250", None, [1250], 10**400, {"value": 1250}]
)
def test_what_is_no_finite_number_is_refused(judged, value):
    result = judged("how-many", "number", value)
    assert (result.outcome, result.points) == ("unreadable", 0)


def test_a_case_is_graded_by_its_road(judged):
    late = judged("bus", "case", {"role": "official", "path": ["speak-apart", "write-later"]})
    best = judged("bus", "case", {"role": "official", "path": ["speak-apart", "tell-authority"]})
    assert 0 < late.points < best.points == best.max_points


def test_a_critical_failure_earns_nothing_and_names_the_rule(judged):
    result = judged("bus", "case", {"role": "official", "path": ["hold-him"]})
    assert (result.outcome, result.points) == ("critical", 0)
    assert "No child is detained" in result.message


def test_an_unfinished_case_earns_nothing_and_says_so(judged):
    result = judged("bus", "case", {"role": "official", "path": ["speak-apart"]})
    assert (result.outcome, result.points) == ("unfinished", 0)
    assert "not finished" in result.message


def test_the_debrief_goes_from_the_person_to_the_sentence_to_say(judged):
    html = judged("bus", "case", {"role": "official", "path": ["let-pass", "write-later"]}).html
    order = ["He stays with the man.", "Nobody asked.", "LM 112 asks.", "One moment."]
    places = [html.index(text) for text in order]
    assert places == sorted(places)
    assert "Speak with the boy apart" in html


@pytest.mark.parametrize(
    "value",
    [
        {"role": "official", "path": ["fly"]},
        {"role": "king", "path": ["speak-apart"]},
        {"role": "official", "path": ["speak-apart"] * 5000},
        {"role": "official", "path": "speak-apart"},
        {"role": ["official"], "path": []},
        "speak-apart",
        None,
    ],
)
def test_a_path_that_the_case_does_not_have_is_flagged_and_earns_nothing(judged, value):
    result = judged("bus", "case", value)
    assert (result.outcome, result.points) == ("flagged", 0)
    assert result.needs_marking
    assert result.message.endswith(".")


def test_a_flagged_road_names_the_step_where_it_breaks_and_shows_it_until_there(judged):
    edited = ["speak-apart", "speak-apart", "tell-authority"]
    result = judged("bus", "case", {"role": "official", "path": edited})
    assert "Decision 2 of the case “A bus at night” (“speak-apart”) is not open" in result.message
    assert "The boy breathes." in result.html
    assert "Someone comes." not in result.html


@pytest.mark.parametrize("item", ["who-decides", "whom-to-tell", "how-many", "monday-plan", "bus"])
@pytest.mark.parametrize(
    "entry",
    [
        0,
        [],
        "text",
        {},
        {"kind": "choice"},
        {"kind": ["choice"], "value": 1},
        {"kind": "other", "value": "authority"},
        {"value": ["authority"]},
        *(
            {"kind": kind, "value": value}
            for kind in ("choice", "number", "text", "case")
            for value in (
                [["authority"]],
                [{"a": 1}],
                ["no-such-option"],
                ["authority"] * 100_000,
                {"role": {}, "path": [[]]},
                {"role": "official", "path": [None, 3, {}]},
                "\ud800",
                -1e308,
            )
        ),
    ],
)
def test_no_answer_makes_judging_fail_or_earn_more_than_there_is(key, right, item, entry):
    results = judge(key, {**right, item: entry}, "en")
    result = by_id(results)[item]
    assert 0 <= result.points <= result.max_points
    assert "\ud800" not in result.html
    json.dumps(result.to_json(), ensure_ascii=False).encode("utf-8")


def test_answers_to_unknown_items_change_nothing(key, right):
    assert judge(key, {**right, "no-such-item": {"kind": "text", "value": "x"}}, "en") == judge(
        key, right, "en"
    )


def test_written_answers_are_shown_as_text_never_as_markup(judged):
    result = judged("monday-plan", "text", "<script>alert(1)</script> & **more**")
    assert "<script" not in result.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; **more**" in result.html


def test_results_are_in_the_learners_language(key, right):
    results = by_id(judge(key, right, "es"))
    assert results["who-decides"].title == "¿Quién decide si una niña o un niño está sin compañía?"
    assert results["who-decides"].message == "Decide la autoridad."


def test_a_submission_that_could_not_be_read_earns_nothing_and_says_why(key):
    results = judge(key, {}, "en", problem="The file is damaged.")
    assert {each.outcome for each in results} == {"unreadable"}
    assert sum(each.points for each in results) == 0
    assert all("The file is damaged." in each.message for each in results)


@pytest.mark.parametrize("item", ["who-decides", "how-many", "bus"])
def test_an_answer_to_another_version_is_flagged_with_its_points_as_a_proposal(key, right, item):
    result = by_id(judge(key, {**right, item: {**right[item], "version": "0"}}, "en"))[item]
    same = by_id(judge(key, right, "en"))[item]

    assert (result.outcome, result.points) == ("flagged", same.points)
    assert result.needs_marking
    assert "answered in version 0 and is marked by version 1" in result.message


@pytest.mark.parametrize("version", [["1"], {"1": 1}, 7, "\ud800", "<script>", "9" * 10_000])
def test_no_version_that_somebody_wrote_by_hand_makes_judging_fail(key, right, version):
    results = judge(key, {**right, "bus": {**right["bus"], "version": version}}, "es")
    result = by_id(results)["bus"]

    assert result.outcome == "flagged"
    assert "<script>" not in result.html
    json.dumps(result.to_json(), ensure_ascii=False).encode("utf-8")
