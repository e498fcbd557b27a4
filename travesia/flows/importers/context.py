"""What an importer is given besides the sheet: the file's identity, and what the person said."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from travesia.flows.importers.problems import Notebook
from travesia.flows.importers.reading import Figures, Reading
from travesia.flows.importers.sheet import Sheet


@dataclass(frozen=True)
class Context:
    """A file that is being read.

    Attributes:
        vintage: the day of the edition that the person gave; empty if none.
        saved: the day on which the workbook was last saved, if it says so.
        notes: where problems are collected.
    """

    sha256: str
    vintage: str
    saved: str
    notes: Notebook

    def reading(
        self,
        sheet: Sheet,
        figures: Figures,
        *,
        format: str,  # noqa: A002 - the field's word
        title: str,
        rows: int,
        ended: date,
        stated: date | None = None,
        preliminary: frozenset[str] = frozenset(),
    ) -> Reading:
        """The reading of a sheet, with the day of its edition.

        That is the day that the person gave, else the one `stated` in the file, else the one on
        which a workbook was last saved, else the day on which the figures `ended`; an edition is
        never older than its figures.
        """
        if self.vintage:
            vintage, known = self.vintage, "given"
        elif stated:
            vintage, known = stated.isoformat(), "stated"
        elif self.saved and self.saved >= ended.isoformat():
            vintage, known = self.saved, "saved"
        else:
            vintage, known = ended.isoformat(), "period"
        return Reading(
            format=format,
            title=title,
            series=figures.common["series"],
            source=figures.common["source"],
            figures=figures.table(vintage, preliminary=preliminary),
            rows=rows,
            problems=self.notes.problems(),
            sha256=self.sha256,
            vintage=vintage,
            vintage_from=known,
            sheet=sheet.name,
        )


Importer = Callable[[Sheet, Context], Reading | tuple[Reading, ...] | None]
"""Reads a sheet if it is of its format, and says `None` if it is not."""
