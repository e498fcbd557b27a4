"""UNHCR's Refugee Data Finder: applications, decisions and populations, from the API or as files.

Three spellings of one table: the API's (`coo_iso`), the web download's (`Country of origin (ISO)`,
in a zip, under a dozen lines about the query), and HDX's (with a row of HXL tags).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from travesia.flows.importers.context import Context
from travesia.flows.importers.hxl import has_tags
from travesia.flows.importers.names import code
from travesia.flows.importers.problems import Refusal
from travesia.flows.importers.reading import Figures, Reading
from travesia.flows.importers.sheet import Sheet
from travesia.flows.importers.tidy import Header, Layout, Record, find, is_total, keys, records
from travesia.flows.importers.values import fold, is_blank, year

_ORIGIN = keys("coo_iso", "Country of origin (ISO)", "Country of Origin Code", "ISO3 origin")
_ASYLUM = keys("coa_iso", "Country of asylum (ISO)", "Country of Asylum Code", "ISO3 asylum")
_COMMON = {"year": keys("year"), "origin": _ORIGIN, "asylum": _ASYLUM}
_NAMES = {
    "origin_name": keys("coo_name", "Country of origin", "Country of Origin Name"),
    "asylum_name": keys("coa_name", "Country of asylum", "Country of Asylum Name"),
}
_DETAILS = {
    **_NAMES,
    "procedure": keys("procedure_type", "Authority", "Procedure type"),
    "stage": keys("dec_level", "Stage of procedure", "Decision level"),
}
_APPLICATIONS = Layout(
    "UNHCR's asylum applications",
    {**_COMMON, "value": keys("applied", "Applications", "Asylum applications")},
    {
        **_DETAILS,
        "kind": keys("app_type", "Application type"),
        "persons": keys("app_pc", "Cases / Persons", "Cases or persons"),
    },
)
_DECISIONS = Layout(
    "UNHCR's asylum decisions",
    {
        **_COMMON,
        "recognised": keys("dec_recognized", "Recognized decisions", "Recognised decisions"),
        "other-protection": keys("dec_other", "Complementary protection", "Other decisions"),
        "rejected": keys("dec_rejected", "Rejected decisions"),
        "closed": keys("dec_closed", "Otherwise closed"),
    },
    {
        **_DETAILS,
        "total": keys("dec_total", "Total decisions"),
        "persons": keys("dec_pc", "Cases / Persons", "Cases or persons"),
    },
)
_POPULATIONS = {
    "refugees": keys("refugees", "Refugees under UNHCR's mandate", "Refugees under UNHCR mandate"),
    "asylum-seekers": keys("asylum_seekers", "Asylum-seekers"),
    "returned-refugees": keys("returned_refugees", "Returned refugees"),
    "internally-displaced": keys(
        "idps", "IDPs of concern to UNHCR", "Internally displaced persons"
    ),
    "returned-internally-displaced": keys(
        "returned_idps", "Returned IDPs", "Returned IDPs of concern"
    ),
    "stateless-persons": keys("stateless", "Stateless persons"),
    "others-of-concern": keys("ooc", "Others of concern", "Others of concern to UNHCR"),
    "other-people-in-need": keys("oip", "Other people in need of international protection"),
    "host-community": keys("hst", "Host community"),
}
_POPULATION = Layout(
    "UNHCR's populations",
    {**_COMMON, **{name: _POPULATIONS[name] for name in ("refugees", "asylum-seekers")}},
    {**_NAMES, **dict(list(_POPULATIONS.items())[2:])},
)

_KINDS = {"n": "new", "r": "repeat", "a": "appeal", "v": "various", "j": "reopened",
          "new": "new", "repeat": "repeat", "appeal": "appeal", "various": "various",
          "": "all", "nr": "new-and-repeat", "na": "new-and-appeal",
          "fa": "first-instance", "ra": "repeat-and-appeal"}  # fmt: skip
_PROCEDURES = {"g": "government", "u": "unhcr", "j": "joint",
               "government": "government", "unhcr": "unhcr", "joint": "joint",
               "": "all"}  # fmt: skip


@dataclass
class _Table:
    """A table of UNHCR's that is being read."""

    sheet: Sheet
    layout: Layout
    context: Context
    figures: Figures
    cases: Figures
    rows: int = 0
    rows_of_cases: int = 0


def read_applications(sheet: Sheet, context: Context) -> tuple[Reading, ...] | None:
    """The applications of a table; `None` if the sheet is another."""
    header = _find(sheet, _APPLICATIONS, "value", "kind")
    if header is None:
        return None
    table = _table(sheet, _APPLICATIONS, context, "applications")
    for record in _records(table, header):
        kind = _KINDS.get(fold(record["kind"]))
        if kind is None:
            raise record.unknown("kind", "N, R, A or V are expected.")
        _add(table, record, "value", kind)
    return _reading(table, "unhcr-asylum-applications")


def read_decisions(sheet: Sheet, context: Context) -> tuple[Reading, ...] | None:
    """The decisions of a table; `None` if the sheet is another."""
    header = _find(sheet, _DECISIONS, "recognised", "rejected")
    if header is None:
        return None
    table = _table(sheet, _DECISIONS, context, "decisions")
    for record in _records(table, header):
        parts = [
            _add(table, record, name, name)
            for name in ("recognised", "other-protection", "rejected", "closed")
        ]
        total = record.count("total") if "total" in record else None
        if total is not None and total != sum(part or 0 for part in parts):
            context.notes.note(
                "total-mismatch", "The kinds of decision do not add up to the row's own total.",
                record.where("total"),
            )  # fmt: skip
    return _reading(table, "unhcr-asylum-decisions")


