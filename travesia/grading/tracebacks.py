"""IPython's tracebacks as they always are, without finding out again what is the same each time.

A traceback is what takes longest in a cell that fails, and IPython makes each of them twice: the
second one for a history of errors.
"""

# What it changes is IPython's and Pygments' own: neither has a setting for it.
# ruff: noqa: SLF001

import functools
import inspect
from typing import Any

import stack_data
from IPython.core.error import UsageError
from pygments.formatters.terminal256 import Terminal256Formatter

NO_MODULE = ""


def quicken(shell: Any) -> None:
    """Makes a shell's tracebacks quicker to make; what they say stays the same."""
    _know_cells(shell.compile)
    _keep_as_shown(shell)
    _remember_colours()


def _know_cells(compiler: Any) -> None:
    """Tells Python that a cell's file is no module's.

    For each frame of a cell it would look for the file among all modules that are loaded, in vain.
    """
    cache = compiler.cache

    @functools.wraps(cache)
    def known(*args: Any, **kwargs: Any) -> str:
        name: str = cache(*args, **kwargs)
        inspect.modulesbyfile[name] = NO_MODULE
        return name

    compiler.cache = known


def _keep_as_shown(shell: Any) -> None:
    """Keeps in the history of errors what was shown, where IPython would make the same again."""
    make = shell._format_exception_for_storage

    @functools.wraps(make)
    def stored(exception: BaseException, *args: Any, **kwargs: Any) -> dict[str, Any]:
        shown = shell._last_traceback
        if shown is None or isinstance(exception, SyntaxError | UsageError | BaseExceptionGroup):
            kept: dict[str, Any] = make(exception, *args, **kwargs)
            return kept
        return {"ename": type(exception).__name__, "evalue": str(exception), "traceback": shown}

    shell._format_exception_for_storage = stored


def _remember_colours() -> None:
    """Looks for the terminal's colour that is nearest to another one once, and not each time."""
    find = Terminal256Formatter._closest_color
    if hasattr(find, "__wrapped__"):
        return
    found: dict[tuple[int, int, int], int] = {}

    @functools.wraps(find)
    def closest(formatter: Terminal256Formatter, r: int, g: int, b: int) -> int:
        colour = (r, g, b)
        if colour not in found:
            found[colour] = find(formatter, *colour)
        return found[colour]

    Terminal256Formatter._closest_color = closest
    package: Any = stack_data
    package.style_with_executing_node = functools.cache(package.style_with_executing_node)
