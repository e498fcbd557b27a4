"""IOM's Missing Migrants Project: the export of incidents, in its newer and older editions.

Incidents are added up by month, half-degree cell, cause and nationality; no name of a place, no
address of a report and no incident's number is kept.
"""

import re
from datetime import date

from travesia.flows import columns as flow
from travesia.flows.importers.context import Context
from travesia.flows.importers.names import country
from travesia.flows.importers.problems import Refusal
from travesia.flows.importers.reading import Figures, Reading, month_end, month_start
from travesia.flows.importers.sheet import Sheet
from travesia.flows.importers.tidy import Layout, Record, find, is_total, keys, records
from travesia.flows.importers.values import day, fold, is_blank, month, year

_LAYOUT = Layout(
    "the Missing Migrants export",
    {
        "dead": keys("Number Dead", "Number of Dead", "Dead"),
        "missing": keys("Minimum Estimated Number of Missing", "Minimum Missing", "Number Missing"),
        "cause": keys("Cause of Death"),
    },
    {
        # An incident that was split has one main id and an incident id a part.
        "id": keys("Incident ID", "Main ID", "Web ID"),
        "date": keys("Incident Date", "Reported Date", "Date of Incident", "Date"),
        "year": keys("Year", "Incident Year", "Reported Year", "Year of Incident"),
        "month": keys("Reported Month", "Month", "Month of Incident"),
        "region": keys("Region", "Region of Incident", "Incident Region"),
        "incident_country": keys("Country of Incident"),
        "together": keys("Total Number of Dead and Missing", "Total Dead and Missing"),
        "females": keys("Number of Females", "Number of Female"),
        "males": keys("Number of Males", "Number of Male"),
        "origin": keys("Country of Origin", "Nationality"),
        "coordinates": keys("Coordinates", "Location Coordinates"),
        "latitude": keys("Latitude", "Lat", "Y"),
        "longitude": keys("Longitude", "Lon", "Long", "X"),
    },
)
_SIGNATURES = (
    frozenset({"dead", "missing"}),
    frozenset({"dead", "cause"}),
    frozenset({"missing", "cause"}),
)
_CAUSES = {
    "accidental death": "accident",
    "drowning": "drowning",
    "harsh environmental conditions / lack of adequate shelter, food, water": "harsh-conditions",
    "mixed or unknown": "mixed-or-unknown",
    "sickness / lack of access to adequate healthcare": "sickness",
    "vehicle accident / death linked to hazardous transport": "transport",
    "violence": "violence",
}
_PAIR = re.compile(r"(?:POINT ?\()?\(?(-?\d{1,3}(?:\.\d+)?)[, ;]+(-?\d{1,3}(?:\.\d+)?)\)*")


def read(sheet: Sheet, context: Context) -> Reading | None:
    """The dead and missing of an export; `None` if the sheet is another."""
    header = find(sheet, _LAYOUT, *_SIGNATURES)
    if header is None:
        return None
    if "date" not in header.at and not {"year", "month"} <= header.at.keys():
        raise Refusal(
            f"{sheet.name}, row {header.row}: it looks like {_LAYOUT.format}, and has neither a "
            "date nor a year and a month; download the whole table again."
        )
    figures = Figures(
        {
            "series": "imported-missing-migrants",
            "source": "iom-missing-migrants",
            "counts": "deaths",
            "frequency": "month",
        }
    )
    seen: set[str] = set()
    rows = 0
    for record in records(sheet, header, context.notes):
        if is_total(record, "id", "date", "region") and is_blank(record["cause"]):
            context.notes.note("total-row", "A total row was left out.", f"row {record.number:,}")
            continue
        if not _is_new(record, seen, context):
            continue
        rows += 1
        _add(record, figures, context)
    if not rows or not len(figures):
        raise Refusal(f"{sheet.name} has the header of {_LAYOUT.format} and no incidents below it.")
    context.notes.note(
        "minimum",
        "The figures are a minimum of persons dead or missing; routes and causes are not to be "
        "ranked by them without exposure. Names of places and addresses of reports were not kept.",
    )
    return context.reading(
        sheet, figures, format="missing-migrants", title=_LAYOUT.format, rows=rows,
        ended=month_end(figures.last_period),
    )  # fmt: skip


def _is_new(record: Record, seen: set[str], context: Context) -> bool:
    """Whether an incident stands here for the first time."""
    name = record.text("id")
    if not name:
        return True
    if name in seen:
        context.notes.note(
            "duplicate", "An incident that stands twice was counted once.", f"row {record.number:,}"
        )
        return False
    seen.add(name)
    return True


