"""Programs start without what takes long, and everything is there afterwards."""

import gc
import sys

import pytest

from travesia.quick import SLOW, quick_imports


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    monkeypatch.delitem(sys.modules, SLOW, raising=False)
    yield
    gc.enable()
    gc.unfreeze()


def test_what_takes_long_is_not_loaded_and_can_be_had_afterwards():
    with quick_imports(), pytest.raises(ModuleNotFoundError):
        __import__(SLOW)
    assert __import__(SLOW).__name__ == SLOW


def test_what_is_loaded_already_stays(monkeypatch):
    monkeypatch.setitem(sys.modules, SLOW, gc)
    with quick_imports():
        assert __import__(SLOW) is gc
    assert sys.modules[SLOW] is gc


def test_nobody_looks_for_garbage_meanwhile_and_in_what_was_loaded_never():
    with quick_imports():
        assert not gc.isenabled()
        loaded = [[]]
    later = [[]]
    assert gc.isenabled()
    looked_at = {id(each) for each in gc.get_objects()}
    assert id(loaded) not in looked_at
    assert id(later) in looked_at


def test_a_program_that_never_looks_for_garbage_goes_on_so():
    gc.disable()
    with quick_imports():
        pass
    assert not gc.isenabled()


def test_all_is_as_before_when_a_module_does_not_load():
    with pytest.raises(ModuleNotFoundError), quick_imports():
        __import__("no_such_module_anywhere")
    assert gc.isenabled()
    assert SLOW not in sys.modules
