"""Giving figures away: a file that carries what it counts, its source, its day and its caveats."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from travesia.flows.columns import KEY
from travesia.flows.disclosure import SMALLEST_CELL
from travesia.flows.frame import counted
from travesia.flows.lag import LEAST_MONTHS, last_month_shown
from travesia.flows.package import Series, describe
from travesia.flows.suppression import suppress_small
from travesia.language import current_language, translator

FORMATS = {".csv", ".parquet", ".json"}
_OF_TIME = {"year", "month", "months", "months_before"}
_FORMULA = ("=", "+", "@", "\t", "\r")
"""What a spreadsheet program takes a text that begins so for; no word of a flow table does."""


class ExportError(ValueError):
    """The figures cannot be exported as asked; the sentence says why, and what to do."""


@dataclass(frozen=True)
class Exported:
    """What an export wrote, and how many cells it emptied."""

    path: Path
    rows: int
    suppressed: int
    note: str
    """What the file says of itself: source, what is counted, day, caveats, suppression."""

    def __str__(self) -> str:
        _ = translator()
        said = (
            _("{path}: {rows} rows, {hidden} of them emptied to protect small cells.")
            if self.suppressed
            else _("{path}: {rows} rows.")
        )
        return said.format(path=self.path, rows=self.rows, hidden=self.suppressed)


def export(
    table: pd.DataFrame | pd.Series,
    path: str | Path,
    *,
    series: str | Sequence[str] = (),
    value: str = "value",
    keys: Sequence[str] = (),
    threshold: int = SMALLEST_CELL,
    on: date | None = None,
    only: str = "",
) -> Exported:
    """Writes figures to a CSV, Parquet or JSON file that says where they are from.

    Cells from 1 to 4 are emptied, and with them as many others as it takes that no total of the
    table gives them back; the file says how many. Where cells are emptied, other columns of numbers
    (shares, changes) are left out, because they could give them back too. A CSV has its notes in
    lines that start with `#` (pandas: `comment="#"`), Parquet in its metadata, JSON under `about`.

    Args:
        table: the figures, a row for each; a result of `groupby` may be as it comes, its keys in
            the index.
        path: the file to write; its ending says in which format.
        series: ids of the series they are from; not needed while the table remembers them.
        value: the column with the counts.
        keys: the columns that identify a row; by default every other column that is no number.
        threshold: counts from 1 to one less than this are emptied; 5 or more.
        on: the day of the export; today by default.
        only: what of the series the figures are, in words, where no column says so (`women`).

    Returns:
        What was written; printing it says so in a sentence.

    Raises:
        ExportError: the ending is none of the three, the file cannot be written, there is no such
            column or it holds no counts, the table does not say which series it is from, or a row
            stands twice.
    """
    target = Path(path)
    if target.suffix.lower() not in FORMATS:
        raise ExportError(f"'{target.name}' must end in .csv, .parquet or .json.")
    marks = counted(table)
    plain = pd.DataFrame(table).reset_index() if _has_names(table) else pd.DataFrame(table).copy()
    if value not in plain:
        raise ExportError(f"There is no column '{value}' to export: name it with value=….")
    if threshold < SMALLEST_CELL:
        raise ExportError(
            f"threshold={threshold}: counts below {SMALLEST_CELL} are never exported."
        )
    about = [describe(id_) for id_ in _ids(plain, series, marks)]
    chosen = _keys(plain, value, keys)
    plain[value] = _counts(plain[value], value)
    hide = suppress_small(plain, value=value, keys=chosen, threshold=threshold)
    telling = _telling(plain, [value, *chosen], threshold, hidden=bool(hide.any()))
    plain = plain.drop(columns=telling)
    plain[value] = plain[value].mask(hide)
    plain["suppressed"] = hide
    note = _note(about, int(hide.sum()), threshold, on or date.today())  # noqa: DTZ011 - a local day
    _ = translator()
    if only:
        note.insert(1, _("Of the series only: {chosen}.").format(chosen=only))
    if telling:
        left_out = _("Left out, because they could give small cells back: {columns}.")
        note.append(left_out.format(columns=", ".join(telling)))
    try:
        _write(plain, target, note, about)
    except OSError as error:
        raise ExportError(f"{target} cannot be written: {error.strerror}.") from error
    done = Exported(target, len(plain), int(hide.sum()), "\n".join(note))
    print(done)
    return done


def _has_names(table: pd.DataFrame | pd.Series) -> bool:
    return any(name is not None for name in table.index.names)


def _ids(plain: pd.DataFrame, series: str | Sequence[str], marks: object) -> list[str]:
    given = [series] if isinstance(series, str) else list(series)
    if not given and isinstance(marks, frozenset):
        given = sorted({mark.series for mark in marks})
    if not given and "series" in plain:
        given = sorted(plain["series"].unique())
    if not given:
        raise ExportError(
            'The table does not say which series it is from: name it with series="mexico-events".'
        )
    return given


def _keys(plain: pd.DataFrame, value: str, keys: Sequence[str]) -> list[str]:
    if set(KEY) <= set(plain.columns):
        chosen = list(keys) or [*KEY, "vintage"]
    else:
        numbers = set(plain.select_dtypes("number").columns)
        years = {"year", "month"}
        chosen = list(keys) or [
            name for name in plain if name != value and (name not in numbers or name in years)
        ]
    missing = [name for name in chosen if name not in plain]
    if missing:
        raise ExportError(f"There is no column '{missing[0]}' in the table.")
    if chosen and plain.duplicated(chosen).any():
        raise ExportError(
            f"Rows stand twice for the same {', '.join(chosen)}: name all that tells rows apart "
            "with keys=[…]."
        )
    return chosen


def _counts(column: pd.Series, name: str) -> pd.Series:
    """The counts as whole numbers, a missing one staying missing."""
    try:
        whole = pd.to_numeric(column).astype("Int64")
    except (TypeError, ValueError) as error:
        raise ExportError(
            f"'{name}' holds something else than whole numbers: a share or a rate goes beside its "
            "count, which value=… names."
        ) from error
    if (whole < 0).any():
        raise ExportError(f"'{name}' holds numbers below zero, which are no counts.")
    return whole


def _telling(
    plain: pd.DataFrame, kept: Sequence[str], threshold: int, *, hidden: bool
) -> list[str]:
    """Further numbers that could give a small cell back: shares, changes, other counts.

    They stay where no cell is emptied and none of them is small itself.
    """
    numbers = [
        name for name in plain.select_dtypes("number") if name not in kept and name not in _OF_TIME
    ]
    small = any(
        (plain[name] % 1 == 0).where(plain[name].notna(), other=True).all()
        and ((plain[name] > 0) & (plain[name] < threshold)).any()
        for name in numbers
    )
    return numbers if hidden or small else []


def _note(about: list[Series], hidden: int, threshold: int, on: date) -> list[str]:
    language = current_language()
    _ = translator(language)
    lines = [_("Exported on {day} with Travesía.").format(day=on.isoformat())]
    for each in (series.told(language) for series in about):
        lines += [
            f"{each.title}. {each.unit}",
            _("Source: {source} Licence: {licence}.").format(
                source=each.citation_in(language), licence=each.licence
            ),
            _("Ends: {ends}").format(ends=each.ends),
            *(_("Mind: {caveat}").format(caveat=caveat) for caveat in each.caveats),
            _("Small cells in the source: {suppression}").format(suppression=each.suppression),
        ]
        shown = f"{last_month_shown(today=on):%Y-%m}"
        if each.end > shown:
            lines.append(
                _(
                    "Not for the public before it is {months} months old: what is shown there ends "
                    "with {shown}, and these figures may go on to {end}."
                ).format(months=LEAST_MONTHS, shown=shown, end=each.end)
            )
    if len({each.counts for each in about}) > 1:
        lines.append(
            _("The series count different things: do not add them up or compare their totals.")
        )
    lines.append(
        _(
            "Small cells here: counts from 1 to {most} are empty, with others that would give them "
            "away: {hidden} cells. An empty cell is not a zero."
        ).format(most=threshold - 1, hidden=hidden)
    )
    return lines


def _no_formula(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _write(plain: pd.DataFrame, target: Path, note: list[str], about: list[Series]) -> None:
    kind = target.suffix.lower()
    if kind == ".csv":
        comment = "".join(f"# {line}\n" for line in note)
        words = plain.select_dtypes(["object", "str"]).columns
        safe = plain.assign(**{name: plain[name].map(_no_formula) for name in words})
        target.write_text(comment + safe.to_csv(index=False), encoding="utf-8")
        return
    described = {
        "note": note,
        "series": [each.id for each in about],
        "citations": [each.citation for each in about],
        "licences": [each.licence for each in about],
    }
    if kind == ".json":
        rows = json.loads(plain.to_json(orient="records", date_format="iso"))
        content = {"about": described, "rows": rows}
        target.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
        return
    made = pa.Table.from_pandas(plain, preserve_index=False)
    text = {key: json.dumps(words, ensure_ascii=False) for key, words in described.items()}
    pq.write_table(
        made.replace_schema_metadata({**(made.schema.metadata or {}), **text}), target,
        compression="zstd",
    )  # fmt: skip
