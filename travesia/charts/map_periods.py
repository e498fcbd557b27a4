"""The periods of a flow map: which are old and whole enough to show, and how they are read."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from travesia.charts.words import Words
from travesia.language import Translate


def number_of(days: pd.Series, unit: str) -> np.ndarray:
    """How many years (`Y`) or months (`M`) after 1970 began each day's, as pandas counts them."""
    return days.to_numpy().astype(f"datetime64[{unit}]").astype("int64")


def old_enough(data: pd.DataFrame, by: str, lag: int, today: date) -> pd.DataFrame:
    """The rows whose month, or whole year, ended at least `lag` months ago."""
    newest = pd.Timestamp(today) - pd.DateOffset(months=lag)
    unit = pd.offsets.YearEnd(0) if by == "year" else pd.offsets.MonthEnd(0)
    return data[data["period"] + unit <= newest]


def whole_beginnings(data: pd.DataFrame) -> pd.DataFrame:
    """The rows without each kind's first year where its months begin late in it."""
    months, years = number_of(data["period"], "M"), number_of(data["period"], "Y")
    whole: np.ndarray = np.ones(len(data), dtype=bool)
    for kind in data["counted"].unique():
        own = (data["counted"] == kind).to_numpy()
        first = months[own].min()
        # A figure for the whole year stands in its January.
        if first % 12:
            whole &= ~own | (years != first // 12)
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
    months, years = number_of(data["period"], "M"), number_of(data["period"], "Y")
    of_last = years == years.max()
    kinds, months = data["counted"][of_last], months[of_last] % 12 + 1
    ends = [int(months[(kinds == kind).to_numpy()].max()) for kind in kinds.unique()]
    # A figure for the whole year stands in its January.
    return min((end for end in ends if end > 1), default=12)


def last_whole(by: str, end: int, labels: Mapping[pd.Period, str]) -> int:
    """The place of the last period for which every month is there."""
    unfinished = by == "year" and end < 12 and len(labels) > 1
    return len(labels) - (2 if unfinished else 1)
