"""The page on isolation says what is so: its tests exist, its numbers are the code's."""

import ast
import re
from pathlib import Path

import pytest

from travesia.hub import room, settings, warden
from travesia.sandbox import relay

CHECKOUT = Path(__file__).resolve().parents[3]
PAGE = (CHECKOUT / "docs" / "isolation.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("file", "test"), NAMED, ids=[test for _, test in NAMED])
def test_a_test_that_the_table_of_threats_names_exists(file: str, test: str) -> None:
    assert test in names_in(CHECKOUT / file)


def test_every_threat_names_what_holds_it_and_a_test() -> None:
    table = PAGE.partition("## Threats")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("| ")]
    assert len(rows) > 15
    for threat, control, tests in rows[1:]:
        assert control.strip(), threat
        assert re.search(r"`tests/[\w/]+\.py::\w+`", tests), threat


def test_every_file_of_attacks_is_in_the_table() -> None:
    there = {f"tests/hostile/{path.name}" for path in CHECKOUT.glob("tests/hostile/test_*.py")}
    assert there - {file for file, _ in NAMED} == set()


@pytest.mark.parametrize(
    "words",
    [
        f"{relay.OUTWARD} connections",
        f"reached by {relay.INWARD}",
        f"every {warden.SECONDS_BETWEEN_MEASURES:.0f} s",
        f"each {warden.WRITTEN_BEFORE_MEASURE // 10**6} MB",
        f"more than {warden.LITTLE // 10**6} MB",
        f"At {room.TOO_FULL:.0%}".replace("%", " %"),
        f"from {settings.FIRST_PERSON_UID} to {settings.LAST_PERSON_UID}",
        f"campus {settings.CAMPUS_UID}",
        f"group {settings.COURSE_GID}",
    ],
)
def test_a_number_on_the_page_is_the_one_that_holds(words: str) -> None:
    assert words in re.sub(r"\s+", " ", PAGE)
