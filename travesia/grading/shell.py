"""IPython's own kernel and shell without a network: what they publish goes where they are told.

It is made before a fork and used after it, so it has no thread, no socket and no event loop. The
exact class of its shell is a notebook's, by which libraries choose how they draw.
"""

import asyncio
import contextlib
import io
import logging
import os
import random
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from IPython.core.shellapp import InteractiveShellApp
from jupyter_client.jsonutil import json_clean
from jupyter_client.session import Session
from traitlets.config import Config

from travesia.grading import tracebacks, warmup
from travesia.grading.display import Display
from travesia.grading.integrity import Watched
from travesia.grading.loaded import Loaded

# It takes half a second to load, and would listen on the network.
DEBUGGER = "debugpy"
# jsonschema has it compile 39 grammars, for a second and more, to check formats nobody asks for.
GRAMMARS = "rfc3987_syntax"

Publish = Callable[[str, dict[str, Any]], None]
PUBLISHED = frozenset(
    {"display_data", "update_display_data", "execute_result", "error", "clear_output"}
)


def _nowhere(_kind: str, _content: dict[str, Any]) -> None:
    """Where messages go that are published before there is anybody to read them."""


class PublishingSession(Session):
    """A session whose messages go to a function; comms, which a browser answers, go nowhere."""

    publish: Publish = staticmethod(_nowhere)

    def send(
        self,
        stream: Any,  # noqa: ARG002 - the parent's order
        msg_or_type: Any,
        content: Any = None,
        *_args: Any,
        **_kwargs: Any,
    ) -> dict[str, Any]:
        """Publishes a message."""
        if isinstance(msg_or_type, dict):
            kind, content = msg_or_type["header"]["msg_type"], msg_or_type["content"]
        else:
            kind, content = msg_or_type, content or {}
        if kind in PUBLISHED:
            self.publish(kind, content)
        return {"msg_type": kind, "content": content}


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a notebook: text goes to the descriptor at once.

    So it stands in order with what other programs print there, and nothing is lost with a process
    that ends without a word.
    """

    encoding = "UTF-8"
    errors = "backslashreplace"

    def __init__(self, name: str, number: int) -> None:
        self.name = name
        self._number = number

    def fileno(self) -> int:
        """The descriptor that it prints to."""
        return self._number

    def isatty(self) -> bool:
        """Never: a notebook is no terminal."""
        return False

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, string: str) -> int:
        """Prints text."""
        if not isinstance(string, str):
            raise TypeError(f"write() argument must be str, not {type(string)}")
        data = string.encode("utf-8", "backslashreplace")
        while data:
            data = data[os.write(self._number, data) :]
        return len(string)


def _no_windows(gui: str | None = None) -> None:
    """Does nothing: a submission draws in its notebook."""
    del gui


class Shell:
    """One notebook's kernel: its cells run here, in order."""

    def __init__(self) -> None:
        """The kernel, ready to be forked."""
        config = Config()
        config.HistoryManager.hist_file = ":memory:"
        self._session = PublishingSession()
        with _without(DEBUGGER):
            from ipykernel.ipkernel import IPythonKernel  # noqa: PLC0415 - after the line above

            kernel: Any = IPythonKernel
            self.kernel = kernel(
                session=self._session,
                config=config,
                user_ns=None,
                log=logging.getLogger("ipykernel"),
                shell_channel_thread=SimpleNamespace(parent_thread=threading.main_thread()),
            )
        self.kernel.log.addHandler(logging.NullHandler())
        self.kernel.log.propagate = False
        self.shell = self.kernel.shell
        # What `%matplotlib inline` asks for: no windows. A kernel would ask its application, and
        # there is none here.
        self.shell.enable_gui = _no_windows
        tracebacks.quicken(self.shell)
        self.loop: asyncio.AbstractEventLoop | None = None
        self.loaded = Loaded()
        self._streams = (Stream("stdout", 1), Stream("stderr", 2))
        # As ipykernel's own launcher and application leave them.
        sys.path[:] = [path for path in sys.path if path not in {"", str(Path.cwd())}]
        init_path: Any = InteractiveShellApp.init_path
        init_path(SimpleNamespace(ignore_cwd=False))
        sys.argv[:] = ["ipykernel_launcher.py"]

    def load(self, names: list[str]) -> list[str]:
        """Loads modules ahead, and gives the names of those that could not be.

        A notebook finds them as if nobody had loaded them, and importing them takes no time.
        """
        before = set(sys.modules)
        with _without(GRAMMARS):
            failed = self.loaded.load(names)
            ahead = set(sys.modules) - before
            self._warm()
        packages = {name.split(".")[0] for name in ahead}
        ahead |= {each for each in set(sys.modules) - before if each.split(".")[0] in packages}
        self.display = Display(self.shell)
        self.watched = Watched(self.shell, self.loaded.get)
        self.loaded.put_aside(ahead)
        return failed

    def _warm(self) -> None:
        """Runs through what every notebook does once, and leaves nothing of it behind."""
        shell = self.shell
        self.loop = asyncio.new_event_loop()
        self.rehearse()
        self.loop.close()
        self.loop = None
        namespace: dict[str, Any] = {}
        code = shell.transform_cell("import math\nmath.pi\n")
        exec(compile(code, "<warm>", "exec"), namespace)  # noqa: S102 - our own line
        shell.display_formatter.format(namespace["math"].pi)
        shell.display_formatter.format({"a": [1]})
        explain = shell.InteractiveTB.structured_traceback
        try:
            exec("1 / 0", namespace)  # noqa: S102 - our own line
        except ZeroDivisionError:
            explain(*sys.exc_info(), tb_offset=1)
        warmup.run_through(shell.display_formatter.format, explain)

    @property
    def namespace(self) -> dict[str, Any]:
        """The names that the cells have defined."""
        names: dict[str, Any] = self.shell.user_ns
        return names

    def rehearse(self) -> None:
        """Runs a cell that nobody sees, numbers or remembers, so that the next one runs faster.

        After a fork, memory is copied as it is touched: this touches what every cell does.
        """
        if self.loop is None:
            raise RuntimeError("the notebook has not begun")
        result = self.shell.last_execution_result
        cell = self.kernel.do_execute("0", silent=True, store_history=False)
        self.loop.run_until_complete(cell)
        self.shell.last_execution_result = result
        self.shell.display_formatter.format({"a": [1]})

    def publish_to(self, publish: Publish) -> None:
        """Tells where to publish what the cells show."""
        self._session.publish = publish

    def begin(self) -> None:
        """Starts the notebook in a process of its own: as fresh as a new kernel's."""
        sys.stdout, sys.stderr = self._streams
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        random.seed()
        if (numpy := self.loaded.get("numpy")) is not None:
            numpy.random.seed()

    def run(self, code: str, count: int, *, test: bool = False) -> dict[str, Any]:
        """Runs a cell under its number, and gives the kernel's reply.

        Args:
            code: the cell's source.
            count: its number.
            test: whether what it shows is read by us: then it is shown as a fresh shell would.
        """
        if self.loop is None:
            raise RuntimeError("the notebook has not begun")
        if test:
            with contextlib.suppress(Exception):
                self.display.put_back()
        shell = self.shell
        history = shell.history_manager
        # The cells that stand before it and are run later have their numbers too.
        while len(history.input_hist_parsed) < count:
            history.input_hist_parsed.append("")
            history.input_hist_raw.append("")
        shell.execution_count = count
        shell.set_parent({"header": {"msg_id": str(count)}})
        try:
            reply = self._interruptible(self.loop, code)
        finally:
            self.flush()
        return dict(json_clean(reply))

    def _interruptible(self, loop: asyncio.AbstractEventLoop, code: str) -> dict[str, Any]:
        """A cell's reply, wherever in it an interrupt comes: beside the learner's code too."""
        cell = loop.create_task(self.kernel.do_execute(code, silent=False, store_history=True))
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            reply: dict[str, Any] = loop.run_until_complete(cell)
            # An interrupt that is on its way comes now at the latest.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            cell.cancel()
            with contextlib.suppress(asyncio.CancelledError, KeyboardInterrupt):
                loop.run_until_complete(cell)
            reply = {"status": "error", "ename": "KeyboardInterrupt", "evalue": "", "traceback": []}
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        return reply

    def flush(self) -> None:
        """Prints what a stream of the learner's own still holds."""
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()


@contextmanager
def _without(module: str) -> Iterator[None]:
    """Loads what follows as if an optional module were not installed."""
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]
