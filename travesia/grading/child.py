"""A submission's own process: it gets the files, runs the cells it is sent, and says what came.

It is forked from the warm server inside an enclosure of its own, and serves one submission. Nothing
that it says is believed: the learner's code runs in here.
"""

import array
import contextlib
import os
import signal
import socket
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

from travesia.grading import frames, values
from travesia.grading.shell import Shell

PASSED_ON = 3
"""The connection to the grading process, and the ends of two pipes: output beside Python's."""
FIRST = 1
"""The number of an enclosure's first process, which all that is started there comes from."""
MANY = 32
"""No pool of workers has so many processes here: a cell that leaves more behind has run wild."""

Answer = tuple[str, dict[str, Any]]
"""The last thing that is said to a request: its kind and its content."""


class Child:
    """One submission's process, from the moment it is given its connection."""

    def __init__(self, shell: Shell, connection: socket.socket) -> None:
        self._shell = shell
        self._connection = connection
        self._line = frames.Line(connection)
        self._lock = threading.Lock()
        self._request = ""
        self._secret = ""
        self._mark = 0
        self._process = os.getpid()
        os.register_at_fork(after_in_child=self._close)

    def serve(self) -> None:
        """Does what it is asked, until the grading process has no more."""
        self._shell.publish_to(self._publish)
        while (asked := self._line.receive()) is not None:
            self._request = str(asked.get("id", ""))
            act = getattr(self, f"_do_{asked.get('do')}")
            kind, content = act(asked)
            # Each message takes both sides some time, so the answer goes with the end.
            self._send("done", {"type": kind, "content": content})

    def _do_open(self, asked: dict[str, Any]) -> Answer:
        """Puts the submission's files into the home, and the language into the environment."""
        self._secret = asked["secret"]
        os.environ.update(asked["environment"])
        os.chdir(os.environ["HOME"])
        for name, size in asked["files"]:
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._line.receive_data(size))
        return "opened", {}

    def _do_run(self, asked: dict[str, Any]) -> Answer:
        reply = self._shell.run(asked["code"], asked["count"], test=bool(asked.get("test")))
        end_the_wild()
        kept = ("status", "ename", "evalue", "traceback", "execution_count")
        return "execute_reply", {name: reply[name] for name in kept if name in reply}

    def _do_values(self, asked: dict[str, Any]) -> Answer:
        """Gives the learner's final values as data."""
        text, refused = values.encode(self._shell.namespace, asked["names"])
        return "answer", {"values": text, "refused": refused}

    def _do_give(self, asked: dict[str, Any]) -> Answer:
        """Takes values into a process in which no learner's code runs."""
        found, refused = values.decode(asked["values"], self._shell.loaded)
        self._shell.namespace.update(found)
        return "answer", {"refused": refused}

    def _do_inspect(self, asked: dict[str, Any]) -> Answer:
        """Tells what the learner's code changed of what tests rely on."""
        changed: list[str] = []
        watched = partial(self._shell.watched.changed, asked["names"])
        for look in (watched, self._shell.display.changed):
            try:
                changed += look()
            except Exception:  # noqa: BLE001 - what is looked at may be anything by now
                changed.append("shell")
        return "answer", {"changed": list(dict.fromkeys(changed))}

    def _publish(self, kind: str, content: dict[str, Any]) -> None:
        if os.getpid() == self._process:
            self._send(kind, content)

    def _send(self, kind: str, content: dict[str, Any]) -> None:
        """Says something; marks in the printed output tell what was printed before."""
        # An interrupt in the middle of a message would leave half of it in the connection.
        own = threading.current_thread() is threading.main_thread()
        masked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if own else set()
        try:
            with self._lock:
                self._mark += 1
                message = {
                    "id": self._request,
                    "type": kind,
                    "mark": self._mark,
                    "content": content,
                }
                try:
                    data = frames.packed(message)
                except frames.FrameError:
                    # It has to be heard of, whatever is lost with it: without its result a test
                    # would earn full marks.
                    left = {"data": {"text/plain": "…"}, "metadata": {}, "cut": True}
                    message.update(content={} if kind == "done" else left)
                    data = frames.packed(message)
                for number in (1, 2):
                    with contextlib.suppress(OSError):
                        os.write(number, frames.mark(self._secret, self._mark))
                self._connection.sendall(data)
        finally:
            if own:
                signal.pthread_sigmask(signal.SIG_SETMASK, masked)

    def _close(self) -> None:
        """What the learner's code forks has no part in the conversation."""
        self._connection.close()


def end_the_wild() -> None:
    """End all that was started in this enclosure, where it is more than work has any use for.

    A bomb of forks goes on when the cell that lit it is over; left alone, it would take the
    processor and the memory from the cells that follow.
    """
    if os.getpid() != FIRST:
        return
    processes = [name for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208 - names only
    if len(processes) <= MANY:
        return
    with contextlib.suppress(OSError):
        os.kill(-1, signal.SIGKILL)
        while True:
            os.waitpid(-1, 0)


def become_child(shell: Shell, hand: socket.socket) -> None:
    """Wait for a submission in a process that is already enclosed, and serve it."""
    shell.begin()
    shell.rehearse()
    descriptors = array.array("i")
    data, ancillary, _flags, _address = hand.recvmsg(1, socket.CMSG_SPACE(PASSED_ON * 4))
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(content[: len(content) - len(content) % 4])
    hand.close()
    if not data or len(descriptors) != PASSED_ON:
        return
    connection, out, err = descriptors
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.close(out)
    os.close(err)
    os.set_inheritable(connection, False)  # noqa: FBT003 - the system's own order
    with socket.socket(fileno=connection) as talk, contextlib.suppress(OSError):
        Child(shell, talk).serve()
    with contextlib.suppress(Exception):
        sys.stdout.flush()
