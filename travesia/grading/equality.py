"""Values and classes that are equal to anything, by which a wrong answer passes an assertion.

To find out, their own code has to run. So that happens in a process of its own, for a short time:
nothing that it does is there afterwards, and one that does not come back is told of too.
"""

import dis
import os
import random
import resource
import select
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from types import CodeType, FunctionType, ModuleType
from typing import Any

from travesia.grading.origin import bases, content, is_library_class

SECONDS = 8.0
CPU_SECONDS = 2
MOST_PARTS = 5000
MOST_ASKED = 200
INSIDE = (list, tuple, set, frozenset, dict)
KERNELS = frozenset({"In", "Out"})
LIES, HONEST = b"1", b"0"
ATTEMPTS: tuple[tuple[Any, ...], ...] = ((), (True,), (1, 1))
"""What a class is called with that has to be called."""

Asked = tuple[str, Callable[[], bool]]
"""What is told if it comes true, and how to find out."""


class Stranger:
    """Something that nothing else is equal to."""

    def __init__(self) -> None:
        self.own = random.random()  # noqa: S311 - no secret


class Answering(Stranger):
    """The same, with every attribute that it is asked for."""

    def __getattr__(self, name: str) -> Stranger:
        if name.startswith("__"):
            raise AttributeError(name)
        return Stranger()


def liars(namespace: Mapping[str, Any], names: list[str]) -> list[str]:
    """What in a namespace is equal to anything, as the instructor reads it.

    Args:
        namespace: a learner's names.
        names: those that tests read: looked at first, as there is not time for everything.
    """
    mock = sys.modules.get("unittest.mock")
    anything = type(getattr(mock, "ANY", None))
    trusted = _Trust()
    found: list[str] = []
    asked: list[Asked] = []
    for name, value in _values(namespace, names):
        kind = type(value)
        if mock is not None and kind is anything:
            found.append(f"{name} ==")
        elif not trusted(kind):
            asked.append((f"{name} ==", partial(_is_anything, value)))
        if issubclass(kind, type) and not trusted(value):
            asked.append((f"class {name} ==", partial(_makes_liars, value)))
        if mock is not None and kind is FunctionType and _gives(value.__code__, namespace, mock):
            found.append(f"{name}: unittest.mock.ANY")
    return list(dict.fromkeys([*found, *_true_ones(asked[:MOST_ASKED])]))


def _values(namespace: Mapping[str, Any], names: list[str]) -> Iterator[tuple[str, Any]]:
    """Each value with the name that leads to it, and what it holds, as far as that is plain."""
    own = [name for name in list(namespace) if type(name) is str and not name.startswith("_")]
    left = MOST_PARTS
    for name in dict.fromkeys([*(name for name in names if name in namespace), *own]):
        waiting: list[Any] = [namespace.get(name)] if name not in KERNELS else []
        seen = set()
        while waiting and left:
            value = waiting.pop()
            left -= 1
            yield name, value
            # A class may lie, or fail, when it is compared with another or looked up.
            if any(type(value) is each for each in INSIDE) and id(value) not in seen:
                seen.add(id(value))
                inside: Any = value.values() if type(value) is dict else value
                waiting += list(inside)[:left]


class _Trust:
    """Tells whether the equality of a class is a library's; each is looked at once."""

    def __init__(self) -> None:
        self._known: dict[int, bool] = {}

    def __call__(self, kind: type) -> bool:
        # A class of a learner's may lie when it is asked whether it is another one.
        if (known := self._known.get(id(kind))) is None:
            definers = (each for each in bases(kind) if "__eq__" in content(each))
            known = self._known[id(kind)] = is_library_class(next(definers, object))
        return known


def _gives(code: CodeType, namespace: Mapping[str, Any], mock: ModuleType) -> bool:
    """Whether code reads the value of a library for tests that is equal to anything."""
    if "ANY" in code.co_names:
        modules = (mock, sys.modules.get("unittest"))
        for name in code.co_names:
            if name.startswith("unittest") or any(namespace.get(name) is each for each in modules):
                return True
    inner = (each for each in code.co_consts if isinstance(each, CodeType))
    return any(_gives(each, namespace, mock) for each in inner)


