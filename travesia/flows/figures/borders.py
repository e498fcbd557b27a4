"""The Darién, Honduras, Guatemala and the US border, re-tabulated."""

from pathlib import Path

import pandas as pd

from travesia.flows.columns import ALL, UNKNOWN
from travesia.flows.figures.cells import (
    MEN_AND_CHILDREN,
    age,
    looked_up,
    nationality,
    read,
    table,
)

_CBP = {
    "U.S. Border Patrol": "us-border-patrol",
    "Office of Field Operations": "us-field-operations",
}
_BORDER = "Southwest Land Border"
_AT_THE_US_BORDER = {"reporting": "USA", "transit": "MEX", "destination": "USA"}


def darien_transits(folder: Path) -> pd.DataFrame:
    """Transits of the Darién by month and nationality."""
    return _darien(folder, months=True)


def darien_transits_by_year(folder: Path) -> pd.DataFrame:
    """Transits of the Darién by year and nationality, for the years that have no months."""
    return _darien(folder, months=False)


def darien_transits_by_sex_age(folder: Path) -> pd.DataFrame:
    """Transits of the Darién by month, sex and, from 2023, age."""
    rows = read(folder, "panama_darien_transits_by_sex_age_month.csv")
    pairs = looked_up(rows["demog"], MEN_AND_CHILDREN)
    split = rows.groupby("month")["demog"].transform(lambda words: words.isin(["boys"]).any())
    # Until 2022 the two rows of a month are of both sexes at all ages.
    return table(
        rows,
        sex=pairs.str[0],
        age=pairs.str[1].where(split, ALL),
        value=rows["transits"],
        reporting="PAN",
        transit="PAN",
    )


def honduras_entries(folder: Path) -> pd.DataFrame:
    """Irregular entries into Honduras by month and nationality."""
    rows = read(folder, "honduras_irregular_entries_by_nationality_month.csv")
    return table(
        rows,
        nationality=nationality(rows["nationality_iso3"]),
        value=rows["entries"],
        reporting="HND",
        transit="HND",
    )


def honduras_entries_by_sex_age(folder: Path) -> pd.DataFrame:
    """Irregular entries into Honduras by month, sex and age."""
    rows = read(folder, "honduras_irregular_entries_by_sex_age_month.csv")
    pairs = looked_up(rows["demog"], MEN_AND_CHILDREN)
    return table(
        rows, sex=pairs.str[0], age=pairs.str[1], value=rows["entries"], reporting="HND",
        transit="HND",
    )  # fmt: skip


def honduras_entries_total(folder: Path) -> pd.DataFrame:
    """Irregular entries into Honduras by month."""
    rows = read(folder, "honduras_irregular_entries_month.csv")
    return table(rows, value=rows["entries"], reporting="HND", transit="HND")


def guatemala_returns(folder: Path) -> pd.DataFrame:
    """Returns of Guatemalans by month, country returned from, sex, age and accompaniment."""
    rows = read(folder, "guatemala_returns_month.csv")
    return table(
        rows,
        origin=rows["returned_from_iso3"].replace("", UNKNOWN),
        sex=rows["sex"],
        **age(rows["age"]),
        value=rows["returns"],
        reporting="GTM",
        nationality="GTM",
        destination="GTM",
    )


def cbp_encounters(folder: Path) -> pd.DataFrame:
    """Encounters at the US south-west land border by month, component, group and nationality."""
    rows = read(folder, "us_cbp_swb_encounters_month_component_demographic_nationality.csv")
    return table(
        rows,
        authority=looked_up(rows["component"], _CBP),
        nationality=nationality(rows["nationality_iso3"].replace("", ALL)),
        **age(rows["demographic"]),
        value=rows["encounters"],
        place=_BORDER,
        **_AT_THE_US_BORDER,
    )


def cbp_encounters_by_sector(folder: Path) -> pd.DataFrame:
    """Encounters at the US south-west land border by month and sector or field office."""
    rows = read(folder, "us_cbp_swb_encounters_month_sector.csv")
    return table(
        rows,
        authority=looked_up(rows["component"], _CBP),
        place=rows["sector_or_field_office"].replace("", _BORDER),
        value=rows["encounters"],
        **_AT_THE_US_BORDER,
    )


def us_apprehensions_by_year(folder: Path) -> pd.DataFrame:
    """Encounters between ports of entry at the US south-west border by fiscal year."""
    rows = read(folder, "annual_figures.csv")
    rows = rows[rows["series"] == "us_usbp_swb_apprehensions"]
    years = (rows["period"].astype(int) - 1).astype(str) + "-10"
    return table(
        rows,
        period=years,
        value=rows["value"],
        frequency="us-fiscal-year",
        authority="us-border-patrol",
        place=_BORDER,
        **_AT_THE_US_BORDER,
    )


def _darien(folder: Path, *, months: bool) -> pd.DataFrame:
    rows = read(folder, "panama_darien_transits_by_nationality.csv")
    rows = rows[rows["period"].str.len().eq(7) == months]
    return table(
        rows,
        nationality=nationality(rows["nationality_iso3"]),
        value=rows["transits"],
        frequency="month" if months else "year",
        reporting="PAN",
        transit="PAN",
    )
