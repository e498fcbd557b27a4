"""Which values can be an answer to a question: the shape alone, right or wrong.

The learner's view and the judge ask the same functions; both look at a question's form, practice
or graded, since neither needs the key for it.
"""

from collections.abc import Mapping
from typing import Any

from travesia.course.question_kinds import LONGEST_SHORT_TEXT, visible

Form = Mapping[str, Any]


def accepts(form: Form, value: object) -> bool:
    """Whether a value can be an answer to a question, whole or begun.

    Args:
        form: the question's practice or graded form, of a kind that is arranged or written short.
        value: what was saved or sent, of any shape.
    """
    match form["kind"]:
        case "truth":
            return _truth(form, value)
        case "short":
            return isinstance(value, str) and len(value) <= LONGEST_SHORT_TEXT
        case "order":
            return _order(form, value)
        case "match":
            return _match(form, value)
        case "spot":
            return isinstance(value, str) and value in {"", *_ids(form["picture"]["areas"])}
    return False


def attempted(value: object) -> bool:
    """Whether an accepted value says anything: an empty one is not an attempt."""
    if isinstance(value, Mapping):
        return any(each not in {None, ""} for each in value.values())
    return bool(visible(value).strip() if isinstance(value, str) else value)


def _truth(form: Form, value: object) -> bool:
    if not isinstance(value, dict) or not set(value) <= {"holds", "reason"}:
        return False
    reason = value.get("reason", "")
    known = isinstance(reason, str) and reason in {"", *_ids(form["reasons"])}
    return known and isinstance(value.get("holds"), bool | None)


def _order(form: Form, value: object) -> bool:
    ids = _ids(form["steps"])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return False
    return not value or sorted(value) == sorted(ids)


def _match(form: Form, value: object) -> bool:
    if not isinstance(value, dict):
        return False
    partners = {"", *_ids(form["partners"])}
    return set(value) <= set(_ids(form["items"])) and all(
        isinstance(each, str) and each in partners for each in value.values()
    )


def _ids(things: list[dict[str, Any]]) -> list[str]:
    return [thing["id"] for thing in things]
