"""What is equal to anything is found; what only compares in its own way is not it."""

import decimal

import attacks
import pytest

from travesia.grading import equality
from travesia.grading.equality import liars
from travesia.grading.origin import is_library_class

HONEST = {
    "a data class": (
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int = 1\nvalue = A()"
    ),
    "by all attributes": (
        "class A:\n    def __eq__(self, other):\n        return self.__dict__ == other.__dict__\n"
        "value = A()"
    ),
    "by one that may be missing": (
        "class A:\n    x = None\n    def __eq__(self, other):\n"
        "        return self.x == getattr(other, 'x', None)"
    ),
    "of about the same size": (
        "class A(float):\n    def __eq__(self, other):\n        return abs(self - other) < 1e-6\n"
        "value = A(1)"
    ),
    "of whatever case": (
        "class A(str):\n    def __eq__(self, other):\n"
        "        return self.lower() == other.lower()\n"
        "value = A('a')"
    ),
    "an empty group": (
        "class A:\n    def __init__(self):\n        self.members = []\n"
        "    def __eq__(self, other):\n"
        "        return all(each in other.members for each in self.members)"
    ),
    "a list that is a part": (
        "class A(list):\n    def __eq__(self, other):\n        return all(x in other for x in self)"
    ),
    "not written yet": "class A:\n    def __eq__(self, other):\n        pass\nvalue = A()",
    "not implemented": (
        "class A(int):\n    def __eq__(self, other):\n        return NotImplemented\nvalue = A()"
    ),
    "never equal": "class A:\n    def __eq__(self, other):\n        return False\nvalue = A()",
    "only of its kind": (
        "class A:\n    def __eq__(self, other):\n        return isinstance(other, A)\nvalue = A()"
    ),
    "one that has an error": (
        "class A:\n    def __eq__(self, other):\n        raise SystemExit\nvalue = A()"
    ),
    "libraries' own": (
        "import datetime, decimal, enum, fractions, pathlib, numpy, pandas\n"
        "frame, array = pandas.DataFrame({'a': [1]}), numpy.arange(3)\n"
        "value = [pathlib.Path(), decimal.Decimal(1), fractions.Fraction(1), frame, array]\n"
        "from pandas import DataFrame, Series\nfrom datetime import date"
    ),
    "a library's double that is not its anything": (
        "from unittest import mock\nvalue = [mock.Mock(), mock.MagicMock(), mock.call(1)]"
    ),
    "a name of one's own": "ANY = 'any'\ndef f():\n    return ANY",
    "much of everything": "value = [[[0] * 200] * 200] * 200",
    "itself inside": "value = []\nvalue.append(value)",
}
STUCK = {
    "without end": "    while True:\n        pass",
    "asleep": "    import time\n    time.sleep(1000)",
    "that ends the process": "    import os\n    os._exit(0)",
    "that catches all": (
        "    while True:\n        try:\n            1 / 0\n        except BaseException:\n"
        "            pass"
    ),
}


def namespace(code):
    """What code defines, as a notebook would."""
    names = {"__name__": "__main__"}
    exec(code, names)
    return names


@pytest.mark.parametrize("how", attacks.LIARS)
def test_what_is_equal_to_anything_is_found(how):
    assert liars(namespace(attacks.LIARS[how]), ["add"])


@pytest.mark.parametrize("how", HONEST)
def test_what_compares_in_its_own_way_is_not_it(how):
    assert liars(namespace(HONEST[how]), ["value"]) == []


@pytest.mark.parametrize("how", STUCK)
def test_a_comparison_that_gives_no_answer_is_told_of_and_holds_up_nothing(how, monkeypatch):
    monkeypatch.setattr(equality, "SECONDS", 1.5)
    monkeypatch.setattr(equality, "CPU_SECONDS", 1)
    body = STUCK[how].replace("\n", "\n    ")
    names = namespace(
        f"class Stuck:\n    def __eq__(self, other):\n    {body}\n"
        "class Same:\n    def __eq__(self, other):\n        return True\n"
        "value = Stuck()"
    )
    assert "value ==" in liars(names, ["value"])


def test_a_class_that_can_be_asked_nothing_is_looked_at():
    names = namespace(
        "class Kind(type):\n    def __getattribute__(cls, name):\n        raise ValueError\n"
        "    __eq__ = __hash__ = None\nclass A(metaclass=Kind):\n    pass\nvalue = A()"
    )
    assert liars(names, ["value"]) == []


def test_a_librarys_class_is_known_by_where_it_is_found():
    (impostor,) = (
        each
        for each in namespace("class Decimal:\n    __module__ = 'decimal'").values()
        if isinstance(each, type)
    )
    assert is_library_class(decimal.Context)
    assert not is_library_class(impostor)
