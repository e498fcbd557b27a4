"""The command line: every command loads, and a missing package is a sentence."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from travesia import cli


@pytest.mark.parametrize("command", sorted(cli.COMMANDS))
def test_each_command_explains_itself(command):
    done = CliRunner().invoke(cli.main, [command, "--help"])
    assert done.exit_code == 0
    assert "Usage" in done.output


def test_a_missing_package_is_named_with_the_remedy(monkeypatch):
    monkeypatch.setitem(cli.COMMANDS, "hub", "a_package_that_is_not_there:hub")
    done = CliRunner().invoke(cli.main, ["hub"])
    assert done.exit_code == 1
    assert "'a_package_that_is_not_there' is missing: run 'make setup'" in done.output


@pytest.mark.parametrize(
    "arguments", [["check", "--root"], ["case", "check"]], ids=["the course", "a case"]
)
def test_a_damaged_catalogue_is_named_with_the_remedy(tmp_path, arguments):
    root = tmp_path / "course"
    checkout = Path(__file__).parents[2]
    for part in ("notebooks", "source", "keys"):
        shutil.copytree(checkout / part, root / part)
    shutil.copy(checkout / "course.yaml", root)
    (root / "notebooks" / "locale" / "es.po").write_bytes(b"\xff\xfe")
    case = root / "notebooks" / "children" / "a-place-at-school.case.yaml"
    last = str(case if arguments[0] == "case" else root)
    done = CliRunner().invoke(cli.main, [*arguments, last])
    assert done.exit_code == 1
    assert "es.po is not UTF-8 text: save it as UTF-8." in done.output
    assert isinstance(done.exception, SystemExit)
