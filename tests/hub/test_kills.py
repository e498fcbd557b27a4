"""Parts of a hub that are killed or stopped, alone and one after another, in any order.

Whatever ends first: no process is left over, no answer that was acknowledged is lost, and what is
started next is clean. These tests end the shared hubs and start them again, on the same data.
"""

import json
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import islice

import httpx
import psutil
import pytest

PARTS = ("proxy", "campus", "kernel", "server", "sandbox", "hub")

ANSWERING = """
from pathlib import Path
from travesia.learn.answers import AnswerStore
Path("kills").mkdir(exist_ok=True)
Path("kills/answers.json").unlink(missing_ok=True)
store = AnswerStore(Path("kills/answers.json"))
for number in range(100_000):
    store.set("how-many", kind="number", version="1", value=number)
    print(number, flush=True)
"""

KEPT = "print(open('kills/answers.json').read())"


@pytest.fixture(autouse=True)
def lesson(hub):
    """ana's lesson is open: her server and a kernel of it run."""
    forget_kernel(hub)
    hub.visitor("ana").run("1")
    yield
    forget_kernel(hub)
    if hub.process.poll() is not None:
        # A test that failed while the hub was down is one failure, and none of those that follow.
        hub.restart()


def forget_kernel(hub) -> None:
    hub.visitor("ana").__dict__.pop("kernel", None)


def until(holds: Callable[[], bool], what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return
        time.sleep(0.2)
    raise AssertionError(f"{what}: not within {seconds} seconds")


def answers(hub, page: str) -> bool:
    try:
        return httpx.get(f"{hub.url}{page}", timeout=5).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def no_server(hub) -> bool:
    return not hub.visitor("ana").hub_api("GET", "users/ana").json()["servers"]


def below(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def acknowledged(hub, then: Callable[[], None], count: int = 15) -> int:
    """The last answer that ana's notebook said was kept, before something happened to it."""
    printed = hub.visitor("ana").printed(ANSWERING)
    seen = [int(line) for text in islice(printed, count) for line in text.split()]
    then()
    printed.close()
    return seen[-1]


def kept(hub) -> int:
    forget_kernel(hub)
    document = json.loads(hub.visitor("ana").run(KEPT))
    return document["answers"]["how-many"]["value"]


@pytest.mark.parametrize(
    ("part", "number"),
    [
        ("kernel", signal.SIGKILL),
        ("server", signal.SIGTERM),
        ("server", signal.SIGKILL),
        ("sandbox", signal.SIGKILL),
    ],
)
def test_what_ends_in_a_sandbox_takes_no_answer_and_no_process_with_it(hub, part, number):
    inside = below(hub.part("sandbox"))
    said = acknowledged(hub, lambda: hub.part(part).send_signal(number))
    if part != "kernel":
        _, alive = psutil.wait_procs(inside, timeout=30)
        assert alive == []
        until(lambda: no_server(hub), "the hub sees that ana's server has ended")
    assert kept(hub) >= said


@pytest.mark.parametrize("part", ["campus", "proxy"])
def test_a_part_that_is_killed_comes_back_and_the_lesson_goes_on(hub, part):
    before = hub.visitor("ana").run("import os; kept = 'here'; print(os.getpid())")
    ended = below(hub.part(part))
    ended[0].kill()
    _, alive = psutil.wait_procs(ended, timeout=30)
    assert alive == []
    until(lambda: answers(hub, "services/campus/static/tokens.css"), "the campus answers")
    until(lambda: answers(hub, "hub/health"), "the hub answers")
    # The same kernel, with all it held.
    assert hub.visitor("ana").run("print(os.getpid(), kept)") == f"{before} here"


@pytest.mark.parametrize("order", [PARTS, PARTS[::-1]], ids=["outside-in", "inside-out"])
def test_killed_one_after_another_nothing_stays_and_the_next_start_is_clean(hub, order):
    before = hub.processes()

    def kill_all():
        parts = [hub.part(name) for name in order]
        for part in parts:
            # Some are gone already, or go in this moment, with the one they belong to.
            with suppress(psutil.NoSuchProcess):
                part.kill()
        hub.process.wait(timeout=30)

    said = acknowledged(hub, kill_all)
    _, alive = psutil.wait_procs(before, timeout=30)
    assert alive == []
    until(lambda: not hub.processes(), "nothing that was started meanwhile stays")
    hub.restart()
    assert kept(hub) >= said


def test_a_hub_killed_while_a_server_starts_leaves_nothing_and_starts_it_next_time(hub):
    ana = hub.visitor("ana")
    ana.stop_server()
    ana.hub_api("POST", "users/ana/server")
    until(lambda: _starting(hub), "ana's sandbox is there")
    hub.end(signal.SIGKILL)
    until(lambda: not hub.processes(), "nothing stays")
    hub.restart()
    assert hub.visitor("ana").run("print('works')") == "works"


def _starting(hub) -> bool:
    try:
        hub.part("server")
    except AssertionError:
        return False
    return True
