"""Who proves to be whom, while everybody else works on."""

import asyncio
import threading
import time
from functools import partial
from itertools import pairwise

import bcrypt
import pytest
from jupyterhub import orm
from tornado.web import HTTPError
from traitlets.config import Config

from travesia.hub import checks, configuration, passwords
from travesia.hub.authenticator import CourseAuthenticator
from travesia.hub.people import People
from travesia.hub.settings import HubSettings

OWN = {"ana": "correct-horse", "beto": "battery-staple"}


@pytest.fixture
def settings(tmp_path, monkeypatch):
    # The least work that bcrypt does: what is tried here is not how hard a hash is to guess.
    monkeypatch.setattr(passwords, "gensalt", partial(bcrypt.gensalt, 4))
    made = HubSettings(checkout=tmp_path, data=tmp_path / "data", course_files=tmp_path / "data")
    people = People(made.people_file)
    for username, password in OWN.items():
        people.add(username, name=username, language="es")
        passwords.set_password(made, username, password)
    return made


@pytest.fixture
def authenticator(settings):
    session = orm.new_session_factory(settings.database_url)()
    config = Config()
    configuration.update_sign_in(config, settings)
    yield CourseAuthenticator(config=config, _deprecated_db_session=session)
    session.close()
    session.get_bind().dispose()


@pytest.fixture
def quick(monkeypatch):
    """The passwords that were checked, each at once, by what they are rather than by a hash."""
    tried = []

    def fits(password: str, _stored: bytes) -> bool:
        tried.append(password)
        return password in OWN.values()

    monkeypatch.setattr(passwords, "fits", fits)
    return tried


async def signs_in(authenticator, username: str, password: str) -> bool:
    answer = await authenticator.authenticate(None, {"username": username, "password": password})
    return answer is not None


async def tries(authenticator, *tried: str) -> list[bool]:
    """What came of passwords for ana, sent at the same time."""
    return await asyncio.gather(*(signs_in(authenticator, "ana", each) for each in tried))


def test_a_persons_own_password_signs_them_in_and_no_other(authenticator):
    assert asyncio.run(tries(authenticator, OWN["ana"], OWN["beto"])) == [True, False]


class HeldUp:
    """A check that ends when the loop has gone on beside it, or when it never will."""

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self.outcomes: list[bool] = []
        self.loop: asyncio.AbstractEventLoop | None = None

    def __call__(self, *_: object) -> bool:
        gone_on = threading.Event()
        self.loop.call_soon_threadsafe(gone_on.set)
        self.outcomes.append(gone_on.wait(self.patience))
        return True

    async def beside(self, authenticator) -> list[bool]:
        """Whether the loop went on beside the checks of a sign-in and of a change of password."""
        self.loop = asyncio.get_running_loop()
        await signs_in(authenticator, "ana", OWN["ana"])
        await authenticator.renew("beto", OWN["beto"], "a longer one")
        return self.outcomes


def test_the_loop_goes_on_while_passwords_are_checked(authenticator, monkeypatch):
    held_up = HeldUp(patience=20)
    monkeypatch.setattr(passwords, "fits", held_up)
    assert asyncio.run(held_up.beside(authenticator)) == [True, True]


def test_a_check_in_the_loop_would_hold_up_everybody(authenticator, monkeypatch):
    held_up = HeldUp(patience=0.5)

    async def in_the_loop(*_: object) -> bool:
        return held_up()

    monkeypatch.setattr(authenticator.checks, "fits", in_the_loop)
    assert asyncio.run(held_up.beside(authenticator)) == [False, False]


def test_a_new_password_is_hashed_beside_the_loop(authenticator, monkeypatch):
    threads = []

    def hashed(_password: str) -> bytes:
        threads.append(threading.current_thread())
        return b"hash"

    monkeypatch.setattr(passwords, "hashed", hashed)
    assert asyncio.run(authenticator.renew("ana", OWN["ana"], "a longer one")) == "changed"
    assert threading.main_thread() not in threads


def test_one_account_has_one_check_at_a_time_and_another_has_its_own_meanwhile(
    authenticator, monkeypatch
):
    together = threading.Barrier(2)
    times = []

    def fits(password: str, _stored: bytes) -> bool:
        began = time.monotonic()
        # Ana's first ends only when beto's is under way beside it.
        if password == OWN["beto"] or not times:
            together.wait(timeout=5)
        if password == OWN["ana"]:
            times.append((began, time.monotonic()))
        return True

    monkeypatch.setattr(passwords, "fits", fits)

    async def sign_ins() -> list[bool]:
        ana = [signs_in(authenticator, "ana", OWN["ana"]) for _ in range(5)]
        return await asyncio.gather(*ana, signs_in(authenticator, "beto", OWN["beto"]))

    assert asyncio.run(sign_ins()) == [True] * 6
    assert all(one_ends <= next_begins for (_, one_ends), (next_begins, _) in pairwise(times))


