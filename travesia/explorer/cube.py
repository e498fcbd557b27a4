"""A rollup's figures in memory as numbers alone, added up again at every choice.

A question to a database costs its planning and its conversion each time, however small the table
is; a choice in the explorer is a filter and one sum, which arrays answer in a millisecond or two.
"""

import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from travesia.charts import movements
from travesia.explorer.choice import COLUMNS, Choice
from travesia.flows.rollup import Rollup, roll_up

KEYS = ("period", "frequency", "reporting", "nationality", "origin", "destination", "measure",
        "counts")  # fmt: skip
"""The columns that what is drawn is told apart by."""


@dataclass(frozen=True, eq=False)
class Cube:
    """The figures of one series, ready for any choice.

    Attributes:
        groups: the combinations of `KEYS`, a row each.
        moved: of those that join two places, `period`, `origin` and `destination`, by the number
            of the group.
        words: by column, the words that the series is split by, largest first; one is no split.
    """

    groups: pd.DataFrame
    moved: pd.DataFrame
    words: Mapping[str, list[str]]
    _group: np.ndarray
    _value: np.ndarray
    _known: np.ndarray
    _codes: Mapping[str, tuple[np.ndarray, Mapping[str, int]]]

    def has(self, column: str, word: str) -> bool:
        """Whether a word stands in a column at all."""
        return word in self._codes[column][1]

    def totals(self, choice: Choice) -> pd.Series:
        """The totals of what a choice keeps, by the number of the group that has any.

        A word that the series does not have keeps nothing.
        """
        kept = self._known
        for column, words in choice.words.items():
            codes, known = self._codes[column]
            wanted: np.ndarray = np.zeros(len(known), dtype=bool)
            wanted[[known[word] for word in words if word in known]] = True
            kept = kept & wanted[codes]
        group, value = self._group[kept], self._value[kept]
        size = len(self.groups)
        sums = np.bincount(group, weights=value, minlength=size)
        there = np.bincount(group, minlength=size) > 0
        months = self.groups["period"].to_numpy()
        if choice.first:
            there &= months >= np.datetime64(choice.first)
        if choice.last:
            there &= months <= np.datetime64(choice.last)
        at = np.flatnonzero(there)
        return pd.Series(np.rint(sums[at]).astype("int64"), index=at, name="value")


def cube(rollup: Rollup) -> Cube:
    """The cube of a rollup: its figures by what is drawn and by what can be chosen."""
    table = rollup.table
    keys = list(dict.fromkeys([*KEYS, *COLUMNS]))
    rows = table.group_by(keys).agg(value=table.value.sum()).order_by(keys).execute()
    rows["period"] = pd.to_datetime(rows["period"])
    rows = rows.astype({key: "category" for key in keys if key != "period"})
    rows["group"] = rows.groupby(list(KEYS), observed=True, sort=True).ngroup()
    groups = rows.drop_duplicates("group").sort_values("group")[list(KEYS)].reset_index(drop=True)
    moved = movements(groups.astype(str).assign(period=groups["period"], value=1))
    return Cube(
        groups=groups,
        moved=moved.drop(columns="value").astype({"origin": "category", "destination": "category"}),
        words=_words(rows),
        _group=rows["group"].to_numpy(dtype="int32"),
        _value=rows["value"].fillna(0).to_numpy(dtype="float64"),
        _known=rows["value"].notna().to_numpy(),
        _codes={
            column: (
                rows[column].cat.codes.to_numpy(),
                {str(word): at for at, word in enumerate(rows[column].cat.categories)},
            )
            for column in COLUMNS
        },
    )


def in_background(source: Path, target: Path | None = None) -> "Future[Cube]":
    """The cube of a file of records or figures, made in a thread while its caller goes on."""
    promise: Future[Cube] = Future()

    def make() -> None:
        try:
            promise.set_result(cube(roll_up(source, target)))
        except BaseException as error:  # noqa: BLE001 - whatever it is, the one who waits gets it
            promise.set_exception(error)

    # A kernel that ends does not wait for figures nobody will ask for.
    threading.Thread(target=make, name="cube", daemon=True).start()
    return promise


def _words(rows: pd.DataFrame) -> Mapping[str, list[str]]:
    found = {}
    for column in COLUMNS:
        sums = rows.groupby(column, observed=True)["value"].sum()
        words = [str(word) for word in sums.sort_values(ascending=False, kind="stable").index]
        if len(words) > 1:
            found[column] = words
    return found
