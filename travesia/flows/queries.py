"""Questions to a flow table, each written once as an Ibis expression.

Every function takes an Ibis table with the columns of a flow table (`flows.table`, imported figures
or synthetic records) and returns an expression; `.execute()` gives pandas. What runs it is the
engine's matter: DuckDB or Spark give equal results. No question ever adds up figures that count
different things: `counts` stays a column of every answer.
"""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from travesia.flows.columns import ALL, OTHER, UNKNOWN
from travesia.flows.expressions import (
    Year,
    added_up,
    built_once,
    check_table,
    equal,
    month_number,
    ratio,
    total,
    whole,
    year_of,
)
from travesia.flows.frame import Counted, Marks, Total, warn_if_mixed
from travesia.flows.intervals import byar, wilson

ADULT_AGES = ("18+",)


@built_once
def monthly_totals(table: ir.Table, by: Sequence[str] = ()) -> ir.Table:
    """The total of each month: `period`, `counts`, the columns of `by`, `value`.

    A month without a row has no total: it is not known, not zero.
    """
    return _months(table).group_by(["period", "counts", *by]).agg(value=total(table))


def yearly_totals(table: ir.Table, by: Sequence[str] = (), *, year: Year = "calendar") -> ir.Table:
    """The total of each year: `year`, `counts`, the columns of `by`, `value`, `months`.

    `months` is how many months of the year have a row at all; below 12 a year is not whole, and of
    a figure for a part of a year it is missing. A US fiscal year is named by the year in which it
    ends; figures that a publisher gives for the other kind of year have no row.
    """
    return _years(table, by, year).drop("months_of_it")


def _years(table: ir.Table, by: Sequence[str], year: Year) -> ir.Table:
    """The totals of years, with `months_of_it`: which months they have, a bit for each."""
    # A calendar year's figure belongs to no fiscal year, nor the other way round. DuckDB compares
    # a word with one word in a tenth of the time that it takes to look it up among several.
    strange = ("year", "part-year") if year == "us-fiscal" else ("us-fiscal-year",)
    kept = table.filter([table.frequency != word for word in strange])
    periods = added_up(kept, "period", "frequency", "counts", *by)
    bit = (ibis.literal(2) ** (periods.period.month() - 1)).cast("int64")
    dated = periods.mutate(year=year_of(periods, year), bit=bit)
    monthly = (dated.frequency == "month").all()
    part = (dated.frequency == "part-year").any()
    nothing = ibis.null("int64")
    return dated.group_by(["year", "counts", *by]).agg(
        value=total(dated),
        months=ibis.cases((monthly, dated.count()), (part, nothing), else_=12).cast("int64"),
        months_of_it=ibis.cases(
            (monthly, whole(dated.bit.sum())), (part, nothing), else_=2**12 - 1
        ).cast("int64"),
    )


@built_once
def corridors(table: ir.Table, by: Sequence[str] = ()) -> ir.Table:
    """Totals from origin through transit to destination: these, `assumed`, `counts`, `value`.

    Most publishers give a nationality and where they counted, and no origin. There `origin` is the
    nationality (of returns, `destination` is), and `assumed` says `origin` or `destination`; else
    it is `nothing`.
    """
    stated = ("origin", "transit", "destination", "nationality", "counts")
    ways = added_up(table, *dict.fromkeys([*stated, *by]))
    known = ways.nationality.notin([ALL, UNKNOWN, OTHER])
    returned = ways.counts == "returns"
    from_nationality = (ways.origin == ALL) & known & ~returned
    to_nationality = (ways.destination == ALL) & known & returned
    ways = ways.mutate(
        origin=ibis.ifelse(from_nationality, ways.nationality, ways.origin),
        destination=ibis.ifelse(to_nationality, ways.nationality, ways.destination),
        assumed=ibis.cases(
            (from_nationality, "origin"), (to_nationality, "destination"), else_="nothing"
        ),
    )
    keys = ["origin", "transit", "destination", "assumed", "counts", *by]
    return ways.group_by(keys).agg(value=total(ways))


@built_once
def shares(table: ir.Table, of: str, by: Sequence[str] = ()) -> ir.Table:
    """The share of each word of a column: `of`, `counts`, `by`, `value`, `total`, `share`.

    `low` and `high` are the 95 % interval of Wilson: how far a share could be off if the events
    were a random sample of as many. It says nothing of events that were never counted. Where a
    publisher does not split (`all`), there is no share.
    """
    split = table.filter(table[of] != ALL)
    cells = split.group_by([of, "counts", *by]).agg(value=total(split))
    cells = cells.mutate(total=whole(cells.value.sum().over(ibis.window(group_by=["counts", *by]))))
    low, high = wilson(cells.value, cells.total)
    return cells.mutate(share=ratio(cells.value, cells.total), low=low, high=high)


