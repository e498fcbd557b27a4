"""The periods of a flow map: which are old and whole enough to show, and how they are read."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from travesia.charts.words import Words
from travesia.language import Translate


def old_enough(data: pd.DataFrame, by: str, lag: int, today: date) -> pd.DataFrame:
    """The rows whose month, or whole year, ended at least `lag` months ago."""
    newest = pd.Timestamp(today) - pd.DateOffset(months=lag)
    unit = pd.offsets.YearEnd(0) if by == "year" else pd.offsets.MonthEnd(0)
    return data[data["period"] + unit <= newest]


def whole_beginnings(data: pd.DataFrame) -> pd.DataFrame:
    """The rows without each kind's first year where its months begin late in it."""
    months, years = data["period"].dt.month, data["period"].dt.year
    whole = pd.Series(data=True, index=data.index)
    for kind in data["counted"].unique():
        own = data["counted"] == kind
        first = years[own].min()
        begins = months[own & (years == first)].min()
        # A figure for the whole year stands in its January.
        if begins > 1:
            whole &= ~own | (years != first)
    return data[whole]


def labels_of(
    data: pd.DataFrame, by: str, end: int, _: Translate, words: Words
) -> dict[pd.Period, str]:
    """Each period as it is read; a year whose months are not all there says which are."""
    if by == "month":
        months = pd.period_range(data["period"].min(), data["period"].max(), freq="M")
        return {month: words.short_month(month.to_timestamp()) for month in months}
    years = pd.period_range(data["period"].min(), data["period"].max(), freq="Y")
    labels = {year: str(year) for year in years}
    if end < 12:
        labels[years[-1]] = _("{year}, to {month}").format(
            year=years[-1], month=words.month_alone(date(years[-1].year, end, 1))
        )
    return labels


def last_month(data: pd.DataFrame) -> int:
    """The month in which the last year's monthly figures end, the earliest where kinds differ."""
    last = data[data["period"].dt.year == data["period"].dt.year.max()]
    months = last["period"].dt.month
    ends = [int(months[last["counted"] == kind].max()) for kind in last["counted"].unique()]
    # A figure for the whole year stands in its January.
    return min((end for end in ends if end > 1), default=12)


def last_whole(by: str, end: int, labels: Mapping[pd.Period, str]) -> int:
    """The place of the last period for which every month is there."""
    unfinished = by == "year" and end < 12 and len(labels) > 1
    return len(labels) - (2 if unfinished else 1)
