"""Tables and columns of figures that remember what they count, through pandas' own operations.

Adding, dividing or comparing figures of series that count different things is the most common
mistake with them, so it warns and names both. pandas carries the mark through selections,
`groupby`, `pivot_table`, `concat`, arithmetic and totals. It is lost where data leaves pandas
(`to_numpy()`, `float()`, a file), in a table made of columns (`pd.DataFrame({…})`), in `rolling`,
`mean` and `agg`.
"""

import sys
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from pandas.api.types import is_bool_dtype, is_integer, is_integer_dtype, is_numeric_dtype

_MARK = "_counted"
_NO_FIGURES = {"year", "month", "months"}
_NOT_THE_CALLERS = (str(Path(__file__).parent), str(Path(pd.__file__).parent))


class Counted(NamedTuple):
    """What a figure counts, and in which series."""

    counts: str
    series: str

    def __str__(self) -> str:
        return f"{self.series} ({self.counts})"


Marks = frozenset[Counted]
NOTHING: Marks = frozenset()


class MixedCountsWarning(UserWarning):
    """Figures that count different things are added up or compared."""


def counted(figures: object) -> Marks:
    """What a table, a column or a total of a series counts; empty for anything else."""
    marks: Marks | None = getattr(figures, _MARK, None)
    return marks or NOTHING


def warn_if_mixed(*figures: object) -> Marks:
    """What the figures count together, warning and naming them if that is not one thing."""
    marks: Marks = frozenset().union(*(counted(each) for each in figures))
    words = {mark.counts for mark in marks}
    if len(words) > 1:
        named = " and ".join(
            str(min(mark for mark in marks if mark.counts == word)) for word in sorted(words)
        )
        warnings.warn(
            f"These figures count different things: {named}. Their total, difference or ratio "
            "says nothing about persons.",
            MixedCountsWarning,
            stacklevel=_callers_level(),
        )
    return marks


class Total(int):
    """A whole number that remembers what it counts, as the sum of a column does."""

    _counted: Marks

    def __new__(cls, value: int, marks: Marks) -> "Total":
        """The number with its marks."""
        total = super().__new__(cls, value)
        total._counted = marks
        return total

    def __reduce__(self) -> tuple[type["Total"], tuple[int, Marks]]:
        return Total, (int(self), self._counted)


def _compared(name: str) -> Callable[[Total, object], object]:
    plain = getattr(int, name)

    def operation(self: Total, other: object) -> object:
        marks = warn_if_mixed(self, other)
        made = plain(self, other)
        # `sum()` begins with a nought, and a share is taken a hundred times first.
        return Total(made, marks) if type(made) is int else made

    return operation


for _name in ("add", "sub", "mul", "truediv", "floordiv"):
    setattr(Total, f"__{_name}__", _compared(f"__{_name}__"))
    setattr(Total, f"__r{_name}__", _compared(f"__r{_name}__"))
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Total, f"__{_name}__", _compared(f"__{_name}__"))
# Whoever compares must say how it is hashed.
Total.__hash__ = int.__hash__  # type: ignore[method-assign]


class FlowColumn(pd.Series):
    """A column of figures that remembers what it counts."""

    # pandas carries the name along by the same list.
    _metadata = [*pd.Series._metadata, _MARK]  # noqa: RUF012, SLF001 - where pandas looks

    @property
    def _constructor(self) -> type["FlowColumn"]:
        return FlowColumn

    @property
    def _constructor_expanddim(self) -> type["FlowTable"]:
        return FlowTable

    def __finalize__(self, other: Any, method: str | None = None, **options: Any) -> "FlowColumn":
        """Carries the marks along, of all parts where several were put together."""
        return _carried(super().__finalize__(other, method=method, **options), other, method)

    def _arith_method(self, other: Any, op: Any) -> Any:
        if counted(other):
            warn_if_mixed(self, other)
        return super()._arith_method(other, op)

    def _cmp_method(self, other: Any, op: Any) -> Any:
        if counted(other):
            warn_if_mixed(self, other)
        return super()._cmp_method(other, op)

    def _flex_method(self, other: Any, op: Any, **options: Any) -> Any:
        # `.div()` and its like go another way than the signs where both are columns.
        if isinstance(other, pd.Series) and counted(other):
            warn_if_mixed(self, other)
        return super()._flex_method(other, op, **options)

    def _ixs(self, i: Any, axis: Any = 0) -> Any:
        # One year of a column is compared as often as the whole of it.
        value = super()._ixs(i, axis=axis)
        if self.name in _NO_FIGURES or len(counted(self)) != 1:
            return value
        if is_integer(value) and is_integer_dtype(self.dtype):
            return Total(int(value), counted(self))
        return value

    def sum(self, *args: Any, **options: Any) -> Any:
        """The total, which remembers what it counts."""
        total = super().sum(*args, **options)
        if is_bool_dtype(self.dtype) or not is_numeric_dtype(self.dtype):
            return total
        # Also of numbers with a point, which a table that was joined holds.
        marks = warn_if_mixed(self)
        if not marks or not is_integer_dtype(self.dtype) or not is_integer(total):
            return total
        return Total(int(total), marks)

    def cumsum(self, *args: Any, **options: Any) -> Any:
        """The running total, warning where it runs over figures that count different things."""
        warn_if_mixed(self)
        return super().cumsum(*args, **options)


