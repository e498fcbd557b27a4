"""Numbers, days and times as the learner's language writes them, and reading numbers back."""

import re
from datetime import date, datetime
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import NumberFormatError, format_decimal, parse_decimal
from markupsafe import Markup, escape

from travesia.course.question_kinds import LARGEST_NUMBER

# Mexico and Central America write 12,345.6 where Spain writes 12.345,6.
_REGION = {"es": "es_MX"}
# Costa Rica, Venezuela, Cuba and the south of the continent write 12.345,6 too.
_POINT_MAY_GROUP = {"es"}
_POINT_BEFORE_THREE = re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}")
# Written so, a comma can only stand before decimals, and points only between thousands.
_COMMA_BEFORE_DECIMALS = re.compile(
    r"[-+]?(?:[1-9]\d{0,2}(?:\.\d{3})+,\d+|[1-9]\d{0,2}(?:\.\d{3}){2,}|0,\d+|\d{4,},\d+"
    r"|\d+,(?:\d{1,2}|\d{4,}))"
)
_LONGEST_NUMBER = 40


class NumberUnclearError(ValueError):
    """A text in which no number can be read without guessing."""


def locale(language: str) -> Locale:
    """The conventions of a language as people of the region write it; English if unknown."""
    try:
        return Locale.parse(_REGION.get(language, language))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def day(when: str | date, language: str) -> str:
    """A day in words, as *8 de febrero de 2026*; an unreadable one as it stands."""
    try:
        moment = date.fromisoformat(when) if isinstance(when, str) else when
    except ValueError:
        return str(when)
    return format_date(moment, "long", locale(language))


def number(value: float, language: str) -> str:
    """A number with the language's separators."""
    return format_decimal(Decimal(str(value)), locale=locale(language))


def read_number(text: str, language: str) -> int | float:
    """The number that a person wrote, with or without separators of thousands.

    Raises:
        NumberUnclearError: it is no number, or could mean two different ones.
    """
    written = text.strip().replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    if not written or len(written) > _LONGEST_NUMBER:
        raise NumberUnclearError(text[:_LONGEST_NUMBER])
    if language in _POINT_MAY_GROUP and _POINT_BEFORE_THREE.fullmatch(written):
        raise NumberUnclearError(written)
    if language in _POINT_MAY_GROUP and _COMMA_BEFORE_DECIMALS.fullmatch(written):
        written = written.replace(".", "").replace(",", ".")
    try:
        value = parse_decimal(written, locale=locale(language), strict=True)
    except NumberFormatError as error:
        raise NumberUnclearError(written) from error
    if not value.is_finite() or abs(value) > LARGEST_NUMBER:
        raise NumberUnclearError(written)
    return int(value) if value == value.to_integral_value() else float(value)


def clock(at: str) -> Markup:
    """The time of an ISO moment; the browser puts its own time zone in place."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return escape(at)
    return Markup('<time datetime="{at}" data-local>{text}</time>').format(
        at=moment.isoformat(), text=moment.strftime("%H:%M UTC")
    )


def fill(sentence: str, **parts: object) -> Markup:
    """A sentence with its placeholders filled; whatever is not markup already is escaped."""
    return escape(sentence).format(**parts)
