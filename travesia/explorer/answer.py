"""What a choice shows: the figures of a rollup, and the charts that are drawn of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from travesia.charts import (
    About,
    Chart,
    ChartDataError,
    Counted,
    FlowDataError,
    FlowMap,
    corridors,
    flow_map,
    time_series,
)
from travesia.charts.naming import about
from travesia.charts.places import place_name
from travesia.charts.small_cells import hidden_with
from travesia.explorer.choice import Choice
from travesia.explorer.cube import Cube
from travesia.explorer.naming import chosen_words
from travesia.language import translator

MOST_LINES = 4
"""The number of chosen nationalities that each get a line of their own."""
MOST_ROWS = 200


@dataclass(frozen=True)
class Answer:
    """All that the explorer shows of one choice.

    Attributes:
        choice: what was asked for.
        cube: the figures of the chosen series.
        totals: what the choice keeps of them, by the number of the cube's group.
        series: the chart over time, None where there is nothing to draw.
        sankey: the chart of corridors, likewise.
        map: the flow map, likewise: a series without two places has none.
        table: the nationalities with their totals as they are read.
    """

    choice: Choice
    cube: Cube
    totals: pd.Series
    series: Chart | None
    sankey: Chart | None
    map: FlowMap | None
    table: pd.DataFrame

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The totals by month, nationality and countries that everything is drawn from."""
        return self.cube.groups.loc[self.totals.index].assign(value=self.totals)

    @property
    def by_month(self) -> pd.Series:
        """The totals of the line over time."""
        return self.rows.groupby("period")["value"].sum()

    @property
    def by_nationality(self) -> pd.Series:
        """The totals of the table."""
        return self.rows.groupby("nationality", observed=True)["value"].sum()


def answer(cube: Cube, choice: Choice, language: str = "en") -> Answer:
    """What a choice shows of a series' cube.

    Args:
        cube: the figures of the chosen series.
        choice: the period and the words to keep; a word that the series does not have keeps none.
        language: the language of every word drawn.
    """
    totals = cube.totals(choice)
    kept = ["period", "frequency", "nationality"]
    rows = cube.groups.loc[totals.index, kept].assign(value=totals)
    moved = _moved(cube, totals)
    said = about(choice.series, language)
    return Answer(
        choice=choice,
        cube=cube,
        totals=totals,
        series=_series(rows, choice, said),
        sankey=_drawn(lambda: corridors(moved, _of(said, choice))),
        map=_map(moved, said),
        table=_table(rows, said),
    )


def _moved(cube: Cube, totals: pd.Series) -> pd.DataFrame:
    """The kept movements between two places; each chart adds up what it draws."""
    moved = cube.moved.loc[cube.moved.index.intersection(totals.index)]
    moved = moved.assign(value=totals.loc[moved.index])
    return moved[moved["value"] > 0]


def _series(rows: pd.DataFrame, choice: Choice, said: About) -> Chart | None:
    chosen = choice.words.get("nationality", ())
    by = "nationality" if 1 < len(chosen) <= MOST_LINES else ""
    # A figure that the publisher gives for all nationalities is none of a choice of some.
    own = _of(said, choice, without=[by])
    own = replace(own, annual={} if choice.words or choice.end else said.annual)
    return _drawn(lambda: time_series(rows, own, by=by))


def _of(said: About, choice: Choice, *, without: Sequence[str] = ()) -> About:
    """What a chart says of a choice: a picture that is taken along has no form beside it."""
    _ = translator(said.language)
    words = chosen_words(choice, said.language, without=without)
    if not words:
        return said
    only = _("only: {words}").format(words=words)
    return replace(said, meaning=f"{said.meaning}; {only}")


def _map(moved: pd.DataFrame, said: About) -> FlowMap | None:
    try:
        return flow_map(
            moved.assign(counted=pd.Categorical(["all"]).repeat(len(moved))),
            counted=[Counted("all", said.title, 0)],
            title=said.title,
            source=said.source,
            language=said.language,
            most=20,
        )
    except FlowDataError:
        return None


def _drawn(draw: Any) -> Chart | None:
    try:
        chart: Chart = draw()
    except ChartDataError:
        return None
    return chart


def _table(rows: pd.DataFrame, said: About) -> pd.DataFrame:
    _ = translator(said.language)
    totals = rows.groupby("nationality", observed=True)["value"].sum()
    totals = totals.sort_values(ascending=False, kind="stable")
    totals = totals[totals > 0]
    hidden = hidden_with(totals.to_numpy("float64")[:, None], said.smallest)[:, 0]
    totals, hidden = totals.head(MOST_ROWS), hidden[:MOST_ROWS]
    # What is no small count, and would give one back by the total, is withheld with it.
    return pd.DataFrame(
        {
            _("Nationality"): [place_name(str(code), said.language) for code in totals.index],
            said.unit: [
                f"< {said.smallest}"
                if value < said.smallest
                else _("not shown")
                if withheld
                else said.words.number(int(value))
                for value, withheld in zip(totals, hidden, strict=True)
            ],
        }
    )
