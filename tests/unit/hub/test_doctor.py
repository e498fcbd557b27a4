"""What `travesia doctor` tells of a machine, and what it makes of it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from travesia.cli import main
from travesia.sandbox import Finding, Limits, cgroups, machine, survey, terminals
from travesia.sandbox.cgroups import Delegation
from travesia.sandbox.survey import GOOD, LESS, MISSING

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch):
    monkeypatch.chdir(CHECKOUT)


@pytest.fixture
def found(monkeypatch):
    """Lets this machine look like another."""

    def set_machine(**parts) -> None:
        for name, value in parts.items():
            where = {"isolation": machine, "find": cgroups, "which": survey.shutil}[name]
            monkeypatch.setattr(where, name, value)

    return set_machine


def report(*options: str) -> tuple[int, dict]:
    done = CliRunner().invoke(main, ["doctor", "--json", *options])
    return done.exit_code, json.loads(done.stdout)


def trait(told: dict, name: str) -> dict:
    return next(each for each in told["machine"] if each["name"] == name)


def test_this_machine_allows_isolation():
    code, told = report()
    assert (code, told["isolation"]) == (0, True)
    assert {each["state"] for each in told["machine"]} <= {GOOD, LESS}


def test_it_says_the_same_to_people(tmp_path):
    _, told = report()
    done = CliRunner().invoke(main, ["doctor", "--data", str(tmp_path)])
    assert done.exit_code == 0
    for each in told["machine"]:
        assert each["name"] in done.output
        assert all(line in done.output for line in each["remedy"].splitlines())
    for name, holder in told["held_by"].items():
        assert name in done.output
        assert holder in done.output


def test_where_no_sandbox_can_be_made_it_ends_with_status_1_and_the_remedy(found):
    found(isolation=lambda **_: Finding(allowed=False, reason="no namespaces", remedy="Allow them"))
    code, told = report()
    assert (code, told["isolation"]) == (1, False)
    assert trait(told, "sandboxes")["state"] == MISSING
    assert trait(told, "sandboxes")["remedy"] == "Allow them"


def test_where_sandboxes_do_not_nest_instructors_are_told_that_they_can_not_grade(found):
    found(isolation=lambda nested=False: Finding(allowed=not nested, reason="a masked /proc"))
    code, told = report()
    assert code == 0
    assert trait(told, "nested sandboxes")["state"] == LESS
    assert "can't grade" in trait(told, "nested sandboxes")["told"]


@pytest.mark.parametrize(("value", "state"), [("1\n", LESS), ("0\n", GOOD), (None, GOOD)])
@pytest.mark.parametrize("root", [True, False])
def test_the_restriction_of_ubuntu_comes_with_what_lifts_it(
    tmp_path, monkeypatch, value, state, root
):
    switch = tmp_path / "switch"
    if value is not None:
        switch.write_text(value)
    monkeypatch.setattr(machine, "APPARMOR_SWITCH", switch)
    monkeypatch.setattr(survey.bubblewrap, "started_by_root", lambda: root)
    told = survey._apparmor()
    assert told.state == state
    assert ("sysctl" in told.remedy) is (state == LESS)
    # Root's sandboxes run bubblewrap where no profile can name it.
    assert ("userns," in told.remedy) is (state == LESS and not root)


@pytest.mark.parametrize(("root", "state"), [(True, GOOD), (False, LESS)])
def test_an_ordinary_account_is_told_that_sandboxes_alone_keep_people_apart(
    monkeypatch, root, state
):
    monkeypatch.setattr(survey.bubblewrap, "started_by_root", lambda: root)
    told = survey._identities()
    assert told.state == state
    assert ("as root" in told.remedy) is (state == LESS)


def test_a_missing_program_is_named_with_its_package(found):
    there = survey.shutil.which
    found(which=lambda name, **more: None if name == "choom" else there(name, **more))
    assert trait(report()[1], "util-linux")["told"] == "Not installed: choom."


def test_what_holds_the_memory_is_what_was_found(found):
    found(find=lambda: Delegation(reason="none"))
    without = report()[1]
    assert without["held_by"]["memory"] == "hub, every second"
    assert without["held_by"]["processors"].startswith("not held")
    found(find=lambda: Delegation("user scopes", frozenset({"memory", "pids"})))
    with_some = report()[1]
    assert with_some["held_by"]["memory"] == "kernel, cgroup v2 (user scopes)"
    assert with_some["held_by"]["processors"].startswith("not held")
    assert trait(with_some, "cgroup v2")["state"] == LESS
    found(find=lambda: Delegation("system scopes", frozenset({"memory", "pids", "cpu"})))
    assert trait(report()[1], "cgroup v2")["state"] == GOOD


def test_the_limits_are_those_of_the_file():
    _, told = report()
    assert set(told["limits"]) == {"learner", "instructor", "analyst"}
    assert set(told["limits"]["learner"]) == set(told["held_by"])
    limits = Limits(total_bytes=told["limits"]["learner"]["memory"])
    assert limits.total_bytes == 2_000_000_000


def test_a_file_of_limits_that_is_wrong_is_told(tmp_path):
    (tmp_path / "limits.yaml").write_text("learner: 3")
    done = CliRunner().invoke(main, ["doctor", "--data", str(tmp_path)])
    assert done.exit_code == 1
    assert "'learner' is wrong" in done.output


def test_few_terminals_are_told_with_the_remedy(monkeypatch, tmp_path):
    for name, value in (("max", 1100), ("reserve", 1024), ("nr", 3)):
        (tmp_path / name).write_text(f"{value}\n")
    monkeypatch.setattr(terminals, "KERNEL", tmp_path)
    found = trait(report()[1], "terminals")
    assert (found["state"], found["told"]) == (LESS, "76 for all workspaces together.")
    assert "kernel.pty.max" in found["remedy"]