def _true_ones(asked: list[Asked]) -> list[str]:
    """Which come true, each found out in another process; one that gives no answer counts."""
    found = []
    deadline = time.monotonic() + SECONDS
    while asked and time.monotonic() < deadline:
        answers = _ask(asked, deadline)
        found += [what for (what, _), answer in zip(asked, answers, strict=False) if answer == LIES]
        if len(answers) < len(asked):
            found.append(asked[len(answers)][0])
        asked = asked[len(answers) + 1 :]
    return found


def _ask(asked: list[Asked], deadline: float) -> list[bytes]:
    """The answers in their order, as far as they come."""
    reader, writer = os.pipe()
    try:
        with warnings.catch_warnings():
            # Threads of the learner's are not there in the other process, and nothing needs them.
            warnings.simplefilter("ignore")
            pid = os.fork()
    except OSError:
        os.close(reader)
        os.close(writer)
        return []
    if pid == 0:
        try:
            _answer(asked, writer)
        finally:
            os._exit(0)
    os.close(writer)
    said = b""
    while len(said) < len(asked):
        ready, _, _ = select.select([reader], [], [], max(0.0, deadline - time.monotonic()))
        data = os.read(reader, MOST_ASKED) if ready else b""
        if not data:
            break
        said += data
    os.close(reader)
    with suppress(OSError):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return [bytes([each]) for each in said]


def _answer(asked: list[Asked], writer: int) -> None:
    """Finds out, in a process that is for nothing else: it says nothing and soon ends."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    for _, find_out in asked:
        answer = HONEST
        with suppress(BaseException):
            answer = LIES if find_out() else HONEST
        os.write(writer, answer)


def _is_anything(value: object) -> bool:
    """Whether a value is equal to what is not equal to each other."""
    number, text = random.randrange(10**9), f"{random.random()}"  # noqa: S311 - no secret
    return (
        _equals(value, Stranger(), Answering())
        or _equals(value, number, -number - 1)
        or (_equals(value, text, f"{text}0"))
    )


def _equals(value: object, *others: object) -> bool:
    return all(_equal(value, other) for other in others)


def _equal(value: object, other: object) -> bool:
    with suppress(BaseException):
        if value == other:
            return True
    with suppress(BaseException):
        if other == value:
            return True
    return False


def _makes_liars(kind: type) -> bool:
    """Whether what a class makes is equal to anything."""
    if _equals(_made(kind), Stranger(), Answering()):
        return True
    if _compares(kind):
        return False
    # What it is compared with does not matter, so it is for the class to say. Only such a class is
    # called: another one's first instance may be equal to much, as an empty group is.
    for arguments in ATTEMPTS:
        with suppress(BaseException):
            if _equals(kind(*arguments), Stranger(), Answering()):
                return True
    return False


def _made(kind: type) -> object:
    """An instance that no code of the class's own has made, with something in it; None if none."""
    base: Any = next(each for each in bases(kind) if is_library_class(each))
    number = random.randrange(10**9)  # noqa: S311 - no secret
    filled: dict[Any, Any] = {int: number, float: number + 0.5, complex: number, str: f"{number}"}
    filled |= {bytes: f"{number}".encode(), tuple: [Stranger()], frozenset: [Stranger()]}
    attempts: Any = [(filled[base],)] if base in filled else [(), (number,), (2000, 1, 1)]
    for arguments in attempts:
        with suppress(BaseException):
            made = base.__new__(kind, *arguments)
            if issubclass(base, dict):
                dict.__setitem__(made, number, Stranger())
            for name in ("append", "add"):
                if add := getattr(base, name, None):
                    add(made, Stranger())
            return made
    return None


def _compares(kind: type) -> bool:
    """Whether the equality of a class reads what it is asked to compare with."""
    definer = next(each for each in bases(kind) if "__eq__" in content(each))
    equality = content(definer)["__eq__"]
    if type(equality) is not FunctionType or equality.__code__.co_argcount != 2:
        return True
    other = equality.__code__.co_varnames[1]
    return any(
        step.opname.startswith("LOAD")
        # Newer interpreters load two at once.
        and other in (step.argval if isinstance(step.argval, tuple) else (step.argval,))
        for step in dis.get_instructions(equality.__code__)
    )
