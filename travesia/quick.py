"""Starting and ending quickly: what programs here leave out, and nobody misses."""

import atexit
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SLOW = "rfc3987_syntax"


@contextmanager
def without_slow_imports() -> Iterator[None]:
    """Within it, jsonschema is loaded without its check of international web addresses.

    For that format alone, which neither nbformat nor nbgrader uses, it builds a grammar at import:
    half of all that nbgrader takes to load. Afterwards the module can be had by whoever wants it.
    """
    if SLOW in sys.modules:
        yield
        return
    # Python's own way to say that a module is not there; jsonschema does without it then.
    sys.modules[SLOW] = None  # type: ignore[assignment] # documented in `import`'s reference
    try:
        yield
    finally:
        sys.modules.pop(SLOW, None)


def end_quickly() -> None:
    """Has this process end without looking for objects that nothing holds any more.

    The system takes its memory back anyway. Going through all that the libraries made takes a third
    of a second after the last word was said.
    """
    atexit.register(gc.freeze)
