"""The warm server as the grading process sees it: started once, asked for a process a submission.

It is this process's own and lives as long as it does. A process that was forked from this one
starts its own.
"""

import atexit
import contextlib
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from travesia.grading.errors import GradingError
from travesia.sandbox import Identity, Limits, Sandbox
from travesia.sandbox.limits import MEBIBYTE

LEARNER = "learner"
NOBODY = 65534
"""The account code runs under when root grades: it owns no file of this machine."""
START_SECONDS = 90
END_SECONDS = 10
INTERRUPT_SECONDS = 10
LAST_WORDS = 2000
ALWAYS = ("travesia.learn.cells",)
"""Loaded for every assignment: what its questions and cases need."""
TOTAL_SECONDS = 120
"""How long a whole notebook may take, unless it is configured otherwise."""
TEST_SECONDS = 30
"""What its tests have beyond that, at the least."""
LIMITS = Limits(
    memory_bytes=2048 * MEBIBYTE,
    total_bytes=3072 * MEBIBYTE,
    processes=128,
    open_files=1024,
    cpu_seconds=TOTAL_SECONDS + TEST_SECONDS,
    file_bytes=64 * MEBIBYTE,
    expendable=500,
    tmp_bytes=128 * MEBIBYTE,
    shm_bytes=64 * MEBIBYTE,
)


@dataclass(frozen=True)
class Setting:
    """What a warm server is started with; submissions of one setting share a server.

    Attributes:
        preload: the modules to load, beside those that every assignment needs.
        limits: what one submission may use.
        home_bytes: the room for its files.
        read_only: the course's data: the path inside to the path on the machine.
        isolated: whether submissions are kept apart from this machine at all.
    """

    preload: tuple[str, ...] = ()
    limits: Limits = LIMITS
    home_bytes: int = 256 * MEBIBYTE
    read_only: tuple[tuple[str, str], ...] = ()
    isolated: bool = True


class WarmError(GradingError):
    """The warm server can't be had; nothing was executed, and no mark follows from it."""


@dataclass
class End:
    """How a submission's process ended: its exit code, or minus the signal; and why, if known."""

    code: int | None
    why: str = ""


