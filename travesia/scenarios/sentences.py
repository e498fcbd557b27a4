"""What is wrong with a value of a case: pydantic's findings as sentences for an author."""

from collections.abc import Iterable
from typing import Any

from travesia.scenarios.problems import Location, did_you_mean

_SHAPES = {
    "dict_type": ("fields of its own", "write each as `name: value`"),
    "mapping_type": ("fields of its own", "write each as `name: value`"),
    "model_type": ("fields of its own", "write each as `name: value`"),
    "tuple_type": ("a list", "write it as `[a, b]`, or each on a line with `- `"),
    "list_type": ("a list", "write it as `[a, b]`, or each on a line with `- `"),
    "string_type": ("text", "write it in quotes"),
    "int_type": ("a whole number", "write it without quotes, such as 2"),
    "bool_type": ("true or false", "write one of the two, without quotes"),
}
_LIMITS = {
    "string_too_long": ("longer than {max_length} characters", "shorten it"),
    "too_long": ("more than {max_length} long", "take some away"),
    "greater_than_equal": ("less than {ge}", "write {ge} or more"),
    "less_than_equal": ("more than {le}", "write {le} or less"),
}
_PATTERNS = {
    "src": ("a file of this case", "give a file below the case's own folder"),
    "from": ("a group's file", "give one in the case's folder, below it or in `../`"),
}
_AN_ID = ("an id", "use small letters, digits and single hyphens")
_EMPTY = {
    "string_too_short": "write a text, or remove the line",
    "too_short": "write at least one, or remove the line",
}


def sentence(detail: Any, location: Location, known: Iterable[str]) -> tuple[str, str]:
    """What is wrong and its remedy, for one of pydantic's findings.

    Args:
        detail: the finding.
        location: where it is.
        known: the fields among which a misspelt one is looked for.
    """
    kind, context = detail["type"], detail.get("ctx", {})
    field = next((str(step) for step in reversed(location) if step != "[key]"), "case")
    shown = f"`{str(detail['input'])[:60]}`"
    if kind == "missing":
        said = ("it is missing", f"add `{field}:`")
    elif kind == "extra_forbidden":
        said = (
            "it is not a field that a case has here",
            f"{did_you_mean(field, known)}remove it",
        )
    elif kind == "string_pattern_mismatch":
        what, remedy = _PATTERNS.get(field, _AN_ID)
        said = (f"{shown} is not {what}", remedy)
    elif kind in _SHAPES:
        what, remedy = _SHAPES[kind]
        said = (f"it should be {what}", remedy)
    elif kind in _LIMITS:
        what, remedy = _LIMITS[kind]
        said = (f"it is {what.format_map(context)}", remedy.format_map(context))
    elif kind in _EMPTY:
        said = ("it is empty", _EMPTY[kind])
    elif kind in {"enum", "literal_error"}:
        words = str(context["expected"]).replace("'", "`")
        said = (f"{shown} is not one of its words", f"use {words}")
    elif "error" in context:
        what, _, remedy = str(context["error"]).partition("; ")
        said = (what, remedy or "correct it")
    else:
        said = (f"{shown} cannot stand here", "correct it")
    return said
