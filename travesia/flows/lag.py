"""Keeping what is shown in public six months behind: recent movements are nobody's map."""

from datetime import date

import pandas as pd

from travesia.flows.frame import FlowTable

LEAST_MONTHS = 6
"""How many months lie between the last month shown in public and today, at the least."""


def last_month_shown(months: int = LEAST_MONTHS, *, today: date | None = None) -> pd.Timestamp:
    """The first day of the last month that may be shown: it ended so many whole months ago.

    Args:
        months: how many; fewer than six are refused.
        today: the day of showing.

    Raises:
        ValueError: fewer than six months.
    """
    if months < LEAST_MONTHS:
        raise ValueError(f"What is shown in public is at least {LEAST_MONTHS} months old.")
    now = pd.Timestamp(today or date.today())  # noqa: DTZ011 - the reader's day
    return now.normalize().replace(day=1) - pd.DateOffset(months=months + 1)


def lagged(table: FlowTable, months: int = LEAST_MONTHS, *, today: date | None = None) -> FlowTable:
    """The rows of a flow table that may be shown in public: periods that ended long enough ago.

    Raises:
        ValueError: fewer than six months.
    """
    last = last_month_shown(months, today=today)
    lengths = table["frequency"].map({"month": 0}).fillna(11)
    ends = table["period"].dt.year * 12 + table["period"].dt.month + lengths
    kept: FlowTable = table[ends <= last.year * 12 + last.month]
    return kept
