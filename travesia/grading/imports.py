"""What an assignment's own notebooks import, so that it is loaded once for the whole class."""

import ast
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

MOST = 60
MAGIC = ("%", "!", "?")
CHARTS = "travesia.charts"
_CHART = re.compile(r"\bchart\(")


def imported_modules(folder: Path) -> tuple[str, ...]:
    """The modules that the instructor's notebooks in a folder import, in their order.

    Code that is no Python is passed over, and so is a module that lies beside the notebook: it is
    part of what a learner hands in.
    """
    stamps = tuple((str(path), path.stat().st_mtime_ns) for path in sorted(folder.glob("*.ipynb")))
    beside = {path.stem for path in folder.glob("*.py")}
    beside |= {path.name for path in folder.glob("*/") if path.is_dir()}
    found = [name for name in _imported(stamps) if name.split(".")[0] not in beside]
    if any(_CHART.search(source) for path, _ in stamps for source in _code(Path(path))):
        found.append(CHARTS)
    return tuple(dict.fromkeys(found))[:MOST]


@lru_cache(maxsize=32)
def _imported(stamps: tuple[tuple[str, int], ...]) -> tuple[str, ...]:
    return tuple(
        name for path, _ in stamps for source in _code(Path(path)) for name in _names(source)
    )


def _code(path: Path) -> Iterator[str]:
    try:
        cells = json.loads(path.read_text(encoding="utf-8")).get("cells", [])
    except (OSError, ValueError, AttributeError):
        return
    for cell in cells:
        if cell.get("cell_type") == "code":
            yield "".join(cell.get("source", ""))


def _names(source: str) -> Iterator[str]:
    lines = source.splitlines()
    plain = "\n".join("" if line.lstrip().startswith(MAGIC) else line for line in lines)
    try:
        tree = ast.parse(plain)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
