"""Where a function or a class comes from: a library's own file, or somebody else's code."""

import sys
import sysconfig
from functools import lru_cache
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType, MethodType
from typing import Any

_FOLDERS = ("stdlib", "platstdlib", "purelib", "platlib")
LIBRARIES = tuple(
    dict.fromkeys(
        [
            *(sysconfig.get_path(name) for name in _FOLDERS),
            *(path for path in sys.path if path.endswith("-packages")),
            str(Path(__file__).parents[1]),
        ]
    )
)
"""The folders of what is installed, as they are before any code of a learner's runs."""
MADE_IN_PYTHON = 1 << 9
"""The flag of a class that is no part of a compiled program."""


def of_library(thing: object) -> bool:
    """Whether a function or a method is one that a library's own file holds.

    What it says of itself is not believed: its code must be found in that file.
    """
    function: Any = thing.__func__ if type(thing) is MethodType else thing
    if type(function) is not FunctionType or type(function.__module__) is not str:
        return False
    module = sys.modules.get(function.__module__)
    if module is None or function.__globals__ is not vars(module):
        return False
    return any(code == function.__code__ for code in _codes(function.__module__))


@lru_cache(maxsize=32)
def _codes(module: str) -> tuple[CodeType, ...]:
    """All code in a library's module; none if there is no such file in the libraries' folders."""
    path: Any = LIBRARIES
    spec, whole = None, ""
    for part in module.split("."):
        whole = f"{whole}.{part}" if whole else part
        spec = PathFinder.find_spec(whole, path)
        if spec is None:
            return ()
        path = spec.submodule_search_locations or ()
    if spec is None or not isinstance(spec.loader, SourceFileLoader):
        return ()
    found: list[CodeType] = []
    code = spec.loader.get_code(module)
    waiting = [code] if code else []
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting += [inner for inner in each.co_consts if isinstance(inner, CodeType)]
    return tuple(found)


def is_library_class(kind: type) -> bool:
    """Whether a class is found where it says it comes from, and that is a library.

    No code of the class's own is run for it, nor of its metaclass.
    """
    if not type.__dict__["__flags__"].__get__(kind) & MADE_IN_PYTHON:
        return True
    name, path = content(kind).get("__module__"), type.__dict__["__qualname__"].__get__(kind)
    module = sys.modules.get(name) if type(name) is str and name != "__main__" else None
    if module is None:
        return False
    file = getattr(module, "__file__", None)
    if file is not None and not str(file).startswith(LIBRARIES):
        return False
    found: Any = module
    for part in path.split("."):
        within = content(found) if issubclass(type(found), type) else getattr(found, "__dict__", {})
        found = within.get(part)
    return found is kind


def bases(kind: type) -> tuple[type, ...]:
    """A class and all that it inherits from, in the order of its look-ups."""
    order: tuple[type, ...] = type.__dict__["__mro__"].__get__(kind)
    return order


def content(kind: type) -> Any:
    """What a class defines itself."""
    return type.__dict__["__dict__"].__get__(kind)
