"""What an importer hands over: the figures of a file, and what must be known of them."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from travesia.flows import columns as flow
from travesia.flows.importers.problems import Problem

UNIT = "unit"
"""A column beside the flow table's: the part of a series that an edition replaces as a whole."""

_VARYING = ("reporting", "place", "authority", "nationality", "origin", "transit", "destination",
            "sex", "age", "accompaniment", "measure")  # fmt: skip


@dataclass(frozen=True, repr=False)
class Reading:
    """One table of a file, read: ready to be shown, and to be merged into a store.

    Attributes:
        format: id of the format that was recognised (`cbp-aor`).
        title: the format in words.
        series: id of the series that the figures belong to.
        figures: a flow table with the column `unit` beside it.
        rows: rows of the file that held figures.
        problems: what was met while reading.
        sha256: of the file as it was given.
        vintage: day of the edition, and how it is known (`stated`, `saved`, `period`, `given`).
        sheet: the sheet or archive entry that was read, for a person.
    """

    format: str
    title: str
    series: str
    source: str
    figures: pd.DataFrame
    rows: int
    problems: tuple[Problem, ...]
    sha256: str
    vintage: str
    vintage_from: str
    sheet: str

    @property
    def counts(self) -> str:
        """What the figures count."""
        return ", ".join(sorted(self.figures["counts"].unique()))

    @property
    def total(self) -> int:
        """The sum of the figures."""
        return int(self.figures["value"].sum())

    @property
    def period(self) -> tuple[str, str]:
        """The first and the last period: `2024-01` for months, `2024` for years."""
        first, last = self.figures["period"].min(), self.figures["period"].max()
        shape = "%Y-%m" if (self.figures["frequency"] == "month").any() else "%Y"
        return first.strftime(shape), last.strftime(shape)

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        first, last = self.period
        known = {
            "stated": "the file says so",
            "saved": "the day it was last saved",
            "period": "the end of its figures; say the day of the edition if you know it",
            "given": "given by you",
        }[self.vintage_from]
        lines = [
            f"{self.title} ({self.format})",
            f"  read       {self.sheet}: {self.rows:,} rows, {len(self.figures):,} figures",
            f"  period     {first} to {last}",
            f"  total      {self.total:,} {self.counts}",
            f"  vintage    {self.vintage} ({known})",
            f"  SHA-256    {self.sha256}",
        ]
        for problem in self.problems:
            place = f" ({problem.place})" if problem.place else ""
            lines.append(f"  mind       {problem.text}{place}")
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """What `travesia flows inspect --json` says of it."""
        first, last = self.period
        return {
            "format": self.format,
            "title": self.title,
            "series": self.series,
            "counts": self.counts,
            "sheet": self.sheet,
            "rows": self.rows,
            "figures": len(self.figures),
            "period": {"start": first, "end": last},
            "total": self.total,
            "vintage": self.vintage,
            "vintage_from": self.vintage_from,
            "problems": [problem.as_dict() for problem in self.problems],
        }


@dataclass
class Figures:
    """Adds up the figures of a file as they are read; one row a key in the end.

    Adding up is what keeps single incidents and single records out of what is stored.
    """

    common: dict[str, str]
    """The columns that are the same for every figure: `series`, `reporting`, `counts`, …"""
    _values: dict[tuple[str, ...], int] = field(default_factory=dict)
    _kept: dict[str, str] = field(default_factory=dict)

    def add(self, period: str, unit: str, value: int, **columns: str) -> None:
        """Add a value to its figure. `period` is a day as `2024-01-01`."""
        words = self._defaults | columns
        # The same words stand in every row: one text each instead of millions of copies.
        kept = self._kept
        key = tuple(kept.setdefault(each, each) for each in (period, unit, *words.values()))
        self._values[key] = self._values.get(key, 0) + value

    @cached_property
    def _defaults(self) -> dict[str, str]:
        """The columns that vary, in their order, with what stands where nothing is said."""
        return {name: self.common.get(name, flow.ALL) for name in _VARYING}

    def __len__(self) -> int:
        return len(self._values)

    @property
    def last_period(self) -> str:
        """The latest period that holds figures."""
        return max((key[0] for key in self._values), default="")

    def drop_periods(self, periods: set[str]) -> None:
        """Forget the figures of some periods."""
        self._values = {key: each for key, each in self._values.items() if key[0] not in periods}

    def by_period(self) -> dict[str, int]:
        """The sum of each period."""
        sums: dict[str, int] = {}
        for key, value in self._values.items():
            sums[key[0]] = sums.get(key[0], 0) + value
        return sums

    def table(self, vintage: str, *, preliminary: frozenset[str] = frozenset()) -> pd.DataFrame:
        """The flow table, with `unit` as its last column; units named preliminary are so."""
        columns = {
            name: pd.array([key[at] for key in self._values], dtype="str")
            for at, name in enumerate(("period", UNIT, *_VARYING))
        }
        table = pd.DataFrame(columns)
        table["period"] = pd.to_datetime(table["period"], format="%Y-%m-%d").astype(
            "datetime64[us]"
        )
        table["value"] = pd.array(list(self._values.values()), dtype="Int64")
        for name, value in self.common.items():
            if name not in table:
                table[name] = pd.array([value] * len(table), dtype="str")
        table["suppressed"] = False
        is_preliminary = table[UNIT].isin(preliminary)
        table["status"] = is_preliminary.map({True: "preliminary", False: "final"}).astype("str")
        table["vintage"] = pd.array([vintage] * len(table), dtype="str")
        table = table[[*flow.NAMES, UNIT]]
        return table.sort_values([*flow.KEY], ignore_index=True)


def month_start(year: int, month: int) -> str:
    """A month as a flow table's period."""
    return f"{year:04}-{month:02}-01"


def month_end(period: str) -> date:
    """The last day of the month that begins with `period`."""
    first = date.fromisoformat(period)
    return (pd.Timestamp(first) + pd.offsets.MonthEnd(0)).date()
