"""What namespaces do not hold, and the filter of a person's sandbox does: tried inside of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from travesia.sandbox import Identity, Limits, Sandbox, seccomp, syscalls
from travesia.sandbox.limits import GIBIBYTE

# Two people have two numbers under root, and one account without.
ANA, BETO = (70906, 70907) if os.geteuid() == 0 else (os.geteuid(),) * 2
FILTERED = Limits(total_bytes=GIBIBYTE)
WITHOUT = Limits()

ADD, KEYCTL = (
    seccomp.KEYS[name][list(seccomp._AUDIT).index(syscalls.machine())]
    for name in ("add_key", "keyctl")
)
SESSION, JOIN, SEARCH, READ = -3, 1, 10, 11
LIBC = """
import ctypes, os
def call(*given):
    result = ctypes.CDLL(None, use_errno=True).syscall(*given)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
"""
WRITES = f"{LIBC}\ncall({ADD}, b'user', b'hostile', b'of beto', 7, {SESSION})"
READS = f"""{LIBC}
read = ctypes.create_string_buffer(7)
call({KEYCTL}, {READ}, call({KEYCTL}, {SEARCH}, {SESSION}, b'user', b'hostile', 0), read, 7)
print(read.raw.decode())
"""
# As whoever starts a hub in a session of theirs.
STARTS = f"""{LIBC}
import subprocess, sys
call({KEYCTL}, {JOIN}, None)
for command in {{commands!r}}:
    subprocess.run(command)
"""


def command(folder: Path, name: str, number: int, limits: Limits, code: str) -> list[str]:
    group = number if os.geteuid() == 0 else os.getegid()
    sandbox = Sandbox(Identity(name, number, group), folder / name, limits=limits)
    return sandbox.command([sys.executable, "-c", code])


def run(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("writer", "reader", "said"),
    [
        (FILTERED, FILTERED, ""),
        (WITHOUT, FILTERED, ""),
        (FILTERED, WITHOUT, ""),
        (WITHOUT, WITHOUT, "of beto\n"),
    ],
)
def test_nobody_leaves_another_a_key_of_the_kernels(tmp_path, writer, reader, said):
    commands = [
        command(tmp_path, "beto", BETO, writer, WRITES),
        command(tmp_path, "ana", ANA, reader, READS),
    ]
    told = run([sys.executable, "-c", STARTS.format(commands=commands)])
    assert told.stdout == said
    assert told.stderr.count("PermissionError") == [writer, reader].count(FILTERED)


NEEDED = """
import socket
for family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6):
    socket.socket(family)
socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
"""


# AF_ALG and AF_VSOCK, the second of which leads from a virtual machine to its host.
@pytest.mark.parametrize("family", [38, 40])
def test_no_socket_is_made_that_a_network_namespace_does_not_hold(tmp_path, family):
    opens = f"import socket; socket.socket({family}, socket.SOCK_SEQPACKET)"
    refused = run(command(tmp_path, "ana", ANA, FILTERED, opens))
    assert "Address family not supported" in refused.stderr
    # Without the filter it is what the machine itself has: not every kernel has every family.
    opened = run(command(tmp_path, "ana", ANA, WITHOUT, opens))
    assert opened.returncode == run([sys.executable, "-c", opens]).returncode
    used = run(command(tmp_path, "ana", ANA, FILTERED, NEEDED))
    assert used.returncode == 0, used.stderr
