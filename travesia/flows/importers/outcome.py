"""What an import changed in a series, for the person who gave the file."""

from dataclasses import dataclass

from travesia.flows.importers.merge import Merge
from travesia.flows.importers.reading import Reading


@dataclass(frozen=True, repr=False)
class Outcome:
    """What an import changed in a series.

    Attributes:
        state: `new`, `again` (this very file is there already) or `vintage` (only its edition's
            day was corrected).
        merge: which parts of the series (years, pairs of countries) are from this file now.
        rows: the figures of the series after it.
    """

    reading: Reading
    state: str
    merge: Merge
    rows: int

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        series = self.reading.series
        if self.state == "again":
            return f"{self.reading}\nThis file was imported before: {series} stays as it was."
        changes = [
            f"{len(units):,} {word}"
            for units, word in (
                (self.merge.added, "added"),
                (self.merge.replaced, "replaced by this newer edition"),
                (self.merge.outdated, "left as a newer edition has them"),
            )
            if units
        ]
        narrowed = (
            f"  mind       {', '.join(self.merge.narrowed[:10])}: this newer edition holds less "
            "than half of what stood there. If the file was filtered before its download, take it "
            f"out again: travesia flows forget {self.reading.sha256[:8]}\n"
            if self.merge.narrowed
            else ""
        )
        return (
            f"{self.reading}\n{narrowed}{series}: parts (years, or pairs of countries) "
            f"{', '.join(changes)}; {self.rows:,} figures now.\n"
            f'Load it with: flows.load("{series}")'
        )
