"""What this machine allows of all that keeps people apart and holds them to their limits."""

import os
import resource
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from travesia.sandbox import bubblewrap, cgroups, landlock, machine, seccomp, terminals
from travesia.sandbox.limits import GIBIBYTE
from travesia.sandbox.usage import told

GOOD, LESS, MISSING = "good", "less", "missing"
APPARMOR_OFF = "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
# What the hub itself needs beside the files of its people's connections.
OWN_FILES = 256
FILES_A_PERSON = 2 * 160
# A server and the kernel of one open lesson took 220 MB when they were measured.
MEMORY_A_PERSON = GIBIBYTE // 4

# What a usual kernel has, its reserve taken off, is 3072.
ENOUGH_TERMINALS = 1024


@dataclass(frozen=True)
class Trait:
    """One thing that this machine has or lacks.

    Attributes:
        name: what it is, as its documentation calls it.
        state: `good`; `less`, the hub runs with less; or `missing`, no sandbox can be made.
        told: what was found, a sentence.
        remedy: how an administrator can allow more; empty where nothing is to be done.
    """

    name: str
    state: str
    told: str
    remedy: str = ""


def survey(data: Path) -> list[Trait]:
    """Every trait of this machine for a hub that this account starts, its data in a folder."""
    return [
        *_namespaces(),
        _identities(),
        _apparmor(),
        *_kernel(),
        *_programs(),
        _control_groups(),
        _open_files(),
        _terminals(),
        _memory(),
        _disk(data),
    ]


def _namespaces() -> Iterator[Trait]:
    found = machine.isolation()
    if found.allowed:
        yield Trait("sandboxes", GOOD, "One was made: user, process, network and mount namespaces.")
    else:
        yield Trait("sandboxes", MISSING, f"None can be made ({found.reason}).", found.remedy)
        return
    nested = machine.isolation(nested=True)
    if nested.allowed:
        yield Trait("nested sandboxes", GOOD, "An instructor's grading makes its own inside.")
    else:
        yield Trait(
            "nested sandboxes",
            LESS,
            f"None can be made inside another ({nested.reason}): instructors can't grade here.",
            nested.remedy,
        )


def _identities() -> Trait:
    if bubblewrap.started_by_root():
        return Trait("identities", GOOD, "Root gives each person a number of their own.")
    return Trait(
        "identities",
        LESS,
        "Everything here is this account's: sandboxes alone keep people apart.",
        "Start the hub as root, or give it an account that owns nothing else.",
    )


def _apparmor() -> Trait:
    if not machine.APPARMOR_SWITCH.is_file():
        return Trait("AppArmor", GOOD, "It does not restrict user namespaces here.")
    if machine.reads(machine.APPARMOR_SWITCH, "1"):
        told_so = "It restricts user namespaces to programs that have a profile (Ubuntu 24.04 on)."
        # Root's sandboxes run bubblewrap from a folder of their own, which no profile can name.
        remedy = APPARMOR_OFF if bubblewrap.started_by_root() else _profile()
        return Trait("AppArmor", LESS, told_so, remedy)
    return Trait("AppArmor", GOOD, "Its restriction of user namespaces is switched off.")


def _profile() -> str:
    """The commands that let this environment's bubblewrap alone make user namespaces."""
    return "\n".join(
        [
            "sudo tee /etc/apparmor.d/travesia <<'END'",
            "abi <abi/4.0>,",
            "include <tunables/global>",
            f"profile travesia {bubblewrap.find_bwrap()} flags=(unconfined) {{",
            "  userns,",
            "}",
            "END",
            "sudo apparmor_parser -r /etc/apparmor.d/travesia",
            f"Or, for the whole machine: {APPARMOR_OFF}",
        ]
    )


