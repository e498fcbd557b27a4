"""Grading on Dask's workers: a real scheduler, and two workers from whom the course is hidden."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from travesia.sandbox import Identity, Sandbox

TRAVESIA = Path(sys.executable).with_name("travesia")
CLASS = [f"learner-{number:02d}" for number in range(12)]


@pytest.fixture(scope="module")
def course(new_course, tmp_path_factory, right_values, run_first):
    course = new_course(tmp_path_factory.mktemp("elsewhere") / "human-security")
    for student in CLASS:
        course.hand_in(student, right_values, run_first("import time\ntime.sleep(0.4)"))
    return course


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The address of a scheduler, and its two workers, which see no folder of this machine."""
    folder = tmp_path_factory.mktemp("dask")
    home = tmp_path_factory.mktemp("home")
    identity = Identity("dask", os.getuid() or 23456, os.getgid() or 23456)
    if os.getuid() == 0:
        os.chown(home, identity.uid, identity.gid)
    machine = Sandbox(
        identity=identity,
        state=tmp_path_factory.mktemp("state"),
        home=home,
        network=True,
        nested=True,
    )
    contact = folder / "scheduler.json"
    quiet = {**os.environ, "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "error"}

    def start(stack, name, *options, inside=list):
        process = subprocess.Popen(
            inside([sys.executable, "-m", f"distributed.cli.dask_{name}", *options]),
            cwd=folder,
            env=quiet,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        stack.callback(process.wait)
        stack.callback(os.killpg, process.pid, signal.SIGKILL)
        return process

    with ExitStack() as stack:
        start(
            stack, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
            "--scheduler-file", str(contact),
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while not contact.exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        address = json.loads(contact.read_text())["address"]
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard"]
        workers = [
            start(stack, "worker", address, *options, inside=machine.command) for _ in range(2)
        ]
        wait_for_workers(address, 2)
        yield address, workers


def wait_for_workers(address, count):
    from distributed import Client

    with Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


def test_a_class_is_graded_although_a_worker_dies(course, cluster):
    address, workers = cluster
    process = subprocess.Popen(
        [str(TRAVESIA), "grade", "arrival", "--scheduler", address, "--json"],
        cwd=course.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 120
    while not list((course.root / "autograded").glob("*/arrival/grading.json")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    workers[0].kill()
    said, errors = process.communicate(timeout=200)
    assert process.returncode == 0, errors
    report = json.loads(said)
    assert [each["student"] for each in report["graded"]] == CLASS
    assert {each["score"] for each in report["graded"]} == {15.0}
    for student in CLASS:
        assert course.scores(student)["bus"] == (6, False)


def test_a_scheduler_that_does_not_answer_is_a_sentence(course):
    command = [str(TRAVESIA), "grade", "arrival", "--scheduler", "tcp://127.0.0.1:9"]
    said = course.execute(command, 2)
    assert "No Dask scheduler answers at tcp://127.0.0.1:9" in said
    assert "Traceback" not in said
