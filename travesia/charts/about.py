"""What every chart is told of its figures: what they count, whose they are, how to read them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from travesia.charts.marks import Mark
from travesia.charts.small_cells import SMALLEST
from travesia.charts.words import Words, words_in
from travesia.language import current_language, translator


class ChartDataError(ValueError):
    """A table from which a chart cannot be drawn, with the sentence that says why."""


@dataclass(frozen=True)
class About:
    """What a chart says of its figures beside drawing them.

    Attributes:
        title: the heading.
        unit: what is counted, in a word or two, as *events per month*.
        meaning: what that is and is not, as *times detected, not persons*.
        source: publisher, table, period and vintage, as one line.
        marks: days to be drawn across a time axis.
        annual: totals of whole years that the publisher gives beside the series.
        ends: whether the series ends with its last month, which is then said.
        until: the series' last month, as `2025-04`; a chart of figures that do not go so far says
            this instead. Without it the figures are all there are.
        smallest: counts below it are neither drawn nor written.
        language: the language of every word of the chart; the reader's own if not given.
    """

    title: str
    unit: str
    meaning: str
    source: str
    marks: tuple[Mark, ...] = ()
    annual: Mapping[int, int] = field(default_factory=dict)
    ends: bool = True
    until: str = ""
    smallest: int = SMALLEST
    language: str = field(default_factory=current_language)

    @property
    def words(self) -> Words:
        """How the language writes numbers and months."""
        return words_in(self.language)

    def ends_in(self, month: pd.Timestamp) -> bool:
        """Whether the series, and not only what is chosen of it, ends in a month."""
        return self.ends and f"{month:%Y-%m}" >= self.until

    def ended(self, month: pd.Timestamp, name: str) -> str:
        """The sentence that says where figures over time end; empty if nothing is to be said.

        Args:
            month: the last month that the figures go to.
            name: what the last period is called.
        """
        _ = translator(self.language)
        if not self.ends:
            return ""
        if self.ends_in(month):
            return _("The series ends in {last}: the chart does not show today.").format(last=name)
        series = self.words.month(pd.Timestamp(f"{self.until}-01"))
        return _("The figures shown go to {last}; the series itself, to {end}.").format(
            last=name, end=series
        )

    def said(self, finding: str) -> str:
        """A finding followed by what every chart says of its figures."""
        _ = translator(self.language)
        parts = [
            finding,
            _("It counts {unit}: {meaning}.").format(
                unit=self.unit[:1].lower() + self.unit[1:], meaning=self.meaning
            ),
        ]
        parts += [
            _(
                "On {day} the way of counting changed, so a step across that day is no trend."
            ).format(day=self.words.day(mark.day))
            for mark in self.marks
            if mark.counting
        ]
        parts += [
            _("For the whole of {year} the publisher gives {number} in all.").format(
                year=year, number=self.words.number(number)
            )
            for year, number in self.annual.items()
        ]
        if self.smallest > 1:
            parts.append(_("Counts from 1 to {most} are not shown.").format(most=self.smallest - 1))
        return " ".join(parts)


def require(data: pd.DataFrame, *columns: str) -> None:
    """Refuses a table that lacks a column, or holds nothing.

    Raises:
        ChartDataError: with the columns that are missing and those that are there.
    """
    missing = [column for column in columns if column not in data.columns]
    if missing:
        raise ChartDataError(
            f"The chart's table has no column {', '.join(missing)}; it has "
            f"{', '.join(map(str, data.columns))}."
        )
    if data.empty:
        raise ChartDataError("The chart's table has no rows, so there is nothing to draw.")
