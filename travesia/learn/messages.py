"""What a browser says a learner did, read with suspicion: anybody can send anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_MOST_VALUES = 100
_LONGEST_WORD = 200


@dataclass(frozen=True)
class Message:
    """One thing that a learner did in a view.

    Attributes:
        action: what was done.
        serial: the number that the browser gave it, to be sent back.
        value: what a button stands for.
        values: the chosen options.
        text: what stands in the text box, of any length.
        final: whether the learner left the text box.
        parts: what is picked in each part of an answer that has several, by the part's name.
    """

    action: str
    serial: int
    value: str = ""
    values: tuple[str, ...] = ()
    text: str = ""
    final: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)


def read_message(content: Any) -> Message | None:
    """The message that a browser sent, or None where it is not one."""
    serial = content.get("serial") if isinstance(content, dict) else None
    if type(serial) is not int or not 0 <= serial < 2**53:
        return None
    values, parts = content.get("values", []), content.get("parts", {})
    if not isinstance(values, list) or not isinstance(parts, dict):
        return None
    if len(values) + len(parts) > _MOST_VALUES:
        return None
    words = [content.get("action"), content.get("value", ""), *values, *parts, *parts.values()]
    if not all(isinstance(word, str) and len(word) <= _LONGEST_WORD for word in words):
        return None
    text, final = content.get("text", ""), content.get("final", False)
    if not isinstance(text, str) or not isinstance(final, bool):
        return None
    return Message(words[0], serial, words[1], tuple(values), text, final, parts)
