"""Asylum in Mexico, deaths and disappearances, and migrant stock, re-tabulated: persons."""

from pathlib import Path

import pandas as pd

from travesia.flows.columns import UNKNOWN
from travesia.flows.figures.cells import looked_up, nationality, read, table

_CAUSES = {
    "Accidental death": "accident",
    "Drowning": "drowning",
    "Harsh environmental conditions / lack of adequate shelter, food, water": "harsh-conditions",
    "Mixed or unknown": "mixed-or-unknown",
    "Sickness / lack of access to adequate healthcare": "sickness",
    "Vehicle accident / death linked to hazardous transport": "transport",
    "Violence": "violence",
}


def mexico_asylum_applications(folder: Path) -> pd.DataFrame:
    """Persons who applied for asylum in Mexico by year and nationality."""
    rows = read(folder, "unhcr_asylum_applications_mexico_2000_2025.csv")
    kinds = {"N": "new", "V": "various"}
    return table(
        rows,
        period=rows["year"],
        measure=looked_up(rows["app_type"], kinds),
        value=rows["applied"],
        **_asylum(rows),
    )


def mexico_asylum_decisions(folder: Path) -> pd.DataFrame:
    """Persons whose application in Mexico was decided or closed by year and outcome."""
    outcomes = {
        "dec_recognized": "recognised",
        "dec_other": "other-protection",
        "dec_rejected": "rejected",
        "dec_closed": "closed",
    }
    rows = read(folder, "unhcr_asylum_decisions_mexico_2000_2025.csv")
    rows = rows.melt(
        [name for name in rows.columns if name not in {*outcomes, "dec_total"}], list(outcomes)
    )
    return table(
        rows,
        period=rows["year"],
        measure=looked_up(rows["variable"], outcomes),
        value=rows["value"],
        **_asylum(rows),
    )


def missing_migrants_by_country(folder: Path) -> pd.DataFrame:
    """Persons dead and missing in the Americas by year and country of the incident."""
    rows = read(folder, "mmp_americas_by_country_year.csv")
    return table(
        rows,
        period=rows["year"],
        reporting=rows["country_of_incident_iso3"].replace("", UNKNOWN),
        value=rows["dead_and_missing"],
        frequency="year",
    )


def missing_migrants_by_cause(folder: Path) -> pd.DataFrame:
    """Persons dead and missing in the Americas by year and cause."""
    rows = read(folder, "mmp_americas_by_cause_year.csv")
    return table(
        rows,
        period=rows["year"],
        # An incident with two causes has both in one cell: its main cause is not known.
        measure=rows["cause"].map(_CAUSES).fillna("mixed-or-unknown"),
        value=rows["dead_and_missing"],
        frequency="year",
    )


def migrant_stock(folder: Path) -> pd.DataFrame:
    """Residents born in another country of the corridor, by year, both countries and sex."""
    rows = read(folder, "undesa_migrant_stock_corridor_1990_2024.csv")
    return table(
        rows,
        period=rows["year"],
        reporting=rows["destination_iso3"],
        origin=rows["origin_iso3"],
        destination=rows["destination_iso3"],
        sex=rows["sex"],
        measure="born-abroad",
        value=rows["migrants"],
        frequency="year",
    )


def _asylum(rows: pd.DataFrame) -> dict[str, pd.Series | str]:
    return {
        "nationality": nationality(rows["coo_iso"]),
        "authority": looked_up(
            rows["procedure_type"], {"G": "government", "U": "unhcr", "J": "joint"}
        ),
        "frequency": "year",
        "reporting": "MEX",
        "destination": "MEX",
    }
