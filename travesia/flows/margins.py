"""The joint distribution that synthetic records are drawn from, fitted to published margins.

Mexico publishes events by month and nationality, and by month, sex, age and accompaniment, and
never both at once. The joint table that agrees with both is found by iterative proportional
fitting. Where nothing is published the least is assumed: how accompaniment differs between
nationalities is taken from the US border's table, which has both, and the state is independent of
the rest.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from travesia.flows.columns import ALL, OTHER, UNKNOWN
from travesia.flows.package import load

EVENTS, GROUPS, STATES, BORDER = (
    "mexico-events",
    "mexico-events-by-sex-age",
    "mexico-events-by-state",
    "cbp-encounters",
)
_GROUP = ["sex", "age", "accompaniment"]
_CLOSE = 1e-9


@dataclass(frozen=True)
class Margins:
    """What records are drawn from: months, and in each the shares of what they are like."""

    months: pd.DatetimeIndex
    nationalities: list[str]
    groups: list[tuple[str, str, str]]
    """Sex, age and accompaniment together."""
    states: list[str]
    events: np.ndarray
    """Months × nationalities × groups: the fitted number of events."""
    by_state: np.ndarray
    """Months × states: shares that add up to 1 in each month."""


def fit(
    seed: np.ndarray, by_nationality: np.ndarray, by_group: np.ndarray, *, rounds: int = 200
) -> np.ndarray:
    """The table nearest to a seed that has both margins: iterative proportional fitting.

    Args:
        seed: months × nationalities × groups, not negative; what is 0 in it stays 0.
        by_nationality: months × nationalities.
        by_group: months × groups, with the same total in each month.
        rounds: how often both margins are fitted at most.

    Raises:
        ValueError: the margins do not agree, or the seed has zeros where a margin has events.
    """
    if not np.allclose(by_nationality.sum(1), by_group.sum(1)):
        raise ValueError("The two margins have different totals in a month: scale one of them.")
    table: np.ndarray = seed.astype("float64")
    for _round in range(rounds):
        table *= _factor(by_nationality, table.sum(2))[:, :, None]
        table *= _factor(by_group, table.sum(1))[:, None, :]
        if np.allclose(table.sum(2), by_nationality, rtol=_CLOSE, atol=1e-6):
            return table
    raise ValueError("The margins cannot be fitted: the seed has a zero where there are events.")


def published() -> Margins:
    """The margins as Mexico publishes them, fitted together, for the months that have both."""
    events = pd.DataFrame(load(EVENTS, quiet=True))
    groups = pd.DataFrame(load(GROUPS, quiet=True))
    # Where one sex was too few to ship, the record's sex is not known rather than guessed.
    groups["sex"] = groups["sex"].replace(ALL, UNKNOWN)
    nationality = events.pivot_table(
        index="period", columns="nationality", values="value", aggfunc="sum", fill_value=0
    ).astype("float64")
    group = groups.pivot_table(
        index="period", columns=_GROUP, values="value", aggfunc="sum", fill_value=0
    ).astype("float64")
    group = group.loc[nationality.index]
    # The two tables differ by some rows without a nationality: the larger one sets the total.
    scaled = group.mul(nationality.sum(axis=1) / group.sum(axis=1), axis=0)
    seed = _seed(list(nationality.columns), [tuple(each) for each in scaled.columns])
    shape = (len(nationality), *seed.shape)
    fitted = fit(np.broadcast_to(seed, shape), nationality.to_numpy(), scaled.to_numpy())
    states, by_state = _states(nationality.index)
    return Margins(
        months=pd.DatetimeIndex(nationality.index),
        nationalities=list(nationality.columns),
        groups=[tuple(each) for each in scaled.columns],
        states=states,
        events=fitted,
        by_state=by_state,
    )


def _factor(wanted: np.ndarray, there: np.ndarray) -> np.ndarray:
    return np.divide(wanted, there, out=np.zeros_like(wanted), where=there > 0)


def _seed(nationalities: list[str], groups: list[tuple[str, str, str]]) -> np.ndarray:
    """How much more often than on average each nationality is of each group, at the US border."""
    border = pd.DataFrame(load(BORDER, quiet=True))
    kinds = border.pivot_table(
        index="nationality", columns="accompaniment", values="value", aggfunc="sum", fill_value=0
    ).astype("float64")
    kinds = kinds.drop(index=ALL, errors="ignore")
    shares = kinds.div(kinds.sum(axis=1), axis=0)
    lift = shares / (kinds.sum() / kinds.to_numpy().sum())
    lift = lift.reindex(nationalities).fillna(lift.loc[OTHER])
    # A few events of every kind are possible for every nationality.
    lift = lift.clip(lower=0.02)
    columns = [lift[_kind(age, accompaniment)].to_numpy() for _sex, age, accompaniment in groups]
    return np.column_stack(columns)


def _kind(age: str, accompaniment: str) -> str:
    """The border's group that comes nearest to an age and accompaniment of Mexico's."""
    if age == "18+":
        return "single-adult"
    return "unaccompanied" if accompaniment == "unaccompanied" else "family-unit"


def _states(months: pd.Index) -> tuple[list[str], np.ndarray]:
    """The states and their shares in each month; of months without any, those of all months."""
    table = pd.DataFrame(load(STATES, quiet=True)).pivot_table(
        index="period", columns="place", values="value", aggfunc="sum", fill_value=0
    )
    counts = table.astype("float64").reindex(months)
    counts = counts.fillna(table.sum().astype("float64"))
    shares = counts.div(counts.sum(axis=1), axis=0)
    return list(counts.columns), shares.to_numpy()
