"""What a flow map says in words: each period's largest lines, and the text alternative."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from travesia.charts.places import place_name
from travesia.charts.words import Words
from travesia.language import Translate, translator

if TYPE_CHECKING:
    from travesia.charts.flow_map import Counted


def said_of(
    flows: pd.DataFrame, periods: Sequence[str], counted: "Sequence[Counted]", language: str
) -> list[tuple[str, ...]]:
    """For each period, each kind's largest line in words."""
    _ = translator(language)
    values = flows[list(periods)].to_numpy(dtype="float64", na_value=0.0)
    places = list(zip(flows["origin"], flows["destination"], strict=True))
    kinds = flows["counted"].tolist()
    by_kind = []
    for kind in counted:
        own = [at for at, each in enumerate(kinds) if each == kind.id]
        by_kind.append(
            [
                _largest(column, [places[at] for at in own], language)
                if own and column.max() > 0
                else _("no figures")
                for column in values[own].T
            ]
        )
    return list(zip(*by_kind, strict=True))


def _largest(values: Any, places: Sequence[tuple[str, str]], language: str) -> str:
    _ = translator(language)
    at = int(values.argmax())
    origin, destination = places[at]
    sentence = (
        _("{number} in {place}")
        if origin == destination
        else _("most: {number}, from {from_place} to {place}")
    )
    return sentence.format(
        from_place=place_name(origin, language),
        place=place_name(destination, language),
        number=Words(language).number(int(values[at])),
    )


def summary_of(
    said: Sequence[str],
    periods: Sequence[str],
    shown: int,
    smallest: int,
    lag: int,
    _: Translate,
) -> str:
    """The text alternative: what is shown, what it counts, and what it leaves out."""
    return " ".join(
        [
            _(
                "The map joins places by lines as wide as the number counted between them, from "
                "{first} to {last}."
            ).format(first=periods[0], last=periods[-1]),
            _("In {period}:").format(period=periods[shown]),
            *said,
            _(
                "It shows events, not people: somebody counted twice is two events, and colours "
                "count different things that cannot be added up."
            ),
            _(
                "A line joins the nationality, or the country left, with the country that counted; "
                "it is no road anybody took."
            ),
            _(
                "Counts below {smallest} are not shown, nor is anything newer than {lag} months."
            ).format(smallest=smallest, lag=lag),
        ]
    )
