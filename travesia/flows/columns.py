"""The canonical flow table: one row for each figure, whoever published it.

Rows of a series never overlap: adding them up never counts anything twice. A row that is not there
is not a zero; a zero is a row whose value is 0.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["date", "string", "integer", "boolean"]

ALL: Final = "all"
"""The series is not split by this column, or this row is the sum over it."""
OTHER: Final = "other"
"""Everything that has no row of its own: named so by the publisher, or too small to stand alone."""
UNKNOWN: Final = "unknown"
"""The publisher says that it is not known."""
STATELESS: Final = "stateless"
NO_COUNTRY: Final = (OTHER, UNKNOWN, ALL)
"""What stands in a column of countries where no country does."""

FREQUENCIES: Final = {
    "month": "`period` is the first day of the month",
    "year": "`period` is 1 January of the calendar year",
    "part-year": "`period` is 1 January; the figure covers the year until the series ends",
    "us-fiscal-year": "`period` is 1 October; fiscal year 2024 begins on 2023-10-01",
}
COUNTS: Final = {
    "events": "times that an authority detected people in an irregular situation",
    "encounters": "times that an authority met people at or between ports of entry",
    "transits": "passages through a place of transit",
    "entries": "irregular entries into a country",
    "applications": "persons who applied for asylum",
    "decisions": "persons whose application for asylum was decided or closed",
    "returns": "returns and deportations; one person returned twice is two",
    "deaths": "persons dead or missing, a minimum",
    "persons": "persons who live in a country or are registered in it, on a day",
    "records": "records or cases; one can stand for several persons, or be made up",
}
"""What a value can count. Only applications, decisions, deaths and persons are persons."""

SEXES: Final = ("female", "male", "other", UNKNOWN, ALL)
AGES: Final = r"^(\d{1,2}-\d{1,2}|\d{1,2}\+|unknown|all)$"
"""An age group in full years, both ends included: `0-11`, `12-17`, `0-17`, `18+`."""
ACCOMPANIMENTS: Final = {
    "accompanied": "a child with a parent or another responsible adult",
    "unaccompanied": "a child without one",
    "family-unit": "a member, of any age, of a family group that was counted together",
    "single-adult": "an adult who is not counted in a family group",
    UNKNOWN: "the publisher says that it is not known",
    ALL: "not split by accompaniment",
}
STATUSES: Final = ("final", "preliminary")
SYNTHETIC_STATUS: Final = "synthetic"
"""The status of generated records, which are nobody's and no publisher's."""

SLUG: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
VINTAGE: Final = r"^\d{4}(-\d{2}(-\d{2})?)?$"


@dataclass(frozen=True)
class Column:
    """A column of the table: its type, what it means and, where it measures, its unit."""

    name: str
    kind: Kind
    title: str
    meaning: str
    unit: str = ""
    missing: bool = False
    """Whether a cell may be empty."""


COLUMNS: Final = (
    Column("series", "string", "Series", "Id of the series in the catalogue."),
    Column("period", "date", "Reference period", "First day of the period counted.", "day"),
    Column(
        "frequency",
        "string",
        "Length of the period",
        "`month`, `year`, `part-year` or `us-fiscal-year`.",
    ),
    Column(
        "reporting",
        "string",
        "Reporting country",
        "Country that counted, or in which it was counted: ISO 3166-1 alpha-3.",
    ),
    Column(
        "place",
        "string",
        "Place or border section",
        "State (ISO 3166-2, such as `MX-CHP`) or border section as its publisher names it; never "
        "a town, a shelter or a crossing point. `all` where the figure is for the whole country.",
    ),
    Column(
        "authority",
        "string",
        "Authority",
        "Office that counted or decided, where the publisher splits by it.",
    ),
    Column(
        "nationality",
        "string",
        "Nationality",
        "ISO 3166-1 alpha-3 (and XKX), `stateless`, `unknown`, `other`, `all`.",
    ),
    Column("origin", "string", "Origin", "Country set out from, where known; else `all`."),
    Column("transit", "string", "Transit", "Country passed through, where known; else `all`."),
    Column(
        "destination", "string", "Destination", "Country of destination, where known; else `all`."
    ),
    Column("sex", "string", "Sex", "`female`, `male`, `other`, `unknown`, `all`."),
    Column(
        "age",
        "string",
        "Age group",
        "Both ends included: `0-11`, `12-17`, `0-17`, `18+`; `unknown`, `all`.",
        "full years",
    ),
    Column(
        "accompaniment",
        "string",
        "Accompaniment",
        "`accompanied`, `unaccompanied`, `family-unit`, `single-adult`, `unknown`, `all`.",
    ),
    Column(
        "counts",
        "string",
        "What is counted",
        "`events`, `encounters`, `transits`, `entries`, `applications`, `decisions`, `returns`, "
        "`deaths`, `persons` or `records`. Values with different words here are never added or "
        "compared.",
    ),
    Column(
        "measure",
        "string",
        "Measure",
        "Kind of what is counted, as its publisher divides it (`deportation`, `recognised`, "
        "`drowning`); `all` where it does not.",
    ),
    Column(
        "value",
        "integer",
        "Value",
        "How many; empty where the cell is suppressed.",
        "as `counts` says",
        missing=True,
    ),
    Column(
        "suppressed",
        "boolean",
        "Suppressed",
        "True where a small cell, or one that would give it away, is not shown.",
    ),
    Column("status", "string", "Status", "`final` or `preliminary`; `synthetic` if generated."),
    Column(
        "vintage",
        "string",
        "Vintage",
        "Year, month or day of the edition that the figure is from; a newer one replaces it.",
    ),
    Column("source", "string", "Source", "Id of the publication in the catalogue."),
)
NAMES: Final = tuple(column.name for column in COLUMNS)
KEY: Final = NAMES[: NAMES.index("value")]
"""What identifies a figure: everything but its value, and which edition says so."""


def arrow_schema() -> "pa.Schema":
    """The table's schema in Arrow, each column with its meaning and its unit in the metadata."""
    import pyarrow as pa  # noqa: PLC0415 - whoever only wants the words waits for no engine

    kinds = {
        "date": pa.date32(),
        "string": pa.string(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
    }
    return pa.schema(
        [
            pa.field(
                column.name,
                kinds[column.kind],
                nullable=column.missing,
                metadata={"meaning": column.meaning, "unit": column.unit},
            )
            for column in COLUMNS
        ]
    )


def table_schema() -> dict[str, object]:
    """The table's schema as a Frictionless Table Schema, for the data package."""
    return {
        "fields": [
            {
                "name": column.name,
                "type": column.kind,
                "title": column.title,
                "description": column.meaning,
                **({"unit": column.unit} if column.unit else {}),
                **({} if column.missing else {"constraints": {"required": True}}),
            }
            for column in COLUMNS
        ],
        "primaryKey": [*KEY, "vintage"],
    }
