"""What is chosen in the explorer: a series, a period and the words of its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from travesia.flows.package import series as all_series

COLUMNS = ("nationality", "sex", "age", "place")
"""The columns that a choice may narrow, beside the period."""
_LONGEST_LIST = 300


class ChoiceError(ValueError):
    """A choice that a series cannot answer; the sentence says which word is not in it."""


@dataclass(frozen=True)
class Choice:
    """One view of the explorer; equal choices show the same.

    Attributes:
        series: the id of a series of the catalogue.
        start: the first month, as `2021-01`; empty for the series' first.
        end: the last month; empty for the series' last.
        words: by column, the words that are kept; a column that is not named keeps all.
    """

    series: str
    start: str = ""
    end: str = ""
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """The line of code that shows this view again, to be shared like an address."""
        given = [repr(self.series).replace("'", '"')]
        if self.start or self.end:
            given.append(f'period=("{self.start}", "{self.end}")')
        given += [f"{column}={_listed(words)}" for column, words in self.words.items() if words]
        return f"explorer({', '.join(given)})"

    @property
    def first(self) -> date | None:
        """The first day of the first month, if one is chosen."""
        return _day(self.start)

    @property
    def last(self) -> date | None:
        """The first day of the last month, if one is chosen."""
        return _day(self.end)


def read_choice(given: Any, series: Sequence[str]) -> Choice | None:
    """The choice that a browser sent, or None where it is not one; anybody can send anything."""
    if not isinstance(given, dict):
        return None
    name, start, end = (given.get(key, "") for key in ("series", "start", "end"))
    if name not in series or not all(isinstance(each, str) for each in (start, end)):
        return None
    words: dict[str, tuple[str, ...]] = {}
    for column in COLUMNS:
        chosen = given.get(column, [])
        if not isinstance(chosen, list) or len(chosen) > _LONGEST_LIST:
            return None
        if not all(isinstance(word, str) and len(word) < 100 for word in chosen):
            return None
        if chosen:
            words[column] = tuple(chosen)
    try:
        return checked(Choice(name, start, end, words))
    except ChoiceError:
        return None


def checked(choice: Choice) -> Choice:
    """The same choice, once its series is in the catalogue and its months are months.

    Raises:
        ChoiceError: they are not.
    """
    known = all_series()
    if choice.series not in known:
        raise ChoiceError(
            f"There is no series '{choice.series}' in the catalogue. It has: "
            f"{', '.join(sorted(known))}."
        )
    for month in (choice.start, choice.end):
        if month:
            try:
                date.fromisoformat(f"{month}-01")
            except ValueError:
                raise ChoiceError(
                    f"period: '{month}' is no month; write it as '2021-01'."
                ) from None
    if choice.start and choice.end and choice.start > choice.end:
        raise ChoiceError(
            f"period: '{choice.start}' is after '{choice.end}'; the first month comes first."
        )
    return choice


def _day(month: str) -> date | None:
    return date.fromisoformat(f"{month}-01") if month else None


def _listed(words: Sequence[str]) -> str:
    quoted = ", ".join('"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"' for word in words)
    return f"[{quoted}]"
