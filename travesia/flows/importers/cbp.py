"""US Customs and Border Protection: nationwide encounters, by area and by state."""

import re

from travesia.flows import columns as flow
from travesia.flows.importers.context import Context
from travesia.flows.importers.names import country
from travesia.flows.importers.problems import Refusal
from travesia.flows.importers.reading import Figures, Reading, month_end, month_start
from travesia.flows.importers.sheet import Sheet
from travesia.flows.importers.tidy import Layout, Record, find, is_total, keys, records
from travesia.flows.importers.values import fold, is_blank, month

_COMMON = {
    "year": keys("Fiscal Year"),
    "month": keys("Month (abbv)", "Month"),
    "region": keys("Land Border Region"),
    "demographic": keys("Demographic"),
    "citizenship": keys("Citizenship"),
    "title": keys("Title of Authority"),
    "count": keys("Encounter Count"),
}
_KNOWN = frozenset(keys("Month Grouping", "Calendar Year", "AOR (Abbv)"))
# No other publisher has both of a pair. The columns that are needed and have changed are named.
_SIGNATURES = (frozenset({"year", "region"}), frozenset({"citizenship", "title"}))
_AREAS = Layout(
    "CBP's encounters by area of responsibility",
    {
        **_COMMON,
        "component": keys("Component"),
        "place": keys("Area of Responsibility"),
        "type": keys("Encounter Type"),
    },
    {},
    _KNOWN,
)
_STATES = Layout("CBP's encounters by state", {**_COMMON, "place": keys("State")}, {}, _KNOWN)

_REGIONS = {"northern land border": "Northern Land Border",
            "southwest land border": "Southwest Land Border", "other": "Other"}  # fmt: skip
_COMPONENTS = {"office of field operations": "us-field-operations",
               "u.s. border patrol": "us-border-patrol",
               "us border patrol": "us-border-patrol"}  # fmt: skip
# CBP's labels drifted: UC / Single Minors until fiscal year 2021, UAC in later releases.
_PEOPLE = {
    "accompanied minors": ("0-17", "accompanied"),
    "fmua": ("all", "family-unit"),
    "individuals in a family unit": ("all", "family-unit"),
    "single adults": ("18+", "single-adult"),
    "uc / single minors": ("0-17", "unaccompanied"),
    "uac": ("0-17", "unaccompanied"),
    "uc": ("0-17", "unaccompanied"),
    "unaccompanied alien children": ("0-17", "unaccompanied"),
    "unaccompanied children": ("0-17", "unaccompanied"),
}
_TITLES = {"title 8": "title-8", "title 42": "title-42"}
_TYPES = {"apprehensions", "inadmissibles", "expulsions"}
_STATE_CODES = re.compile(
    "A[KLRSZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOPST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|"
    "S[CD]|T[NX]|UT|V[AIT]|W[AIVY]"
)
_AREA = re.compile(r"[A-Za-z][A-Za-z .,'()-]* (Sector|Field Office)")
_REMEDY = "CBP may have changed its labels: report it, so that the importer learns it."


def read_areas(sheet: Sheet, context: Context) -> Reading | None:
    """The encounters of a release by area of responsibility; `None` if the sheet is another."""
    return _read(sheet, context, _AREAS, "cbp-aor", ("component", "type"))


def read_states(sheet: Sheet, context: Context) -> Reading | None:
    """The encounters of a release by state; `None` if the sheet is another."""
    return _read(sheet, context, _STATES, "cbp-state", ("place", "region"))