class WarmServer:
    """A warm server and the way to it."""

    def __init__(self, setting: Setting) -> None:
        """Starts it; it is ready when it is first asked for a process."""
        self.setting = setting
        self._owner = os.getpid()
        self._without: set[str] = set()
        self._ready = False
        self._sessions = 0
        self._open: set[int] = set()
        self._interrupted: set[int] = set()
        self.ended: dict[int, End] = {}
        self.refused: dict[int, str] = {}
        self._launch()

    def _launch(self) -> None:
        self._private = Path(tempfile.mkdtemp(prefix="tv-"))
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        home = self._private / "home"
        home.mkdir()
        identity = Identity(LEARNER, os.getuid() or NOBODY, os.getgid() or NOBODY)
        sandbox = Sandbox(
            identity=identity,
            state=self._private / "etc",
            home=home,
            read_only={inside: Path(path) for inside, path in self.setting.read_only},
            nested=True,
        )
        isolated = self.setting.isolated
        program = [sys.executable, "-m", "travesia.grading.forkserver", str(theirs.fileno())]
        self.home = sandbox.home_inside if isolated else str(home)
        self._errors = self._private / "errors"
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                sandbox.command(program) if isolated else program,
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                env=_environment(self.home),
                cwd=str(home),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        theirs.close()
        modules = dict.fromkeys([*ALWAYS, *self.setting.preload])
        self._tell(
            {
                "home": self.home,
                "home_bytes": self.setting.home_bytes,
                "limits": asdict(self.setting.limits),
                "isolated": isolated,
                "preload": [name for name in modules if name not in self._without],
            }
        )

    @property
    def alive(self) -> bool:
        """Whether it runs, and is this process's own."""
        return self._owner == os.getpid() and self._process.poll() is None

    def wait(self) -> None:
        """Waits until it is ready.

        Raises:
            WarmError: it did not start.
        """
        while not self._ready:
            said = self._hear(START_SECONDS)
            if said is None:
                words = self.last_words()
                self.close()
                raise WarmError(
                    f"The program that runs notebooks did not start ({words or 'no reason given'}):"
                    " nothing was graded. The cause lies with this machine, not with a submission."
                )
            if said["ready"]:
                self._ready = True
            elif not self._without:
                # A module of the assignment's starts threads, which no fork takes along: each
                # notebook loads them itself then.
                self.close()
                self._without = set(self.setting.preload)
                self._launch()
            else:
                self.close()
                raise WarmError(
                    f"The program that runs notebooks has {said['threads']} threads before its "
                    "first notebook, so it can't be divided: nothing was graded."
                )

    def begin(self, descriptors: list[int]) -> int:
        """Asks for a process with these descriptors, and gives its number.

        Raises:
            WarmError: it can't be had.
        """
        self.wait()
        # It tells of every end, and would wait for us once nobody had listened long enough.
        self.hear()
        self._sessions += 1
        self._open.add(self._sessions)
        try:
            socket.send_fds(self._control, [_told("begin", self._sessions)], descriptors)
        except OSError as error:
            raise WarmError(
                "The program that runs notebooks has ended: nothing was graded. Try again."
            ) from error
        return self._sessions

    def interrupt(self, number: int) -> None:
        """Interrupts what a process is running, as the stop button does.

        What it is asked afterwards is not interrupted: the signal has been sent by then.
        """
        self._interrupted.discard(number)
        self._signal("interrupt", number)
        deadline = time.monotonic() + INTERRUPT_SECONDS
        while number not in self._interrupted | self.ended.keys():
            said = self._hear(max(0.0, deadline - time.monotonic()))
            if said is None:
                return
            self._note(said)

    def end(self, number: int) -> None:
        """Ends a process and all that it started."""
        self._signal("end", number)

    def forget(self, number: int) -> None:
        """Keeps nothing of a process that nobody will ask about again."""
        self._open.discard(number)
        self._interrupted.discard(number)
        self.ended.pop(number, None)
        self.refused.pop(number, None)

    def _signal(self, what: str, number: int) -> None:
        with contextlib.suppress(OSError):
            self._control.send(_told(what, number))

    def hear(self) -> bool:
        """Takes in what it has said so far; False if it is gone."""
        said = self._hear(0)
        while said is not None:
            self._note(said)
            said = self._hear(0)
        return self._process.poll() is None

    def wait_for_end(self, number: int, seconds: float) -> End | None:
        """How a process ended; None if it has not after that time."""
        deadline = time.monotonic() + seconds
        while number not in self.ended:
            said = self._hear(max(0.0, deadline - time.monotonic()))
            if said is None:
                return None
            self._note(said)
        return self.ended.pop(number)

    def _note(self, said: dict[str, Any]) -> None:
        if said["id"] not in self._open:
            return
        if "ended" in said:
            self.ended[said["id"]] = End(said["ended"], said["why"])
        elif "interrupted" in said:
            self._interrupted.add(said["id"])
        elif "refused" in said:
            self.refused[said["id"]] = said["refused"]

    def _tell(self, document: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            self._control.send(json.dumps(document).encode())

    def _hear(self, seconds: float) -> dict[str, Any] | None:
        ready, _, _ = select.select([self._control], [], [], seconds)
        if not ready:
            return None
        with contextlib.suppress(OSError):
            if data := self._control.recv(64 * 1024):
                return dict(json.loads(data))
        return None

    def last_words(self) -> str:
        """The last line that it wrote as an error."""
        if not self._errors.is_file():
            return ""
        lines = self._errors.read_bytes()[-LAST_WORDS:].decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def close(self) -> None:
        """Ends it, with every process that it has forked."""
        self._control.close()
        if self._owner != os.getpid():
            return
        try:
            self._process.wait(END_SECONDS if self._ready else 0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._private, ignore_errors=True)


def _told(what: str, number: int) -> bytes:
    return json.dumps({"do": what, "id": number}).encode()


def _environment(home: str) -> dict[str, str]:
    """All that the learner's code finds in its environment: no token, no name, no secret."""
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
        "HOME": home,
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "NBGRADER_EXECUTION": "autograde",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
    }


_own: dict[Setting, WarmServer] = {}


def warm_server(setting: Setting) -> WarmServer:
    """This process's warm server for a setting, started now if there is none.

    It returns at once: what has to be loaded is loaded while the caller does something else. One
    is kept at a time, for the class that is being graded.
    """
    server = _own.get(setting)
    if server is None or not server.alive:
        close_servers()
        server = _own[setting] = WarmServer(setting)
    return server


@atexit.register
def close_servers() -> None:
    """Ends the warm servers of this process, as its own end does."""
    while _own:
        _own.popitem()[1].close()
