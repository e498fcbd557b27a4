"""Mexico's bulletin, re-tabulated: events by nationality, sex and age, state and year; returns."""

from pathlib import Path

import pandas as pd

from travesia.flows.columns import ALL
from travesia.flows.countries import MEXICAN_STATES
from travesia.flows.figures.cells import age, looked_up, nationality, read, table


def mexico_events(folder: Path) -> pd.DataFrame:
    """Events in Mexico by month and nationality."""
    rows = read(folder, "mexico_upm_irregular_events_by_nationality_month.csv")
    return table(
        rows,
        nationality=nationality(rows["nationality_iso3"]),
        value=rows["events"],
        reporting="MEX",
        transit="MEX",
    )


def mexico_events_by_sex_age(folder: Path) -> pd.DataFrame:
    """Events in Mexico by month, sex, age and, under 12, accompaniment."""
    rows = read(folder, "mexico_upm_irregular_events_by_sex_age_month.csv")
    return table(
        rows, sex=rows["sex"], value=rows["events"], **age(rows["age"]), reporting="MEX",
        transit="MEX",
    )  # fmt: skip


def mexico_events_by_state(folder: Path) -> pd.DataFrame:
    """Events in Mexico by month and state."""
    rows = read(folder, "mexico_inm_presentados_by_state_month_2019_2021.csv")
    codes = {name: code for code, name in MEXICAN_STATES.items()}
    return table(
        rows,
        place=looked_up(rows["state"], codes),
        value=rows["events"],
        reporting="MEX",
        transit="MEX",
    )


def mexico_events_by_year(folder: Path) -> pd.DataFrame:
    """Events in Mexico by year as published, the year 2024 split as the publisher splits it."""
    rows = read(folder, "annual_figures.csv")
    measures = {
        "mx_irregular_events_published_total": ALL,
        "mx_irregular_events_presentados": "presented",
        "mx_irregular_events_canalizados": "channelled",
    }
    rows = rows[rows["series"].isin(measures)]
    measure = rows["series"].map(measures)
    split = rows.loc[measure != ALL, "period"].unique()
    rows = rows[~(measure.eq(ALL) & rows["period"].isin(split))]
    return table(
        rows,
        measure=rows["series"].map(measures),
        value=rows["value"],
        frequency="year",
        reporting="MEX",
        transit="MEX",
    )


def mexico_returns(folder: Path) -> pd.DataFrame:
    """Returns from Mexico by month, nationality and kind of return."""
    rows = read(folder, "mexico_upm_returns_by_nationality_type_month.csv")
    return table(
        rows,
        nationality=nationality(rows["nationality_iso3"]),
        measure=rows["type"].str.replace(" ", "-"),
        value=rows["events"],
        reporting="MEX",
        origin="MEX",
    )
