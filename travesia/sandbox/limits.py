"""How much of the machine a sandbox may use."""

import resource
import shutil
from collections.abc import Sequence
from dataclasses import dataclass

KIBIBYTE = 1024
MEBIBYTE = 1024 * KIBIBYTE
GIBIBYTE = 1024 * MEBIBYTE

# How `prlimit` of util-linux names what the kernel counts.
OPTIONS = {
    resource.RLIMIT_AS: "--as",
    resource.RLIMIT_CORE: "--core",
    resource.RLIMIT_CPU: "--cpu",
    resource.RLIMIT_FSIZE: "--fsize",
    resource.RLIMIT_NOFILE: "--nofile",
    resource.RLIMIT_NPROC: "--nproc",
}
# A byte, and not none: with none the kernel still hands the memory of a program that crashes to one
# of the machine's own that `core_pattern` names.
NO_CORE = 1


class LimitsError(Exception):
    """Limits that can't be set here; the message says why and what to do."""


@dataclass(frozen=True)
class Limits:
    """What one sandbox may use at most; None leaves that one to the machine.

    Sizes are bytes. What counts for one process is held by the kernel's resource limits, set
    inside the sandbox, which its program can't raise again.

    Attributes:
        memory_bytes: the address space of one process.
        total_bytes: the memory of all its processes together, which a control group holds or, where
            there is none, who started the sandbox.
        processes: processes and threads together, counted in the sandbox's own user namespace.
        open_files: the files that one process has open.
        processors: how many it may use at once, which a control group alone can hold.
        cpu_seconds: the processor time of one process.
        file_bytes: the largest file it may write.
        tmp_bytes: the room in `/tmp`, which is memory.
        shm_bytes: the room in `/dev/shm`, which is memory.
        niceness: how far it steps back where processors are short, 0 to 19.
        expendable: how readily the machine ends it when its own memory runs out, 0 to 1000.
    """

    memory_bytes: int | None = None
    total_bytes: int | None = None
    processes: int | None = None
    open_files: int | None = None
    processors: float | None = None
    cpu_seconds: int | None = None
    file_bytes: int | None = None
    tmp_bytes: int = 256 * MEBIBYTE
    shm_bytes: int = 64 * MEBIBYTE
    niceness: int = 0
    expendable: int = 0

    @property
    def rlimits(self) -> dict[int, int]:
        """The kernel's resource limits: which one, such as `resource.RLIMIT_AS`, to its value.

        None is above what this process may give; no process of a sandbox leaves a core file.
        """
        wanted = {
            resource.RLIMIT_AS: self.memory_bytes,
            resource.RLIMIT_CORE: NO_CORE,
            resource.RLIMIT_CPU: self.cpu_seconds,
            resource.RLIMIT_FSIZE: self.file_bytes,
            resource.RLIMIT_NOFILE: self.open_files,
            resource.RLIMIT_NPROC: self.processes,
        }
        return {
            which: _at_most(value, resource.getrlimit(which)[1])
            for which, value in wanted.items()
            if value is not None
        }

    def apply(self) -> None:
        """Hold this process, and all that it starts, to the resource limits.

        Call it where `processes` is meant to count: in the sandbox's user namespace.
        """
        for which, value in self.rlimits.items():
            resource.setrlimit(which, (value, value))

    def command(self, argv: Sequence[str]) -> list[str]:
        """The command that runs `argv` under the resource limits; it is run in the sandbox.

        Raises:
            LimitsError: a program for it is not installed.
        """
        values = [f"{OPTIONS[which]}={value}" for which, value in self.rlimits.items()]
        return [_program("prlimit"), *values, "--", *argv]

    def outer_command(self, argv: Sequence[str]) -> list[str]:
        """The command that runs `argv`, a whole sandbox, as far back as it has to stand.

        It is run by who starts the sandbox: what root has set so, nobody inside takes back.

        Raises:
            LimitsError: a program for it is not installed.
        """
        steps: list[str] = []
        if self.expendable:
            steps += [_program("choom"), "-n", str(self.expendable), "--"]
        if self.niceness:
            steps += [_program("nice"), "-n", str(self.niceness)]
        return [*steps, *argv]


def _at_most(value: int, most: int) -> int:
    return value if most == resource.RLIM_INFINITY else min(value, most)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise LimitsError(f"{name} is missing: install the packages util-linux and coreutils.")
    return found
