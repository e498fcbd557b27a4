"""Control groups: what of them an account may use, and what is written for a sandbox.

Few machines of tests have delegated ones with controllers (`test_kernels_groups.py` needs one):
trees of plain files stand in for the kernel's, with its names; that a process joins its group is
tried on the kernel's own tree.
"""

import itertools
import os
import subprocess
from pathlib import Path

import pytest

from travesia.sandbox import Identity, Limits, Sandbox, cgroups
from travesia.sandbox.cgroups import Delegation

LIMITS = Limits(total_bytes=400, processes=100, processors=1.5, tmp_bytes=30, shm_bytes=7)
ALL = "cpu io memory pids"


class Machine:
    """A machine's files about control groups, as this account finds them."""

    def __init__(self, folder: Path, monkeypatch) -> None:
        self.tree = folder / "cgroup"
        self.own = self.tree / "own.scope"
        self._monkeypatch = monkeypatch
        mounts, processes = folder / "mountinfo", folder / "proc"
        (processes / "self").mkdir(parents=True)
        (processes / "self" / "cgroup").write_text("4:memory:/x\n0::/own.scope\n")
        mounts.write_text(f"35 24 0:30 / {self.tree} rw,nosuid - cgroup2 cgroup2 rw\n")
        for name, value in {
            "MOUNTS": mounts,
            "PROCESSES": processes,
            "SYSTEMD_RUNS": folder / "systemd",
            "RUNTIME_FOLDERS": folder / "user",
        }.items():
            monkeypatch.setattr(cgroups, name, value)
        self.group(self.tree)
        self.group(self.own)

    def group(self, folder: Path, controllers: str = ALL) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "cgroup.controllers").write_text(controllers)
        for name in ("cgroup.procs", "cgroup.subtree_control"):
            (folder / name).write_text("")

    def is_run_by_systemd(self, *, session: str = "") -> None:
        cgroups.SYSTEMD_RUNS.mkdir()
        self._monkeypatch.setattr(cgroups.shutil, "which", lambda name: f"/usr/bin/{name}")
        if session:
            uid = os.getuid()
            (cgroups.RUNTIME_FOLDERS / str(uid)).mkdir(parents=True)
            (cgroups.RUNTIME_FOLDERS / str(uid) / "bus").touch()
            slice_ = self.tree / "user.slice" / f"user-{uid}.slice"
            self.group(slice_ / f"user@{uid}.service", session)

    def account(self, uid: int) -> None:
        self._monkeypatch.setattr(cgroups.os, "geteuid", lambda: uid)

    def owns_its_group(self, *, owns: bool) -> None:
        self._monkeypatch.setattr(cgroups.os, "access", lambda *_: owns)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    return Machine(tmp_path, monkeypatch)


def test_root_of_a_machine_with_systemd_makes_scopes(machine):
    machine.account(0)
    machine.is_run_by_systemd()
    assert cgroups.find().means == "system scopes"


def test_an_account_with_a_session_makes_scopes_there(machine):
    machine.account(1000)
    machine.is_run_by_systemd(session="memory pids")
    found = cgroups.find()
    assert found.means == "user scopes"
    assert found.controllers == {"memory", "pids"}


def test_an_account_without_a_session_has_none_and_is_told_how_to_get_one(machine):
    machine.account(1000)
    machine.owns_its_group(owns=False)
    machine.is_run_by_systemd()
    found = cgroups.find()
    assert found.means == ""
    assert "loginctl enable-linger" in found.remedy


def test_a_session_without_the_memorys_controller_is_not_enough(machine):
    machine.account(1000)
    machine.owns_its_group(owns=False)
    machine.is_run_by_systemd(session="pids")
    assert cgroups.find().means == ""


@pytest.mark.parametrize("uid", [0, 1000])
def test_a_group_of_its_own_serves_where_there_is_no_systemd(machine, uid):
    machine.account(uid)
    machine.owns_its_group(owns=True)
    found = cgroups.find()
    assert (found.means, found.folder) == ("folder", machine.own)
    assert found.controllers == {"cpu", "memory", "pids"}


def test_a_tree_without_the_controllers_is_of_no_use(machine):
    machine.account(0)
    machine.group(machine.tree, "hugetlb")
    found = cgroups.find()
    assert found.means == ""
    assert "cgroup v1" in found.reason


def test_no_tree_at_all_is_told(machine):
    cgroups.MOUNTS.write_text("35 24 0:30 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n")
    assert cgroups.find().reason == "there is no cgroup v2 on this machine"


def test_looking_changes_nothing(machine):
    machine.account(0)
    machine.owns_its_group(owns=True)
    cgroups.find()
    assert (machine.own / "cgroup.subtree_control").read_text() == ""


def test_a_group_of_its_own_is_divided_before_it_holds_others(machine):
    """A group that has processes of its own can't give its controllers on."""
    (machine.own / "cgroup.procs").write_text("17\n")
    (machine.own / cgroups.LEAF).mkdir()
    made = cgroups._divided(Delegation("folder", frozenset({"memory", "pids"})), machine.own)
    assert made.means == "folder"
    assert (machine.own / cgroups.LEAF / "cgroup.procs").read_text() == "17"
    assert (machine.own / "cgroup.subtree_control").read_text() == "+memory +pids"


