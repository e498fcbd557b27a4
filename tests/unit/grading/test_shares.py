"""Work is shared among copies of a process: each thing is done once, and what is lost is named."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from travesia.grading.shares import WORTH, shared

THINGS = [f"thing-{number}" for number in range(3 * WORTH)]


@pytest.fixture
def done(tmp_path: Path):
    """Work that notes which process did it, and what it noted."""

    class Done:
        def work(self, thing: str) -> str:
            with (tmp_path / thing).open("x") as note:
                note.write(str(os.getpid()))
            # Else the first process would have done it all before the last one has begun.
            time.sleep(0.002)
            return "odd" if int(thing[6:]) % 2 else ""

        def count(self) -> int:
            return len(list(tmp_path.iterdir()))

        def by(self) -> dict[str, int]:
            return {path.name: int(path.read_text()) for path in tmp_path.iterdir()}

    return Done()


@pytest.fixture
def left_over():
    """Gives this process's children that were not there before the test."""
    before = set(psutil.Process().children())
    return lambda: set(psutil.Process().children()) - before


KILLED = """
import sys, time
from travesia.grading.shares import shared
def work(thing):
    print(thing, flush=True)
    time.sleep(0.01 if thing != "thing-95" else 0.2)
    return ""
shared([f"thing-{number}" for number in range(96)], work, lambda *_: None, processes=3)
"""


def nothing(_done: int, _total: int) -> None:
    """Nobody looks at the progress."""


def test_each_thing_is_done_once_by_several_processes_and_all_outcomes_come_back(done, left_over):
    told = []
    found = shared(THINGS, done.work, lambda *each: told.append(each), processes=3)
    assert found == {each: "odd" if int(each[6:]) % 2 else "" for each in THINGS}
    assert sorted(done.by()) == sorted(THINGS)
    assert len(set(done.by().values())) == 3
    assert told[-1] == (len(THINGS), len(THINGS))
    assert not left_over()


def test_for_few_things_no_process_is_made(done):
    shared(THINGS[: 2 * WORTH - 1], done.work, nothing, processes=3)
    assert set(done.by().values()) == {os.getpid()}


def test_what_the_first_loads_is_there_in_the_copies(done):
    loaded = []

    def work(thing: str) -> str:
        loaded.append(thing)
        return loaded[0]

    assert set(shared(THINGS, work, nothing, processes=2).values()) == {THINGS[0]}


def test_nothing_to_do_is_nothing_done(done):
    assert shared([], done.work, nothing, processes=3) == {}


def test_what_is_not_done_when_a_process_ends_is_named(done, left_over):
    here = os.getpid()

    def work(thing: str) -> str:
        if os.getpid() != here and done.count() > WORTH:
            os.kill(os.getpid(), signal.SIGKILL)
        return done.work(thing)

    found = shared(THINGS, work, nothing, processes=2)
    lost = {each: why for each, why in found.items() if "run the command again" in why}
    assert lost
    assert all(why.startswith(f"{each}: ") for each, why in lost.items())
    assert set(done.by()) | set(lost) == set(THINGS)
    assert not left_over()


@pytest.mark.parametrize("odd", [THINGS[1], THINGS[-1]], ids=["in this process", "in a copy"])
def test_what_goes_wrong_is_told_and_the_rest_is_done(done, odd):
    def work(thing: str) -> str:
        if thing == odd:
            raise OSError(28, "No space left on device")
        return done.work(thing)

    found = shared(THINGS, work, nothing, processes=2)
    assert found[odd] == f"{odd}: [Errno 28] No space left on device"
    assert set(done.by()) == set(THINGS) - {odd}
    assert len(set(done.by().values())) == 2


def test_whoever_interrupts_it_leaves_no_process_and_nothing_half_done(done, left_over):
    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    def work(thing: str) -> str:
        time.sleep(0.02)
        return done.work(thing)

    with pytest.raises(KeyboardInterrupt):
        shared(THINGS, work, interrupt, processes=2)
    assert not left_over()
    assert 0 < len(done.by()) < len(THINGS)


def test_when_the_first_process_is_killed_no_copy_lives_on():
    command = [sys.executable, "-c", KILLED]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        # Things from two thirds on are those of copies.
        while not process.stdout.readline().startswith("thing-7"):
            assert process.poll() is None
        copies = psutil.Process(process.pid).children()
        process.kill()
        assert copies
        _gone, alive = psutil.wait_procs(copies, timeout=20)
    for each in alive:
        each.kill()
    assert not alive
