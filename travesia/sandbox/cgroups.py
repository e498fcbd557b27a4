"""Control groups (cgroup v2): the kernel itself holds all of a sandbox's programs together.

An account may use them where they are delegated to it: by systemd, which makes a scope for each
sandbox, or as a folder of the group tree that is this account's own.
"""

import os
import secrets
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from travesia.sandbox.limits import Limits

NEEDED = frozenset({"memory", "pids"})
SYSTEMD_RUNS = Path("/run/systemd/system")
MOUNTS = Path("/proc/self/mountinfo")
PROCESSES = Path("/proc")
RUNTIME_FOLDERS = Path("/run/user")
# The steps that make a sandbox are in its group too.
OWN_STEPS = 8
CPU_PERIOD = 100_000
# Where an account keeps its own programs, so that its folder may hold groups.
LEAF = "hub"
JOIN = 'echo 0 > "$1/cgroup.procs" && shift && exec "$@"'


@dataclass(frozen=True)
class Delegation:
    """What of the control groups this account may use.

    Attributes:
        means: `system scopes` or `user scopes` of systemd, `folder`, or empty for none.
        controllers: what they can hold, of `memory pids cpu`.
        folder: this account's own folder of the tree, for `folder`.
        reason: why there is none.
        remedy: what an administrator can do about it.
    """

    means: str = ""
    controllers: frozenset[str] = frozenset()
    folder: Path | None = None
    reason: str = ""
    remedy: str = ""

    def command(self, name: str, limits: Limits, argv: Sequence[str]) -> list[str]:
        """The command that runs `argv` in a control group of its own, held to the limits."""
        if not self.means:
            return list(argv)
        if self.folder is not None:
            group = self.folder / f"{name}-{secrets.token_hex(4)}"
            return ["/bin/sh", "-c", JOIN, "sh", str(self._made(group, limits)), *argv]
        values = [f"{key}={value}" for key, value in self._properties(limits).items()]
        scope = ["systemd-run", "--scope", "--quiet", "--collect"]
        scope += [f"--unit=travesia-{name}-{secrets.token_hex(4)}"]
        # A delegated scope goes on when the kernel has ended one of its programs.
        scope += [word for value in ["Delegate=yes", *values] for word in ("-p", value)]
        if self.means == "system scopes":
            return [*scope, "--", *argv]
        runtime = RUNTIME_FOLDERS / str(os.getuid())
        session = {
            "XDG_RUNTIME_DIR": str(runtime),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={runtime}/bus",
        }
        # The program has no business with the session that makes its scope.
        forget = ["env", *(word for name in session for word in ("-u", name))]
        there = ["env", *(f"{name}={value}" for name, value in session.items())]
        return [*there, *scope, "--user", "--", *forget, *argv]

    def _properties(self, limits: Limits) -> dict[str, str]:
        """The limits as systemd names them."""
        found: dict[str, str] = {}
        if limits.total_bytes:
            found |= {"MemoryMax": str(_memory(limits)), "MemorySwapMax": "0"}
        if limits.processes:
            found["TasksMax"] = str(limits.processes + OWN_STEPS)
        if limits.processors:
            found["CPUQuota"] = f"{limits.processors:.0%}"
        return found

    def _made(self, group: Path, limits: Limits) -> Path:
        """The folder of a new group, with the limits as the kernel names them."""
        self._sweep()
        group.mkdir()
        if limits.total_bytes:
            (group / "memory.max").write_text(str(_memory(limits)))
            with suppress(OSError):
                # Only a machine that swaps has it.
                (group / "memory.swap.max").write_text("0")
        if limits.processes:
            (group / "pids.max").write_text(str(limits.processes + OWN_STEPS))
        if limits.processors and "cpu" in self.controllers:
            quota = int(limits.processors * CPU_PERIOD)
            (group / "cpu.max").write_text(f"{quota} {CPU_PERIOD}")
        return group

    def _sweep(self) -> None:
        """Take away groups in which nothing runs any more: the kernel keeps the others."""
        if self.folder is not None:
            for group in self.folder.glob("*-????????"):
                with suppress(OSError):
                    group.rmdir()


