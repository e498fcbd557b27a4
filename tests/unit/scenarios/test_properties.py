"""What holds for every case that can be written, and every path that can be saved."""

import pytest
from cases import ROLES, cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from travesia.scenarios import (
    InvalidPath,
    check,
    debrief,
    learner_form,
    read_case,
    replay,
    score,
)
from travesia.scenarios.roads import Roads
from travesia.scenarios.scoring import uncritical, weighted_worth

KEY_SIDE = ("effects", "critical", "acceptable", "feedback", "dimensions", "refers", "kind")


@st.composite
def played(draw):
    """A case, a role and a road through it, followed as far as the draw goes."""
    case = draw(cases())
    role = draw(st.sampled_from(ROLES))
    path = []
    for _ in range(draw(st.integers(0, 20))):
        offers = replay(case, role, path).choices
        if not offers:
            break
        path.append(draw(st.sampled_from(offers)).id)
    return case, role, path


# How fast a busy machine draws cases says nothing about them.
every_case = settings(
    deadline=None, database=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)


@every_case
@given(played())
def test_any_road_followed_choice_by_choice_replays_and_ends(game):
    case, role, path = game
    state = replay(case, role, path)
    assert list(state.path) == path
    assert len(path) == len(set(path))
    assert not (state.finished and state.choices)


@every_case
@given(played())
def test_a_replay_is_the_same_every_time_and_after_reading_back(game):
    case, role, path = game
    again = read_case(case.data(), "content.json")
    assert replay(again, role, path) == replay(case, role, path)
    assert score(again, role, path) == score(case, role, path)


@every_case
@given(played())
def test_the_learners_form_replays_the_same_without_the_key(game):
    case, role, path = game
    shown = read_case(learner_form(case).data(), "content.json")
    ours, theirs = replay(case, role, path, seed="a"), replay(shown, role, path, seed="a")
    assert (theirs.steps, theirs.choices, theirs.text) == (ours.steps, ours.choices, ours.text)
    assert not [
        name for name in fields(shown.data()) if any(name.startswith(key) for key in KEY_SIDE)
    ]


def fields(data):
    if isinstance(data, dict):
        for name, value in data.items():
            yield name
            yield from fields(value)
    elif isinstance(data, list):
        for value in data:
            yield from fields(value)


@every_case
@given(played())
def test_the_score_keeps_its_bounds_and_its_rules(game):
    case, role, path = game
    result = score(case, role, path)
    assert 0 <= result.fraction <= 1
    assert all(0 <= (part.fraction or 0) <= 1 for part in result.dimensions.values())
    if result.failed or not result.finished:
        assert result.fraction == 0
    assert len(debrief(case, role, path).consequences) == len(path)


@every_case
@given(cases(), st.sampled_from(ROLES))
def test_roads_are_counted_and_the_best_found_as_if_walked_one_by_one(case, role):
    worth = uncritical(role, weighted_worth(case, role))
    choices = {choice.id: choice for node in case.nodes.values() for choice in node.choices}
    worths = []
    ended = []
    dead_ends = set()
    waiting = [[]]
    while waiting and len(worths) < 3000:
        path = waiting.pop()
        state = replay(case, role, path)
        values = [worth(choices[name]) for name in path]
        if state.finished:
            ended.append(path)
        if state.finished and None not in values:
            worths.append(sum(values))
        elif not state.choices and not state.finished:
            dead_ends.add(state.node)
        waiting += [[*path, offer.id] for offer in state.choices]
    if waiting:
        return
    roads = Roads(case, role)
    assert roads.count == len(ended)
    assert roads.longest == max(map(len, ended), default=0)
    best = roads.best(worth, 3)
    assert [road.worth for road in best] == sorted(worths, reverse=True)[:3]
    assert roads.dead_ends == dead_ends
    for road in best:
        state = replay(case, role, road.path)
        assert state.finished
        assert sum(worth(choices[name]) for name in road.path) == road.worth


@every_case
@given(cases(), st.text(max_size=8), st.lists(st.text(max_size=8) | st.integers(), max_size=5))
def test_a_hostile_path_is_refused_and_nothing_else_happens(case, role, path):
    for attempt in (role, *ROLES):
        try:
            state = replay(case, attempt, path)
        except InvalidPath:
            continue
        assert attempt in ROLES
        assert list(state.path) == path


@every_case
@given(played(), st.integers(0, 20), st.data())
def test_a_road_edited_by_hand_breaks_at_the_step_that_was_edited(game, at, data):
    case, role, path = game
    at = min(at, len(path))
    offered = {offer.id for offer in replay(case, role, path[:at]).choices}
    everything = {choice.id for node in case.nodes.values() for choice in node.choices}
    edit = data.draw(st.sampled_from(sorted((everything | {"no-such-choice"}) - offered)))
    edited = [*path[:at], edit, *path[at + 1 :]]

    with pytest.raises(InvalidPath) as caught:
        replay(case, role, edited)

    assert caught.value.step == at + 1
    # What was legal until there is judged as it was.
    assert replay(case, role, edited[:at]) == replay(case, role, path[:at])


@every_case
@given(cases())
def test_every_problem_names_the_file_and_a_remedy(case):
    for problem in check(case):
        assert str(problem).startswith("case drawn")
        assert problem.remedy
