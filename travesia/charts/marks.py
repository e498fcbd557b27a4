"""What is drawn across a time axis: changes of counting, changes of the rules, the series' end."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from travesia.charts.template import INK, INK_SOFT, SHADE
from travesia.charts.words import Words
from travesia.language import Translate, translator

_SHORT, _LONG = 670, 4000
"""Days up to which an axis names months, and from which it names every other year."""
ROOM_AFTER_THE_END = pd.DateOffset(months=9)
_ROW = 32
"""Pixels that one note takes above the chart."""
LINE_HEIGHT = 17
"""Pixels that one line of a note takes."""
_WIDEST = 64
"""The letters of a line that stand in the narrowest picture."""
_CLOSE, _CLOSE_SHARE = 560, 0.16
"""Days, or their share of a long axis, between two notes that would cover each other on one row."""


@dataclass(frozen=True)
class Mark:
    """A day that a reader of a time series has to know.

    Attributes:
        day: the day.
        text: what changed, in a few words; `{day}` is filled with the day.
        counting: whether the way of counting changed, so that a step across the day is no trend.
    """

    day: date
    text: str
    counting: bool = False


def known_marks(language: str = "") -> dict[str, Mark]:
    """The days that series of this region are read with, by id."""
    _ = translator(language)
    return {
        "title-42-begins": Mark(date(2020, 3, 21), _("Title 42 begins<br>{day}")),
        "title-42-ends": Mark(date(2023, 5, 11), _("Title 42 ends<br>{day}")),
        "reform-2021": Mark(date(2021, 1, 11), _("Counting changed<br>{day}"), counting=True),
        "turn-2025": Mark(date(2025, 1, 20), _("Turn of 2025<br>{day}")),
    }


class Marks:
    """The shapes and notes of a chart over time.

    Args:
        language: of the notes.
        days: how long the axis is.
    """

    def __init__(self, language: str, days: int = 0) -> None:
        self._: Translate = translator(language)
        self.words = Words(language)
        self.shapes: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        self._days: list[tuple[pd.Timestamp, int]] = []
        self._lines = 1
        self._close = max(_CLOSE, days * _CLOSE_SHARE)

    @property
    def rows(self) -> int:
        """How many rows of notes stand above the chart."""
        return max((level for _, level in self._days), default=0) + 1

    @property
    def top(self) -> int:
        """The margin above the chart that all its notes need, in pixels."""
        return 64 + _ROW * self.rows + LINE_HEIGHT * (self._lines - 1)

    def counts(self, unit: str, meaning: str) -> None:
        """Writes above the chart what its axis counts: a line, and below it what that is."""
        lines = wrapped(meaning)
        self._lines = len(lines)
        self.notes.append(
            {
                "text": "<br>".join([f"<b>{unit}</b>", *lines]),
                "xref": "paper", "x": 0, "xanchor": "left",
                "yref": "paper", "y": 1, "yanchor": "bottom",
                "yshift": 18 + _ROW * self.rows,
                "align": "left", "showarrow": False, "font": {"color": INK},
            }
        )  # fmt: skip

    def draw(self, marks: Sequence[Mark]) -> None:
        """A dotted line and a note for each mark, earlier ones first."""
        for mark in sorted(marks, key=lambda each: each.day):
            self._line(pd.Timestamp(mark.day), mark.text.format(day=self.words.short_day(mark.day)))

    def end(self, last: pd.Timestamp, name: str = "") -> pd.Timestamp:
        """Shades what comes after the last figure, and says so; gives where the axis ends.

        Args:
            last: where the last figure stands.
            name: what its period is called; its month if not given.
        """
        end = last + pd.DateOffset(months=1) - pd.DateOffset(days=15)
        until = last + ROOM_AFTER_THE_END
        self.shapes.append(
            {
                "type": "rect", "xref": "x", "x0": end.isoformat(), "x1": until.isoformat(),
                "yref": "paper", "y0": 0, "y1": 1,
                "fillcolor": SHADE, "line": {"width": 0}, "layer": "below",
            }
        )  # fmt: skip
        name = name or self.words.short_month(last)
        said = self._("Series ends<br>{month}").format(month=name)
        self._line(end, said)
        return until

    def _line(self, day: pd.Timestamp, text: str) -> None:
        self.shapes.append(
            {
                "type": "line", "xref": "x", "x0": day.date().isoformat(),
                "x1": day.date().isoformat(), "yref": "paper", "y0": 0, "y1": 1,
                "line": {"color": INK_SOFT, "width": 1.5, "dash": "dot"},
            }
        )  # fmt: skip
        # Notes of days close together would cover each other: each takes the lowest free row.
        taken = {level for each, level in self._days if (day - each).days < self._close}
        level = min(set(range(len(taken) + 1)) - taken)
        self._days.append((day, level))
        self.notes.append(
            {
                "text": text, "x": day.date().isoformat(), "xref": "x", "xanchor": "right",
                "yref": "paper", "y": 1, "yanchor": "bottom", "yshift": 4 + level * _ROW,
                "align": "right", "xshift": -2, "showarrow": False,
                "font": {"size": 12, "color": INK_SOFT},
            }
        )  # fmt: skip


def wrapped(text: str) -> list[str]:
    """A text in lines that a narrow picture holds."""
    return textwrap.wrap(text, _WIDEST) or [""]


def room(first: pd.Timestamp, until: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Where an axis begins and ends: a period that is alone does not stand on its edge."""
    beside = pd.DateOffset(days=20)
    if first == until:
        return first - beside, until + beside
    return (first - beside if (until - first).days < _SHORT else first), until


def ticks(
    first: pd.Timestamp, until: pd.Timestamp, words: Words, *, monthly: bool = True
) -> dict[str, Any]:
    """The ticks of years or, in a short axis, of every other month, the year below its first."""
    days = (until - first).days
    if not monthly or days > _SHORT:
        return {"dtick": "M12" if days < _LONG else "M24", "tickformat": "%Y"}
    months = list(pd.date_range(first, until, freq="2MS"))
    new = [not at or month.year != months[at - 1].year for at, month in enumerate(months)]
    # Written here, because a picture is drawn by a plotly that knows English months alone.
    texts = [
        f"{words.short_month_alone(month)}<br>{month.year}"
        if begins
        else words.short_month_alone(month)
        for month, begins in zip(months, new, strict=True)
    ]
    return {"tickvals": [month.isoformat() for month in months], "ticktext": texts}