def _memory(limits: Limits) -> int:
    """What a group's memory may come to: here what lies in the sandbox's own folders counts too."""
    return (limits.total_bytes or 0) + limits.tmp_bytes + limits.shm_bytes


@cache
def delegation() -> Delegation:
    """What of the control groups this account may use, made ready for this process's sandboxes."""
    found = find()
    return found if found.folder is None else _divided(found, found.folder)


def find() -> Delegation:
    """What of the control groups this account may use now, with the remedy where it is nothing."""
    tree = _tree()
    if tree is None:
        return Delegation(
            reason="there is no cgroup v2 on this machine",
            remedy="Start the machine with 'systemd.unified_cgroup_hierarchy=1', or the container "
            "with a cgroup namespace of its own.",
        )
    own = tree / _own_group("self")
    if not _controllers(tree) >= NEEDED:
        return Delegation(
            reason="cgroup v2 is there without the controllers memory and pids, which cgroup v1 "
            "holds",
            remedy="Start the machine with 'systemd.unified_cgroup_hierarchy=1'.",
        )
    if SYSTEMD_RUNS.is_dir() and shutil.which("systemd-run"):
        if os.geteuid() == 0:
            return Delegation("system scopes", _controllers(tree))
        session = _user_controllers(tree)
        if session >= NEEDED:
            return Delegation("user scopes", session)
    if os.access(own / "cgroup.subtree_control", os.W_OK) and _controllers(own) >= NEEDED:
        return Delegation("folder", _controllers(own) & (NEEDED | {"cpu"}), own)
    return Delegation(
        reason="none is delegated to this account",
        remedy="Let the account have a systemd session that stays ('loginctl enable-linger NAME'), "
        "start the hub as a systemd service with 'Delegate=yes', or start it by root.",
    )


def group_of(pid: int) -> Path | None:
    """The folder of a process's control group if that holds its memory, else None.

    A group that this process is in too, such as a container's, holds it for nobody in particular.
    """
    tree = _tree()
    if tree is None or _own_group(str(pid)) == _own_group("self"):
        return None
    folder = tree / _own_group(str(pid))
    with suppress(OSError):
        if (folder / "memory.max").read_text().strip() != "max":
            return folder
    return None


def ended_by_kernel(group: Path) -> int:
    """How many programs of a group the kernel has ended for want of memory."""
    with suppress(OSError, ValueError):
        for line in (group / "memory.events").read_text().splitlines():
            name, _, count = line.partition(" ")
            if name == "oom_kill":
                return int(count)
    return 0


def _user_controllers(tree: Path) -> frozenset[str]:
    """What systemd lets this account's own session hold; empty without one."""
    uid = os.getuid()
    if not (RUNTIME_FOLDERS / str(uid) / "bus").exists():
        return frozenset()
    return _controllers(tree / "user.slice" / f"user-{uid}.slice" / f"user@{uid}.service")


def _divided(found: Delegation, own: Path) -> Delegation:
    """The account's own folder made ready: what runs in it moves to a leaf, groups go beside."""
    try:
        (own / LEAF).mkdir(exist_ok=True)
        for pid in (own / "cgroup.procs").read_text().split():
            (own / LEAF / "cgroup.procs").write_text(pid)
        wanted = " ".join(f"+{name}" for name in sorted(found.controllers))
        (own / "cgroup.subtree_control").write_text(wanted)
    except OSError as error:
        return Delegation(
            reason=f"the control group {own} can't be divided ({error.strerror})",
            remedy="Start the hub as a systemd service with 'Delegate=yes'.",
        )
    return found


def _tree() -> Path | None:
    """Where the cgroup v2 tree is mounted."""
    with suppress(OSError):
        for line in MOUNTS.read_text().splitlines():
            before, _, after = line.partition(" - ")
            if after.startswith("cgroup2 "):
                return Path(before.split(" ")[4])
    return None


def _own_group(process: str) -> str:
    with suppress(OSError):
        for line in (PROCESSES / process / "cgroup").read_text().splitlines():
            if line.startswith("0::"):
                return line.removeprefix("0::").strip("/")
    return ""


def _controllers(folder: Path) -> frozenset[str]:
    with suppress(OSError):
        return frozenset((folder / "cgroup.controllers").read_text().split())
    return frozenset()
