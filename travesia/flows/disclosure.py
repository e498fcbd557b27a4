"""Protecting small cells in what ships: they are put together with others, totals stay exact.

A count from 1 to 4 may be one family. Small cells go into `other`, or over both sexes, with as many
more cells as it takes that what is put together can have come about in several ways: nothing is
left to be worked out. What is exported or drawn is treated in `suppression`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from travesia.flows.columns import ALL, OTHER

SMALLEST_CELL = 5
"""A count below this, and above zero, is small unless a caller asks for another threshold."""


@dataclass(frozen=True)
class Fold:
    """Puts the small cells of one column together under one word, with others if it must be."""

    column: str
    label: str = OTHER


@dataclass(frozen=True)
class Collapse:
    """Puts a whole group together over some columns where one of its cells is small."""

    columns: tuple[str, ...]
    words: dict[str, str] = field(default_factory=dict)
    """What stands in a column afterwards, where that is not `all`."""


Step = Fold | Collapse


def aggregate_small(
    table: pd.DataFrame,
    steps: Iterable[Step],
    *,
    keys: Sequence[str],
    threshold: int = SMALLEST_CELL,
) -> pd.DataFrame:
    """The table with its small cells put together with others, all totals unchanged.

    Cells that stay small after every step make a group that is itself too small: they are emptied
    and marked as suppressed, together with the group's other cells.

    Args:
        table: columns `keys` and `value`, whole numbers; no row twice.
        steps: what to put together, tried in this order.
        keys: the columns that identify a cell.
        threshold: counts from 1 to one less than this are small.
    """
    cells = table[[*keys, "value"]].reset_index(drop=True)
    for step in steps:
        if isinstance(step, Fold):
            cells = _fold(cells, step, keys, threshold)
        else:
            cells = _collapse(cells, step, keys, threshold)
    cells = cells.sort_values(list(keys), ignore_index=True)
    cells["value"] = cells["value"].astype("Int64")
    cells["suppressed"] = _small(cells["value"], threshold)
    cells.loc[cells["suppressed"], "value"] = pd.NA
    return cells


def _small(values: pd.Series, threshold: int) -> pd.Series:
    return ((values > 0) & (values < threshold)).astype(bool)


def _fold(cells: pd.DataFrame, step: Fold, keys: Sequence[str], threshold: int) -> pd.DataFrame:
    group = [key for key in keys if key != step.column]
    values = cells["value"].to_numpy()
    named = cells[step.column].ne(step.label).to_numpy()
    hide: np.ndarray = np.zeros(len(cells), dtype=bool)
    for rows in cells.groupby(group, sort=False, dropna=False).indices.values():
        of_a_name = rows[named[rows]]
        there = int(values[rows].sum() - values[of_a_name].sum())
        hide[of_a_name] = _to_fold(values[of_a_name], there, threshold)
    folded = cells.assign(**{step.column: cells[step.column].mask(hide, step.label)})
    return folded.groupby(list(keys), as_index=False, dropna=False)["value"].sum()


def _to_fold(values: np.ndarray, there: int, threshold: int) -> np.ndarray:
    """Which cells to put under one word, given what stands under it already.

    Zeros go too: a zero that stayed would tell who is hidden. The sum must not be small, must be
    of more than one cell, and must not be the least or the most that its small cells allow.
    """
    small = (values > 0) & (values < threshold)
    if not small.any() and not 0 < there < threshold:
        return np.zeros(len(values), dtype=bool)
    hide = small | (values == 0)
    large = [index for index in np.argsort(values, kind="stable") if values[index] >= threshold]
    number = int(small.sum())
    taken = 0
    for index in [*large, None]:
        total = int(values[hide].sum()) + there
        parts = number + taken + (there > 0)
        least = number + threshold * taken + min(there, 1)
        most = (threshold - 1) * number if not taken and not there else None
        if total >= threshold and parts > 1 and total not in {least, most}:
            break
        if index is not None:
            hide[index] = True
            taken += 1
    return hide


def _collapse(
    cells: pd.DataFrame, step: Collapse, keys: Sequence[str], threshold: int
) -> pd.DataFrame:
    words = {column: step.words.get(column, ALL) for column in step.columns}
    group = [key for key in keys if key not in step.columns]
    touched = (
        cells.assign(small=_small(cells["value"], threshold))
        .groupby(group, dropna=False)["small"]
        .transform("any")
    )
    together = (
        cells[touched]
        .assign(**words)
        .groupby(list(keys), as_index=False, dropna=False)["value"]
        .sum()
    )
    return pd.concat([cells[~touched], together], ignore_index=True)
