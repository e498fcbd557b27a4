"""CTDC's Global Synthetic Dataset on victims of trafficking: records added up, none kept.

A record is made, not a person; an empty cell is suppressed or unknown, never “no”; how many there
are follows where CTDC's partners work, not how often the crime happens.
"""

from datetime import date

from travesia.flows import columns as flow
from travesia.flows.importers.context import Context
from travesia.flows.importers.names import code
from travesia.flows.importers.problems import Refusal
from travesia.flows.importers.reading import Figures, Reading
from travesia.flows.importers.sheet import Sheet
from travesia.flows.importers.tidy import Layout, Record, find, keys, records
from travesia.flows.importers.values import fold, is_blank, squeeze, year

_LAYOUT = Layout(
    "CTDC's Global Synthetic Dataset",
    {
        "year": keys("yearOfRegistration"),
        "gender": keys("gender"),
        "age": keys("ageBroad"),
        "citizenship": keys("citizenship"),
        "exploitation": keys("CountryOfExploitation"),
        "labour": keys("isForcedLabour"),
        "sexual": keys("isSexualExploit"),
        "other": keys("isOtherExploit"),
    },
    {},
)
_SIGNATURES = (
    frozenset({"year", "age", "labour"}),
    frozenset({"year", "age", "sexual"}),
    frozenset({"age", "labour", "sexual"}),
    frozenset({"year", "labour", "sexual"}),
)
_SEXES = {"woman": "female", "female": "female", "man": "male", "male": "male",
          "trans/transgender/nonconforming": "other", "transgender/nonconforming": "other",
          "transgender": "other", "other": "other"}  # fmt: skip
_AGES = {f"{low}--{high}": f"{low}-{high}" for low, high in
         ((0, 8), (9, 17), (18, 20), (21, 23), (24, 26), (27, 29), (30, 38), (39, 47))}  # fmt: skip
_AGES |= {"09--17": "9-17", "48+": "48+"}
_NOTHING = {"-99", "-99.0", "unknown", "not specified"}


def read(sheet: Sheet, context: Context) -> Reading | None:
    """How many records there are by year, country, citizenship, gender, age and form; or `None`."""
    header = find(sheet, _LAYOUT, *_SIGNATURES)
    if header is None:
        return None
    figures = Figures(
        {
            "series": "imported-ctdc-records",
            "source": "ctdc-global-synthetic-dataset",
            "counts": "records",
            "frequency": "year",
        }
    )
    rows = without_year = 0
    for record in records(sheet, header, context.notes):
        in_year = None if _is_nothing(record, "year") else year(record["year"])
        if in_year is None:
            if not _is_nothing(record, "year"):
                raise record.unknown("year", "a year is expected.")
            without_year += 1
            continue
        rows += 1
        figures.add(
            f"{in_year}-01-01",
            "all",
            1,
            reporting=_country(record, "exploitation"),
            nationality=_country(record, "citizenship"),
            sex=_word(record, "gender", _SEXES),
            age=_word(record, "age", _AGES),
            measure=_form(record),
        )
    if not rows:
        raise Refusal(f"{sheet.name} has the header of {_LAYOUT.format} and no records below it.")
    if without_year:
        context.notes.note(
            "suppressed-year", f"{without_year:,} records without a year (suppressed) are left out."
        )
    context.notes.note(
        "records",
        "The records are synthetic and no persons; an empty cell is suppressed or unknown, never "
        "“no”; where there are more of them, partners work, and no prevalence is measured.",
    )
    return context.reading(
        sheet, figures, format="ctdc", title=_LAYOUT.format, rows=rows,
        ended=date(int(figures.last_period[:4]), 12, 31),
    )  # fmt: skip


def _is_nothing(record: Record, name: str) -> bool:
    return is_blank(record[name]) or squeeze(record[name]).casefold() in _NOTHING


def _country(record: Record, name: str) -> str:
    """A country; `unknown` where it is suppressed."""
    if _is_nothing(record, name):
        return flow.UNKNOWN
    found = code(record[name])
    if found is None or (found == flow.STATELESS and name == "exploitation"):
        raise record.unknown(name, "an ISO code of three letters is expected.")
    return found


def _word(record: Record, name: str, words: dict[str, str]) -> str:
    if _is_nothing(record, name):
        return flow.UNKNOWN
    word = words.get(fold(record[name]).replace(" ", ""))
    if word is None:
        raise record.unknown(name, "the dataset's own groups are expected.")
    return word


def _form(record: Record) -> str:
    """The form of exploitation: one of three, several, or not stated; only a 1 says anything."""
    forms = {
        "labour": "forced-labour",
        "sexual": "sexual-exploitation",
        "other": "other-exploitation",
    }
    stated = [forms[name] for name in forms if _flag(record, name)]
    if len(stated) > 1:
        return "several-forms"
    return stated[0] if stated else "not-stated"


def _flag(record: Record, name: str) -> bool:
    if _is_nothing(record, name):
        return False
    if squeeze(record[name]) in {"1", "1.0"}:
        return True
    if squeeze(record[name]) in {"0", "0.0"}:
        return False
    raise record.unknown(name, "1, 0 or nothing is expected.")
