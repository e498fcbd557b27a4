"""Recognising what could identify a real person in a learner's own words.

The reader is warned, never stopped: these patterns are signs, not proof.
"""

import re
from collections.abc import Iterator

from travesia.language import Translate

_CURP = re.compile(r"\b[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d\b", re.IGNORECASE)
_PASSPORT = re.compile(
    r"\b[A-Z]{1,2}[ -]?\d{6,9}\b"
    r"|(?i:\b(?:pasaporte|passport)(?:\W{1,3}(?:es|is|n[úu]mero|n[úu]m|number|no))?"
    r"\W{1,3}[A-Z]{0,2}[ -]?\d{6,9}\b)"
)
_FILE = re.compile(
    r"\b(?:exp(?:ediente)?|carpeta(?: de investigaci[óo]n)?|case file|file n(?:umber|o))\b\.?"
    r"(?:\s*(?:n[úu]m(?:ero)?|n[°º]|no|#)\.?)?\s*:?\s*[\w./-]*\d[\w./-]*",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w./-])\+?\(?\d(?:[\s().-]{0,2}\d){7,14}(?![\w/])")
_YEARS = re.compile(r"(?:19|20)\d\d\s?[-–.]\s?(?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d")


def _phones(text: str) -> Iterator[str]:
    for match in _PHONE.finditer(text):
        if not _YEARS.fullmatch(match.group()):
            yield match.group()


def identifying(text: str, _: Translate) -> list[str]:
    """What in a text looks like it names a real person: kinds of sign, in the reader's language."""
    found = []
    if _CURP.search(text):
        found.append(_("a CURP"))
    if _PASSPORT.search(text):
        found.append(_("a passport number"))
    if _FILE.search(text):
        found.append(_("a case file number"))
    if next(_phones(text), None):
        found.append(_("a telephone number"))
    return found
