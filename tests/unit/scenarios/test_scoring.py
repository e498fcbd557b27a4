import pytest

from travesia.scenarios import Critical, Dimension, debrief, parse_case, score
from travesia.scenarios.debrief import acceptable_roads, consequences


def test_the_best_road_earns_everything(small):
    result = score(small, "official", ["greet", "offer-water", "ask-apart"])
    assert (result.finished, result.failed, result.fraction) == (True, False, 1.0)


def test_a_road_earns_its_share_of_the_best(small):
    # greet 2*1+2, ask-apart 2*2+1, beside the best road's one more for the water
    assert score(small, "official", ["greet", "ask-apart"]).fraction == pytest.approx(9 / 10)


def test_the_dimensions_are_reported_apart(small):
    dimensions = score(small, "official", ["notify", "ask-apart"]).dimensions
    assert set(dimensions) == set(Dimension)
    legal, consent = dimensions[Dimension.LEGAL], dimensions[Dimension.CONSENT]
    assert (legal.points, legal.best, legal.fraction) == (3, 3, 1.0)
    assert (consent.points, consent.fraction) == (0, 0.0)


def test_a_critical_failure_fails_whatever_the_score(small):
    result = score(small, "official", ["separate", "offer-water", "ask-apart"])
    assert (result.failed, result.fraction) == (True, 0.0)
    (failure,) = result.criticals
    assert failure.name is Critical.SEPARATING_FAMILY
    assert (failure.node, failure.choice, failure.article) == ("platform", "separate", "LM 98")
    assert [reference.article for reference in failure.references] == ["98"]


def test_without_its_critical_the_same_road_earns_points(small_text):
    path = ["separate", "offer-water", "ask-apart"]
    mild = parse_case(small_text.replace("        critical: separating-family\n", ""), "x.yaml")
    assert score(mild, "official", path).fraction > 0


def test_what_a_critical_failure_would_earn_sets_no_standard(small_text):
    tempting = parse_case(small_text.replace("effects: {safety: -2}", "effects: {safety: 50}"), "x")
    best = ["greet", "offer-water", "ask-apart"]
    assert score(tempting, "official", best).fraction == 1.0
    assert score(tempting, "official", best).dimensions[Dimension.SAFETY].best == 3


def test_a_choice_can_be_critical_for_one_role_only(small):
    assert not score(small, "consul", ["separate"]).failed


def test_effects_follow_the_role(small):
    points = {
        role: score(small, role, ["notify", "thank"]).dimensions[Dimension.CONSENT].points
        for role in small.roles
    }
    assert points == {"official": 1, "consul": 2}


def test_an_unfinished_road_is_reported_as_unfinished(small):
    result = score(small, "official", ["notify"])
    assert (result.finished, result.ending, result.fraction) == (False, None, 0.0)
    assert result.dimensions[Dimension.LEGAL].points == 2


def test_a_decision_brings_its_consequence(small):
    (only,) = consequences(small, "official", ["separate"])
    assert only.feedback.person == "She is afraid."
    assert [offer.id for offer in only.alternatives] == ["notify", "greet"]
    assert not only.acceptable


def test_the_debrief_lays_acceptable_roads_beside_the_one_taken(small):
    data = debrief(small, "official", ["separate", "ask-apart"]).data()
    assert [step["choice"] for step in data["consequences"]] == ["separate", "ask-apart"]
    assert data["score"]["criticals"][0]["references"][0]["as_of"] == "2026-02-08"
    roads = [[step["choice"] for step in road["steps"]] for road in data["roads"]]
    assert len(roads) == 3
    assert not any("separate" in road for road in roads)


def test_acceptable_roads_come_best_first_and_keep_to_the_role(small):
    earned = [
        score(small, "consul", [step.choice for step in road.steps]).fraction
        for road in acceptable_roads(small, "consul")
    ]
    assert earned == sorted(earned, reverse=True)
    assert all(
        step.choice not in {"greet", "thank"}
        for road in acceptable_roads(small, "consul")
        for step in road.steps
    )


def test_the_roads_shown_differ_as_much_as_the_case_allows(small):
    roads = [
        {step.choice for step in road.steps} for road in acceptable_roads(small, "official", 2)
    ]
    assert roads[0] == {"notify", "offer-water", "ask-apart"}
    assert len(roads[0] ^ roads[1]) >= 3
