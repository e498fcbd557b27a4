"""The browser's side holds no word for people: it takes them from the catalogue."""

import re
from pathlib import Path

import pytest

from travesia.labextension import LABEXTENSIONS
from travesia.labextension.strings import interface_strings

SCRIPTS = sorted((LABEXTENSIONS / "travesia" / "static").glob("*.js"))


def code(path: Path) -> str:
    """A script without its comments."""
    return re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", path.read_text("utf-8"), flags=re.DOTALL)


def test_the_browser_asks_for_the_strings_there_are() -> None:
    asked = {name for path in SCRIPTS for name in re.findall(r"\bstrings\.([a-z_]+)\b", code(path))}
    assert asked == set(interface_strings("en"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_holds_a_sentence(path: Path) -> None:
    literals = re.findall(r"'([^'\n]*)'|`([^`]*)`", code(path))
    sentences = [a or b for a, b in literals if re.search(r"[A-Z][a-z]+ [a-z]+", a or b)]
    assert sentences == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_asks_another_origin(path: Path) -> None:
    assert not re.search(r"https?://|\bcdn\b", code(path))


def test_what_a_slow_line_has_to_carry_is_small() -> None:
    files = (LABEXTENSIONS / "travesia" / "static").iterdir()
    assert sum(path.stat().st_size for path in files) < 40_000