def test_who_sends_too_many_at_once_is_told_to_try_again(authenticator, quick, monkeypatch):
    monkeypatch.setattr(checks, "MOST_AT_ONCE", 3)

    async def sign_ins() -> list[object]:
        asked = (signs_in(authenticator, "ana", OWN["ana"]) for _ in range(5))
        return await asyncio.gather(*asked, return_exceptions=True)

    answers = asyncio.run(sign_ins())
    assert answers[:3] == [True] * 3
    assert [answer.status_code for answer in answers[3:]] == [429] * 2
    assert all(isinstance(answer, HTTPError) for answer in answers[3:])


def test_wrong_passwords_sent_at_the_same_time_are_counted_one_by_one(authenticator, quick):
    async def sign_ins() -> list[object]:
        asked = (signs_in(authenticator, "ana", each) for each in [*["wrong"] * 12, OWN["ana"]])
        return await asyncio.gather(*asked, return_exceptions=True)

    answers = asyncio.run(sign_ins())
    assert answers[:10] == [False] * 10
    # Even the right one is then told to wait, and not that it is wrong.
    assert [answer.status_code for answer in answers[10:]] == [429] * 3
    assert quick == ["wrong"] * 10


def test_when_the_wait_is_over_nine_wrong_ones_and_the_own_sign_in(authenticator, quick):
    async def sign_ins() -> list[bool]:
        authenticator.tries._clock = lambda: 0.0
        await tries(authenticator, *["wrong"] * 10)
        authenticator.tries._clock = lambda: 61.0
        return await tries(authenticator, *["wrong"] * 9, OWN["ana"])

    assert asyncio.run(sign_ins()) == [False] * 9 + [True]


def test_wrong_old_passwords_are_counted_like_wrong_sign_ins(authenticator, quick):
    async def guess() -> list[str]:
        words = [*["wrong"] * 10, OWN["ana"]]
        return [await authenticator.renew("ana", old, "a longer one") for old in words]

    assert asyncio.run(guess()) == ["kept"] * 10 + ["wait"]
    assert quick == ["wrong"] * 10


def test_a_password_that_is_changed_signs_in_afterwards(authenticator):
    async def change() -> list[object]:
        outcome = await authenticator.renew("ana", OWN["ana"], "a longer one")
        return [outcome, *await tries(authenticator, "a longer one", OWN["ana"])]

    assert asyncio.run(change()) == ["changed", True, False]


@pytest.mark.parametrize("new", ["", "short", "1234567890"])
def test_a_new_password_that_is_easily_guessed_is_not_taken(authenticator, new):
    assert asyncio.run(authenticator.renew("ana", OWN["ana"], new)) == "kept"
    assert asyncio.run(tries(authenticator, OWN["ana"])) == [True]


# Longer than what bcrypt takes: 73 letters of one byte, 40 of two.
TOO_LONG = ["a" * 73, "ñ" * 40]


@pytest.mark.parametrize("password", TOO_LONG)
def test_a_password_longer_than_any_can_be_is_wrong(authenticator, password):
    assert asyncio.run(tries(authenticator, password)) == [False]
    assert asyncio.run(authenticator.renew("ana", password, "a longer one")) == "kept"


@pytest.mark.parametrize("new", TOO_LONG)
def test_a_new_password_that_is_too_long_is_told_so_and_not_taken(authenticator, new):
    assert asyncio.run(authenticator.renew("ana", OWN["ana"], new)) == "long"
    assert asyncio.run(tries(authenticator, OWN["ana"])) == [True]


@pytest.mark.parametrize("new", ["a" * 72, "ñ" * 36])
def test_the_longest_password_signs_in(authenticator, new):
    assert asyncio.run(authenticator.renew("ana", OWN["ana"], new)) == "changed"
    assert asyncio.run(tries(authenticator, new, new + "a")) == [True, False]


def test_a_password_taken_away_during_its_check_signs_nobody_in(
    authenticator, settings, monkeypatch
):
    def fits(_password: str, _stored: bytes) -> bool:
        passwords.set_password(settings, "ana", "given-by-the-administrator")
        return True

    monkeypatch.setattr(passwords, "fits", fits)
    assert asyncio.run(tries(authenticator, OWN["ana"])) == [False]