@built_once
def rolling(table: ir.Table, months: int = 12, by: Sequence[str] = ()) -> ir.Table:
    """Each month with the total of the months up to it: `value`, `window_total`, `months`.

    `months` is how many of the window's months have a row; where it is less than asked for, the
    window is not whole (at the series' start, or across a gap).

    Raises:
        ValueError: the window has no month.
    """
    if months < 1:
        raise ValueError(f"months={months}: a window has one month at least.")
    totals = monthly_totals(table, by)
    totals = totals.mutate(number=month_number(totals.period))
    window = ibis.range_window(
        preceding=months - 1, following=0, order_by="number", group_by=["counts", *by]
    )
    return totals.mutate(
        window_total=whole(totals.value.sum().over(window)),
        months=totals.value.count().over(window).cast("int64"),
    ).drop("number")


@built_once
def unaccompanied_children(table: ir.Table, by: Sequence[str] = ()) -> ir.Table:
    """Unaccompanied children by month: `unaccompanied`, `accompaniment_known`, `share`.

    The share is of children whose accompaniment the publisher tells: of all others nothing is
    known. Members of family groups are no part of either, because their age is not known. Where a
    cell is suppressed there is no share; where one of the two has no row, it counts as none.
    """
    children = _months(table).filter(
        table.age.notin([ALL, UNKNOWN, *ADULT_AGES]),
        table.accompaniment.isin(["accompanied", "unaccompanied"]),
    )
    # Two small groups of each answer are put together after the table was looked at once.
    groups = children.group_by([*dict.fromkeys(["period", "counts", *by, "accompaniment"])]).agg(
        value=total(children), known=children.value.count(), rows=children.count()
    )
    alone = groups.accompaniment == "unaccompanied"
    cells = groups.group_by(["period", "counts", *by]).agg(
        # Cells that are suppressed, all of them, are not none.
        unaccompanied=ibis.ifelse(
            alone.any(), whole(ibis.ifelse(alone, groups.value, ibis.null("int64")).sum()), 0
        ),
        accompaniment_known=total(groups),
        is_known=(groups.known == groups.rows).all(),
    )
    share = ratio(cells.unaccompanied, cells.accompaniment_known)
    return cells.mutate(share=ibis.ifelse(cells.is_known, share, ibis.null("float64"))).drop(
        "is_known"
    )


def incident_rates(
    incidents: ir.Table, exposure: ir.Table, by: Sequence[str] = (), *, per: int = 1000
) -> ir.Table:
    """Incidents for every so many of the exposed, by year: `rate` with its denominator named.

    Returns `year`, `by`, `incidents`, `incidents_counts`, `exposure`, `exposure_counts`, `rate` and
    the 95 % interval of Byar (`low`, `high`), which takes incidents as rare and independent. Both
    numbers are minima, so the rate is not a risk. `comparable` is true where both cover the same
    months; years without both have no row.
    """
    check_table(incidents)
    check_table(exposure)
    by = (by,) if isinstance(by, str) else by
    above = _years(incidents, by, "calendar").select(
        "year", *by, incidents_counts="counts", incidents="value", incident_months="months",
        months_above="months_of_it",
    )  # fmt: skip
    below = _years(exposure, by, "calendar").select(
        "year", *by, exposure_counts="counts", exposure="value", exposure_months="months",
        months_below="months_of_it",
    )  # fmt: skip
    both = above.join(below, ["year", *by])
    low, high = byar(both.incidents)
    rates = both.mutate(
        rate=ratio(both.incidents, both.exposure) * per,
        low=ratio(low, both.exposure) * per,
        high=ratio(high, both.exposure) * per,
        per=ibis.literal(per, "int64"),
        comparable=equal(both.months_above, both.months_below),
    )
    return rates.drop("months_above", "months_below")


