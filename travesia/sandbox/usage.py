"""What running sandboxes and the folders given to them take up."""

import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from travesia.sandbox import tree

BLOCK = 512
UNMEASURED = 2**60


@dataclass(frozen=True)
class Room:
    """What lies in a folder: its bytes on the disk, and how many files and folders."""

    bytes: int = 0
    files: int = 0


def room_in(folders: Iterable[Path], processes: Iterable[psutil.Process] = ()) -> Room:
    """What folders hold together, without following a link; one file of two names counts once.

    So does what was deleted there, or never had a name, as long as one of the processes has it
    open. A folder that its owner keeps closed counts as more than anybody may have.
    """
    size = count = 0
    seen: set[tree.Key] = set()
    try:
        for status in _found(folders, processes):
            if tree.key(status) not in seen:
                seen.add(tree.key(status))
                size += status.st_blocks * BLOCK
                count += 1
    except tree.HiddenError:
        size += UNMEASURED
    return Room(size, count)


def _found(
    folders: Iterable[Path], processes: Iterable[psutil.Process]
) -> Iterator[os.stat_result]:
    disks = set()
    for folder in folders:
        with suppress(OSError):
            disks.add(folder.stat().st_dev)
        for status in tree.below(folder):
            disks.add(status.st_dev)
            yield status
    for process in processes:
        for status in _open_in(process):
            if status.st_nlink == 0 and status.st_dev in disks:
                yield status


def _open_in(process: psutil.Process) -> Iterator[os.stat_result]:
    """What is known of each file that a process has open."""
    # It may have ended, or closed one since they were listed.
    with suppress(OSError), os.scandir(f"/proc/{process.pid}/fd") as descriptors:
        for descriptor in descriptors:
            with suppress(OSError):
                yield descriptor.stat()


def processes_below(roots: Collection[int]) -> dict[int, list[psutil.Process]]:
    """Every process that each of these has started, itself included, parents before children.

    Nothing gets out of it: what a sandbox's program leaves behind becomes its first process's.
    """
    running: dict[int, psutil.Process] = {}
    children: dict[int, list[int]] = {}
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            children.setdefault(process.ppid(), []).append(process.pid)
            running[process.pid] = process
    found = {}
    for root in roots:
        order = [root]
        for pid in order:
            order += children.get(pid, [])
        found[root] = [running[pid] for pid in order if pid in running]
    return found


def memory_at_most(processes: Iterable[psutil.Process]) -> int:
    """A quick bound of their memory in bytes: what several share counts for each of them."""
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def memory_of(processes: Iterable[psutil.Process]) -> int:
    """Their memory in bytes, what several share divided among them, what was swapped included."""
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            told = process.memory_full_info()
            total += told.pss + told.swap
    return total


def written_by(processes: Iterable[psutil.Process]) -> int:
    """The bytes that they have had written to disks since they began."""
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            total += process.io_counters().write_bytes
    return total


def step_back(processes: Iterable[psutil.Process], niceness: int, known: set[int]) -> None:
    """Let whole sessions step back behind others, each once; `known` gathers which.

    Where the kernel shares processors by session, a program's own niceness counts only inside its
    session, and a new session would be a way around it.
    """
    for process in processes:
        # Not every kernel has it, and it takes a few in a second: the next look does the rest.
        with suppress(OSError):
            session = os.getsid(process.pid)
            if session not in known:
                Path(f"/proc/{process.pid}/autogroup").write_text(f"{niceness}\n", "ascii")
                known.add(session)


def told(count: int) -> str:
    """A number of bytes as people read it, such as `1.5 GB`."""
    for unit, worth in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= worth:
            return f"{count / worth:.3g} {unit}"
    return f"{count} B"
