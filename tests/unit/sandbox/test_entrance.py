"""The doors of a sandbox are handed over whatever a neighbour of the same account does."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from travesia.sandbox import Identity, Limits, Sandbox
from travesia.sandbox.relay import Relay

NUMBER = 70905 if os.geteuid() == 0 else os.geteuid()
GROUP = 70905 if os.geteuid() == 0 else os.getegid()
OPEN_FILES = 256
# Sends descriptors that nobody takes until the kernel refuses more of them, and holds them so.
SENDS_AND_HOLDS = """
import socket
kept = []
try:
    while len(kept) < 20:
        kept.append(socket.socketpair())
        socket.send_fds(kept[-1][0], [b"x"], [0] * 100)
except OSError as error:
    print(error.strerror, flush=True)
input()
"""
OWN_LIMIT = (
    "import resource, socket\n"
    "one, other = socket.socketpair()\n"
    "try:\n    socket.send_fds(one, [b'x'], [0])\n    print('sent')\n"
    "except OSError:\n    print('held to', *resource.getrlimit(resource.RLIMIT_NOFILE))\n"
)


@pytest.fixture
def sandbox(tmp_path):
    return Sandbox(
        identity=Identity("ana", NUMBER, GROUP),
        state=tmp_path / "ana",
        limits=Limits(open_files=OPEN_FILES),
    )


@pytest.fixture
def neighbour(sandbox, tmp_path):
    """Another sandbox of the account's, whose program has all descriptors on their way it can."""
    other = replace(sandbox, state=tmp_path / "beto")
    process = subprocess.Popen(
        other.command([sys.executable, "-c", SENDS_AND_HOLDS]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "Too many references: cannot splice\n"
    with process:
        yield process
        process.stdin.close()


@pytest.fixture
def relay(tmp_path):
    made = Relay(tmp_path / "sockets", [8081])
    yield made
    made._held.close()


def started(relay: Relay, command) -> subprocess.CompletedProcess[str]:
    """What became of a command, which is made of the words that open the doors."""
    inherited = relay.prepare(NUMBER, GROUP)
    words = command(relay.entrance(inherited))
    with relay._hand:
        done = subprocess.run(
            words, pass_fds=[inherited], capture_output=True, text=True, timeout=60, check=False
        )
    os.close(inherited)
    return done


def test_a_neighbour_with_many_descriptors_on_their_way_keeps_no_workspace_from_starting(
    sandbox, relay, neighbour
):
    program = [sys.executable, "-c", OWN_LIMIT]
    done = started(relay, lambda entrance: sandbox.command(program, entrance))
    # The program itself is held to its limit, which leaves nothing to send.
    assert done.stdout == f"held to {OPEN_FILES} {OPEN_FILES}\n", done.stderr

    # With the entrance under the person's limit, the doors are never handed over.
    def within(entrance):
        return sandbox.command([*entrance, *program])

    assert "Too many references" in started(relay, within).stderr
    # Without the neighbour that order does no harm.
    neighbour.stdin.close()
    neighbour.wait(20)
    assert started(relay, within).stdout == "sent\n"