def test_a_group_that_cannot_be_divided_is_told(machine):
    (machine.own / "cgroup.subtree_control").unlink()
    (machine.own / "cgroup.subtree_control").mkdir()
    made = cgroups._divided(Delegation("folder", frozenset({"memory"})), machine.own)
    assert made.means == ""
    assert "can't be divided" in made.reason


def test_a_scope_holds_all_that_the_limits_say(machine):
    command = Delegation("system scopes").command("ana", LIMITS, ["bwrap"])
    assert command[:2] == ["systemd-run", "--scope"]
    assert command[-2:] == ["--", "bwrap"]
    properties = {b for a, b in itertools.pairwise(command) if a == "-p"}
    assert properties == {
        "Delegate=yes",
        "MemoryMax=437",
        "MemorySwapMax=0",
        "TasksMax=108",
        "CPUQuota=150%",
    }


def test_the_program_does_not_get_the_session_that_makes_its_scope(machine):
    command = Delegation("user scopes").command("ana", LIMITS, ["bwrap"])
    assert command[0] == "env"
    assert f"XDG_RUNTIME_DIR={cgroups.RUNTIME_FOLDERS}/{os.getuid()}" in command[:3]
    forget = command[command.index("--") + 1 :]
    assert forget == ["env", "-u", "XDG_RUNTIME_DIR", "-u", "DBUS_SESSION_BUS_ADDRESS", "bwrap"]


def test_a_folder_holds_all_that_the_limits_say(machine):
    mine = Delegation("folder", frozenset({"memory", "pids", "cpu"}), machine.own)
    mine.command("ana", LIMITS, ["bwrap"])
    (group,) = machine.own.glob("ana-*")
    assert {each.name: each.read_text() for each in group.iterdir()} == {
        "memory.max": "437",
        "memory.swap.max": "0",
        "pids.max": "108",
        "cpu.max": "150000 100000",
    }


def test_groups_in_which_nothing_runs_any_more_are_taken_away(machine):
    (machine.own / "beto-0123abcd").mkdir()
    (machine.own / "carol-0123abcd").mkdir()
    (machine.own / "carol-0123abcd" / "runs").touch()
    Delegation("folder", frozenset(), machine.own).command("ana", Limits(), ["bwrap"])
    left = sorted(each.name.partition("-")[0] for each in machine.own.glob("*-*"))
    assert left == ["ana", "carol"]


def test_without_any_the_command_is_as_it_was(tmp_path):
    assert Delegation().command("ana", LIMITS, ["bwrap"]) == ["bwrap"]


def test_a_sandbox_is_started_in_its_group(tmp_path, machine):
    uid = 70900 if os.geteuid() == 0 else os.geteuid()
    sandbox = Sandbox(
        identity=Identity("ana", uid, uid),
        state=tmp_path / "state",
        limits=LIMITS,
        control=Delegation("system scopes"),
    )
    assert sandbox.command(["true"])[0] == "systemd-run"


def test_what_the_kernel_ended_is_counted(machine):
    assert cgroups.ended_by_kernel(machine.own) == 0
    (machine.own / "memory.events").write_text("low 0\nhigh 0\nmax 40\noom 2\noom_kill 3\n")
    assert cgroups.ended_by_kernel(machine.own) == 3


@pytest.mark.parametrize(("most", "held"), [("437\n", True), ("max\n", False), (None, False)])
def test_a_group_counts_only_where_it_holds_memory(machine, most, held):
    (cgroups.PROCESSES / "5").mkdir()
    (cgroups.PROCESSES / "5" / "cgroup").write_text("0::/ana.scope\n")
    machine.group(machine.tree / "ana.scope")
    if most is not None:
        (machine.tree / "ana.scope" / "memory.max").write_text(most)
    assert (cgroups.group_of(5) == machine.tree / "ana.scope") is held


def test_a_group_that_the_hub_is_in_too_holds_nobody_in_particular(machine):
    """As in a container whose own memory is limited."""
    (cgroups.PROCESSES / "5").mkdir()
    (cgroups.PROCESSES / "5" / "cgroup").write_text("0::/own.scope\n")
    (machine.own / "memory.max").write_text("437\n")
    assert cgroups.group_of(5) is None


def test_a_process_really_joins_its_group():
    tree = cgroups._tree()
    if tree is None or not os.access(tree / "cgroup.procs", os.W_OK):
        pytest.skip("no cgroup v2 tree of this machine may be written by this account")
    mine = Delegation("folder", frozenset(), tree)
    argv = ["sh", "-c", "cat /proc/self/cgroup; echo $0", "said"]
    said = subprocess.check_output(mine.command("travesia-test", Limits(), argv), text=True)
    assert "0::/travesia-test-" in said
    assert said.endswith("said\n")
    mine._sweep()
    assert list(tree.glob("travesia-test-*")) == []
