"""What holds a sandbox's program to its limits, tried by going beyond each of them."""

import os
import resource
import subprocess
import sys
from dataclasses import replace

import pytest

from travesia.sandbox import Identity, Limits, Sandbox
from travesia.sandbox.limits import GIBIBYTE, MEBIBYTE, LimitsError

NUMBER = 70901 if os.geteuid() == 0 else os.geteuid()
GROUP = 70901 if os.geteuid() == 0 else os.getegid()

# Each attack ends by itself a little above the limit that it is tried with.
ATTACKS = {
    "memory": (Limits(memory_bytes=512 * MEBIBYTE), "bytearray(600 * 2**20)", "MemoryError"),
    "processes": (
        Limits(processes=24),
        "import subprocess as s; kept = [s.Popen(['sleep', '5']) for _ in range(30)]",
        "BlockingIOError",
    ),
    "threads": (
        Limits(processes=24),
        "import threading as t\n[t.Timer(0.5, print).start() for _ in range(30)]",
        "can't start new thread",
    ),
    "open files": (
        Limits(open_files=64),
        "kept = [open('/dev/null') for _ in range(80)]",
        "Too many open files",
    ),
    "a large file": (
        Limits(file_bytes=MEBIBYTE),
        "open('/tmp/large', 'wb').write(bytes(2 * 2**20))",
        "File too large",
    ),
    "room in /dev/shm": (
        Limits(shm_bytes=MEBIBYTE),
        "open('/dev/shm/large', 'wb').write(bytes(2 * 2**20))",
        "No space left",
    ),
    "processor time": (
        Limits(cpu_seconds=1),
        "import time\nwhile time.process_time() < 1.5: pass",
        "",
    ),
}


@pytest.fixture
def sandbox(tmp_path):
    return Sandbox(identity=Identity("ana", NUMBER, GROUP), state=tmp_path / "state")


def run(sandbox: Sandbox, code: str) -> subprocess.CompletedProcess[str]:
    command = sandbox.command([sys.executable, "-c", code])
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(("limits", "attack", "refusal"), ATTACKS.values(), ids=ATTACKS)
def test_a_program_gets_no_further_than_its_limit(sandbox, limits, attack, refusal):
    stopped = run(replace(sandbox, limits=limits), attack)
    assert stopped.returncode != 0
    assert refusal in stopped.stderr
    # The same sandbox without that limit lets it through: what it asks for, the machine has.
    assert run(sandbox, attack).returncode == 0


def test_no_limit_can_be_raised_again(sandbox):
    held = replace(sandbox, limits=Limits(processes=24, open_files=64, memory_bytes=GIBIBYTE))
    code = (
        "import resource as r\n"
        "for which in (r.RLIMIT_NPROC, r.RLIMIT_NOFILE, r.RLIMIT_AS):\n"
        "    soft, hard = r.getrlimit(which)\n"
        "    try:\n        r.setrlimit(which, (hard + 1, hard + 1))\n        print('raised')\n"
        "    except (ValueError, PermissionError):\n        print('kept')\n"
    )
    assert run(held, code).stdout.split() == ["kept"] * 3


def test_processes_are_counted_in_each_sandbox_by_itself(sandbox, tmp_path):
    """Two sandboxes of one account, each just below its limit, do not take from each other."""
    held = replace(sandbox, limits=Limits(processes=24))
    other = replace(held, state=tmp_path / "other")
    kept = "import subprocess as s, sys\nkept = [s.Popen(['sleep', '60']) for _ in range(15)]\n"
    first = subprocess.Popen(
        held.command([sys.executable, "-c", kept + "print('up', flush=True); input()"]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert first.stdout.readline() == b"up\n"
    assert run(other, kept + "[p.kill() for p in kept]").returncode == 0
    first.communicate(b"\n", timeout=20)


def test_a_sandbox_within_a_sandbox_counts_for_the_outer_one(sandbox):
    """A user namespace of its own does not give a program a fresh count."""
    code = "import subprocess as s; kept = [s.Popen(['sleep', '3']) for _ in range(30)]"
    again = f"['unshare', '-Ur', sys.executable, '-c', {code!r}]"
    within = f"import subprocess, sys; sys.exit(subprocess.call({again}))"
    held = replace(sandbox, nested=True, limits=Limits(processes=24))
    assert "BlockingIOError" in run(held, within).stderr
    assert run(replace(sandbox, nested=True), within).returncode == 0


GIVES_BACK_AND_KEEPS = """
import mmap
kept = mmap.mmap({file}, 10**6)
kept.write(b'x' * 10**6)
kept.madvise(mmap.MADV_DONTNEED)
assert kept[-1:] == b'x'
"""
# Each with what it is told.
UNSEEN = {
    "an anonymous file": ("import os; os.memfd_create('x')", "PermissionError"),
    "a System V segment": (
        """
import ctypes as c; libc = c.CDLL(None, use_errno=True)
if libc.shmget(0, 1000, 0o1600) < 0: raise OSError(c.get_errno(), 'refused')
""",
        "PermissionError",
    ),
    # What was written stays, and the process that gave it back shows none of it.
    "shared memory without a file": (GIVES_BACK_AND_KEEPS.format(file="-1"), "PermissionError"),
    "the same, of a device": (
        "import os; zero = os.open('/dev/zero', os.O_RDWR)\n"
        + GIVES_BACK_AND_KEEPS.format(file="zero"),
        "No such device",
    ),
}
# What programs share by name, or with those they start, lies in a folder whose room is bounded.
SEEN = """
import mmap, multiprocessing
from multiprocessing.shared_memory import SharedMemory
SharedMemory(create=True, size=9).unlink()
multiprocessing.Array("d", 1000)[999] = 1
mmap.mmap(-1, 1000, mmap.MAP_PRIVATE).write(b"x")
with open("/tmp/file", "w+b") as file:
    file.truncate(1000)
    mmap.mmap(file.fileno(), 1000).write(b"x")
assert open("/dev/zero", "rb").read(9) == bytes(9)
"""


@pytest.mark.parametrize(("attack", "refusal"), UNSEEN.values(), ids=UNSEEN)
@pytest.mark.parametrize("nested", [False, True])
def test_where_memory_is_counted_none_can_be_had_that_no_process_shows(
    sandbox, attack, refusal, nested
):
    counted = replace(sandbox, limits=Limits(total_bytes=GIBIBYTE), nested=nested)
    assert refusal in run(counted, attack).stderr
    assert run(sandbox, attack).returncode == 0
    used = run(counted, SEEN)
    assert used.returncode == 0, used.stderr


def test_the_devices_folder_is_no_place_to_fill(sandbox):
    assert "Read-only file system" in run(sandbox, "open('/dev/new', 'w')").stderr
    assert (
        run(sandbox, "open('/dev/null', 'w').write('x'); open('/dev/shm/x', 'w')").returncode == 0
    )


def test_a_limit_above_what_this_process_has_is_what_it_has(monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, 1024))
    assert Limits(open_files=4096, processes=24).rlimits == {
        resource.RLIMIT_CORE: 1,
        resource.RLIMIT_NOFILE: 1024,
        resource.RLIMIT_NPROC: 24,
    }


def test_a_process_can_hold_itself_to_them():
    code = (
        "import resource\nfrom travesia.sandbox import Limits\n"
        "Limits(open_files=99).apply()\nprint(resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "(99, 99)\n"


def test_a_missing_program_is_named(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(LimitsError, match="util-linux"):
        Limits().command(["true"])
