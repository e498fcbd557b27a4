"""What each figure of a time series spans: a month, a year, or a US fiscal year."""

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from travesia.charts.about import ChartDataError
from travesia.charts.words import words_in
from travesia.language import translator

MONTH, YEAR, US_FISCAL_YEAR, PART_YEAR = "month", "year", "us-fiscal-year", "part-year"
_BEGIN = {MONTH: "MS", YEAR: "YS", US_FISCAL_YEAR: "YS-OCT"}
"""Where each kind begins, as pandas calls it."""
_BEGINNING_MONTH = {YEAR: 1, US_FISCAL_YEAR: 10}


@dataclass(frozen=True)
class Span:
    """The kind of period that each figure of a table stands for.

    Attributes:
        kind: month, year or us-fiscal-year, as in the flow table's `frequency`.
        parts: the first days of those periods that are not whole.
    """

    kind: str = MONTH
    parts: frozenset[pd.Timestamp] = field(default_factory=frozenset)

    @property
    def monthly(self) -> bool:
        """Whether each figure stands for a month."""
        return self.kind == MONTH

    def between(self, first: pd.Timestamp, last: pd.Timestamp) -> pd.DatetimeIndex:
        """The first day of every period from one to another."""
        return pd.date_range(first, last, freq=_BEGIN[self.kind])

    def at(self, days: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """Where on an axis periods stand: a fiscal year at the year that it is called by."""
        return days + pd.DateOffset(months=3) if self.kind == US_FISCAL_YEAR else days

    def last_month(self, day: pd.Timestamp) -> pd.Timestamp:
        """The first day of the last month of a period."""
        return day if self.monthly else day + pd.DateOffset(months=11)

    def name(self, day: date, language: str) -> str:
        """What a period is called: *May 2024*, *2024*, *fiscal year 2024*, *2025 (in part)*."""
        if self.monthly:
            return words_in(language).month(day)
        _ = translator(language)
        name = str(day.year)
        if self.kind == US_FISCAL_YEAR:
            name = _("fiscal year {year}").format(year=day.year + 1)
        return _("{year} (in part)").format(year=name) if day in self.parts else name


def span_of(data: pd.DataFrame) -> Span:
    """What the figures of a table span: its `frequency` says so; months where it has none.

    Raises:
        ChartDataError: `period` is no first day of one, or periods of two kinds are mixed.
    """
    period = data["period"]
    if not pd.api.types.is_datetime64_any_dtype(period):
        raise ChartDataError(
            f"The chart's column period holds {period.iloc[0]!r}, which is no timestamp: make it "
            "one with pandas.to_datetime."
        )
    words = {str(word) for word in data["frequency"].unique()} if "frequency" in data else {MONTH}
    kinds = sorted(words - {PART_YEAR}) or [YEAR]
    if len(kinds) > 1 or kinds[0] not in _BEGIN:
        raise ChartDataError(
            f"The chart's table mixes periods ({', '.join(sorted(words))}): keep the rows of one "
            "frequency."
        )
    days = pd.DatetimeIndex(period.unique())
    month = _BEGINNING_MONTH.get(kinds[0])
    strange = days[(days.day != 1) | (month is not None and days.month != month)].sort_values()
    if len(strange):
        raise ChartDataError(
            f"The chart's column period holds {strange[0]:%Y-%m-%d}, which is not the first day of "
            f"a {kinds[0]}: add the rows up by {kinds[0]}."
        )
    parts = period[data["frequency"] == PART_YEAR] if PART_YEAR in words else ()
    return Span(kinds[0], frozenset(parts))
