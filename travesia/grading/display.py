"""How a shell shows values: as a fresh one does while tests run, whatever a learner set.

A test's last line is its partial credit, read as it is shown: so a learner has no say in that.
"""

import re
from contextlib import suppress
from typing import Any

from travesia.grading.origin import content, of_library

INTERACTIVITY = "ast_node_interactivity"
PLAIN = "text/plain"
HARMLESS = frozenset({"all", "last", "last_expr", "last_expr_or_assign"})
"""What a learner may set so that cells show more; it could win nothing."""
PRINTERS = ("type_printers", "deferred_printers", "singleton_printers")
NUMBERS = frozenset({object, int, float, complex, bool})
SETTLED = frozenset({"config", "parent", "log"})
_FLOATS = re.compile(r"%(\.\d{1,2})?[a-zA-Z]")


class Kept:
    """One object that shows values, and its settings as they were."""

    def __init__(self, thing: Any, settings: list[str]) -> None:
        self.thing = thing
        self.settings = {name: _copied(getattr(thing, name)) for name in settings}
        self.own = set(vars(thing))

    def hidden(self) -> set[str]:
        """The methods of its class that something of its own stands before."""
        own = set(vars(self.thing)) - self.own
        return {name for name in own if hasattr(type(self.thing), name)}

    def put_back(self) -> None:
        """Sets everything as it was."""
        for name in set(vars(self.thing)) - self.own:
            del vars(self.thing)[name]
        for name, value in self.settings.items():
            setattr(self.thing, name, _copied(value))


class Display:
    """A shell's ways to show values, before any code of a learner's ran."""

    def __init__(self, shell: Any) -> None:
        """Remembers them; something must have been shown already, so that nothing is made later."""
        self._shell = shell
        self._kinds = [
            (kind, content(kind)[INTERACTIVITY])
            for kind in type(shell).__mro__
            if INTERACTIVITY in content(kind)
        ]
        formatter = shell.display_formatter
        self._trap = Kept(shell.display_trap, ["hook"])
        self._hook = Kept(shell.displayhook, [])
        self._formatter = Kept(
            formatter, ["active_types", "ipython_display_formatter", "mimebundle_formatter"]
        )
        self._plain = _kept(formatter.formatters[PLAIN])
        self._others = [
            _kept(formatter.ipython_display_formatter),
            _kept(formatter.mimebundle_formatter),
        ]

    def put_back(self) -> None:
        """Has the next cell shown as a fresh shell would."""
        shell = self._shell
        for kind, setting in self._kinds:
            if content(kind).get(INTERACTIVITY) is not setting:
                setattr(kind, INTERACTIVITY, setting)
        shell.ast_node_interactivity = "last_expr"
        shell.displayhook = self._hook.thing
        shell.display_trap = self._trap.thing
        shell.display_formatter = formatter = self._formatter.thing
        for each in (self._hook, self._trap, self._formatter, self._plain, *self._others):
            with suppress(Exception):
                each.put_back()
        _hooks(self._hook.thing).clear()
        formatters = formatter.formatters if type(formatter.formatters) is dict else {}
        if formatters.get(PLAIN) is not self._plain.thing:
            formatter.formatters = {**formatters, PLAIN: self._plain.thing}

    def changed(self) -> list[str]:
        """What was set so that a test's result might be taken for another, or for none."""
        shell = self._shell
        trap, hook, formatter = self._trap.thing, self._hook.thing, self._formatter.thing
        shown = shell.ast_node_interactivity
        found = []
        if type(shown) is not str or shown not in HARMLESS:
            found.append("shell.ast_node_interactivity")
        if shell.display_trap is not trap or trap.hook is not hook or self._trap.hidden():
            found.append("shell.display_trap")
        if shell.displayhook is not hook or self._hook.hidden() or _hooks(hook):
            found.append("shell.displayhook")
        if shell.display_formatter is not formatter or self._formatter.hidden():
            found.append("shell.display_formatter")
        plain = self._plain.thing
        now = formatter.formatters.get(PLAIN)
        replaced = now is not plain and not of_library(content(type(now)).get("__call__"))
        if replaced or not plain.enabled or not _FLOATS.fullmatch(plain.float_format):
            found.append("shell.display_formatter.text/plain")
        found += [
            f"shell.display_formatter.{type(kept.thing).__name__}"
            for kept in (self._plain, *self._others)
            if kept.hidden() or any(_misprints(kept, name) for name in PRINTERS)
        ]
        return found


def _kept(formatter: Any) -> Kept:
    return Kept(formatter, sorted(set(formatter.trait_names()) - SETTLED))


def _hooks(hook: Any) -> list[Any]:
    """What may change a result on its way out of the kernel."""
    found: list[Any] = getattr(hook, "_hooks", [])
    return found


def _copied(value: Any) -> Any:
    return type(value)(value) if type(value) in {dict, list} else value


def _misprints(kept: Kept, name: str) -> bool:
    """Whether numbers are printed by other functions than before, and not by a library's."""
    before, now = kept.settings[name], getattr(kept.thing, name)
    return any(
        not of_library(printer)
        for key, printer in list(now.items())
        if before.get(key) is not printer and (name == "singleton_printers" or _is_number(key))
    )


def _is_number(key: object) -> bool:
    if type(key) is tuple:
        return key[:1] in {("builtins",), ("numpy",)}
    if not isinstance(key, type):
        return False
    return key in NUMBERS or content(key).get("__module__") == "numpy" or issubclass(key, float)
