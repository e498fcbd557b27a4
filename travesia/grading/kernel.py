"""A kernel for a learner's code: inside a sandbox, with nothing of the grader's environment."""

import os
import shutil
import sys
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import Bool, Instance, Integer, Unicode, default

from travesia.grading.errors import GradingError
from travesia.sandbox import Identity, Sandbox

LEARNER = "learner"
NOBODY = 65534
"""The account a kernel runs under when root grades: it owns no file of this machine."""
MEBIBYTE = 1024 * 1024
LARGEST_MESSAGE = 16 * MEBIBYTE
LONGEST_SOCKET_PATH = 107
LAST_WORDS = 2000


def _bounded_context() -> zmq.asyncio.Context:
    """A ZeroMQ context that drops a kernel which sends more than one message may hold."""
    context = zmq.asyncio.Context()
    context.setsockopt(zmq.MAXMSGSIZE, LARGEST_MESSAGE)
    return context


class BoundedClient(AsyncKernelClient):
    """A client of a kernel whose messages have a largest size."""

    @default("context")
    def _context_default(self) -> zmq.asyncio.Context:
        self._created_context = True
        return _bounded_context()


class SandboxedKernelManager(AsyncKernelManager):
    """Starts the Python kernel of this environment in a sandbox made for one submission.

    `last_words` is the last line that its process wrote as an error, known once it has ended.

    It speaks over Unix sockets in a private folder, so that the kernel needs no network and nobody
    else reads its messages. Whatever kernel the notebook names, it is this one that runs.
    """

    workspace = Instance(Path, help="The folder that becomes the learner's home: a writable copy.")
    isolated = Bool(default_value=True, help="Whether the kernel runs in a sandbox.")
    memory_bytes = Integer(2048 * MEBIBYTE, help="The address space that a process may take.")
    file_bytes = Integer(64 * MEBIBYTE, help="The largest file that it may write.")
    language = Unicode("es", help="The language of what the course prints.")
    processes = Integer(256, help="How many processes and threads it may have.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Made where the system's temporary files are: the path of a socket has to be short.
        self._private = Path(tempfile.mkdtemp(prefix="tv-"))
        self._sockets = self._private / "k"
        self._sockets.mkdir(mode=0o700)
        self._errors = self._private / "errors"
        self.client_factory = BoundedClient
        self.last_words = ""
        self.transport = "ipc"
        self.ip = str(self._sockets / "s")
        self.connection_file = str(self._sockets / "kernel.json")
        self.shutdown_wait_time = 1.0
        if len(f"{self.ip}-99999") > LONGEST_SOCKET_PATH:
            raise GradingError(
                f"{self._private} is too long a path for a socket: set TMPDIR to a shorter one."
            )

    @default("context")
    def _context_default(self) -> zmq.asyncio.Context:
        self._created_context = True
        return _bounded_context()

    @property
    def kernel_spec(self) -> KernelSpec:
        """This environment's own Python kernel.

        It is interrupted by a message: a signal sent from here would end the sandbox instead.
        """
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
            interrupt_mode="message",
        )

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """The kernel's command inside its sandbox and its limits."""
        # The kernel's parent is the sandbox's own first process, not the one that started it.
        command = ["env", "-u", "JPY_PARENT_PID", *super().format_kernel_cmd(extra_arguments)]
        limits = [
            "prlimit",
            f"--as={self.memory_bytes}",
            f"--fsize={self.file_bytes}",
            "--core=0",
        ]
        if self.isolated:
            # Counted in the sandbox's own user namespace; outside it would count the grader's.
            limits.append(f"--nproc={self.processes}")
        command = [*limits, "--", *command]
        if not self.isolated:
            return command
        if os.getuid() == 0:
            # The connection file has just been written by root.
            for folder in (self.workspace, self._sockets):
                _give(folder, self._sandbox.identity)
        return self._sandbox.command(command)

    async def start_kernel(self, **kw: Any) -> None:
        """Starts the kernel with nothing of this process's environment, its errors kept apart."""
        own = {"env": self._environment(), "cwd": str(self._working_folder)}
        with self._errors.open("wb") as errors:
            await super().start_kernel(**{**kw, **own, "stdout": errors, "stderr": errors})

    async def cleanup_resources(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002 - jupyter_client's signature
        """Takes away all that was made for the kernel."""
        await super().cleanup_resources(restart=restart)
        if not restart:
            self.last_words = self._last_line()
            shutil.rmtree(self._private, ignore_errors=True)

    def _last_line(self) -> str:
        if not self._errors.is_file():
            return ""
        lines = self._errors.read_bytes()[-LAST_WORDS:].decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    @property
    def _working_folder(self) -> Path:
        # The sandbox itself goes to the learner's home; this is where bubblewrap starts.
        return self._private if self.isolated else self.workspace

    @cached_property
    def _sandbox(self) -> Sandbox:
        identity = Identity(LEARNER, os.getuid() or NOBODY, os.getgid() or NOBODY)
        return Sandbox(
            identity=identity,
            state=self._private / "etc",
            home=self.workspace,
            writable={str(self._sockets): self._sockets},
        )

    def _environment(self) -> dict[str, str]:
        """All that the learner's code finds in its environment: no token, no name, no secret."""
        home = self._sandbox.home_inside if self.isolated else str(self.workspace)
        return {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
            "HOME": home,
            "LANG": "C.UTF-8",
            "NBGRADER_EXECUTION": "autograde",
            "PYTHONDONTWRITEBYTECODE": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "TRAVESIA_LANGUAGE": self.language,
        }


def _give(folder: Path, identity: Identity) -> None:
    """Makes the account of the kernel the owner of a folder and all that lies in it."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, identity.uid, identity.gid, follow_symlinks=False)
