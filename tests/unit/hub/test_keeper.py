"""A service that is kept running at a port of the hub's."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from travesia.hub import keeper, launch

# Says who it is to each who asks.
PROGRAM = """
import os, socket, sys
door = socket.socket(fileno=int(sys.argv[1]))
while True:
    came, _ = door.accept()
    with came:
        came.sendall(str(os.getpid()).encode())
"""
# Instead of waiting between two starts it waits for a line.
KEEPER = """
import sys
from travesia.hub import keeper
keeper.time.sleep = lambda _: sys.stdin.readline()
keeper.main()
"""


@contextmanager
def kept(port: int, program: str = PROGRAM) -> Iterator[subprocess.Popen[str]]:
    argv = [sys.executable, "-c", KEEPER, str(port), "--"]
    argv += [sys.executable, "-c", program, str(keeper.DOOR)]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stderr=pipe, text=True) as running:
        try:
            yield running
        finally:
            running.terminate()


def go_on(running: subprocess.Popen[str]) -> None:
    running.stdin.write("\n")
    running.stdin.flush()


def who_answers(port: int) -> int:
    """The number of the process that answers, as soon as something listens."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=20) as asked:
                return int(asked.recv(100))
        except ConnectionRefusedError:
            assert time.monotonic() < deadline, "nothing listens"
            time.sleep(0.02)


@pytest.fixture
def port():
    """A port that the tests' process holds, as a hub does."""
    with launch.bound() as held:
        yield held.getsockname()[1]


def test_a_port_is_taken_as_long_as_it_is_held_and_nothing_listens_there():
    with launch.bound() as held, socket.socket() as other:
        address = held.getsockname()
        with pytest.raises(OSError, match="in use"):
            other.bind(address)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address)
        held.close()
        other.bind(address)


def test_a_service_that_was_killed_answers_again_at_the_same_port(port):
    with kept(port) as running:
        first = who_answers(port)
        psutil.Process(first).kill()
        assert "ended by itself (status -9)" in running.stderr.readline()
        # Until it is started again, who asks is refused and doesn't wait.
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        go_on(running)
        assert who_answers(port) != first


def test_a_service_that_cannot_start_is_told_of_and_tried_again(port):
    with kept(port, "raise SystemExit(2)") as running:
        for _ in range(2):
            assert "(status 2) and is started again" in running.stderr.readline()
            go_on(running)


def test_a_service_ends_with_its_keeper_that_was_told_to_end(port):
    with kept(port) as running:
        service = psutil.Process(who_answers(port))
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=20) == 0
        assert not service.is_running()
