"""Modules that are loaded and not yet imported, as far as a notebook can tell.

What was loaded ahead is put aside: it is not among `sys.modules`, nor is it an attribute of its
package, until the notebook imports it. Then it comes back at once, with all that it needed when it
was loaded, so that a notebook finds what it would find in a kernel that has just started.
"""

import builtins
import contextlib
import importlib
import importlib.util
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.machinery import ModuleSpec
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

OWN = "travesia"
STANDARD = str(Path(contextlib.__file__).parent)


class Loaded:
    """What has been put aside; it is a finder and a loader of Python's import."""

    def __init__(self) -> None:
        """Nothing has been put aside yet."""
        self._aside: dict[str, ModuleType] = {}
        self._asked: list[str] = []
        self._together: dict[str, tuple[str, ...]] = {}
        self._detached: dict[str, ModuleType] = {}
        self._specs: dict[str, ModuleSpec | None] = {}
        self._needs: defaultdict[str, set[str]] = defaultdict(set)
        self._back: set[str] = set()
        self._loaded: frozenset[str] = frozenset()

    def __contains__(self, name: object) -> bool:
        """Whether a module was loaded ahead, put aside or not."""
        return name in self._loaded

    def get(self, name: str) -> ModuleType | None:
        """A module that was loaded, wherever it is now."""
        return self._aside.get(name) or sys.modules.get(name)

    def load(self, names: Sequence[str]) -> list[str]:
        """Imports modules, and gives the names of those that could not be."""
        failed = []
        self._asked += names
        with self._recording():
            for name in names:
                before = set(sys.modules)
                try:
                    importlib.import_module(name)
                except Exception:  # noqa: BLE001 - a library may fail to load in any way
                    failed.append(name)
                self._needs[name] |= set(sys.modules) - before
        return failed

    @contextmanager
    def _recording(self) -> Iterator[None]:
        """Notes which module imports which, and what came with it."""
        original = builtins.__import__
        builtins.__import__ = self._noting(original)
        try:
            yield
        finally:
            builtins.__import__ = original

    def _noting(self, original: Callable[..., Any]) -> Callable[..., Any]:
        # Named as Python's own: what is compiled calls it with them, matplotlib's ft2font for one.
        def noting(
            name: str,
            globals: Mapping[str, Any] | None = None,  # noqa: A002
            locals: Mapping[str, Any] | None = None,  # noqa: A002
            fromlist: Sequence[str] | None = (),
            level: int = 0,
        ) -> Any:
            before = len(sys.modules)
            found = original(name, globals, locals, fromlist, level)
            importer = str((globals or {}).get("__name__", ""))
            whole = name
            if level:
                package = str((globals or {}).get("__package__") or importer)
                with suppress(ImportError, ValueError):
                    whole = importlib.util.resolve_name("." * level + name, package)
            named = {whole, *(f"{whole}.{each}" for each in fromlist or ())}
            self._needs[importer] |= {each for each in named if each in sys.modules}
            if len(sys.modules) > before:
                # A dictionary keeps the order in which its keys came.
                self._needs[whole] |= set(islice(sys.modules, before, None))
            return found

        return noting

    def put_aside(self, ahead: set[str]) -> None:
        """Puts aside what was loaded ahead, and this package; Python's own library stays."""
        self._loaded = frozenset(sys.modules)
        for name, module in list(sys.modules.items()):
            own = name.split(".")[0] == OWN
            if own or (name in ahead and not _standard(module)):
                self._aside[name] = module
        within = defaultdict(list)
        for name in self._aside:
            sys.modules.pop(name, None)
            within[name.rpartition(".")[0]].append(name)
        for package, names in within.items():
            if (above := self._aside.get(package)) is not None:
                self._detach(above, names, self._closure(package))
        # What a notebook is likely to import comes back without being looked for.
        likely = [name for name in self._asked if name in self._aside]
        self._together = {name: tuple(self._closure(name)) for name in [*within[""], *likely]}
        sys.meta_path.insert(0, self)

    def _detach(self, above: ModuleType, names: list[str], needed: set[str]) -> None:
        """Takes from a package what has been loaded in it and it does not need itself."""
        for name in names:
            child = name.rpartition(".")[2]
            if name not in needed and vars(above).get(child) is self._aside[name]:
                self._detached[name] = above
                delattr(above, child)

    def _closure(self, name: str) -> set[str]:
        found: set[str] = set()
        waiting = [name]
        while waiting:
            each = waiting.pop()
            # What is back has brought all that it needs with it.
            if each in found or each in self._back:
                continue
            found.add(each)
            waiting += self._needs.get(each, ())
            if "." in each:
                waiting.append(each.rpartition(".")[0])
        return found

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> Any:
        """How to import a module that was put aside; None for any other."""
        return ModuleSpec(name, self) if name in self._aside else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module, which is loaded already; what it needed comes back with it."""
        module = self._aside[spec.name]
        self._specs[spec.name] = module.__spec__
        together = self._together.get(spec.name) or self._closure(spec.name)
        for name in together:
            if name != spec.name:
                self._return(name)
        self._back.update(together)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is left to do but to forget that it was ever aside."""
        name = module.__spec__.name if module.__spec__ else module.__name__
        # The import that has just been made gave it a specification that leads here.
        module.__spec__ = self._specs.pop(name, None)
        self._return(name)

    def _return(self, name: str) -> None:
        module = self._aside.pop(name, None)
        if module is None:
            return
        sys.modules[name] = module
        if (above := self._detached.pop(name, None)) is not None:
            with suppress(AttributeError, TypeError):
                setattr(above, name.rpartition(".")[2], module)


def _standard(module: ModuleType) -> bool:
    path = str(getattr(module, "__file__", None) or STANDARD)
    return path.startswith(STANDARD) and "site-packages" not in path
