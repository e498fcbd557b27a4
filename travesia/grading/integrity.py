"""Whether a learner's code changed what its own tests rely on.

It is looked for in the learner's process, so a determined program can hide from it: what is found
is a reason for an instructor to look, and what must hold against everybody is tested in a clean
process instead.
"""

import builtins
import sys
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any

from travesia.grading import equality
from travesia.grading.display import INTERACTIVITY, PLAIN
from travesia.grading.origin import of_library

# What a notebook's kernel itself sets as cells run.
OWN = frozenset({"_", "input", "display", "get_ipython", "__IPYTHON__", "exit", "quit", "open"})
MODULES = (
    "numpy.testing", "pandas.testing", "pandas._testing", "unittest.case", "math", "ast", "codeop",
)  # fmt: skip
EVENTS = "shell.events."
PARTS = (
    "compile", "display_pub", "displayhook", "display_formatter", "display_trap", "events",
    "input_transformer_manager",
)  # fmt: skip
"""What a shell has that reads code, runs it or shows what came of it."""


class Watched:
    """What tests rely on, as it was before any code of a learner's ran."""

    def __init__(self, shell: Any, module: Callable[[str], ModuleType | None]) -> None:
        """Remembers the interpreter's functions, the shell's, and those of the test libraries.

        Args:
            shell: the shell that runs the cells.
            module: gives a loaded module by name.
        """
        self._shell = shell
        self._kind = type(shell)
        self._parts = {name: getattr(shell, name) for name in PARTS}
        self._places = list(self._watch(module))
        self._lists = dict(self._hooks())
        self._covered = self._covering()

    def _watch(self, module: Callable[[str], ModuleType | None]) -> Iterator["Place"]:
        yield Place("builtins", vars(builtins), None)
        classes = [*type(self._shell).__mro__, *type(self._shell.kernel).__mro__]
        for part in (*self._parts.values(), self._shell.display_formatter.formatters[PLAIN]):
            classes += type(part).__mro__
        for each in dict.fromkeys(classes):
            if each is not object:
                yield Place(f"{each.__module__}.{each.__qualname__}", vars(each), dir(each))
        for name in MODULES:
            if (found := module(name)) is not None:
                yield Place(name, vars(found), dir(found))
        if (pandas := module("pandas")) is not None:
            for kind in (pandas.DataFrame, pandas.Series):
                yield Place(f"pandas.{kind.__name__}", vars(kind), dir(kind))

    def _hooks(self) -> Iterator[tuple[str, list[Any]]]:
        shell = self._shell
        yield "shell.ast_transformers", list(shell.ast_transformers)
        manager = shell.input_transformer_manager
        for name in ("cleanup_transforms", "line_transforms", "token_transformers"):
            yield f"shell.{name}", list(getattr(manager, name))
        yield "shell.input_transformers_post", list(shell.input_transformers_post)
        yield "shell.custom_exceptions", list(shell.custom_exceptions)
        for event, called in shell.events.callbacks.items():
            yield f"{EVENTS}{event}", list(called)
        yield "sys.settrace", [sys.gettrace(), sys.getprofile()]

    def _covering(self) -> dict[str, Any]:
        """The attributes of the shell itself, and of its parts, that hide a method of a class."""
        found: dict[str, Any] = {}
        for place, thing in {"": self._shell, **self._parts}.items():
            methods = {
                name
                for kind in type(thing).__mro__
                for name, value in vars(kind).items()
                if isinstance(value, FunctionType)
            }
            where = f"shell.{place}." if place else "shell."
            found |= {f"{where}{name}": vars(thing)[name] for name in methods & set(vars(thing))}
        return found

    def changed(self, names: list[str]) -> list[str]:
        """What is not as it was, and which of the names are equal to anything at all."""
        found = [name for place in self._places for name in place.changed()]
        found += [name for name, content in self._hooks() if self._is_other(name, content)]
        found += [
            name
            for name, value in sorted(self._covering().items())
            if name not in self._covered and not of_library(value)
        ]
        found += [
            f"shell.{name}"
            for name, part in self._parts.items()
            if getattr(self._shell, name, None) is not part
        ]
        found += ["shell.__class__"] if type(self._shell) is not self._kind else []
        return found + equality.liars(self._shell.user_ns, names)

    def _is_other(self, name: str, content: list[Any]) -> bool:
        """Whether there are other hooks than before; what is drawn with a library has that's own.

        Equality is not asked for: a learner may have made it.
        """
        before = self._lists.get(name, [])
        known = {id(each) for each in before}
        if name.startswith(EVENTS):
            content = [each for each in content if id(each) in known or not of_library(each)]
        return list(map(id, content)) != list(map(id, before))


class Place:
    """A module's or a class's content, as it was."""

    def __init__(self, name: str, content: Mapping[str, Any], known: list[str] | None) -> None:
        """Remembers it.

        Args:
            name: what the instructor reads.
            content: what is there now and later.
            known: what can be read there, and may be hidden by what is added; None if whatever is
                added counts.
        """
        self._name = name
        self._content = content
        self._before = dict(content)
        self._known = None if known is None else frozenset(known)

    def changed(self) -> list[str]:
        """What is not as it was."""
        before, now = self._before, self._content
        differing = {
            name
            for name in {*before, *now}
            if before.get(name) is not now.get(name)
            and not isinstance(before.get(name, now.get(name)), ModuleType)
            and (self._known is None or name in self._known)
            and not (self._name == "builtins" and name in OWN)
            # Learners who have cells show more may set it there; `display` tells what counts.
            and name != INTERACTIVITY
            and not name.startswith(("_abc_", "__abstractmethods", "__warningregistry"))
        }
        return [f"{self._name}.{name}" for name in sorted(differing)]
