"""Small cells: attacked with everything that a reader of what ships or is exported can know."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from travesia import flows
from travesia.flows.disclosure import Collapse, Fold, aggregate_small
from travesia.flows.suppression import _lines, suppress_small

THRESHOLD = 5


def possible(
    matrix: np.ndarray, totals: np.ndarray, low: np.ndarray, high: np.ndarray, cell: int
) -> tuple[int, int]:
    """The least and the most that a hidden whole number can be, given totals and bounds."""
    found = []
    for sign in (1, -1):
        goal = np.zeros(matrix.shape[1])
        goal[cell] = sign
        answer = milp(
            goal,
            constraints=LinearConstraint(matrix, totals, totals),
            integrality=np.ones(matrix.shape[1]),
            bounds=Bounds(low, high),
        )
        assert answer.success
        found.append(round(sign * answer.fun))
    return found[0], found[1]


def recovered(table: pd.DataFrame, hidden: pd.Series, keys: list[str]) -> list[int]:
    """The small cells that an attacker who knows every total works out exactly."""
    counts = table["value"].to_numpy(dtype=float)
    unknown = np.flatnonzero(hidden.to_numpy())
    codes = np.column_stack([pd.factorize(table[key])[0] for key in keys])
    rows = []
    totals = []
    for line in _lines(codes):
        inside = np.isin(unknown, line)
        if inside.any():
            rows.append(inside.astype(float))
            totals.append(counts[unknown[inside]].sum())
    if not rows:
        return []
    matrix, known = np.array(rows), np.array(totals)
    low, high = np.ones(len(unknown)), np.full(len(unknown), np.inf)
    caught = []
    for place, cell in enumerate(unknown):
        if counts[cell] < THRESHOLD:
            least, most = possible(matrix, known, low, high, place)
            if least == most:
                caught.append(int(cell))
    return caught


def grid(rows: int, columns: int, seed: int) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    values = draw.negative_binomial(0.6, 0.03, rows * columns)
    places, groups = np.divmod(np.arange(rows * columns), columns)
    return pd.DataFrame({"place": places, "group": groups, "value": values})


@pytest.mark.parametrize("seed", range(40))
def test_no_small_cell_follows_from_the_totals_of_a_table(seed: int) -> None:
    table = grid(7, 6, seed)
    hidden = suppress_small(table, value="value", keys=["place", "group"])
    assert hidden[table["value"].between(1, 4)].all()
    assert recovered(table, hidden, ["place", "group"]) == []


def test_the_attack_succeeds_where_small_cells_alone_are_emptied() -> None:
    caught = 0
    for seed in range(12):
        table = grid(7, 6, seed)
        alone = table["value"].between(1, 4)
        caught += len(recovered(table, alone, ["place", "group"]))
    assert caught > 10


def test_three_ways_of_splitting_hide_too() -> None:
    draw = np.random.default_rng(4)
    table = pd.DataFrame(
        [(a, b, c) for a in range(3) for b in range(4) for c in range(3)], columns=list("abc")
    )
    table["value"] = draw.negative_binomial(0.8, 0.04, len(table))
    hidden = suppress_small(table, value="value", keys=list("abc"))
    assert 0 < hidden.sum() < len(table)
    assert recovered(table, hidden, list("abc")) == []


def test_a_table_without_small_cells_stays_whole() -> None:
    table = pd.DataFrame({"place": [1, 2, 3], "value": [0, 5, 900]})
    assert not suppress_small(table, value="value", keys=["place"]).any()


def test_two_small_cells_whose_total_tells_both_take_a_third_with_them() -> None:
    table = pd.DataFrame({"place": [1, 2, 3, 4], "value": [1, 1, 60, 80]})
    hidden = suppress_small(table, value="value", keys=["place"])
    assert hidden.tolist() == [True, True, True, False]


def test_a_bridge_between_hidden_cells_is_found() -> None:
    # Every row and column hides two or more, and the totals still determine the cell that joins
    # two closed squares: only the whole system of totals shows it.
    values = [
        [2, 3, 90, 91],
        [3, 2, 1, 92],
        [93, 94, 2, 3],
        [95, 96, 3, 2],
    ]
    table = pd.DataFrame(
        [(r, c, values[r][c]) for r in range(4) for c in range(4)],
        columns=["place", "group", "value"],
    )
    only_small = table["value"] < THRESHOLD
    bridge = 1 * 4 + 2
    assert bridge in recovered(table, only_small, ["place", "group"])
    hidden = suppress_small(table, value="value", keys=["place", "group"])
    assert recovered(table, hidden, ["place", "group"]) == []


def months_and_nationalities(seed: int) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    table = pd.DataFrame(
        [(m, n) for m in range(12) for n in range(10)], columns=["period", "nationality"]
    )
    table["value"] = draw.negative_binomial(0.5, 0.02, len(table))
    table["nationality"] = [f"N{number}" for number in table["nationality"]]
    return table


@pytest.mark.parametrize("seed", range(10))
def test_what_is_put_together_can_have_come_about_in_several_ways(seed: int) -> None:
    raw = months_and_nationalities(seed)
    keys = ["period", "nationality"]
    made = aggregate_small(raw, [Fold("nationality")], keys=keys)
    assert made["value"].sum() == raw["value"].sum()
    assert not made["value"].between(1, 4).any()
    shown = made.set_index(keys)["value"]
    for period, rows in raw.groupby("period"):
        there = shown.loc[period]
        # The attacker knows the list of nationalities and how the cells are put together.
        gone = rows[~rows["nationality"].isin(there.index)]
        if "other" not in there.index:
            assert gone.empty
            continue
        small = gone["value"].between(1, 4)
        matrix = np.ones((1, len(gone)))
        total = np.array([float(there["other"])])
        low = np.where(gone["value"] >= THRESHOLD, THRESHOLD, 0.0)
        high = np.where(gone["value"] >= THRESHOLD, np.inf, THRESHOLD - 1.0)
        for place in np.flatnonzero(small.to_numpy()):
            least, most = possible(matrix, total, low, high, int(place))
            assert least < most


def test_a_group_that_is_small_as_a_whole_is_emptied() -> None:
    raw = pd.DataFrame({"period": [1, 1], "nationality": ["A", "B"], "value": [1, 2]})
    made = aggregate_small(raw, [Fold("nationality")], keys=["period", "nationality"])
    assert made["suppressed"].tolist() == [True]
    assert made["value"].isna().all()


def test_both_sexes_are_put_together_where_one_is_small() -> None:
    raw = pd.DataFrame(
        {"period": [1, 1, 2, 2], "sex": ["female", "male"] * 2, "value": [3, 90, 40, 90]}
    )
    made = aggregate_small(raw, [Collapse(("sex",))], keys=["period", "sex"])
    assert made[["period", "sex", "value"]].to_numpy().tolist() == [
        [1, "all", 93], [2, "female", 40], [2, "male", 90],
    ]  # fmt: skip


def test_an_administrator_can_ask_for_a_higher_threshold() -> None:
    raw = months_and_nationalities(1)
    made = aggregate_small(raw, [Fold("nationality")], keys=["period", "nationality"], threshold=11)
    assert not made["value"].between(1, 10).any()


def test_many_hidden_cells_are_checked_in_little_time(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    table = pd.DataFrame(
        [(m, n) for m in range(80) for n in range(50)], columns=["month", "nationality"]
    )
    table["value"] = draw.negative_binomial(0.5, 0.02, len(table))
    hidden = suppress_small(table, value="value", keys=["month", "nationality"])
    assert hidden[table["value"].between(1, 4)].all()
    assert hidden.mean() < 0.6


def test_shipped_tables_have_nothing_left_to_suppress() -> None:
    for name in flows.catalogue().index:
        table = pd.DataFrame(flows.load(name, quiet=True))
        keys = [c for c in table.columns if c not in {"value", "suppressed", "status"}]
        assert not suppress_small(table, value="value", keys=keys).any(), name
