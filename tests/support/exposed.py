"""Runs the code on standard input in a sandbox like a person's, with a wall of it taken down.

It is the second control of an attack on isolation: what the sandbox refuses succeeds once the
sandbox shows the path, or is not there at all. The account that runs the hub starts it; root gives
the code another number first, as the hub does.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import accounts

from travesia.sandbox import Identity, Sandbox
from travesia.sandbox.limits import NO_CORE, OPTIONS

NOBODY = "65534:65534"


def paths(named: list[str]) -> dict[str, Path]:
    """The paths of a sandbox, from words such as `INSIDE=PATH`."""
    return {inside: Path(path) for inside, path in (each.split("=", 1) for each in named)}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bind", action="append", default=[], metavar="INSIDE=PATH")
    parser.add_argument("--show", action="append", default=[], metavar="INSIDE=PATH")
    parser.add_argument("--number", default=NOBODY, metavar="UID:GID")
    parser.add_argument("--name", default="beto", help="whom /etc/passwd names")
    parser.add_argument("--bare", action="store_true", help="without any sandbox")
    parser.add_argument("--nested", action="store_true", help="it may make sandboxes itself")
    parser.add_argument("--cores", action="store_true", help="a crash may leave its memory behind")
    given = parser.parse_args()
    root = os.geteuid() == 0
    uid, gid = map(int, given.number.split(":")) if root else (os.getuid(), os.getgid())
    python = [sys.executable, "-"]
    with tempfile.TemporaryDirectory() as state:
        if not given.bare:
            writable, read_only = (paths(each) for each in (given.bind, given.show))
            sandbox = Sandbox(
                identity=Identity(given.name, uid, gid),
                state=Path(state),
                read_only=read_only,
                writable=writable,
                network=True,
                nested=given.nested,
            )
            command = sandbox.command(python)
            if given.cores:
                command.remove(f"{OPTIONS[resource.RLIMIT_CORE]}={NO_CORE}")
        elif root:
            command = accounts.as_number(python, uid, gid)
        else:
            command = python
        environment = accounts.environment() | {"HOME": "/tmp", "USER": given.name}
        return subprocess.run(command, env=environment, cwd="/", check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
