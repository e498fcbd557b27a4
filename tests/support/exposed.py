"""Runs the code on standard input in a sandbox like a person's, with a wall of it taken down.

It is the second control of an attack on isolation: what the sandbox refuses succeeds once the
sandbox shows the path, or is not there at all. The account that runs the hub starts it; root gives
the code another number first, as the hub does.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import accounts

from travesia.sandbox import Identity, Sandbox

NOBODY = "65534:65534"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bind", action="append", default=[], metavar="INSIDE=PATH")
    parser.add_argument("--number", default=NOBODY, metavar="UID:GID")
    parser.add_argument("--name", default="beto", help="whom /etc/passwd names")
    parser.add_argument("--bare", action="store_true", help="without any sandbox")
    given = parser.parse_args()
    root = os.geteuid() == 0
    uid, gid = map(int, given.number.split(":")) if root else (os.getuid(), os.getgid())
    python = [sys.executable, "-"]
    with tempfile.TemporaryDirectory() as state:
        if not given.bare:
            shown = dict(each.split("=", 1) for each in given.bind)
            sandbox = Sandbox(
                identity=Identity(given.name, uid, gid),
                state=Path(state),
                writable={inside: Path(path) for inside, path in shown.items()},
                network=True,
            )
            command = sandbox.command(python)
        elif root:
            command = accounts.as_number(python, uid, gid)
        else:
            command = python
        environment = accounts.environment() | {"HOME": "/tmp", "USER": given.name}
        return subprocess.run(command, env=environment, cwd="/", check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
