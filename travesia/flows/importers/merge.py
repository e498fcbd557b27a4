"""Merging editions: of each part of a series, the newest edition's figures stand, whole.

The result depends on the editions alone, not on the order in which they came.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from travesia.flows import columns as flow
from travesia.flows.importers.problems import Refusal
from travesia.flows.importers.reading import UNIT


class Edition(NamedTuple):
    """A file's table among others of its series; later vintages sort behind earlier ones."""

    vintage: str
    sha256: str


@dataclass(frozen=True)
class Merge:
    """A series, put together.

    Attributes:
        kept: what stands of each edition.
        units: the parts of each edition, and which edition each part stands in.
    """

    kept: dict[Edition, pd.DataFrame]
    units: dict[str, tuple[Edition, ...]]
    """The editions that have a part, the one that stands last."""
    shrunk: frozenset[str] = frozenset()
    """The years of which the edition that stands holds less than half of what the one before it
    does, of the sum or of the places: no revision does that, a filter before the download does."""
    edition: Edition | None = None

    def of(self, edition: Edition) -> "Merge":
        """The same, seen from one edition."""
        return Merge(self.kept, self.units, self.shrunk, edition)

    @property
    def added(self) -> list[str]:
        """The parts that only this edition has."""
        return [unit for unit, editions in self.units.items() if editions == (self.edition,)]

    @property
    def replaced(self) -> list[str]:
        """The parts of older editions that this one takes the place of."""
        return [
            unit for unit, editions in self.units.items()
            if len(editions) > 1 and editions[-1] == self.edition
        ]  # fmt: skip

    @property
    def narrowed(self) -> list[str]:
        """The years that this edition replaced with less than half of what stood there."""
        return [unit for unit in self.replaced if unit in self.shrunk]

    @property
    def outdated(self) -> list[str]:
        """The parts of this edition that a newer one has too: those stand."""
        return [unit for unit, editions in self.units.items() if self.edition in editions[:-1]]

    def table(self) -> pd.DataFrame:
        """The series as a flow table."""
        parts = [frame for frame in self.kept.values() if len(frame)]
        table = pd.concat(parts, ignore_index=True)[list(flow.NAMES)]
        return table.sort_values([*flow.KEY], ignore_index=True)


def merge(editions: list[tuple[Edition, pd.DataFrame]], series: str) -> Merge:
    """The series from its editions.

    Raises:
        Refusal: two editions of the same day have different figures of the same part, so that
            nobody can say which is newer.
    """
    ordered = sorted(editions, key=lambda each: each[0])
    units: dict[str, list[Edition]] = {}
    frames = dict(ordered)
    for edition, frame in ordered:
        for unit in frame[UNIT].unique():
            units.setdefault(str(unit), []).append(edition)
    tied: dict[tuple[Edition, Edition], set[str]] = {}
    for unit, owners in units.items():
        for older, newer in pairwise(owners):
            if older.vintage == newer.vintage:
                tied.setdefault((older, newer), set()).add(unit)
    for (older, newer), same in tied.items():
        _check_equal(frames[older], frames[newer], same, f"{series} are both of {newer.vintage}")
    standing = {unit: owners[-1] for unit, owners in units.items()}
    kept = {
        edition: frame[frame[UNIT].map(standing) == edition] for edition, frame in ordered
    }  # fmt: skip
    return Merge(
        kept, {unit: tuple(owners) for unit, owners in units.items()}, _shrunk(frames, units)
    )


def _shrunk(frames: dict[Edition, pd.DataFrame], units: dict[str, list[Edition]]) -> frozenset[str]:
    found = set()
    for unit, owners in units.items():
        # A pair of countries has small counts, of which a revision can well take most.
        if len(owners) < 2 or not unit.isdigit():
            continue
        before, after = (frames[each][frames[each][UNIT] == unit] for each in owners[-2:])
        places = set(before["place"])
        kept = places & set(after["place"])
        if after["value"].sum() * 2 < before["value"].sum() or len(kept) * 2 < len(places):
            found.add(unit)
    return frozenset(found)


def _check_equal(one: pd.DataFrame, other: pd.DataFrame, units: set[str], both: str) -> None:
    columns = [UNIT, *flow.KEY, "value"]
    here, there = (
        set(frame.loc[frame[UNIT].isin(units), columns].itertuples(index=False, name=None))
        for frame in (one, other)
    )
    if here != there:
        unit = min(row[0] for row in here ^ there)
        raise Refusal(
            f"Two editions of {both} and differ in {unit}: say which is newer by importing that "
            "file with --vintage and the day it was published."
        )
