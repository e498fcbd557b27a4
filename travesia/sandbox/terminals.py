"""The pseudo-terminals that sandboxed programs hold: the machine has so many for everybody.

Every sandbox has a `/dev/pts` of its own, and all of them draw on one number of the kernel's. No
limit of the kernel's holds one person to a part of it.
"""

import os
from pathlib import Path

import psutil

KERNEL = Path("/proc/sys/kernel/pty")
MASTER, SLAVES = (5, 2), 136

# The instance of /dev/pts, and the number in it.
Terminal = tuple[int, int]


def for_sandboxes() -> int | None:
    """How many this machine has for all sandboxes together, or None where it does not tell."""
    most, reserved = _number("max"), _number("reserve")
    return most - reserved if most is not None and reserved is not None else None


def scarce() -> bool:
    """Whether more than half of them are taken."""
    most, taken = for_sandboxes(), _number("nr")
    return most is not None and taken is not None and 2 * taken > most


def held_by(process: psutil.Process) -> set[Terminal] | None:
    """The terminals that a process has open, or None where it hides what it has open."""
    held = set()
    try:
        with os.scandir(f"/proc/{process.pid}/fd") as entries:
            for entry in entries:
                found = _terminal(process.pid, entry)
                if found is not None:
                    held.add(found)
    except PermissionError:
        return None
    except OSError:
        # It has ended meanwhile.
        return set()
    return held


def _terminal(pid: int, entry: os.DirEntry[str]) -> Terminal | None:
    try:
        status = entry.stat()
        device = os.major(status.st_rdev), os.minor(status.st_rdev)
        # The numbers of slaves go on in the next major one after each 256.
        if SLAVES <= device[0] < SLAVES + 8:
            return status.st_dev, (device[0] - SLAVES) * 256 + device[1]
        if device != MASTER:
            return None
        for line in Path(f"/proc/{pid}/fdinfo/{entry.name}").read_text("ascii").splitlines():
            name, _, value = line.partition(":")
            if name == "tty-index":
                return status.st_dev, int(value)
    except FileNotFoundError:
        # Closed meanwhile, or what it was is gone.
        pass
    return None


def _number(name: str) -> int | None:
    try:
        return int((KERNEL / name).read_text("ascii"))
    except (OSError, ValueError):
        return None
