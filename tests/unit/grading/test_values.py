"""A learner's final values travel as data; what is none of it stays behind, by name."""

import datetime as dt
import decimal
import fractions
import json
import math
import sys

import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from steps import PLACE, Executed, graded

from travesia.grading import checks, values


def there_and_back(value):
    text, refused = values.encode({"it": value}, ["it"])
    assert refused == {}
    assert isinstance(json.loads(text), dict)
    found, refused = values.decode(text, {"math"})
    assert refused == {}
    return found["it"]


PLAIN = [
    None,
    True,
    0,
    -(10**5000),
    1.5,
    float("inf"),
    1 + 2j,
    "text ñ \ud800",
    b"\x00\xff",
    [1, [2, (3,)]],
    {"a": {1: {2, 3}}, (1, 2): frozenset({4})},
    range(1, 9, 2),
    dt.date(2026, 3, 2),
    dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC),
    dt.time(10, 30),
    dt.timedelta(days=1, microseconds=3),
    decimal.Decimal("1.10"),
    fractions.Fraction(1, 3),
    pd.Timestamp("2026-03-02"),
]


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: type(value).__name__)
def test_plain_values_arrive_as_they_were(value):
    found = there_and_back(value)
    assert found == value
    assert type(found) is type(value)


def test_a_number_that_is_none_stays_one():
    assert math.isnan(there_and_back(float("nan")))


def test_arrays_keep_their_type_and_shape():
    array = np.arange(6, dtype="int16").reshape(2, 3)
    found = there_and_back(array)
    assert found.dtype == array.dtype
    np.testing.assert_array_equal(found, array)
    assert there_and_back(np.float32(1.5)).dtype == np.float32


def test_tables_keep_their_types_and_index():
    table = pd.DataFrame(
        {"n": [1, 2], "t": ["a", None], "d": pd.to_datetime(["2026-01-01", "2026-01-02"])},
        index=pd.Index(["x", "y"], name="key"),
    )
    pd.testing.assert_frame_equal(there_and_back(table), table)
    pd.testing.assert_series_equal(there_and_back(table["n"]), table["n"])
    pd.testing.assert_index_equal(there_and_back(table.index), table.index)


class Own:
    pass


class OwnNumber(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


class OwnTable(pd.DataFrame):
    pass


LOOP: list = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    "value",
    [Own(), OwnNumber(3), [OwnNumber(3)], len, Own, LOOP, np.array([Own()]), OwnTable({"a": [1]})],
    ids=["object", "number", "inside", "function", "class", "loop", "array", "table"],
)
def test_what_is_no_data_is_named_and_left_behind(value):
    text, refused = values.encode({"it": value, "fine": 1}, ["it", "fine", "missing"])
    assert values.decode(text, ()) == ({"fine": 1}, {})
    assert list(refused) == ["it"]


@pytest.mark.parametrize(
    "value",
    [
        pd.DataFrame({"a": pd.cut([1, 2], 2)}),
        pd.DataFrame({"a": [1 + 2j, 3]}),
        pd.DataFrame({"a": np.array([1, 2], dtype="longdouble")}),
        pd.DataFrame({"a": [2**70, 3]}, dtype=object),
    ],
    ids=["interval", "complex", "longdouble", "big integer"],
)
def test_a_table_that_cannot_be_carried_costs_no_other_value(value):
    text, refused = values.encode({"it": value, "y": 3}, ["it", "y"])
    found, unread = values.decode(text, ())
    assert found == {"y": 3}
    assert list(refused | unread) == ["it"]


class WithPandas(Executed):
    preload = ("pandas", "numpy")


@pytest.mark.parametrize("table", ["pd.cut([1, 2], 2)", "[1 + 2j, 3]"])
def test_a_clean_process_has_the_values_beside_one_that_cannot_be_carried(table):
    code = f"import pandas as pd\ntable = pd.DataFrame({{'a': {table}}})\ny = 3"
    test = "### CLEAN PROCESS\nassert y == 3\nassert len(table) == 2"
    cells = [new_code_cell(code), new_code_cell(test, metadata=graded(2))]
    nb, resources = WithPandas().preprocess(new_notebook(cells=cells), {"nbgrader": PLACE})
    [error] = nb.cells[1].outputs
    assert error.evalue == "name 'table' is not defined"
    assert list(resources[checks.REFUSED]) == ["table"]


def test_what_is_too_large_is_left_behind(monkeypatch):
    monkeypatch.setattr(values, "MOST_CHARACTERS", 100)
    text, refused = values.encode({"big": "x" * 200, "small": 1}, ["big", "small"])
    assert refused == {"big": "too large"}
    assert values.decode(text, ()) == ({"small": 1}, {})


def test_a_module_is_taken_along_only_if_it_was_loaded_ahead():
    assert there_and_back(math) is math
    sys.modules.pop("antigravity", None)
    assert values.decode('{"it": {"module": "antigravity"}}', {"math"}) == ({}, {})
    assert "antigravity" not in sys.modules
