"""A class of hostile submissions, graded in one batch by nbgrader's own command or ours."""

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import attacks
import pytest
from attacks import Attack
from coursework import ASSIGNMENT, Coursework, answered

MEBIBYTE = 1024 * 1024
NBGRADER = (sys.executable, "-m", "nbgrader", "autograde")
OURS = (str(Path(sys.executable).with_name("travesia")), "grade")
LIMITS = f"""
c.SandboxedExecute.timeout = 2
c.SandboxedExecute.total_bytes = {700 * MEBIBYTE}
"""


@dataclass
class Graded:
    """A graded class."""

    course: Coursework

    def found(self, student: str) -> bool:
        """What an attack said it reached."""
        text = self.course.shown(student)
        assert "FOUND " in text, text[:2000]
        return "FOUND true" in text

    def marks(self, student: str) -> dict[str, float | None]:
        return self.course.scores(student)


def listening(stack: ExitStack, root: Path) -> int:
    """The port at which the machine listens in every way; there are two sockets with names too."""
    first = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
    port: int = first.getsockname()[1]
    sixth = socket.create_server(("::1", port), family=socket.AF_INET6)
    stack.enter_context(closing(sixth))
    datagrams = stack.enter_context(closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)))
    datagrams.bind(("127.0.0.1", port))
    for name in (f"\0{root.name}", str(root / "socket")):
        named = stack.enter_context(closing(socket.socket(socket.AF_UNIX)))
        named.bind(name)
        named.listen()
    (root / "socket").chmod(0o666)
    return port


@contextmanager
def graded_class(
    batch: Mapping[str, Attack],
    *,
    ordinary: bool,
    isolation: bool = True,
    weaker: str = "",
    command: Sequence[str] = NBGRADER,
) -> Iterator[Graded]:
    """The class after its grading; one more learner, `right`, has done nothing special."""
    root = Path(tempfile.mkdtemp(prefix="tv-class-"))
    root.chmod(0o755)
    try:
        course = Coursework.make(
            root,
            ordinary=ordinary,
            isolation=isolation,
            memory=512 * MEBIBYTE,
            more=LIMITS + weaker,
        )
        course.environment = {"JUPYTERHUB_API_TOKEN": "s3cret"}
        course.hand_in("right", answered())
        with ExitStack() as stack:
            facts = {
                "root": str(root),
                "port": listening(stack, root),
                "abstract": f"\0{root.name}",
            }
            for name, attack in batch.items():
                folder = course.hand_in(name, attack.build(**facts), attack.files)
                if attack.prepare is not None:
                    attack.prepare(folder, root)
            course.run([*command, ASSIGNMENT], code=None, seconds=500)
        yield Graded(course)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def everything() -> dict[str, Attack]:
    """Every attack, by the name of who hands it in."""
    cheats = {name: Attack(notebook=build) for name, build in attacks.CHEATS.items()}
    return {
        **attacks.REACH,
        **attacks.REFUSED,
        **attacks.MACHINE,
        **cheats,
        **attacks.FORMATS,
        **attacks.BROKEN,
        **attacks.SPECIAL,
    }


def accounts_to_try() -> list[Any]:
    """Root and an ordinary account, as far as the tests may be either; each in one process."""
    names = ["root", "account"] if os.geteuid() == 0 else ["account"]
    return [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in names]
