"""Numbers, months and days as they are written in a learner's language."""

from datetime import date
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent

# Spanish here is written for Mexico and Central America, which group thousands by a comma; English
# for readers everywhere, to whom a day comes before its month.
_REGIONS = {"en": "en_001", "es": "es_MX"}
_ONE_IN_200 = 0.005
"""What is less is written as no whole percentage."""


@lru_cache(maxsize=10_000)
def _grouped(value: int, locale: Locale) -> str:
    return format_decimal(value, locale=locale)


@lru_cache(maxsize=2_000)
def _month(day: date, locale: Locale) -> str:
    return format_skeleton("yMMMM", day, locale=locale)


class Words:
    """A language's way of writing numbers, shares, months and days."""

    def __init__(self, language: str) -> None:
        try:
            self._locale = Locale.parse(_REGIONS.get(language, language))
        except (UnknownLocaleError, ValueError):
            self._locale = Locale.parse(_REGIONS["en"])

    @staticmethod
    def month_of(text: str) -> date:
        """The first day of a month written as `2025-04`."""
        return date(int(text[:4]), int(text[5:7]), 1)

    def number(self, value: int) -> str:
        """A whole number with its thousands grouped."""
        return _grouped(value, self._locale)

    def share(self, value: float) -> str:
        """A share as a whole percentage: `< 1%` is not none, and `> 99%` not all."""
        if 0 < value < _ONE_IN_200:
            return f"< {format_percent(0.01, locale=self._locale)}"
        if 1 - _ONE_IN_200 < value < 1:
            return f"> {format_percent(0.99, locale=self._locale)}"
        return format_percent(value, locale=self._locale)

    def month(self, day: date) -> str:
        """A month and its year in full."""
        return _month(day, self._locale)

    def short_month(self, day: date) -> str:
        """A month and its year, as short as they are written."""
        return format_skeleton("yMMM", day, locale=self._locale)

    def short_day(self, day: date) -> str:
        """A day, as short as it is written with a month's name."""
        return format_skeleton("yMMMd", day, locale=self._locale)

    def month_alone(self, day: date) -> str:
        """The name of a month without its year."""
        return format_date(day, "LLLL", locale=self._locale)

    def short_month_alone(self, day: date) -> str:
        """The name of a month without its year, as short as it is written."""
        return format_date(day, "LLL", locale=self._locale)

    def weekday(self, day: date) -> str:
        """The name of a day of the week."""
        return format_date(day, "cccc", locale=self._locale)

    def day(self, day: date) -> str:
        """A day in full."""
        return format_date(day, "long", locale=self._locale)

    @property
    def separators(self) -> str:
        """The decimal mark and the thousands mark, as plotly wants them."""
        symbols = self._locale.number_symbols["latn"]
        return f"{symbols['decimal']}{symbols['group']}"


@cache
def words_in(language: str) -> Words:
    """How a language writes numbers and months; made once."""
    return Words(language)
