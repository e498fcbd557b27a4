"""A sandbox for a process that is forked, not started: its memory is warm, all else is its own.

The process that forks is in a `Sandbox` itself, which gave it the read-only system and nothing
else. What it forks gets namespaces, folders and limits of its own on top, and gives up for good
what it made them with. When its first process ends, the kernel ends all that it started.
"""

import contextlib
import fcntl
import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from travesia.sandbox import landlock, seccomp, syscalls
from travesia.sandbox.limits import MEBIBYTE, Limits
from travesia.sandbox.syscalls import Mount, Namespace

ALL = (
    Namespace.USER | Namespace.MOUNT | Namespace.PID | Namespace.NET | Namespace.IPC | Namespace.UTS
)
INODES = 20_000
DEVICES = tuple(
    f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts")
)
TMP, SHM = "/tmp", "/dev/shm"  # noqa: S108 - the process's own


class EnclosureError(Exception):
    """An enclosure that can't be made; the message is the kernel's reason."""


@dataclass(frozen=True)
class Enclosure:
    """What a forked process gets of its own.

    Attributes:
        home: the folder that becomes its own empty, writable one; it exists already.
        home_bytes: the room in it, which is memory.
        limits: how much of the machine it may use; `memory_bytes` is counted beyond what its
            parent had taken when it was forked.
        isolated: whether it gets namespaces at all. Without, it is a process like any other, with
            the limits only.
    """

    home: str
    home_bytes: int = 256 * MEBIBYTE
    limits: Limits = field(default_factory=Limits)
    isolated: bool = True

    def fork(self, run: Callable[[], object], keep: frozenset[int]) -> int:
        """Fork a process that is enclosed and then runs a function; it ends with the function.

        Args:
            run: what the new process does.
            keep: the descriptors that it keeps; all others are closed.

        Returns:
            The number of its first process, as the caller sees it; a signal to it reaches the
            function, and its end is the end of everything in there. It is the caller's to reap.

        Raises:
            EnclosureError: the kernel refused a part of it.
        """
        result, report = os.pipe()
        outer = os.fork()
        if outer == 0:
            self._become(run, keep | {report}, report)
        os.close(report)
        with open(result, "rb") as answers:  # noqa: PTH123 - a descriptor
            said = answers.read().decode("utf-8", "replace").split("\n")
        if self.isolated:
            os.waitpid(outer, 0)
        numbers = [int(line) for line in said if line.isdigit()]
        problem = next((line for line in said if line and not line.isdigit()), "")
        inner = numbers[0] if numbers else outer
        if problem or (self.isolated and not numbers):
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(inner, signal.SIGKILL)
                os.waitpid(inner, 0)
            raise EnclosureError(problem or "the process ended while its sandbox was made")
        return inner

    def _become(self, run: Callable[[], object], keep: frozenset[int], report: int) -> NoReturn:
        """Never returns: not even an error may let two processes go on where one forked."""
        code = 1
        try:
            fcntl.fcntl(report, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
            if self.isolated:
                user, group = os.geteuid(), os.getegid()
                syscalls.unshare(ALL)
                _map_to_itself(user, group)
                inner = os.fork()
                if inner:
                    os.write(report, f"{inner}\n".encode())
                    os._exit(0)
            os.setsid()
            self._enclose()
            os.close(report)
            close_all_but(keep - {report})
            run()
            code = 0
        except OSError as error:
            with contextlib.suppress(OSError):
                os.write(report, f"{error.strerror or error}\n".encode())
        finally:
            os._exit(code)

    def _enclose(self) -> None:
        if self.isolated:
            self._mount()
            syscalls.loopback_up()
        self._limit()
        os.chdir(self.home)
        if self.isolated:
            syscalls.drop_privileges()
            landlock.restrict_writing([self.home, TMP, SHM], DEVICES)
            seccomp.install()

    def _mount(self) -> None:
        syscalls.detach_mounts()
        safe = Mount.NO_SUID | Mount.NO_DEVICES
        syscalls.mount("proc", "/proc", safe | Mount.NO_EXEC)
        rooms = {
            self.home: (0o700, self.home_bytes),
            TMP: (0o1777, self.limits.tmp_bytes),
            SHM: (0o1777, self.limits.shm_bytes),
        }
        for path, (mode, size) in rooms.items():
            options = f"mode={mode:o},size={size},nr_inodes={INODES}"
            syscalls.mount("tmpfs", path, safe, options)

    def _limit(self) -> None:
        if self.limits.expendable:
            # Where the machine itself runs out of memory, this ends before who started it.
            own = Path("/proc/self/oom_score_adj")
            own.write_text(str(self.limits.expendable), encoding="ascii")
        wanted = self.limits.rlimits
        if resource.RLIMIT_AS in wanted:
            # The warm parent's own libraries take a gibibyte of addresses and cost no memory.
            wanted[resource.RLIMIT_AS] += address_space()
        if not self.isolated:
            # Outside a user namespace it would count the account's other processes.
            wanted.pop(resource.RLIMIT_NPROC, None)
        for which, value in wanted.items():
            most = resource.getrlimit(which)[1]
            given = value if most == resource.RLIM_INFINITY else min(value, most)
            resource.setrlimit(which, (given, given))


def address_space() -> int:
    """The addresses that this process has taken, in bytes."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()


def close_all_but(keep: frozenset[int]) -> None:
    """Close every descriptor but these and the three that every program has."""
    low = 3
    for number in sorted(keep):
        if number >= low:
            os.closerange(low, number)
            low = number + 1
    os.closerange(low, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _map_to_itself(user: int, group: int) -> None:
    own = Path("/proc/self")
    (own / "setgroups").write_text("deny", encoding="ascii")
    (own / "uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    (own / "gid_map").write_text(f"{group} {group} 1", encoding="ascii")