def _kernel() -> Iterator[Trait]:
    version = landlock.version()
    if version:
        yield Trait("Landlock", GOOD, f"Version {version}: a second wall around grading's files.")
    else:
        yield Trait(
            "Landlock",
            LESS,
            "The kernel has none: grading's files rest on mounts alone.",
            "Use Linux 5.13 or newer with 'landlock' in its 'lsm=' list.",
        )
    known = "Seccomp:" in Path("/proc/self/status").read_text(encoding="ascii")
    if known and seccomp.supported():
        yield Trait("seccomp", GOOD, "Calls to the kernel can be refused to what is graded.")
    else:
        yield Trait(
            "seccomp",
            MISSING if not known else LESS,
            "Calls to the kernel can't be filtered here, so submissions are not graded.",
            "Use a kernel with CONFIG_SECCOMP_FILTER on an x86-64 or ARM64 processor.",
        )


def _programs() -> Iterator[Trait]:
    bwrap = bubblewrap.find_bwrap()
    yield Trait("bubblewrap", GOOD, f"It comes with this environment: {bwrap}.")
    needed = {"prlimit": "util-linux", "choom": "util-linux", "setpriv": "util-linux"}
    missing = [name for name in needed if shutil.which(name) is None]
    if missing:
        yield Trait(
            "util-linux",
            MISSING,
            f"Not installed: {', '.join(missing)}.",
            "sudo apt install util-linux",
        )
    else:
        yield Trait("util-linux", GOOD, f"{', '.join(needed)} are there.")


def _control_groups() -> Trait:
    found = cgroups.find()
    if not found.means:
        return Trait(
            "cgroup v2",
            LESS,
            f"Not usable: {found.reason}. The hub itself watches memory, once a second.",
            found.remedy,
        )
    means = {"folder": "as a folder of its own"}.get(found.means, f"by systemd's {found.means}")
    if "cpu" in found.controllers:
        return Trait("cgroup v2", GOOD, f"Delegated to this account {means}.")
    return Trait(
        "cgroup v2",
        LESS,
        f"Delegated to this account {means}, without the controller for processors.",
        "sudo systemctl edit user@.service: [Service] Delegate=cpu memory pids",
    )


def _open_files() -> Trait:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    people = (most - OWN_FILES) // FILES_A_PERSON if most != resource.RLIM_INFINITY else 100_000
    sentence = f"{most}: enough for the connections of {max(people, 0)} people at their most."
    if people >= 30:
        return Trait("open files", GOOD, sentence)
    return Trait(
        "open files",
        LESS,
        sentence,
        "Raise the hard limit: LimitNOFILE=65536 in the hub's systemd service, or 'nofile' in "
        "/etc/security/limits.conf.",
    )


def _terminals() -> Trait:
    most = terminals.for_sandboxes()
    if most is None:
        return Trait("terminals", GOOD, "This kernel does not tell how many there can be.")
    sentence = f"{most} for all workspaces together."
    if most >= ENOUGH_TERMINALS:
        return Trait("terminals", GOOD, sentence)
    return Trait("terminals", LESS, sentence, "sudo sysctl kernel.pty.max=4096")


def _memory() -> Trait:
    memory = psutil.virtual_memory().total
    people = max(memory - GIBIBYTE, 0) // MEMORY_A_PERSON
    sentence = f"{told(memory)}: room for about {people} open lessons."
    if memory >= 4 * GIBIBYTE:
        return Trait("memory", GOOD, sentence)
    return Trait("memory", LESS, sentence, "Lower 'memory' in hub_config/limits.yaml, or add some.")


def _disk(data: Path) -> Trait:
    there = next(path for path in (data, *data.parents) if path.exists())
    disk = os.statvfs(there)
    free = disk.f_bavail * disk.f_frsize
    sentence = f"{told(free)} free for {data}."
    if free >= 10 * GIBIBYTE:
        return Trait("disk", GOOD, sentence)
    return Trait("disk", LESS, sentence, "Make room, or put the data elsewhere: DATA=/folder.")