class FlowTable(pd.DataFrame):
    """A table of figures that remembers what they count."""

    _metadata = [*pd.DataFrame._metadata, _MARK]  # noqa: RUF012, SLF001 - where pandas looks

    @property
    def _constructor(self) -> type["FlowTable"]:
        return FlowTable

    @property
    def _constructor_sliced(self) -> type[FlowColumn]:
        return FlowColumn

    def __finalize__(self, other: Any, method: str | None = None, **options: Any) -> "FlowTable":
        """Carries the marks along, of all parts where several were put together."""
        return _carried(super().__finalize__(other, method=method, **options), other, method)

    def _arith_method(self, other: Any, op: Any) -> Any:
        if counted(other):
            warn_if_mixed(self, other)
        return super()._arith_method(other, op)

    def _cmp_method(self, other: Any, op: Any) -> Any:
        if counted(other):
            warn_if_mixed(self, other)
        return super()._cmp_method(other, op)

    def _flex_arith_method(self, other: Any, op: Any, **options: Any) -> Any:
        if counted(other):
            warn_if_mixed(self, other)
        return super()._flex_arith_method(other, op, **options)

    def sum(self, axis: Any = 0, **options: Any) -> Any:
        """The totals of the columns, or of each row across them."""
        if axis in (1, "columns"):
            warn_if_mixed(self)
        return super().sum(axis=axis, **options)

    def __getitem__(self, key: Any) -> Any:
        chosen = super().__getitem__(key)
        return _narrowed(self, chosen) if isinstance(key, str) else chosen

    def groupby(self, by: Any = None, *args: Any, **options: Any) -> Any:
        """Groups, warning where a group would add up figures that count different things."""
        if not {"counts", "series"} & set(_names(by)):
            warn_if_mixed(_narrowed(self, self))
        return super().groupby(by, *args, **options)


def mark(table: pd.DataFrame, marks: Iterable[Counted]) -> FlowTable:
    """The table as one that remembers what it counts."""
    marked = FlowTable(table)
    object.__setattr__(marked, _MARK, frozenset(marks))
    return marked


def _carried(made: Any, other: Any, method: str | None) -> Any:
    parts = getattr(other, "objs", None) or getattr(other, "input_objs", None)
    if method in {"concat", "merge"} and parts:
        marks: Marks = frozenset().union(*(counted(part) for part in parts))
        object.__setattr__(made, _MARK, marks)
    return made


def _narrowed(table: FlowTable, figures: Any) -> Any:
    """The figures with the marks of the rows that the table still has."""
    if len(counted(table)) > 1 and {"counts", "series"} <= set(table.columns):
        rows = pd.DataFrame(table)[["counts", "series"]].drop_duplicates()
        here = frozenset(Counted(*row) for row in rows.itertuples(index=False, name=None))
        object.__setattr__(figures, _MARK, here & counted(table))
    return figures


def _callers_level() -> int:
    """How far up the caller's own line is: above this module and above pandas."""
    level, frame = 1, sys._getframe(1)  # noqa: SLF001 - what `warnings` itself looks at
    while frame.f_back and frame.f_code.co_filename.startswith(_NOT_THE_CALLERS):
        level, frame = level + 1, frame.f_back
    return level


def _names(by: object) -> list[str]:
    if isinstance(by, str):
        return [by]
    return [each for each in by if isinstance(each, str)] if isinstance(by, list | tuple) else []
