"""The small course that grading is tried on: one assignment, `arrival`, with every kind of item."""

from pathlib import Path
from typing import Any

import pytest

from travesia.grading.judge import judge
from travesia.grading.key import Key, load_key
from travesia.grading.result import ItemResult

FIXTURES = Path(__file__).parent / "fixtures"

RIGHT: dict[str, Any] = {
    "who-decides": ("choice", ["authority"]),
    "whom-to-tell": ("choice", ["refugee-office", "authority"]),
    "how-many": ("number", 1250),
    "monday-plan": ("text", "I ask who is there today."),
    "bus": ("case", {"role": "official", "path": ["speak-apart", "tell-authority"]}),
}


def entries(values: dict[str, Any]) -> dict[str, Any]:
    """Saved answers as `answers.json` holds them, from `{id: (kind, value)}`."""
    return {
        name: {"kind": kind, "version": "1", "value": value, "at": "2026-03-02T10:00:00+00:00"}
        for name, (kind, value) in values.items()
    }


@pytest.fixture
def key() -> Key:
    return load_key(FIXTURES / "keys", "arrival")


@pytest.fixture
def right() -> dict[str, Any]:
    """Right answers to everything."""
    return entries(RIGHT)


@pytest.fixture
def judged(key: Key):
    """Judges one changed answer among right ones: `judged(id, kind, value)`."""

    def judged(item: str, kind: str, value: Any, language: str = "en") -> ItemResult:
        answers = entries({**RIGHT, item: (kind, value)})
        return {each.id: each for each in judge(key, answers, language)}[item]

    return judged
