"""What the re-tabulating functions share: reading, looking words up, and the table's shape."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from travesia.flows.columns import ALL, NAMES, OTHER, STATELESS, UNKNOWN
from travesia.flows.countries import country_codes

NATIONALITIES = {"OOO": OTHER, "STL": STATELESS, "UNK": UNKNOWN}
MEN_AND_CHILDREN = {
    "men": ("male", "18+"),
    "women": ("female", "18+"),
    "boys": ("male", "0-17"),
    "girls": ("female", "0-17"),
}
_AGES = {
    "18+": ("18+", ALL),
    "12-17": ("12-17", ALL),
    "under 12, accompanied": ("0-11", "accompanied"),
    "under 12, unaccompanied": ("0-11", "unaccompanied"),
    "adult": ("18+", ALL),
    "accompanied child": ("0-17", "accompanied"),
    "unaccompanied child": ("0-17", "unaccompanied"),
    "Accompanied Minors": ("0-17", "accompanied"),
    # The publisher changed the label with fiscal year 2022; it is one group.
    "UAC": ("0-17", "unaccompanied"),
    "UC / Single Minors": ("0-17", "unaccompanied"),
    "FMUA": (ALL, "family-unit"),
    "Single Adults": ("18+", "single-adult"),
}
_DIMENSIONS = tuple(
    name for name in NAMES[NAMES.index("reporting") : NAMES.index("value")] if name != "counts"
)
"""What a series counts is the series' own, not a row's."""


def read(folder: Path, name: str) -> pd.DataFrame:
    """A file of figures, every cell as text: a code NA or an empty cell stays what it is."""
    return pd.read_csv(folder / name, dtype=str, keep_default_na=False)


def table(rows: pd.DataFrame, **columns: pd.Series | str) -> pd.DataFrame:
    """The rows as a flow table's dimensions and value; a column that is not given is `all`."""
    made = pd.DataFrame(index=rows.index)
    period = columns.pop("period", None)
    made["period"] = _first_days(period if period is not None else _period_of(rows))
    made["frequency"] = columns.pop("frequency", "month")
    for name in (*_DIMENSIONS, "value"):
        made[name] = columns.pop(name, ALL)
    if columns:
        raise TypeError(f"no columns of a flow table: {', '.join(columns)}")
    made["value"] = made["value"].astype(float).astype("int64")
    keys = [name for name in made.columns if name != "value"]
    return made.groupby(keys, as_index=False)["value"].sum()


def _period_of(rows: pd.DataFrame) -> pd.Series:
    return rows["month"] if "month" in rows else rows["period"]


def _first_days(periods: pd.Series | str) -> pd.Series:
    text = pd.Series(periods)
    return pd.to_datetime(text.where(text.str.len() > 4, text + "-01"), format="%Y-%m").astype(
        "datetime64[us]"
    )


def nationality(codes: pd.Series) -> pd.Series:
    """Nationalities in the table's words; a code that is no country's (TIB) is `other`."""
    plain = codes.replace(NATIONALITIES)
    known = plain.isin([*country_codes(), *NATIONALITIES.values(), ALL])
    return plain.where(known, OTHER)


def age(labels: pd.Series) -> dict[str, pd.Series]:
    """The columns `age` and `accompaniment` of a publisher's labels."""
    pairs = looked_up(labels, _AGES)
    return {"age": pairs.str[0], "accompaniment": pairs.str[1]}


def looked_up(words: pd.Series, meanings: Mapping[str, Any]) -> pd.Series:
    """The words' meanings.

    Raises:
        ValueError: a word has none; the sentence names it.
    """
    unknown = sorted(set(words) - set(meanings))
    if unknown:
        raise ValueError(
            f"The figures hold '{unknown[0]}' in the column '{words.name}', which has no place in "
            "the flow table yet: say in travesia/flows/figures what it means."
        )
    return words.map(meanings)
