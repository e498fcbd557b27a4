"""The catalogue of the series that the product ships, each a table with its metadata."""

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, Field

MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
SMALLEST_CELL = 5
"""A count from 1 to 4 may be one family: it is suppressed or aggregated before anything ships."""

_DATA = files("travesia.flows") / "data"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Break(_Record):
    """A day on which the way of counting changed, so that a step across it is no trend."""

    day: date
    text: str


class Annual(_Record):
    """A yearly figure of the same publisher beside the series, with what it covers."""

    year: int
    group: str
    events: int
    source: str


class Series(_Record):
    """What a series counts, who published it, under which licence, and how far it goes."""

    id: str
    title: str
    counts: str
    unit: str
    place: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    publisher: str
    publication: str
    table: str
    link: str
    licence: str
    compiled_by: str
    start: Annotated[str, Field(pattern=MONTH)]
    end: Annotated[str, Field(pattern=MONTH)]
    vintage: str
    checked: date
    groups: dict[str, str]
    suppression: str
    breaks: tuple[Break, ...] = ()
    annual: tuple[Annual, ...] = ()
    caveats: tuple[str, ...] = ()


def describe(series: str) -> Series:
    """The metadata of a series.

    Raises:
        KeyError: the catalogue holds no series of that name.
    """
    path = _DATA / f"{series}.yaml"
    if not path.is_file():
        raise KeyError(series)
    return Series.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def load(series: str) -> pd.DataFrame:
    """The table of a series: `month`, `group`, `events`, `suppressed`, a row for each cell.

    `month` is a timestamp of the month's first day. `events` is missing where `suppressed` is true.

    Raises:
        KeyError: the catalogue holds no series of that name.
    """
    describe(series)
    return _table(series).copy()


@cache
def _table(series: str) -> pd.DataFrame:
    with (_DATA / f"{series}.csv").open("rb") as source:
        table = pd.read_csv(
            source, dtype={"group": "category", "events": "Int64", "suppressed": "bool"}
        )
    table["month"] = pd.to_datetime(table["month"], format="%Y-%m")
    return table
