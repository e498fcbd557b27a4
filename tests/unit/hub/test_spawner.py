"""How a person's server is stopped, tried on small programs that call themselves one."""

import asyncio
import subprocess
import sys
import time
from contextlib import suppress
from types import SimpleNamespace

import psutil
import pytest

from travesia.hub.spawner import SERVER, SandboxSpawner

FAKES = 12
# Its first argument says how many that ignore every request it starts; it saves before it ends.
PROGRAM = f"""
import os, signal, subprocess, sys, time
from pathlib import Path

def save(*_):
    Path("saved").touch()
    os._exit(0)

count = int(sys.argv[1])
signal.signal(signal.SIGTERM, save if count else signal.SIG_IGN)
for _ in range(count):
    subprocess.Popen([sys.executable, *{SERVER}, "0"])
Path(f"up-{{os.getpid()}}").touch()
time.sleep(600)
"""


class Spawner(SandboxSpawner):
    """One whose waits are short, and counted."""

    waits = 0

    async def wait_for_death(self, timeout=10):
        self.waits += 1
        return await super().wait_for_death(min(timeout, 2))


@pytest.fixture
def workspace(tmp_path):
    """A workspace in the shape of a sandbox: its first process ends with the server."""
    package = tmp_path / "jupyterhub"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "singleuser.py").write_text(PROGRAM)
    server = f"{sys.executable} {' '.join(SERVER)} {FAKES}"
    first = subprocess.Popen(["/bin/sh", "-c", f"{server}; exit"], cwd=tmp_path)
    while len(list(tmp_path.glob("up-*"))) <= FAKES:
        assert first.poll() is None
        time.sleep(0.05)
    below = psutil.Process(first.pid).children(recursive=True)
    yield first
    for each in below:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    first.wait()


def test_programs_that_feign_to_be_the_server_do_not_hold_up_its_end(workspace, tmp_path):
    spawner = Spawner(user=SimpleNamespace(name="ana", settings={}), pid=workspace.pid)
    spawner.proc = workspace
    asyncio.run(spawner.stop())
    assert (tmp_path / "saved").exists()
    assert spawner.waits == 1
