"""Movements between the countries of the region, from the series that count them."""

import pandas as pd

from travesia import flows
from travesia.charts.flow_map import Counted, FlowMap, flow_map
from travesia.language import current_language, translator

FIRST_YEAR = 2018
MOST = 7
# The publishers' series, and the word of `counted` that their rows get.
_SERIES = {
    "darien-transits": "transits",
    "darien-transits-by-year": "transits",
    "mexico-events": "events",
    "mexico-returns": "returns",
    "mexico-asylum-applications": "applications",
    "mexico-asylum-decisions": "recognised",
    "cbp-encounters": "encounters",
}


def regional_movements(language: str = "", *, by: str = "year") -> FlowMap:
    """The flow map of the region: transit, detection, return, asylum and staying, from 2018.

    Args:
        language: the language of every word on it; the reader's own if not given.
        by: `year`, or `month` for the series that have months.
    """
    language = language or current_language()
    _ = translator(language)
    counted: tuple[Counted, ...] = (
        Counted("transits", _("Transits of the Darién, Panama"), 0),
        Counted("events", _("Events of people in an irregular situation in Mexico"), 1),
        Counted("returns", _("Returns of people from Mexico"), 2),
        Counted("applications", _("Persons who asked for asylum in Mexico"), 3),
        Counted("recognised", _("Persons recognised as refugees in Mexico"), 3),
        # The border that is on every other map can be asked for here.
        Counted("encounters", _("Encounters at the south-west border of the United States"), 4,
                shown=False),
    )  # fmt: skip
    rows = pd.concat(
        [
            movements(flows.load(series, quiet=True)).assign(counted=word)
            for series, word in _SERIES.items()
        ]
    )
    rows = rows[rows["period"].dt.year >= FIRST_YEAR]
    if by == "month":
        rows = rows[rows["frequency"] == "month"]
        present = set(rows["counted"])
        counted = tuple(kind for kind in counted if kind.id in present)
    return flow_map(
        rows,
        counted=counted,
        title=_("Movements in the region"),
        source=_(
            "Sources: SNM Panama; SEGOB/UPMRIP; UNHCR and COMAR; US Customs and Border Protection; "
            "small counts joined. Months end in April or May 2025, asylum with 2025."
        ),
        language=language,
        by=by,
        most=MOST,
    )


def movements(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a flow table as joined places: `period`, `origin`, `destination`, `value`.

    A return runs from the country left to the nationality's; a recognised refugee stays; whoever is
    counted otherwise is drawn from the nationality to the country that counted. A row without two
    places is left out.
    """
    plain = pd.DataFrame(table)
    plain = plain[plain["value"].notna() & plain["value"].gt(0)]
    returns = plain["counts"].eq("returns")
    stays = plain["counts"].eq("decisions")
    plain = plain[~stays | plain["measure"].eq("recognised")]
    returns, stays = returns.reindex(plain.index), stays.reindex(plain.index)
    origin = plain["nationality"].where(plain["origin"].eq("all") & ~returns, plain["origin"])
    destination = plain["reporting"].where(~returns, plain["nationality"])
    moved = plain.assign(
        origin=origin.where(~stays, plain["reporting"]),
        destination=destination,
        value=plain["value"].astype("int64"),
    )
    moved = moved[stays | moved["origin"].ne(moved["destination"])]
    return moved[["period", "frequency", "origin", "destination", "value"]]
