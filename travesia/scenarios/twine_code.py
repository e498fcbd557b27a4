"""The code of Twine's story formats in a passage: where it is, and what is said without it.

Harlowe writes `(if: $late)[She waits.]`, SugarCube `<<if $late>>She waits.<</if>>`, Chapbook
`[if late]`. A case has conditions of its own, so code is never carried; the words in it are.
"""

import re
from collections.abc import Iterator

_HARLOWE = re.compile(r"\([a-z][a-z0-9_-]*:", re.IGNORECASE)
_SUGARCUBE = re.compile(r"<</?[a-z=-](?:[^<>]|<(?!<)|>(?!>))*>>", re.IGNORECASE)
_CHAPBOOK = re.compile(
    r"^\[(?:if|unless|else|cont|continued|after|append|note|align|JavaScript|CSS)"
    r"\b[^\]\n]*\]$",
    re.MULTILINE,
)
_VARIABLE = re.compile(r"(?<![\w$])\$[A-Za-z_]\w*")
_LINKS = (
    re.compile(
        r"\((?:link-goto|link-to):\s*(?P<q>[\"'])(?P<text>[^\"'\n]*)(?P=q)\s*,\s*"
        r"(?P<r>[\"'])(?P<to>[^\"'\n]*)(?P=r)\s*\)",
        re.IGNORECASE,
    ),
    re.compile(
        r"<<(?:link|button)\s+(?P<q>[\"'])(?P<text>[^\"'\n]*)(?P=q)\s+"
        r"(?P<r>[\"'])(?P<to>[^\"'\n]*)(?P=r)\s*>>\s*<</(?:link|button)>>",
        re.IGNORECASE,
    ),
)


def as_links(text: str) -> str:
    """A passage in which code that only makes a link is written as a link."""
    for form in _LINKS:
        text = form.sub(lambda found: f"[[{found['text']}->{found['to']}]]", text)
    return text


def has_code(text: str) -> bool:
    """Whether a passage holds code that a case cannot carry."""
    text = as_links(text)
    return bool(_SUGARCUBE.search(text) or _CHAPBOOK.search(text) or _VARIABLE.search(text)) or any(
        True for _ in _macros(text)
    )


def plain_words(text: str) -> str:
    """What a passage says when its code is gone: the words that code shows stay."""
    text = _CHAPBOOK.sub("", _SUGARCUBE.sub("", text))
    closing = _brackets(text)
    gone: set[int] = set()
    for start, end in _macros(text):
        gone.update(range(start, end))
        if end in closing:
            gone |= {end, closing[end]}
    return "".join(sign for place, sign in enumerate(text) if place not in gone)


def _brackets(text: str) -> dict[int, int]:
    """The place of each square bracket that closes, by that of the one it closes."""
    opened: list[int] = []
    closing: dict[int, int] = {}
    for place, sign in enumerate(text):
        if sign == "[":
            opened.append(place)
        elif sign == "]" and opened:
            closing[opened.pop()] = place
    return closing


def _macros(text: str) -> Iterator[tuple[int, int]]:
    """Each Harlowe macro that closes, the outermost ones only."""
    place = 0
    while found := _HARLOWE.search(text, place):
        end = _closed(text, found.start())
        if end is None:
            return
        yield found.start(), end
        place = end


def _closed(text: str, start: int) -> int | None:
    """The place after the bracket that closes the one at `start`, strings skipped."""
    depth, quote = 0, ""
    for place in range(start, len(text)):
        sign = text[place]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'" and not (sign == "'" and text[place - 1].isalnum()):
            quote = sign
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
            if depth == 0:
                return place + 1
    return None
