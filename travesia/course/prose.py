"""What a notebook asks of its reader: calls of the package, and the runs of prose between them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

ITEMS = ("choice", "number", "text", "truth", "short", "order", "match", "spot", "case")
"""The calls by which a learner acts; a chart or a fact is looked at."""

CALLS = (*ITEMS, "chart", "fact")
FIRST_ACTION_BEFORE = 150
LONGEST_RUN = 250

_MARKUP = re.compile(r"<[^>]*>|\]\([^)]*\)|`{3}.*?`{3}", re.DOTALL)
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")


@dataclass(frozen=True)
class Call:
    """One call of the package in a code cell: `choice("who-decides")`."""

    cell: str
    kind: str
    item: str


def calls(notebook: Any) -> Iterator[Call]:
    """The calls of the package in a notebook's code cells, in order."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            yield from _calls_of(cell)


def _calls_of(cell: Any) -> Iterator[Call]:
    try:
        tree = ast.parse(cell["source"])
    except SyntaxError:
        return
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=kind), args=arguments) if kind in CALLS:
                for argument in arguments:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield Call(cell["id"], kind, argument.value)


def word_count(markdown: str) -> int:
    """The words that a reader of Markdown reads."""
    return len(_WORD.findall(_MARKUP.sub(" ", markdown)))


def long_runs(notebook: Any) -> Iterator[tuple[str, int, int]]:
    """The runs of prose that are too long: their first cell, their words, and the limit."""
    start, words, limit = "", 0, FIRST_ACTION_BEFORE
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            start = start or cell["id"]
            words += word_count(cell["source"])
        elif cell["cell_type"] == "code" and any(call.kind in ITEMS for call in _calls_of(cell)):
            if words > limit:
                yield start, words, limit
            start, words, limit = "", 0, LONGEST_RUN
    if words > limit:
        yield start, words, limit
