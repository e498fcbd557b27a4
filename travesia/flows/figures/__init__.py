"""Re-tabulation: the published figures, file by file, as flow tables with all their small cells.

Each function reads files of a folder of published figures and gives columns of the flow table; what
it leaves out is `all`. A new vintage of the files is a new run of `travesia flows build`.
"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from travesia.flows.figures import borders, mexico, persons

READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "mexico-events": mexico.mexico_events,
    "mexico-events-by-sex-age": mexico.mexico_events_by_sex_age,
    "mexico-events-by-state": mexico.mexico_events_by_state,
    "mexico-events-by-year": mexico.mexico_events_by_year,
    "mexico-returns": mexico.mexico_returns,
    "darien-transits": borders.darien_transits,
    "darien-transits-by-year": borders.darien_transits_by_year,
    "darien-transits-by-sex-age": borders.darien_transits_by_sex_age,
    "honduras-entries": borders.honduras_entries,
    "honduras-entries-by-sex-age": borders.honduras_entries_by_sex_age,
    "honduras-entries-total": borders.honduras_entries_total,
    "guatemala-returns": borders.guatemala_returns,
    "cbp-encounters": borders.cbp_encounters,
    "cbp-encounters-by-sector": borders.cbp_encounters_by_sector,
    "us-apprehensions-by-year": borders.us_apprehensions_by_year,
    "mexico-asylum-applications": persons.mexico_asylum_applications,
    "mexico-asylum-decisions": persons.mexico_asylum_decisions,
    "missing-migrants-by-country": persons.missing_migrants_by_country,
    "missing-migrants-by-cause": persons.missing_migrants_by_cause,
    "migrant-stock": persons.migrant_stock,
}
"""The function that re-tabulates each series, by the series' id."""

__all__ = ["READERS"]
