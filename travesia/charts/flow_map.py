"""The flow map's data: who is counted between which places, when, and what each line counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from travesia.charts import graded
from travesia.charts.export import encoded, form_of, write
from travesia.charts.map_periods import (
    labels_of,
    last_month,
    last_whole,
    old_enough,
    whole_beginnings,
)
from travesia.charts.map_rows import MapRows, map_rows
from travesia.charts.map_words import said_of, summary_of
from travesia.charts.places import coordinates, place_name
from travesia.charts.small_cells import SMALLEST, hidden_with
from travesia.charts.words import Words, words_in
from travesia.language import current_language, translator

COLUMNS = ("period", "origin", "destination", "counted", "value")
SHORTEST_LAG = 6
"""Months between what is shown and today, at least: a map must not help anybody to be found."""
REGION = (-108.0, -5.0, -59.0, 27.0)
"""West, south, east, north of the first view: origins, transit and asylum, not the US border."""
WHOLE = (-125.0, -12.0, -46.0, 48.0)
SUPPRESSED = -1
WITHHELD = -2
"""A count that is no small one, and would give one back by a total."""


class FlowDataError(ValueError):
    """A table from which no flow map can be drawn, with the sentence that says why."""


@dataclass(frozen=True)
class Counted:
    """What the lines of one colour count.

    Attributes:
        id: the value of the column `counted` in the table.
        name: what is counted, by whom.
        colour: the data colour of its lines, 0 to 4; kinds of one colour differ in shape only.
        shown: whether the map shows it before anybody chooses.
    """

    id: str
    name: str
    colour: int
    shown: bool = True


@dataclass(frozen=True)
class FlowMap:
    """A flow map in one language, and everything that says the same without seeing it."""

    title: str
    language: str
    periods: tuple[str, ...]
    """The years or months, as they are read."""
    kinds: tuple[Counted, ...]
    flows: pd.DataFrame
    """A row a line: `origin`, `destination`, `counted`, then a column a period.

    A missing value is no figure, `SUPPRESSED` a count too small to show, `WITHHELD` one beside it.
    """
    summary: str
    said: tuple[tuple[str, ...], ...]
    """For each period, what is largest of each kind."""
    source: str
    start: int
    """The period that is shown first."""
    smallest: int = SMALLEST
    """Counts below it are neither drawn nor written."""

    @property
    def table(self) -> pd.DataFrame:
        """Every line with its figures as they are read, a column a period."""
        _ = translator(self.language)
        words = Words(self.language)
        names = {kind.id: kind.name for kind in self.kinds}
        table = pd.DataFrame(
            {
                _("From"): [self.name(code) for code in self.flows["origin"]],
                _("To"): [
                    _("stayed") if row.origin == row.destination else self.name(row.destination)
                    for row in self.flows.itertuples()
                ],
                _("What is counted"): [names[each] for each in self.flows["counted"]],
            }
        )
        for period in self.periods:
            table[period] = [
                {SUPPRESSED: f"< {self.smallest}", WITHHELD: _("not shown")}.get(value)
                or written(value, words)
                for value in self.flows[period]
            ]
        return table

    @property
    def tables(self) -> list[tuple[str, pd.DataFrame]]:
        """The table behind the map, with its title."""
        _ = translator(self.language)
        return [(_("The figures of the map"), self.table)]

    def name(self, code: str) -> str:
        """A place as the map's language names it."""
        return place_name(code, self.language)

    def still(self) -> str:
        """The period that is shown first as an SVG picture, for pages that run no script."""
        from travesia.charts.map_picture import picture  # noqa: PLC0415 - it draws what is made here

        return picture(self)

    def save(self, path: str | Path, *, period: str = "") -> Path:
        """The path of a PNG or SVG file of one period that was written; it needs no browser.

        Args:
            path: where to write, ending in `.png` or `.svg`.
            period: one of `periods`; the one shown first if not given.

        Raises:
            ExportError: the ending is neither, or the folder cannot be written.
            FlowDataError: the map has no such period.
        """
        from travesia.charts.map_picture import picture  # noqa: PLC0415 - it draws what is made here

        form = form_of(path)
        if period and period not in self.periods:
            raise FlowDataError(
                f"The map has no period '{period}'; it has {', '.join(self.periods)}."
            )
        at = self.periods.index(period) if period else self.start
        return write(encoded(picture(self, at, framed=True), form), path)

    def _ipython_display_(self) -> None:
        if graded.executing():
            graded.show(self)
            return
        from IPython import display  # noqa: PLC0415 - a map is also drawn without Jupyter

        from travesia.charts.map_view import MapView  # noqa: PLC0415 - it shows what is made here

        show: Callable[..., object] = display.display  # IPython declares no types
        show(MapView(self))

    def document(self) -> dict[str, Any]:
        """All that the drawing needs, as plain data."""
        codes = sorted({*self.flows["origin"], *self.flows["destination"]})
        order = [kind.id for kind in self.kinds]
        return {
            "periods": list(self.periods),
            "start": self.start,
            "kinds": [
                {"name": kind.name, "shown": kind.shown, "colour": kind.colour}
                for kind in self.kinds
            ],
            "places": [[self.name(code), *coordinates()[code], code] for code in codes],
            "flows": [
                [
                    codes.index(row[0]),
                    codes.index(row[1]),
                    order.index(row[2]),
                    [None if pd.isna(value) else int(value) for value in row[3:]],
                ]
                for row in self.flows.itertuples(index=False, name=None)
            ],
            "said": [list(each) for each in self.said],
            "view": REGION,
            "whole": WHOLE,
        }


