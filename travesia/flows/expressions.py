"""The parts that questions to a flow table are made of, as Ibis expressions."""

from collections.abc import Callable
from functools import lru_cache, wraps
from inspect import signature
from typing import Any, Concatenate, Literal, ParamSpec, get_args

import ibis.expr.operations as ops
import ibis.expr.types as ir

Year = Literal["calendar", "us-fiscal"]
_Asked = ParamSpec("_Asked")


def built_once(
    question: Callable[Concatenate[ir.Table, _Asked], ir.Table],
) -> Callable[Concatenate[ir.Table, _Asked], ir.Table]:
    """A question that is built once for a table and what it is asked for: it never changes.

    One column in the place of a list of columns is that column.

    Raises:
        TypeError: it is asked of something else than an Ibis table.
    """
    at = list(signature(question).parameters).index("by") - 1

    @lru_cache(maxsize=64)
    def built(table: ops.Relation, given: tuple[Any, ...], named: tuple[Any, ...]) -> ir.Table:
        return question(table.to_expr(), *given, **dict(named))

    @wraps(question)
    def ask(table: ir.Table, /, *given: _Asked.args, **named: _Asked.kwargs) -> ir.Table:
        check_table(table)
        return built(
            table.op(),
            tuple(_fixed(each, is_list=number == at) for number, each in enumerate(given)),
            tuple((name, _fixed(each, is_list=name == "by")) for name, each in named.items()),
        )

    return ask


def check_table(table: object) -> None:
    """Refuses what is no Ibis table.

    Raises:
        TypeError: with what to ask instead.
    """
    if not isinstance(table, ir.Table):
        raise TypeError(
            "A question is asked of an Ibis table: give flows.table(…) in place of flows.load(…)."
        )


def _fixed(given: object, *, is_list: bool) -> object:
    if is_list and isinstance(given, str):
        return (given,)
    return tuple(given) if isinstance(given, list) else given


def added_up(table: ir.Table, *columns: str) -> ir.Table:
    """The table added up to some columns first: what follows then looks at few rows only."""
    return table.group_by(list(columns)).agg(value=total(table))


def total(table: ir.Table) -> ir.IntegerScalar:
    """The sum of a table's figures; a group of suppressed cells only has none."""
    return whole(table.value.sum())


def whole(added: ir.IntegerValue) -> ir.IntegerValue:
    """A sum as 64 bits."""
    # DuckDB adds up to 128 bits, which pandas has no type for, and Ibis takes it for 64 already: a
    # mere cast to 64 bits would be left out.
    return added.cast("decimal(18, 0)").cast("int64")


def ratio(above: ir.NumericValue, below: ir.NumericValue) -> ir.FloatingValue:
    """One number by another; none where the other is zero."""
    return above.cast("float64") / below.cast("float64").nullif(0.0)


def equal(one: ir.NumericValue, other: ir.NumericValue) -> ir.BooleanValue:
    """Whether two numbers are there and the same."""
    return (one == other) & one.notnull() & other.notnull()


def month_number(period: ir.DateValue) -> ir.IntegerValue:
    """A month's number, one more for each month that follows."""
    return (period.year() * 12 + period.month()).cast("int64")


def year_of(table: ir.Table, year: Year) -> ir.IntegerValue:
    """The calendar or US fiscal year that a row's period begins in.

    Raises:
        ValueError: there is no such kind of year.
    """
    if year not in get_args(Year):
        raise ValueError(f"year={year!r} is none of: {', '.join(get_args(Year))}.")
    if year == "calendar":
        return table.period.year().cast("int64")
    return (table.period.year() + (table.period.month() >= 10).cast("int32")).cast("int64")
