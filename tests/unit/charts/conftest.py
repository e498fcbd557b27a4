"""Small tables of figures that nobody published, for the charts' tests."""

import pandas as pd
import pytest

from travesia.charts import About, known_marks


@pytest.fixture
def language() -> str:
    return "es"


@pytest.fixture
def about(language: str) -> About:
    marks = known_marks(language)
    return About(
        title="Title",
        unit="Events",
        meaning="not persons",
        source="Source: nobody",
        marks=(marks["title-42-begins"], marks["reform-2021"]),
        annual={2021: 900_001},
        language=language,
    )


@pytest.fixture
def by_month() -> pd.DataFrame:
    """Two years of two nationalities; one month is missing, one count is small."""
    months = pd.date_range("2020-01-01", "2021-12-01", freq="MS")
    rows = [
        (month, nationality, 1000 * (index + 1) + size)
        for index, month in enumerate(months)
        for nationality, size in (("VEN", 500), ("HND", 100))
    ]
    table = pd.DataFrame(rows, columns=["period", "nationality", "value"])
    table = table[~table["period"].eq("2020-05-01")]
    table.loc[table["period"].eq("2020-06-01") & table["nationality"].eq("HND"), "value"] = 3
    return table.reset_index(drop=True)


@pytest.fixture
def corridors_table() -> pd.DataFrame:
    """Twenty origins into two countries, the smallest with a count too small to show."""
    origins = ["VEN", "HND", "GTM", "SLV", "NIC", "CUB", "HTI", "ECU", "COL", "PER", "BRA", "CHL",
               "DOM", "JAM", "BOL", "ARG", "URY", "PRY", "GUY", "SUR"]  # fmt: skip
    rows = [(origin, "MEX", 10_000 - 500 * index) for index, origin in enumerate(origins)]
    rows += [("VEN", "PAN", 8000), ("TTO", "PAN", 3)]
    return pd.DataFrame(rows, columns=["origin", "destination", "value"])


@pytest.fixture
def ages() -> pd.DataFrame:
    rows = [
        ("female", "0-11", 40), ("male", "0-11", 50), ("female", "12-17", 3), ("male", "12-17", 90),
        ("female", "18+", 300), ("male", "18+", 700), ("unknown", "18+", 20),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["sex", "age", "value"])


@pytest.fixture
def estimates() -> pd.DataFrame:
    months = pd.date_range("2020-01-01", "2021-12-01", freq="MS")
    values = [100.0 + 10 * index for index in range(len(months))]
    return pd.DataFrame(
        {
            "period": months,
            "value": values,
            "low": [value * 0.8 for value in values],
            "high": [value * 1.5 for value in values],
        }
    )
