"""A class's roads: nothing under ten learners, and no number from one to four anywhere."""

import pytest
from cases import ROLES, cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from travesia.charts.class_roads import class_decisions_rows, class_roads_rows, class_roads_svg
from travesia.scenarios import replay
from travesia.scenarios.cohort import TooFewError, cohort_roads

GOOD = ("official", ["greet", "ask-apart"])
NOTICE = ("official", ["notify", "thank"])
TAKEN = ("official", ["separate", "ask-apart"])


def test_nine_learners_are_too_few(small):
    with pytest.raises(TooFewError, match="Fewer than 10 learners have played the case small"):
        cohort_roads(small, [GOOD] * 9)
    assert cohort_roads(small, [GOOD] * 10).learners == 10


def test_a_class_is_told_in_numbers_that_tell_of_nobody(small):
    found = cohort_roads(small, [GOOD] * 10 + [NOTICE] * 6)
    assert [[(bar.nodes, bar.learners) for bar in step.bars] for step in found.steps] == [
        [(("platform",), 16)],
        [(("room",), 16)],
        [(("seen",), 10), (("half",), 6)],
    ]
    assert found.ribbons == ({(0, 0): 16}, {(0, 0): 10, (0, 1): 6})


def test_two_who_went_elsewhere_are_joined_with_the_others(small):
    found = cohort_roads(small, [GOOD] * 14 + [NOTICE] * 2)
    assert [bar.nodes for bar in found.steps[2].bars] == [("half", "seen")]
    assert found.steps[2].bars[0].learners == 16


def test_the_share_with_a_critical_failure_is_told_from_five_up_on_either_side(small):
    assert cohort_roads(small, [GOOD] * 10 + [TAKEN] * 10).steps[0].critical == 0.5
    assert cohort_roads(small, [GOOD] * 16 + [TAKEN] * 4).steps[0].critical is None
    assert cohort_roads(small, [GOOD] * 4 + [TAKEN] * 16).steps[0].critical is None
    assert cohort_roads(small, [GOOD] * 12).steps[0].critical == 0


def test_decisions_that_few_took_are_told_together(small):
    found = cohort_roads(small, [GOOD] * 12 + [NOTICE] * 6 + [TAKEN] * 2)
    told = {each.choices: each.share for each in found.decisions["platform"]}
    assert told == {("greet",): 0.6, ("notify", "separate"): 0.4}


def test_a_road_that_the_case_does_not_have_is_left_out_and_counted_from_five_up(small):
    edited = ("official", ["greet", "greet"])
    assert cohort_roads(small, [GOOD] * 12 + [edited] * 5).flagged == 5
    assert cohort_roads(small, [GOOD] * 12 + [edited] * 4).flagged is None


def test_the_picture_and_the_tables_say_the_same(small):
    found = cohort_roads(small, [GOOD] * 10 + [NOTICE] * 6)
    svg = class_roads_svg(small, found, str)
    assert ">10 · Seen (end)</text>" in svg
    rows = class_roads_rows(small, found, str)
    assert rows[2][1] == "Seen (end): 10; Waiting (end): 6"
    assert (rows[0][2], len(class_decisions_rows(small, found, str))) == ("0%", 4)


@st.composite
def classes(draw):
    """A case and the roads of a class through it."""
    case = draw(cases())
    roads = []
    for _ in range(draw(st.integers(10, 40))):
        role, path = draw(st.sampled_from(ROLES)), []
        for _ in range(draw(st.integers(1, 6))):
            offers = replay(case, role, path).choices
            if not offers:
                break
            path.append(offers[draw(st.integers(0, 7)) % len(offers)].id)
        roads.append((role, path))
    return case, roads


@settings(deadline=None, database=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(classes())
def test_no_number_from_one_to_four_is_ever_told(drawn):
    case, roads = drawn
    try:
        found = cohort_roads(case, roads)
    except TooFewError:
        return
    for step in found.steps:
        assert all(bar.learners >= 5 for bar in step.bars)
        assert sum(bar.learners for bar in step.bars) == found.learners
    for ribbons in found.ribbons:
        assert all(count >= 5 for count in ribbons.values())
        assert sum(ribbons.values()) == found.learners
    for told in found.decisions.values():
        assert abs(sum(each.share for each in told) - 1) <= 0.025 * len(told)
