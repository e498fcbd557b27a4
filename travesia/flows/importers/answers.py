"""JSON answers of an API, saved as a file: their items as the rows of a table."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from travesia.flows.importers.problems import Refusal
from travesia.flows.importers.sheet import MOST_COLUMNS, Row, Sheet
from travesia.flows.importers.values import Cell

MOST_BYTES = 32 * 1024 * 1024
"""JSON takes many times its size in memory; an answer of 10,000 items has about 3 MB."""


def open_answer(path: Path, name: str) -> Sheet:
    """The items of a saved answer: a header of their names, then a row an item.

    Raises:
        Refusal: it is damaged, too large, or holds no list of items.
    """
    if path.stat().st_size > MOST_BYTES:
        raise Refusal(
            f"{name} is larger than {MOST_BYTES // 1024 // 1024} MB; get the answer in pages, or "
            "as CSV."
        )
    try:
        answer = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise Refusal(f"{name} is a damaged or cut JSON answer; download it again.") from error
    items = _items(answer)
    if not items:
        raise Refusal(f"{name} holds no list of items (“items” or “data”); download it again.")
    names = list(dict.fromkeys(key for item in items for key in item))
    if len(names) > MOST_COLUMNS:
        raise Refusal(f"{name}: its items have {len(names):,} different names; it is not known.")

    def rows() -> Iterator[Row]:
        yield 1, [*names]
        for number, item in enumerate(items, 2):
            yield number, [_cell(item.get(key)) for key in names]

    return Sheet(name, rows)


def _items(answer: Any) -> list[dict[str, Any]]:
    found = answer
    if isinstance(answer, dict):
        # UNHCR calls them items, HAPI data; both may be empty beside an error.
        found = answer.get("items", answer.get("data"))
    if isinstance(found, list) and all(isinstance(item, dict) for item in found):
        return found
    return []


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, (str, float)):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63:
        return value
    return str(value)[:1000]
