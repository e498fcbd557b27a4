"""Control groups of the kernel's own: what they hold of a sandbox, where this machine has them.

Most machines of tests have none that may be divided; `test_cgroups.py` stands in for them.
"""

import os
import subprocess
import sys

import accounts
import pytest

from travesia.sandbox import cgroups

BEGIN = """
import os, subprocess, sys, tempfile
from pathlib import Path
from travesia.sandbox import Identity, Limits, Sandbox, cgroups
mine = cgroups.delegation()
assert mine.means == "folder", mine

def in_sandbox(limits, code):
    who = Identity("ana", os.getuid() or 70900, os.getgid() or 70900)
    with tempfile.TemporaryDirectory() as state:
        os.chmod(state, 0o755)
        sandbox = Sandbox(identity=who, state=Path(state), limits=limits, control=mine)
        return said(sandbox.command([sys.executable, "-c", code]))

def in_group(limits, code):
    return said(mine.command("ana", limits, [sys.executable, "-c", code]))

def said(command):
    done = subprocess.run(command, capture_output=True, text=True)
    (group,) = [Path(word) for word in command if word.startswith(f"{mine.folder}/ana-")]
    return done.stdout, group
"""


@pytest.fixture(params=["root", "account"])
def delegated(request):
    """Runs Python in a group that is its own, as a service of systemd's with `Delegate=yes`.

    The group is root's, or an ordinary account's to which root has given it.
    """
    tree = cgroups._tree()
    if tree is None or os.geteuid() != 0 or not cgroups._controllers(tree) >= cgroups.NEEDED:
        pytest.skip("this machine has no cgroup v2 tree whose controllers root may give on")
    (tree / "cgroup.subtree_control").write_text("+memory +pids +cpu")
    own = tree / f"travesia-tests-{request.param}"
    own.mkdir()
    who = accounts.ordinary()
    if request.param == "account":
        for path in (own, *own.iterdir()):
            os.chown(path, who.pw_uid, who.pw_gid)

    def run(code: str) -> list[str]:
        python = [sys.executable, "-c", BEGIN + code]
        argv = python if request.param == "root" else accounts.as_ordinary(python)
        done = subprocess.run(
            ["/bin/sh", "-c", cgroups.JOIN, "sh", str(own), *argv],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=accounts.environment(),
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    yield run
    for group in sorted((path for path in own.rglob("*") if path.is_dir()), reverse=True):
        group.rmdir()
    own.rmdir()


# Eight processes, each far below what one may have.
EATER = """
import os, sys, time
for _ in range(3): os.fork()
held = bytearray(os.urandom(30_000_000))
print("held", flush=True)
time.sleep(3)
while True:
    try: os.wait()
    except ChildProcessError: break
"""


def test_all_of_a_sandboxs_memory_is_held_together(delegated):
    said = delegated(
        "room = dict(tmp_bytes=1_000_000, shm_bytes=1_000_000)\n"
        f"for total in (120_000_000, None):\n"
        f"    out, group = in_sandbox(Limits(total_bytes=total, **room), {EATER!r})\n"
        "    print(out.count('held') == 8, cgroups.ended_by_kernel(group) > 0)\n"
    )
    assert said == ["False", "True", "True", "False"]


FORKER = """
import os, signal, sys
made = []
try:
    for _ in range(60):
        pid = os.fork()
        if not pid: signal.pause()
        made.append(pid)
except BlockingIOError:
    pass
print(len(made))
for pid in made: os.kill(pid, signal.SIGKILL)
"""


def test_all_of_its_processes_are_counted_together(delegated):
    said = delegated(
        "for processes in (20, None):\n"
        f"    print(in_group(Limits(processes=processes), {FORKER!r})[0].strip())\n"
    )
    assert int(said[0]) < 20 + cgroups.OWN_STEPS
    assert said[1] == "60"


BUSY = "import time\nwhile time.process_time() < 0.5: pass"


def test_it_gets_no_more_of_the_processors_than_its_share(delegated):
    said = delegated(
        "for processors in (0.2, None):\n"
        f"    _, group = in_sandbox(Limits(processors=processors), {BUSY!r})\n"
        "    print('nr_throttled 0' not in (group / 'cpu.stat').read_text())\n"
    )
    assert said == ["True", "False"]
