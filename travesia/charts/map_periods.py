"""The periods of a flow map: which are old and whole enough to show, and how they are read."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from travesia.charts.map_rows import MapRows
from travesia.charts.words import Words
from travesia.language import Translate


def old_enough(rows: MapRows, by: str, lag: int, today: date) -> np.ndarray:
    """Which rows' month, or whole year, ended at least `lag` months ago."""
    # Every period that began before this day, and not in its own month or year, had ended by then.
    after = pd.Timestamp(today) - pd.DateOffset(months=lag) + pd.Timedelta(days=1)
    if by == "year":
        return rows.year < after.year - 1970
    return rows.month < (after.year - 1970) * 12 + after.month - 1


def whole_beginnings(rows: MapRows) -> np.ndarray:
    """Which rows are not of their kind's first year where its months begin late in it."""
    whole: np.ndarray = np.ones(len(rows.month), dtype=bool)
    for kind in np.unique(rows.counted):
        own = rows.counted == kind
        first = rows.month[own].min()
        # A figure for the whole year stands in its January.
        if first % 12:
            whole &= ~own | (rows.year != first // 12)
    return whole


def labels_of(rows: MapRows, by: str, end: int, _: Translate, words: Words) -> dict[pd.Period, str]:
    """Each period as it is read; a year whose months are not all there says which are."""
    numbers = rows.month if by == "month" else rows.year
    ends = [pd.Period(ordinal=int(at), freq=by[0].upper()) for at in (numbers.min(), numbers.max())]
    periods = pd.period_range(*ends)
    if by == "month":
        return {month: words.short_month(month.to_timestamp()) for month in periods}
    labels = {year: str(year) for year in periods}
    if end < 12:
        last = periods[-1]
        labels[last] = _("{year}, to {month}").format(
            year=last, month=words.month_alone(date(last.year, end, 1))
        )
    return labels


def last_month(rows: MapRows) -> int:
    """The month in which the last year's monthly figures end, the earliest where kinds differ."""
    of_last = rows.kept(rows.year == rows.year.max())
    months: np.ndarray = of_last.month % 12 + 1
    ends = [int(months[of_last.counted == kind].max()) for kind in np.unique(of_last.counted)]
    # A figure for the whole year stands in its January.
    return min((end for end in ends if end > 1), default=12)


def last_whole(rows: MapRows, by: str, end: int, labels: Mapping[pd.Period, str]) -> int:
    """The place of the last period for which everything is there that has not ended long before."""
    if by == "month":
        ends = [int(rows.month[rows.counted == kind].max()) for kind in np.unique(rows.counted)]
        return min(each for each in ends if each > max(ends) - 12) - int(rows.month.min())
    unfinished = end < 12 and len(labels) > 1
    return len(labels) - (2 if unfinished else 1)
