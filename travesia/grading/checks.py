"""What nbgrader's test cells say about themselves, and what was found about the code they test."""

import ast
import re
from collections.abc import Iterable

from nbformat.notebooknode import NotebookNode

CHANGED = "travesia_changed"
"""Where a conversion's resources say what a learner's code changed of what tests rely on."""
REFUSED = "travesia_refused"
"""Where they say which values could not be handed to a clean process, and their types."""
NO_ANSWER = "(its process did not answer)"

_CLEAN = re.compile(r"^\s*#+\s*CLEAN PROCESS\b", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z_]\w*")
MOST = 200
LONGEST = 200


def is_clean(source: str) -> bool:
    """Whether a test asks for a process that has only the learner's final values.

    A line of the test says so, `### CLEAN PROCESS`: its source is what the gradebook keeps of it.
    """
    return bool(_CLEAN.search(source))


def names_of(cells: Iterable[NotebookNode]) -> list[str]:
    """The names that tests read."""
    return sorted({name for cell in cells for name in _names(cell.source)})


def _names(source: str) -> set[str]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return set(_NAME.findall(source))
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def changed(answer: object) -> list[str]:
    """What a process said was changed, as it came from there: hostile, so short."""
    if not isinstance(answer, list):
        return [NO_ANSWER]
    return [str(each)[:LONGEST] for each in answer[:MOST]]


def refused(answer: object) -> dict[str, str]:
    """Which values a process said are no data, by name, with their types: hostile, so short."""
    if not isinstance(answer, dict):
        return {}
    return {str(k)[:LONGEST]: str(v)[:LONGEST] for k, v in list(answer.items())[:MOST]}
