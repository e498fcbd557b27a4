"""Tables of the Humanitarian Data Exchange whose second header says with HXL tags what is what.

Read are yearly counts of persons by country of origin and of asylum, one column a population group.
"""

from datetime import date

from travesia.flows import columns as flow
from travesia.flows.importers.context import Context
from travesia.flows.importers.problems import Refusal
from travesia.flows.importers.reading import Figures, Reading
from travesia.flows.importers.sheet import Row, Sheet, column
from travesia.flows.importers.tidy import Header, Record, records
from travesia.flows.importers.values import Cell, day, fold, shown, squeeze, year

_TITLE = "a table with HXL tags"
# A tag is a word and attributes in any order: #country+code+origin is #country +origin +code.
_GROUPS = {"refugees": "refugees", "asylum": "asylum-seekers", "asylum_seekers": "asylum-seekers",
           "idps": "internally-displaced", "returned_refugees": "returned-refugees",
           "returned_idps": "returned-internally-displaced", "stateless": "stateless-persons",
           "others_of_concern": "others-of-concern", "ooc": "others-of-concern",
           "oip": "other-people-in-need", "returnees": "returned-refugees"}  # fmt: skip
_SEXES = {"f": "female", "m": "male"}


def read(sheet: Sheet, context: Context) -> Reading | None:
    """The persons of a table with tags; `None` if it has none."""
    top = sheet.top()
    tagged = next((at for at, (_, cells) in enumerate(top) if _are_tags(cells)), None)
    if tagged is None:
        return None
    columns = _columns(sheet, top[tagged])
    header = _header(top, tagged, columns)
    figures = Figures(
        {
            "series": "imported-hxl-persons",
            "source": "hdx",
            "counts": "persons",
            "frequency": "year",
        }
    )
    values = [name for name in columns if name.startswith("value ")]
    rows = 0
    seen: set[tuple[str, ...]] = set()
    for record in records(sheet, header, context.notes):
        if record.whole in seen:
            context.notes.note(
                "duplicate", "A row that stands twice was counted once.", f"row {record.number:,}"
            )
            continue
        seen.add(record.whole)
        rows += 1
        _add(record, figures, values, context)
    context.notes.note("hxl-tags", "The columns were recognised by their HXL tags.")
    if not len(figures):
        raise Refusal(f"{sheet.name} has HXL tags and no figures below them.")
    return context.reading(
        sheet, figures, format="hxl", title=_TITLE, rows=rows,
        ended=date(int(figures.last_period[:4]), 12, 31),
    )  # fmt: skip


def has_tags(sheet: Sheet) -> bool:
    """Whether a row of tags stands under the header."""
    return any(_are_tags(cells) for _, cells in sheet.top())


def _are_tags(cells: list[Cell]) -> bool:
    filled = [squeeze(cell) for cell in cells if squeeze(cell)]
    return len(filled) > 1 and all(text.startswith("#") for text in filled)


def _columns(sheet: Sheet, row: Row) -> dict[str, int]:
    """The columns by what their tags say.

    Raises:
        Refusal: a column that is needed is not tagged, or two are tagged alike.
    """
    number, cells = row
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        name = _meaning(fold(cell).replace(" ", ""))
        if name and name in found:
            raise Refusal(
                f"{sheet.name}, row {number}: the columns {column(found[name])} and {column(at)} "
                f"have the same meaning ({shown(cell)}); remove one."
            )
        if name:
            found[name] = at
    for name, tag in (("origin", "#country+origin+code"), ("asylum", "#country+asylum+code")):
        if name not in found:
            raise Refusal(
                f"{sheet.name}, row {number}: no column is tagged {tag}; only tables of persons by "
                "country of origin and of asylum are read."
            )
    if not {"year", "date"} & found.keys():
        raise Refusal(f"{sheet.name}, row {number}: no column is tagged #date+year.")
    if not any(name.startswith("value ") for name in found):
        raise Refusal(
            f"{sheet.name}, row {number}: no column is tagged #affected+refugees or another group "
            "of persons."
        )
    return found


def _meaning(tag: str) -> str:
    word, *attributes = tag.split("+")
    has = set(attributes)
    if word == "#date" and "year" in has:
        return "year"
    if word == "#date" and "start" in has:
        return "date"
    if word == "#country" and "code" in has and not {"iso2", "unhcr"} & has:
        if "origin" in has:
            return "origin"
        return "asylum" if {"asylum", "dest", "destination", "residing"} & has else ""
    if word in {"#affected", "#population"}:
        group = next((_GROUPS[each] for each in attributes if each in _GROUPS), "")
        sex = next((_SEXES[each] for each in attributes if each in _SEXES), flow.ALL)
        return f"value {group} {sex}" if group else ""
    return ""


def _header(top: list[Row], tagged: int, columns: dict[str, int]) -> Header:
    """The header with the names above the tags, by which a person finds a column."""
    number, tags = top[tagged]
    names = top[tagged - 1][1] if tagged else tags
    width = max(len(tags), len(names))
    cells = [
        squeeze(names[at])[:60] if at < len(names) and squeeze(names[at]) else column(at)
        for at in range(width)
    ]
    return Header(number, columns, cells)


def _add(record: Record, figures: Figures, values: list[str], context: Context) -> None:
    in_year = _year(record)
    origin, asylum = record.country("origin"), record.country("asylum", stateless=False)
    by_group: dict[str, set[str]] = {}
    for name in values:
        group, sex = name.split()[1:]
        by_group.setdefault(group, set()).add(sex)
    for name in values:
        group, sex = name.split()[1:]
        if sex != flow.ALL and flow.ALL in by_group[group]:
            context.notes.note("sexes", "Columns by sex beside their sum were left out.")
            continue
        value = record.count(name)
        if value is not None:
            figures.add(f"{in_year}-01-01", f"{in_year} {asylum} {origin}", value,
                        reporting=asylum, nationality=origin, measure=group, sex=sex)  # fmt: skip


def _year(record: Record) -> int:
    if "year" in record:
        found = year(record["year"])
    else:
        start = day(record["date"])
        found = start.year if start else None
    if found is None:
        raise record.unknown("year" if "year" in record else "date", "a year is expected.")
    return found