def flow_map(
    data: pd.DataFrame,
    *,
    counted: Sequence[Counted],
    title: str,
    source: str,
    language: str = "",
    by: str = "year",
    most: int = 8,
    smallest: int = SMALLEST,
    lag: int = SHORTEST_LAG,
    today: date | None = None,
    start: str = "",
) -> FlowMap:
    """The flow map of a table of monthly or yearly counts between countries or states.

    Args:
        data: `period` (a timestamp of the first day of the month, or of the year for a yearly
            figure), `origin` and `destination` (ISO 3166 alpha-3 or a state's ISO 3166-2 code,
            equal for those who stay), `counted` (an id of the argument of that name), `value`.
        counted: what the lines count, in the order of their colours.
        title: the heading of the map.
        source: publishers, periods and what is counted, as one line below the map.
        language: the language of every word on it; the reader's own if not given.
        by: `year` or `month`.
        most: the number of lines that each kind may draw; the smaller ones are left to tables.
        smallest: counts below it are neither drawn nor written.
        lag: months that lie at least between the last day shown and today.
        today: the day to count the lag from.
        start: the period shown first, `2023` or `2023-05`; the last whole one by default.

    Raises:
        FlowDataError: a column is missing, a place or a kind unknown, the lag too short, or nothing
            is left to draw.
    """
    language = language or current_language()
    _ = translator(language)
    _refuse_wrong(data, counted, by, lag, smallest)
    rows = map_rows(data)
    if by == "year":
        rows = rows.kept(whole_beginnings(rows))
    rows = rows.kept(old_enough(rows, by, lag, today or date.today()))  # noqa: DTZ011 - a day, no moment
    if not len(rows.month):
        raise FlowDataError(
            "No row of the table is left to draw: every place is off the map, or every month is "
            f"newer than {lag} months."
        )
    end = last_month(rows)
    labels = labels_of(rows, by, end, _, words_in(language))
    flows = _lines(rows, by, labels, smallest, most)
    periods = tuple(labels.values())
    first = {str(period): index for index, period in enumerate(labels)}.get(start)
    said = tuple(said_of(flows, periods, counted, language))
    shown = last_whole(rows, by, end, labels) if first is None else first
    return FlowMap(
        title=title,
        language=language,
        periods=periods,
        kinds=tuple(counted),
        flows=flows,
        summary=summary_of(
            [f"{kind.name}: {each}." for kind, each in zip(counted, said[shown], strict=True)],
            periods,
            shown,
            smallest,
            lag,
            _,
        ),
        said=said,
        source=source,
        start=shown,
        smallest=smallest,
    )


def _lines(
    rows: MapRows, by: str, labels: Mapping[pd.Period, str], smallest: int, most: int
) -> pd.DataFrame:
    """A row for each of the largest lines of every kind, the widest first."""
    places, kinds = len(rows.places), len(rows.kinds)
    keys, line = np.unique(
        (rows.origin * places + rows.destination) * kinds + rows.counted, return_inverse=True
    )
    kind = keys % kinds
    column = (rows.year if by == "year" else rows.month) - next(iter(labels)).ordinal
    shape = (len(keys), len(labels))
    at = line * shape[1] + column
    values = np.bincount(at, weights=rows.value, minlength=shape[0] * shape[1])
    values[np.bincount(at, minlength=len(values)) == 0] = np.nan
    wide = values.reshape(shape)
    for each in range(kinds):
        wide[kind == each] = _protected(wide[kind == each], smallest)
    widest = np.nan_to_num(wide, nan=float(SUPPRESSED)).max(axis=1)
    order = np.argsort(-widest, kind="stable")
    order = order[widest[order] > 0]
    of_each = [np.flatnonzero(kind[order] == each)[:most] for each in range(kinds)]
    kept = order[np.sort(np.concatenate(of_each))]
    origin, destination = np.divmod(keys[kept] // kinds, places)
    return pd.DataFrame(
        {
            "origin": pd.array([rows.places[at] for at in origin], dtype="str"),
            "destination": pd.array([rows.places[at] for at in destination], dtype="str"),
            "counted": pd.array([rows.kinds[at] for at in kind[kept]], dtype="str"),
            **dict(zip(labels.values(), wide[kept].T, strict=True)),
        }
    )


def _protected(values: np.ndarray, smallest: int) -> np.ndarray:
    """The counts of one kind without those that are small or would give a small one back."""
    small = (values > 0) & (values < smallest)
    if not small.any():
        return values
    hidden = hidden_with(values, smallest)
    return np.where(small, SUPPRESSED, np.where(hidden, WITHHELD, values))


def written(value: float, words: Words) -> str:
    """A figure of the map's table as it is read."""
    if pd.isna(value):
        return "–"
    return words.number(int(value))


def _refuse_wrong(
    data: pd.DataFrame, counted: Sequence[Counted], by: str, lag: int, smallest: int
) -> None:
    missing = [column for column in COLUMNS if column not in data.columns]
    if missing:
        raise FlowDataError(
            f"The flow map's table has no column {', '.join(missing)}; it needs "
            f"{', '.join(COLUMNS)}."
        )
    unknown = sorted(
        set(data["counted"].dropna().unique().astype(str)) - {kind.id for kind in counted}
    )
    if unknown:
        raise FlowDataError(
            f"The column 'counted' holds {', '.join(unknown)}, which the argument 'counted' does "
            "not describe: add a Counted for it, so that the map can say what it counts."
        )
    if by not in {"year", "month"}:
        raise FlowDataError(f"by={by!r} is neither 'year' nor 'month'.")
    if lag < SHORTEST_LAG:
        raise FlowDataError(
            f"lag={lag} is too short: a map shows no month newer than {SHORTEST_LAG} months."
        )
    if smallest < SMALLEST:
        raise FlowDataError(
            f"smallest={smallest} is too small: a map shows no count from 1 to {SMALLEST - 1}."
        )
