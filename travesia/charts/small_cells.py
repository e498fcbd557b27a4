"""Counts too small to show: one to four events may be one family."""

import numpy as np
import pandas as pd

SMALLEST = 5
"""The smallest count that is drawn or written, unless a caller sets another."""


def is_small(values: pd.Series, smallest: int = SMALLEST) -> pd.Series:
    """Which counts are too small to show; zero and missing counts are not."""
    return values.gt(0) & values.lt(smallest)


def joined(values: pd.Series, smallest: int = SMALLEST, *, kept: int, other: str) -> pd.Series:
    """The largest `kept` counts by name, all else in one row called `other`.

    A count too small to show is never kept, and where the row of all else would be too small
    itself, the smallest kept one goes into it, so that no total gives it away. What stays too small
    even then is left out.
    """
    ordered = values[values > 0].sort_values(ascending=False, kind="stable")
    shown = ordered[ordered >= smallest].head(kept)
    rest = ordered.sum() - shown.sum()
    while 0 < rest < smallest and len(shown):
        rest += shown.iloc[-1]
        shown = shown.iloc[:-1]
    if rest >= smallest:
        shown = pd.concat([shown, pd.Series({other: rest})])
    return shown


def hidden_with(values: np.ndarray, smallest: int = SMALLEST) -> np.ndarray:
    """Which cells of a table must not be shown, so that no total of a line gives a small one back.

    Beside the small cells, the smallest others of their row and of their column are among them
    where what is hidden there could be worked out from a total.

    Args:
        values: rows and columns of counts; a missing one is not a number.
        smallest: counts below it are small.
    """
    counts = np.nan_to_num(values)
    small = (counts > 0) & (counts < smallest)
    hidden: np.ndarray = small.copy()
    lines = [*((slice(None), column) for column in range(counts.shape[1])),
             *((row, slice(None)) for row in range(counts.shape[0]))]  # fmt: skip
    found = bool(small.any())
    while found:
        found = False
        for line in lines:
            further = _further(counts[line], hidden[line], small[line], smallest)
            if further is not None:
                hidden[line][further] = True
                found = True
    return hidden


def _further(
    counts: np.ndarray, hidden: np.ndarray, small: np.ndarray, smallest: int
) -> int | None:
    """The cell of one line to hide besides, None where what is hidden could be many things."""
    number, total = int(hidden.sum()), float(counts[hidden].sum())
    largest_of_small = number == int((hidden & small).sum()) and total == number * (smallest - 1)
    if not number or (number > 1 and total >= smallest and not largest_of_small):
        return None
    shown = np.flatnonzero(~hidden & (counts > 0))
    return int(shown[counts[shown].argmin()]) if len(shown) else None
