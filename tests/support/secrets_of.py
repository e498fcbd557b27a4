"""What only the instructor's key holds, in pieces that are found however a text is wrapped."""

import re
from collections.abc import Iterator
from pathlib import Path

from travesia.course.pack import build_pack

LONGEST_KEPT = 40


def texts(data: object) -> Iterator[str]:
    """Every text in JSON data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from texts(value)


def secrets_of(root: Path, assignment: str) -> set[str]:
    """Pieces of the texts that stand in an assignment's key and in nothing a learner gets.

    A piece has plain letters only, so that neither JSON nor HTML writes it differently.
    """
    keys, lessons = root / "keys" / assignment, root / "notebooks" / assignment
    facts = root / "notebooks" / "facts.yaml"
    whole = set(texts(build_pack(keys, form="practice", facts=facts)))
    shown = "\n".join(
        [
            *texts(build_pack(keys, form="graded", facts=facts)),
            *texts(build_pack(lessons, form="practice", facts=facts)),
            *(path.read_text() for path in (root / "source" / assignment).glob("*.ipynb")),
        ]
    )
    pieces = set()
    for text in whole:
        runs = re.findall(r"[A-Za-z][A-Za-z ,.]{14,}", text)
        piece = max(runs, key=len, default="")[:LONGEST_KEPT]
        if piece and piece not in shown:
            pieces.add(piece)
    return pieces


def found_in(content: str, secrets: set[str]) -> list[str]:
    """The secrets that stand in a text."""
    return sorted(secret for secret in secrets if secret in content)
