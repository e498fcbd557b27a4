"""The warm server: a process that has loaded what notebooks load, and forks one for each.

Run as `python -m travesia.grading.forkserver FD`, in a sandbox, with nothing in its environment
that is a secret. It has one thread, reads no notebook and runs no cell. It is told what to do over
the inherited socket, by one process, in JSON; the two sides trust each other.

It keeps one process forked ahead, so that a submission need not wait for its sandbox.
"""

import contextlib
import gc
import json
import os
import resource
import selectors
import signal
import socket
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from travesia.grading import child
from travesia.grading.shell import Shell
from travesia.sandbox import Limits, syscalls
from travesia.sandbox.enclosure import Enclosure, EnclosureError

LARGEST = 64 * 1024
WATCH_SECONDS = 0.1
IDLE_SECONDS = 900
PAGE = resource.getpagesize()


@dataclass
class Waiting:
    """A process that is forked and enclosed, and waits for its submission."""

    pid: int
    hand: socket.socket


class Server:
    """Forks a process for each submission, watches over their memory, and ends them."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._running: dict[int, int] = {}
        self._why: dict[int, str] = {}
        self._waiting: Waiting | None = None
        self._problem = ""

    def start(self) -> None:
        """Gets ready as it is told, then serves until the other side is gone."""
        told = self._receive()
        if told is None:
            return
        document = told[0]
        self._enclosure = Enclosure(
            home=document["home"],
            home_bytes=document["home_bytes"],
            limits=Limits(**document["limits"]),
            isolated=document["isolated"],
        )
        began = time.monotonic()
        with warnings.catch_warnings():
            # What IPython has to say of a home that can't be written is nothing that went wrong,
            # and the last word here is what a person is told.
            warnings.simplefilter("ignore")
            self._shell = Shell()
        failed = self._shell.load(document["preload"])
        threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208 - names only
        syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
        gc.collect()
        gc.freeze()
        seconds = round(time.monotonic() - began, 3)
        self._send({"ready": threads == 1, "threads": threads, "failed": failed, "s": seconds})
        if threads == 1:
            self._serve()

    def _serve(self) -> None:
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        selector = selectors.DefaultSelector()
        selector.register(self._control, selectors.EVENT_READ)
        selector.register(reader, selectors.EVENT_READ)
        self._prepare()
        while True:
            ready = selector.select(WATCH_SECONDS if self._running else IDLE_SECONDS)
            if not ready and not self._running:
                # The instructor has gone home; the next submission starts it again.
                return
            for key, _events in ready:
                if key.fd == reader:
                    os.read(reader, LARGEST)
                elif not self._obey():
                    return
            self._reap()
            self._watch()

    def _obey(self) -> bool:
        told = self._receive()
        if told is None:
            return False
        document, descriptors = told
        number = document["id"]
        if document["do"] == "begin":
            self._begin(number, descriptors)
        elif (pid := self._running.get(number)) is not None:
            which = signal.SIGINT if document["do"] == "interrupt" else signal.SIGKILL
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, which)
            if which == signal.SIGINT:
                self._send({"id": number, "interrupted": True})
        return True

    def _begin(self, number: int, descriptors: list[int]) -> None:
        if self._waiting is None:
            self._prepare()
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            self._send({"id": number, "refused": self._problem})
        else:
            self._running[number] = waiting.pid
            with contextlib.suppress(OSError):
                socket.send_fds(waiting.hand, [b"\0"], descriptors)
            waiting.hand.close()
        for descriptor in descriptors:
            os.close(descriptor)
        if waiting is not None:
            self._prepare()

    def _prepare(self) -> None:
        """Forks the next process; the reason is kept where the kernel refuses it."""
        own, theirs = socket.socketpair()
        try:
            pid = self._enclosure.fork(
                lambda: child.become_child(self._shell, theirs), frozenset({theirs.fileno()})
            )
        except EnclosureError as error:
            self._problem = str(error)
            own.close()
        else:
            self._waiting = Waiting(pid, own)
        finally:
            theirs.close()

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if self._waiting is not None and pid == self._waiting.pid:
                self._waiting.hand.close()
                self._waiting = None
            for number in [number for number, running in self._running.items() if running == pid]:
                del self._running[number]
                if not self._enclosure.isolated:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(pid, signal.SIGKILL)
                why = self._why.pop(number, "")
                self._send({"id": number, "ended": os.waitstatus_to_exitcode(status), "why": why})

    def _watch(self) -> None:
        """Ends a submission whose processes together take more memory than they may."""
        most = self._enclosure.limits.total_bytes
        if most is None or not self._running:
            return
        for number, pid in list(self._running.items()):
            processes = family(pid)
            # What is not shared with a file counts first, it is cheap; a fork's memory is shared
            # with its parent though, and only the second count knows that.
            # The second count takes a while, so the first is made again: they may be gone by then.
            if (
                sum(map(own_memory, processes)) > most
                and sum(map(fair_memory, processes)) > most
                and sum(map(own_memory, family(pid))) > most
            ):
                self._why[number] = "memory"
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _send(self, document: dict[str, Any]) -> None:
        self._control.send(json.dumps(document).encode())

    def _receive(self) -> tuple[dict[str, Any], list[int]] | None:
        data, descriptors, _flags, _address = socket.recv_fds(self._control, LARGEST, 3)
        return (json.loads(data), list(descriptors)) if data else None


def family(pid: int) -> list[int]:
    """A process and all that came from it."""
    parents: dict[int, int] = {}
    for entry in os.listdir("/proc"):  # noqa: PTH208 - names only
        if entry.isdigit():
            with contextlib.suppress(OSError):
                stat = Path(f"/proc/{entry}/stat").read_bytes()
                parents[int(entry)] = int(stat.rpartition(b")")[2].split()[1])
    found = {pid}
    while more := {each for each, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found)


def own_memory(pid: int) -> int:
    """The memory of a process that no file holds, in bytes; what it shares with a parent too."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        counted = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
        return (int(counted[1]) - int(counted[2])) * PAGE
    return 0


def fair_memory(pid: int) -> int:
    """The memory of a process, in bytes, where what several share is divided among them."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def main() -> None:
    """Serves over the socket that was inherited under the number given."""
    with socket.socket(fileno=int(sys.argv[1])) as control:
        control.set_inheritable(False)
        Server(control).start()
    os._exit(0)


if __name__ == "__main__":
    main()