def _read(
    sheet: Sheet, context: Context, layout: Layout, name: str, own: tuple[str, ...]
) -> Reading | None:
    header = find(sheet, layout, *(pair | {each} for pair in _SIGNATURES for each in own))
    if header is None:
        return None
    figures = Figures(
        {
            "series": f"imported-{name}-encounters",
            "source": "cbp-nationwide-encounters",
            "reporting": "USA",
            "destination": "USA",
            "counts": "encounters",
            "frequency": "month",
        }
    )
    rows = total = 0
    published: int | None = None
    running: set[str] = set()
    seen: set[int] = set()
    repeated: list[int] = []
    for record in records(sheet, header, context.notes):
        value = record.count("count")
        if is_total(record, "year", "region", "demographic", "citizenship"):
            published = value
            continue
        fiscal, is_running = _fiscal_year(record)
        if is_running:
            running.add(str(fiscal))
        if value is None:
            context.notes.note(
                "missing-count", "A row without a count was left out; it is no zero.",
                record.where("count"),
            )  # fmt: skip
            continue
        rows, total = rows + 1, total + value
        row = hash(tuple(record.text(name) for name in record))
        if row in seen:
            repeated.append(record.number)
        seen.add(row)
        number = month(record["month"])
        if number is None:
            raise record.unknown("month", "three letters such as OCT are expected.")
        age, accompaniment = _people(record)
        figures.add(
            month_start(fiscal - 1 if number >= 10 else fiscal, number),
            str(fiscal),
            value,
            place=_place(record),
            authority=_word(record, "component", _COMPONENTS) if "component" in record else "all",
            nationality=_nationality(record),
            age=age,
            accompaniment=accompaniment,
            measure=_measure(record),
        )
    if not rows:
        raise Refusal(f"{sheet.name} has the header of {layout.format} and no figures below it.")
    _note_repeated(repeated, context)
    if published is not None and published != total:
        context.notes.note(
            "total-mismatch",
            f"The total row says {published:,}, the rows add up to {total:,}.",
        )
    last = figures.last_period
    return context.reading(
        sheet, figures, format=name, title=layout.format, rows=rows, ended=month_end(last),
        preliminary=frozenset(running | _unfinished(figures)),
    )  # fmt: skip


def _note_repeated(repeated: list[int], context: Context) -> None:
    """Say how many rows stand twice; their figures are added up like all others.

    UNHCR's rows have a key. CBP's are sums, and it says nowhere that its columns tell them apart:
    two parts of one figure can have the same count, and no encounter may be lost.
    """
    if repeated:
        context.notes.note(
            "duplicate",
            f"Rows that repeat an earlier row in every column: {len(repeated):,}. Each was "
            "counted, as CBP's rows can be parts of one figure; if parts of the file were joined "
            "by hand, download it again.",
            f"row {repeated[0]:,}",
        )


def _fiscal_year(record: Record) -> tuple[int, bool]:
    """The US fiscal year, and whether the row says that it still runs (`2024 (FYTD)`)."""
    found = re.fullmatch(r"(?:FY ?)?(\d{4})(?:\.0)?( ?\(?FYTD\)?)?", record.text("year"))
    if not found or not 2000 <= int(found[1]) <= 2100:
        raise record.unknown("year", "a fiscal year such as 2024 or “2024 (FYTD)” is expected.")
    return int(found[1]), bool(found[2])


def _unfinished(figures: Figures) -> set[str]:
    """The last fiscal year, where its last month, September, is not there yet."""
    last = figures.last_period
    in_year, number = int(last[:4]), int(last[5:7])
    return set() if number == 9 else {str(in_year + 1 if number >= 10 else in_year)}


def _word(record: Record, name: str, words: dict[str, str]) -> str:
    word = words.get(fold(record[name]))
    if word is None:
        raise record.unknown(name, _REMEDY)
    return word


def _people(record: Record) -> tuple[str, str]:
    people = _PEOPLE.get(fold(record["demographic"]))
    if people is None:
        raise record.unknown("demographic", _REMEDY)
    return people


def _place(record: Record) -> str:
    """The section of the border: an office has encounters in more than one region."""
    region = _word(record, "region", _REGIONS)
    if "component" in record:
        area = record.text("place")
        # Offices are named like “El Paso Sector” or “El Paso Field Office”; nothing else may pass.
        if not _AREA.fullmatch(area) or len(area) > 60:
            raise record.unknown("place", "a sector or a field office is expected.")
        return f"{region}: {area}"
    code = record.text("place").upper()
    if not _STATE_CODES.fullmatch(code):
        raise record.unknown("place", "the two letters of a state are expected.")
    return f"{region}: US-{code}"


def _nationality(record: Record) -> str:
    if is_blank(record["citizenship"]):
        return flow.UNKNOWN
    found = country(record["citizenship"])
    if found is None:
        raise record.unknown("citizenship", _REMEDY)
    return found


def _measure(record: Record) -> str:
    title = _word(record, "title", _TITLES)
    if "type" not in record:
        return title
    kind = fold(record["type"])
    if kind not in _TYPES:
        raise record.unknown("type", _REMEDY)
    return f"{title}-{kind}"
