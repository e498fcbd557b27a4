"""The axes of a still picture: where a value lies on it, and which ticks it has."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

_STEPS = (1, 2, 2.5, 5, 10)
_MOST_YEARS = 9
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Axis:
    """A scale from values to pixels.

    Attributes:
        kind: `date`, `category` or `linear`.
        low: the value at `start`.
        high: the value at `stop`.
        start: the pixel of the lowest value.
        stop: the pixel of the highest.
        names: the categories in their order.
        options: what the figure's layout says of the axis.
    """

    kind: str
    low: float
    high: float
    start: float
    stop: float
    names: tuple[str, ...]
    options: Mapping[str, Any]

    def at(self, value: Any) -> float | None:
        """The pixel of a value, None for one that is missing or no category."""
        numeric = self._numeric(value)
        if numeric is None:
            return None
        share = (numeric - self.low) / ((self.high - self.low) or 1)
        return self.start + share * (self.stop - self.start)

    @property
    def step(self) -> float:
        """The pixels between two neighbouring categories or months."""
        if self.kind == "category":
            return abs(self.stop - self.start) / max(1, len(self.names))
        months = (self.high - self.low) / 30.44 if self.kind == "date" else self.high - self.low
        return abs(self.stop - self.start) / max(1.0, months)

    def ticks(self) -> list[tuple[float, str]]:
        """The ticks as pixels and labels."""
        given = self.options.get("tickvals")
        if given is not None:
            labels = self.options.get("ticktext") or [str(value) for value in given]
            return [
                (place, str(label))
                for value, label in zip(given, labels, strict=True)
                if (place := self.at(value)) is not None
            ]
        if self.kind == "category":
            return [(self.at(name) or 0.0, name) for name in self.names]
        if self.kind == "date":
            return self._years()
        return [(self.at(value) or 0.0, written(value, self.options)) for value in self._round()]

    def _numeric(self, value: Any) -> float | None:
        if self.kind == "category":
            return self.names.index(str(value)) if str(value) in self.names else None
        return _days(value) if self.kind == "date" else _float(value)

    def _years(self) -> list[tuple[float, str]]:
        first = pd.Timestamp(self.low, unit="D").year
        last = pd.Timestamp(self.high, unit="D").year
        every = max(
            1, math.ceil((last - first) / min(_MOST_YEARS, abs(self.stop - self.start) / 48))
        )
        return [
            (place, str(year))
            for year in range(first, last + 1, every)
            if (place := self.at(f"{year}-01-01")) is not None
            and min(self.start, self.stop) - 1 <= place <= max(self.start, self.stop) + 1
        ]

    def _round(self) -> list[float]:
        wanted = max(2, int(abs(self.stop - self.start) / 64))
        rough = (self.high - self.low) / wanted or 1
        power = 10 ** math.floor(math.log10(rough))
        size = next(step * power for step in _STEPS if step * power >= rough * 0.999)
        first = math.ceil(self.low / size - 1e-9)
        return [index * size for index in range(first, math.floor(self.high / size + 1e-9) + 1)]


def make_axis(options: Mapping[str, Any], values: Sequence[Any], start: float, stop: float) -> Axis:
    """The axis of a layout's entry and of all the values that are drawn on it."""
    kind = options.get("type") or _kind(values)
    if kind == "category":
        found = tuple(dict.fromkeys(str(value) for value in values))
        names = tuple(str(name) for name in options.get("categoryarray") or found)
        if options.get("autorange") == "reversed":
            names = names[::-1]
        return Axis(kind, -0.5, len(names) - 0.5, start, stop, names, options)
    convert = _days if kind == "date" else _float
    numbers = [number for value in values if (number := convert(value)) is not None] or [0.0, 1.0]
    low, high = min(numbers), max(numbers)
    if kind == "linear" and options.get("rangemode", "tozero") == "tozero":
        low, high = min(low, 0.0), max(high, 0.0) * 1.05 or 1.0
    given = options.get("range")
    if given is not None:
        ends = [convert(value) for value in given]
        low, high = (ends[0] or 0.0), (ends[1] or 0.0)
    return Axis(kind, low, high, start, stop, (), options)


def written(value: float, options: Mapping[str, Any]) -> str:
    """A number beside a tick, with thousands grouped and a share as a percentage."""
    form = str(options.get("tickformat") or "")
    if form.endswith("%"):
        return f"{value:.0%}"
    return f"{value:,.0f}" if value == round(value) else f"{value:,g}"


def _kind(values: Sequence[Any]) -> str:
    first = next((value for value in values if value is not None), 0)
    if isinstance(first, str):
        return "category"
    return "linear" if _float(first) is not None and not hasattr(first, "year") else "date"


def _days(value: Any) -> float | None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    moment = pd.Timestamp(value)
    return None if pd.isna(moment) else moment.timestamp() / _SECONDS_A_DAY


def _float(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return None if math.isnan(number) else number
