"""Intervals of confidence as Ibis expressions."""

import ibis.expr.types as ir

Z_95 = 1.959963984540054


def wilson(
    count: ir.NumericValue, total: ir.NumericValue, z: float = Z_95
) -> tuple[ir.FloatingValue, ir.FloatingValue]:
    """The score interval of a share, after Wilson (1927): always within 0 and 1."""
    n = total.cast("float64").nullif(0.0)
    share = count.cast("float64") / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = (z / (1 + z * z / n)) * (share * (1 - share) / n + z * z / (4 * n * n)).sqrt()
    return centre - half, centre + half


def byar(count: ir.NumericValue, z: float = Z_95) -> tuple[ir.FloatingValue, ir.FloatingValue]:
    """The interval of a count of rare events, by Byar's approximation of Poisson's exact one."""
    low = count.cast("float64")
    high = low + 1
    # Of no event the lower bound is zero; the formula would divide by it.
    safe = (low == 0).ifelse(1.0, low)
    lower = safe * (1 - 1 / (9 * safe) - z / (3 * safe.sqrt())) ** 3
    upper = high * (1 - 1 / (9 * high) + z / (3 * high.sqrt())) ** 3
    return (low == 0).ifelse(0.0, lower), upper
