"""How many wrong passwords an account has before it waits, and for how long."""

import pytest

from travesia.hub.tries import Tries


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tries(clock):
    return Tries(10, 60, clock)


def wrong(tries: Tries, times: int) -> None:
    for _ in range(times):
        tries.add_wrong("ana")


def test_ten_wrong_ones_make_an_account_wait_and_no_other(tries):
    wrong(tries, 9)
    assert not tries.must_wait("ana")
    wrong(tries, 1)
    assert tries.must_wait("ana")
    assert not tries.must_wait("beto")


@pytest.mark.parametrize(("seconds", "waits"), [(60, True), (61, False), (24 * 3600, False)])
def test_the_wait_ends_after_a_minute(tries, clock, seconds, waits):
    wrong(tries, 10)
    clock.now = seconds
    assert tries.must_wait("ana") is waits


def test_after_the_wait_nine_further_wrong_ones_do_not_make_it_wait(tries, clock):
    wrong(tries, 10)
    clock.now = 61
    assert not tries.must_wait("ana")
    wrong(tries, 9)
    assert not tries.must_wait("ana")
    wrong(tries, 1)
    assert tries.must_wait("ana")


def test_the_right_password_begins_the_count_anew(tries):
    wrong(tries, 9)
    tries.forget("ana")
    wrong(tries, 9)
    assert not tries.must_wait("ana")
