"""The command line: every command loads, and a missing package is a sentence."""

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
