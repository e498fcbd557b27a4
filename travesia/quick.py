"""Starting and ending quickly: what programs here leave out, and nobody misses."""

import atexit
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SLOW = "rfc3987_syntax"


@contextmanager
def quick_imports() -> Iterator[None]:
    """Within it, modules are loaded without what takes long and nobody needs.

    Python does not look for garbage meanwhile, and never again in what was loaded: modules stay,
    and each look would go through all of them, in the middle of the work too.

    And jsonschema is loaded without its check of international web addresses. For that format
    alone, which neither nbformat nor nbgrader uses, it builds a grammar at import: half of all that
    nbgrader takes to load. Afterwards the module can be had by whoever wants it.
    """
    collecting, known = gc.isenabled(), SLOW in sys.modules
    gc.disable()
    if not known:
        # Python's own way to say that a module is not there; jsonschema does without it then.
        sys.modules[SLOW] = None  # type: ignore[assignment] # documented in `import`'s reference
    try:
        yield
    finally:
        if not known:
            sys.modules.pop(SLOW, None)
        gc.freeze()
        if collecting:
            gc.enable()


def end_quickly() -> None:
    """Has this process end without looking for objects that nothing holds any more.

    The system takes its memory back anyway. Going through all that the libraries made takes a third
    of a second after the last word was said.
    """
    atexit.register(gc.freeze)
