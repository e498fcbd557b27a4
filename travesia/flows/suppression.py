"""Protecting small cells in what is exported or drawn: they are emptied, and others with them.

Where a reader expects every row, small cells are emptied, and with them as many others as it takes
that no total gives them back. A total is taken as known of every line: all rows that differ in some
of the columns only.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from travesia.flows.disclosure import SMALLEST_CELL

_STILL = 1e-6
"""A cell that moves less than this, where it could move by one, does not move."""


class _Cells(NamedTuple):
    """The cells of a table, and the lines whose totals are known."""

    counts: np.ndarray
    secret: np.ndarray
    """What must not follow: small cells, and cells that came emptied."""
    lines: list[np.ndarray]


def suppress_small(
    table: pd.DataFrame,
    *,
    value: str,
    keys: Sequence[str],
    threshold: int = SMALLEST_CELL,
) -> pd.Series:
    """Which rows to empty so that no small cell is shown or follows from totals.

    Beside the small cells, the smallest others are emptied until no small cell has one possible
    value only, whoever knows the totals of all lines and that emptied cells can be small.

    Args:
        table: a row for each cell; a value that is missing already counts as emptied.
        value: the column with the counts.
        keys: the columns that identify a cell.
        threshold: counts from 1 to one less than this are small.

    Returns:
        A boolean column with the table's index: true for the rows to empty.
    """
    counts = pd.to_numeric(table[value]).astype("float64").to_numpy()
    secret = np.isnan(counts) | ((counts > 0) & (counts < threshold))
    varying = [key for key in keys if table[key].nunique(dropna=False) > 1]
    codes = [pd.factorize(table[key], use_na_sentinel=False)[0] for key in varying]
    cells = _Cells(counts, secret, _lines(np.column_stack(codes)) if codes else [])
    hidden = secret.copy()
    while secret.any() and (more := _next_to_hide(cells, hidden, threshold)):
        hidden[list(more)] = True
    return pd.Series(hidden, index=table.index)


def _next_to_hide(cells: _Cells, hidden: np.ndarray, threshold: int) -> set[int]:
    """Cells to empty next: in every line that gives a secret away, the smallest that is shown."""
    telling = [
        line
        for line in cells.lines
        if cells.secret[line].any() and _gives_away(cells.counts[line][hidden[line]], threshold)
    ]
    if not telling:
        fixed = set(_squeezed(cells, hidden)) or set(_determined(cells, hidden))
        telling = [line for line in cells.lines if fixed.intersection(line.tolist())]
    more = set()
    for line in telling:
        shown = line[~hidden[line] & (cells.counts[line] > 0)]
        if len(shown):
            more.add(int(shown[np.argmin(cells.counts[shown])]))
    return more


def _lines(codes: np.ndarray) -> list[np.ndarray]:
    """Rows that differ in some columns only, for every choice of columns to add up over."""
    lines = [np.arange(len(codes))]
    for size in range(1, codes.shape[1]):
        for kept in combinations(range(codes.shape[1]), size):
            _each, which = np.unique(codes[:, kept], axis=0, return_inverse=True)
            order = np.argsort(which, kind="stable")
            bounds: np.ndarray = np.flatnonzero(np.diff(which[order])) + 1
            lines += np.split(order, bounds)
    # A line of one row is that cell itself: nobody publishes it as a total of anything.
    return [line for line in lines if len(line) > 1]


def _gives_away(inside: np.ndarray, threshold: int) -> bool:
    """Whether a line's total leaves one way only of filling what the line hides."""
    if len(inside) < 2:
        return len(inside) == 1
    if np.isnan(inside).any():
        return False
    small = inside < threshold
    total = int(inside.sum())
    least = int(small.sum()) + threshold * int((~small).sum())
    return total == least or (bool(small.all()) and total == (threshold - 1) * len(inside))


def _members(cells: _Cells, hidden: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """The hidden cells, and the lines that hide some: which line, and which of the hidden cells."""
    place = np.full(len(hidden), -1)
    place[hidden] = np.arange(int(hidden.sum()))
    inside = [place[line[hidden[line]]] for line in cells.lines if hidden[line].any()]
    row: np.ndarray = np.repeat(np.arange(len(inside)), [len(each) for each in inside])
    return row, np.concatenate([np.zeros(0, dtype=np.int64), *inside]), inside


def _squeezed(cells: _Cells, hidden: np.ndarray) -> list[int]:
    """The secret cells that only one value is left for, once every line has narrowed its cells.

    A hidden cell is at least 1, and at most what its lines' totals leave when the others are as
    small as they can be; that narrows the others in turn.
    """
    unknown = np.flatnonzero(hidden)
    row, column, inside = _members(cells, hidden)
    values = cells.counts[unknown]
    if not inside or np.isnan(values).any():
        return []
    totals = np.bincount(row, values[column], len(inside))
    low, high = np.ones(len(unknown)), np.full(len(unknown), float(values.sum()))
    for _round in range(50):
        room = totals - np.bincount(row, low[column], len(inside))
        most = low[column] + room[row]
        need = totals - np.bincount(row, high[column], len(inside))
        least = high[column] + need[row]
        before = low.sum(), high.sum()
        np.minimum.at(high, column, most)
        np.maximum.at(low, column, least)
        if (low.sum(), high.sum()) == before:
            break
    return [int(cell) for cell in unknown[low == high] if cells.secret[cell]]


def _determined(cells: _Cells, hidden: np.ndarray) -> list[int]:
    """The secret cells whose value all totals together determine.

    A cell is free if it moves in some change of the hidden cells that leaves every total as it is.
    A random change, projected onto those, moves every cell that can move (with probability 1).
    """
    unknown = np.flatnonzero(hidden)
    row, column, inside = _members(cells, hidden)
    if not inside:
        return []
    move = np.random.default_rng(0).standard_normal(len(unknown))
    free = move - _projected(move, row, column, len(inside))
    fixed = np.abs(free) < _STILL
    return [int(cell) for cell in unknown[fixed] if cells.secret[cell]]


def _projected(move: np.ndarray, row: np.ndarray, column: np.ndarray, rows: int) -> np.ndarray:
    """The part of a change that shows in the totals: least squares, by conjugate gradients."""
    width = len(move)
    result: np.ndarray = np.zeros(rows)
    residual = np.bincount(row, move[column], rows)
    direction = residual.copy()
    power = float(residual @ residual)
    for _round in range(10 * max(rows, width)):
        if power < 1e-20:
            break
        spread = np.bincount(column, direction[row], width)
        step = power / float(spread @ spread)
        result += step * direction
        residual -= step * np.bincount(row, spread[column], rows)
        power, before = float(residual @ residual), power
        direction = residual + (power / before) * direction
    return np.bincount(column, result[row], width)