def _add(record: Record, figures: Figures, context: Context) -> None:
    in_year, in_month = _when(record, context)
    together = _persons(record, context)
    sexes = {
        "female": _part(record, "females", context),
        "male": _part(record, "males", context),
    }
    named = sum(sexes.values())
    if named > together:
        # Some editions count survivors here.
        context.notes.note(
            "sex-exceeds-total",
            "More women and men are named than dead and missing: kept without sex.",
            f"row {record.number:,}",
        )
        sexes, named = {}, 0
    sexes[flow.UNKNOWN] = together - named
    columns = {
        "reporting": _country(record, "incident_country", context),
        "place": _cell(record, context),
        "nationality": _country(record, "origin", context),
        "measure": _cause(record),
    }
    for sex, persons in sexes.items():
        if persons:
            # The year alone is the part that an edition replaces: the same incident stands under
            # another region in another edition, and would be counted in both.
            figures.add(month_start(in_year, in_month), str(in_year), persons, sex=sex, **columns)


def _when(record: Record, context: Context) -> tuple[int, int]:
    """The year and month of an incident: by its day, else by its year and reported month."""
    if not is_blank(record["date"]):
        found = day(record["date"])
        if found is None and not {"year", "month"} <= {n for n in ("year", "month") if n in record}:
            raise record.unknown("date", "a day such as “Thu, 01/02/2026 - 12:00” is expected.")
        if found is not None:
            if not 1990 <= found.year <= 2100:
                raise record.unknown("date", "the year cannot be right.")
            return _reported(record, found, context)
    in_year, in_month = year(record["year"]), month(record["month"])
    if in_year is None or in_month is None:
        raise Refusal(
            f"{record.where('date' if 'date' in record else 'year')}: the incident has no day that "
            "can be read; correct it, or remove the row."
        )
    return in_year, in_month


def _reported(record: Record, found: date, context: Context) -> tuple[int, int]:
    """The month of a day; a file saved by somebody else's program can have day and month changed.

    Then the row's own month is the day's number, and stands.
    """
    in_year, in_month = year(record["year"]), month(record["month"])
    if in_month is None or in_month == found.month:
        return found.year, found.month
    context.notes.note(
        "date-mismatch",
        "An incident's day is not in its reported month: where day and month are changed about, "
        "the reported month was taken, else the day's.",
        record.where("date"),
    )
    changed = in_month == found.day and in_year in {None, found.year}
    return found.year, in_month if changed else found.month


def _persons(record: Record, context: Context) -> int:
    """Dead and missing together, a blank being none known."""
    dead, missing = _part(record, "dead", context), _part(record, "missing", context)
    stated = record.count("together", negative=True) if "together" in record else None
    if stated is not None and stated > 0 and is_blank(record["dead"]) & is_blank(record["missing"]):
        return stated
    if stated is not None and stated >= 0 and stated != dead + missing:
        context.notes.note(
            "total-mismatch",
            "Dead and missing do not add up to the row's own total: their sum was taken.",
            f"row {record.number:,}",
        )
    return dead + missing


def _part(record: Record, name: str, context: Context) -> int:
    value = (record.count(name, negative=True) if name in record else None) or 0
    if value < 0:
        context.notes.note(
            "negative", "A negative number of persons was read as none known.", record.where(name)
        )
        return 0
    return value


def _country(record: Record, name: str, context: Context) -> str:
    if name not in record:
        return flow.ALL if name == "origin" else flow.UNKNOWN
    if is_blank(record[name]):
        return flow.UNKNOWN
    found = country(record[name])
    if found is None or (found == flow.STATELESS and name == "incident_country"):
        several = [country(part) for part in re.split(r"[,;/]| and ", record.text(name))]
        if len(several) > 1 and all(several):
            context.notes.note(
                "several-countries", "An incident names several countries: kept as “other”.",
                record.where(name),
            )  # fmt: skip
            return flow.OTHER
        context.notes.note(
            "unknown-country", "A country is not known: kept as “unknown”.",
            record.where(name),
        )  # fmt: skip
        return flow.UNKNOWN
    return found


def _cell(record: Record, context: Context) -> str:
    """The half-degree cell, `32.0,-112.5`, about 50 km wide; `all` where nothing is known."""
    if "coordinates" in record:
        text = record.text("coordinates")
        found = _PAIR.fullmatch(text)
        pair = found.groups() if found else None
        if found and text.upper().startswith("POINT"):
            pair = found[2], found[1]
    else:
        text = record.text("latitude") + record.text("longitude")
        pair = record.text("latitude"), record.text("longitude")
    if is_blank(text):
        return flow.ALL
    try:
        north, east = map(float, pair or ("", ""))
    except ValueError:
        north = east = 999.0
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        context.notes.note(
            "coordinates", "Coordinates that are none on Earth were left out.",
            f"row {record.number:,}",
        )  # fmt: skip
        return flow.ALL
    # Adding 0.0 turns a rounded -0.0 into 0.0, which would else be a cell of its own.
    return f"{round(north * 2) / 2 + 0.0:.1f},{round(east * 2) / 2 + 0.0:.1f}"


def _cause(record: Record) -> str:
    """The cause as a flow table's measure; an incident with several has no known main one."""
    words = "".join(each if each.isascii() and each.isalnum() else " " for each in
                    fold(record["cause"])).split()  # fmt: skip
    name = "-".join(words)[:80].strip("-") or flow.UNKNOWN
    return _CAUSES.get(fold(record["cause"]), name)
