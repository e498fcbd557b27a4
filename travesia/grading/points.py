"""What the last value of a test is worth: nbgrader reads a bare number there as partial credit."""

import math
import re

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output

_NUMPYS = re.compile(r"np\.(?:float|u?int)\d+\((.+)\)|np\.longdouble\('(.+)'\)")
_TRUTHS = {"True": True, "np.True_": True, "False": False, "np.False_": False}
VALUED = "travesia_valued"
"""Where a notebook's metadata names, while it is graded, the tests that end in a value."""
NOTHING_SHOWN = "None"


def points_of(text: str, most: float) -> float | None:
    """The points that a shown value says, between none and all; None if it is no number.

    A truth is all or nothing. What a NumPy number shows is read as the number that it is.
    """
    if text in _TRUTHS:
        return most if _TRUTHS[text] else 0.0
    found = _NUMPYS.fullmatch(text)
    try:
        number = float((found[1] or found[2]) if found else text)
    except ValueError:
        return None
    return 0.0 if math.isnan(number) else min(max(number, 0.0), most)


def bookable(result: NotebookNode | None, points: float) -> NotebookNode:
    """A test's result as nbgrader books it: the same if it reads these points in it anyway."""
    text = str(result.data.get("text/plain")) if result is not None else ""
    try:
        if result is not None and float(text) == points:
            return result
    except ValueError:
        pass
    count = result.execution_count if result is not None else None
    return new_output(
        "execute_result", data={"text/plain": _written(points)}, execution_count=count
    )


def _written(points: float) -> str:
    short = f"{points:g}"
    return short if float(short) == points else repr(points)


def shows_value(cell: NotebookNode) -> bool:
    """Whether a test ended in a value."""
    return any(output.output_type == "execute_result" for output in cell.outputs)


def show_nothing(cell: NotebookNode) -> None:
    """Says of a test that its value was none, which is not shown: it would be full marks."""
    if not any(output.output_type in {"execute_result", "error"} for output in cell.outputs):
        data = {"text/plain": NOTHING_SHOWN}
        cell.outputs.append(
            new_output("execute_result", data=data, execution_count=cell.execution_count)
        )