@built_once
def change_on_year_before(
    table: ir.Table, by: Sequence[str] = (), *, year: Year = "calendar"
) -> ir.Table:
    """Each year against the year before: `before`, `change`, `change_share`, `comparable`.

    `comparable` is true where both years have the same months, not only as many. A year whose
    predecessor has no row has no change.
    """
    totals = _years(table, by, year)
    earlier = totals.select(
        "counts", *by, year=totals.year + 1, before=totals.value, months_before=totals.months,
        months_of_that=totals.months_of_it,
    )  # fmt: skip
    both = totals.left_join(earlier, ["year", "counts", *by])
    shown = ["year", "counts", *by, "value", "months", "before", "months_before"]
    both = both.select(*shown, "months_of_it", "months_of_that")
    return both.mutate(
        change=both.value - both.before,
        change_share=ratio(both.value - both.before, both.before),
        comparable=equal(both.months_of_it, both.months_of_that),
    ).drop("months_of_it", "months_of_that")


def quality(table: ir.Table) -> ir.Table:
    """What to doubt in each period of each series, a row a period.

    `suppressed` cells, `preliminary` rows, `months_since_last` (from the last month of the figure
    before it, which of a year is its twelfth; above 1: a gap before it), `nationalities` with a
    row, `other_share` (what is not told apart), `few_nationalities` (less than two thirds as many
    as a year before: coding has changed, rather than people).
    """
    check_table(table)
    named = table.nationality.notin([ALL, OTHER, UNKNOWN])
    hidden = table.nationality.isin([OTHER, UNKNOWN]) | (table.place == OTHER)
    cells = table.group_by(["series", "period", "frequency", "counts"]).agg(
        rows=table.count().cast("int64"),
        value=total(table),
        suppressed=whole(table.suppressed.cast("int64").sum()),
        preliminary=whole((table.status == "preliminary").cast("int64").sum()),
        nationalities=table.nationality.nunique(where=named).cast("int64"),
        not_told_apart=whole(ibis.ifelse(hidden, table.value, 0).sum()),
    )
    cells = cells.mutate(number=month_number(cells.period))
    last = cells.number + ibis.ifelse(cells.frequency == "month", 0, 11)
    order = ibis.window(group_by="series", order_by="number")
    cells = cells.mutate(
        months_since_last=(cells.number - last.lag().over(order)).cast("int64"),
        other_share=ratio(cells.not_told_apart, cells.value),
    )
    before = cells.select("series", number=cells.number + 12, before=cells.nationalities)
    both = cells.left_join(before, ["series", "number"])
    both = both.mutate(
        few_nationalities=(both.nationalities * 3 < both.before * 2) & both.before.notnull()
    )
    return both.drop("number", "series_right", "number_right", "before", "not_told_apart")


def side_by_side(one: ir.Table, other: ir.Table, by: Sequence[str] = ()) -> ir.Table:
    """Two series by month beside each other: `one`, `other`, what each counts, and their `ratio`.

    Months that only one of them has are kept, without the other and without a ratio. Where the two
    count different things it warns and names both: their ratio then says nothing about persons.
    """
    check_table(one)
    check_table(other)
    by = (by,) if isinstance(by, str) else by
    warn_if_mixed(Total(0, _marks(one)), Total(0, _marks(other)))
    left = monthly_totals(one, by).rename(one="value", one_counts="counts")
    right = monthly_totals(other, by).rename(other="value", other_counts="counts")
    both = left.outer_join(right, ["period", *by])
    return both.select(
        *(ibis.coalesce(both[key], both[f"{key}_right"]).name(key) for key in ["period", *by]),
        "one",
        "one_counts",
        "other",
        "other_counts",
        ratio=ratio(both.one, both.other),
    )


def jumps(table: ir.Table, *, factor: float = 5.0, at_least: int = 500) -> ir.Table:
    """Nationalities whose year is out of all proportion to their last one, which is to be doubted.

    Returns `year`, `counts`, `nationality`, `value`, `before`, `times` (how many times the year
    before) and `all_times` (the same of all together), where `times` is more than `factor` times
    `all_times` and the year has at least `at_least`.
    """
    each = change_on_year_before(table, ["nationality"])
    together = change_on_year_before(table).select(
        "year", "counts", all_times=lambda all_: ratio(all_.value, all_.before)
    )
    both = each.join(together, ["year", "counts"]).mutate(
        times=lambda row: ratio(row.value, row.before)
    )
    return both.filter(
        both.nationality.notin([ALL, OTHER, UNKNOWN]),
        both.value >= at_least,
        both.times > both.all_times * factor,
    ).select("year", "counts", "nationality", "value", "before", "times", "all_times")


def _marks(table: ir.Table) -> Marks:
    rows = table.select("counts", "series").distinct().execute()
    return frozenset(Counted(*row) for row in rows.itertuples(index=False, name=None))


def _months(table: ir.Table) -> ir.Table:
    return table.filter(table.frequency == "month")
