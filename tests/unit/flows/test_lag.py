"""What is shown in public is at least six months old."""

from datetime import date

import pandas as pd
import pytest

from travesia import flows
from travesia.flows.lag import last_month_shown


def test_the_last_month_shown_ended_six_whole_months_ago() -> None:
    assert last_month_shown(today=date(2026, 11, 23)) == pd.Timestamp("2026-04-01")
    assert last_month_shown(today=date(2026, 1, 1)) == pd.Timestamp("2025-06-01")


def test_a_table_loses_the_months_and_the_years_that_are_too_recent() -> None:
    months = flows.load("mexico-events", quiet=True)
    shown = flows.lagged(months, today=date(2025, 6, 15))
    assert shown["period"].max() == pd.Timestamp("2024-11-01")
    years = flows.load("mexico-events-by-year", quiet=True)
    assert flows.lagged(years, today=date(2026, 6, 30))["period"].max().year == 2024
    assert flows.lagged(years, today=date(2026, 7, 1))["period"].max().year == 2025


def test_less_than_six_months_is_refused() -> None:
    with pytest.raises(ValueError, match="6 months"):
        flows.lagged(flows.load("mexico-events", quiet=True), 3)