def read_population(sheet: Sheet, context: Context) -> tuple[Reading, ...] | None:
    """The populations of a table, a stock at the end of each year; `None` if it is another."""
    header = _find(sheet, _POPULATION, "refugees", "asylum-seekers")
    if header is None:
        return None
    table = _table(sheet, _POPULATION, context, "persons")
    for record in _records(table, header):
        for name in _POPULATIONS:
            if name in record:
                _add(table, record, name, name)
    return _reading(table, "unhcr-population")


def _find(sheet: Sheet, layout: Layout, *own: str) -> Header | None:
    """The header, by the year or the asylum's code and a column that other tables do not have.

    A table with UNHCR's own codes alone is refused, not guessed.

    UNHCR's GUA, HON and CHI are Guatemala, Honduras and China; in ISO, CHI is nobody's and others
    are another country's.
    """
    signatures = [frozenset({common, each}) for common in ("year", "asylum") for each in own]
    if has_tags(sheet):
        # HDX has other tables with a column “Refugees”: what is not this one whole has its tags.
        signatures = [frozenset(layout.needed)]
    return find(sheet, layout, *signatures)


def _table(sheet: Sheet, layout: Layout, context: Context, counts: str) -> _Table:
    name = {"applications": "asylum-applications", "decisions": "asylum-decisions",
            "persons": "population"}[counts]  # fmt: skip
    common = {"source": "unhcr-refugee-data-finder", "frequency": "year"}
    persons = {"series": f"imported-unhcr-{name}", "counts": counts, **common}
    # A case can hold a whole family: cases never add to persons.
    cases = {"series": f"imported-unhcr-{name}-in-cases", "counts": "records", **common}
    return _Table(sheet, layout, context, Figures(persons), Figures(cases))


def _records(table: _Table, header: Header) -> Iterator[Record]:
    seen: set[tuple[str, ...]] = set()
    for record in records(table.sheet, header, table.context.notes):
        if is_total(record, "origin", "asylum") or _is_sum(record):
            table.context.notes.note(
                "total-row", "A total row was left out.", f"row {record.number:,}"
            )
            continue
        if record.whole in seen:
            # Pages that were joined by hand overlap.
            table.context.notes.note(
                "duplicate", "A row that stands twice was counted once.", f"row {record.number:,}"
            )
            continue
        seen.add(record.whole)
        if _is_case(record):
            table.rows_of_cases += 1
        else:
            table.rows += 1
        yield record


def _is_sum(record: Record) -> bool:
    """Whether a row names a total where others name a country; its codes are dashes then."""
    words = ("year", "origin_name", "asylum_name")
    return any(fold(record[name]) in {"total", "grand total"} for name in words)


def _is_case(record: Record) -> bool:
    """Whether a row counts cases instead of persons."""
    word = fold(record["persons"])[:1]
    if word not in {"", "p", "c"}:
        raise record.unknown("persons", "P for persons or C for cases is expected.")
    return word == "c"


def _add(table: _Table, record: Record, column: str, measure: str) -> int | None:
    """Add one column of a row; `None` where it is missing, which is no zero."""
    value = record.count(column)
    if value is None:
        return None
    in_year = year(record["year"])
    if in_year is None:
        raise record.unknown("year", "a year is expected.")
    origin, asylum = _code(record, "origin"), _code(record, "asylum")
    is_stock = table.figures.common["counts"] == "persons"
    figures = table.cases if _is_case(record) else table.figures
    if value == 5:
        table.context.notes.note(
            "rounded", "UNHCR shows counts under 5 as 5 or not at all: a 5 can stand for 1 to 5."
        )
    figures.add(
        f"{in_year}-01-01",
        f"{in_year} {asylum} {origin}",
        value,
        reporting=asylum,
        destination="all" if is_stock else asylum,
        nationality=origin,
        authority=_authority(record),
        measure=measure,
    )
    return value


def _code(record: Record, name: str) -> str:
    if is_blank(record[name]) or record.text(name) == "-":
        return "unknown"
    found = code(record[name])
    if found is None or (found == "stateless" and name == "asylum"):
        raise record.unknown(
            name, "an ISO code of three letters is expected (UNHCR's own codes are others)."
        )
    return found


def _authority(record: Record) -> str:
    procedure = _PROCEDURES.get(fold(record["procedure"]))
    if procedure is None:
        raise record.unknown("procedure", "G, U or J are expected.")
    stage = "".join(each if each.isascii() and each.isalnum() else " " for each in
                    fold(record["stage"])).split()  # fmt: skip
    return "-".join([procedure, *stage])[:60] if stage else procedure


def _reading(table: _Table, name: str) -> tuple[Reading, ...]:
    """The table in persons and, apart from it, the rows that count cases."""
    found = [
        (figures, rows, suffix, words)
        for figures, rows, suffix, words in (
            (table.figures, table.rows, "", ""),
            (table.cases, table.rows_of_cases, "-in-cases", ", in cases"),
        )
        if len(figures)
    ]
    if not found:
        raise Refusal(f"{table.sheet.name} has the header of {table.layout.format} and no figures.")
    if table.rows_of_cases:
        table.context.notes.note(
            "cases",
            f"{table.rows_of_cases:,} rows count cases, not persons: they are a series apart.",
        )
    return tuple(
        table.context.reading(
            table.sheet, figures, format=name + suffix, title=table.layout.format + words,
            rows=rows, ended=date(int(figures.last_period[:4]), 12, 31),
        )
        for figures, rows, suffix, words in found
    )  # fmt: skip
