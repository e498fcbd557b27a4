"""The catalogue: a Frictionless data package of the series that ship, and of those imported."""

import json
import os
from collections.abc import Iterator
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from travesia.flows import columns as flow
from travesia.flows import imported
from travesia.flows.frame import Counted, FlowTable, mark
from travesia.language import SOURCE_LANGUAGE, current_language, translations, translator

if TYPE_CHECKING:
    import ibis

SHIPPED = Path(__file__).parent / "data"
CATALOGUES = Path(__file__).parent / "locale"
DESCRIPTOR = "datapackage.json"
OWN_FOLDER = "TRAVESIA_FLOWS"
"""The environment variable that names the folder of a person's own, imported series."""

_MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"


class UnknownSeriesError(KeyError):
    """No series of that name is in the catalogue."""

    def __str__(self) -> str:
        return str(self.args[0])


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
    value: int
    source: str


class Source(_Record):
    """A publication that figures are from, by the id that the table's `source` column holds."""

    name: Annotated[str, Field(pattern=flow.SLUG)]
    title: str
    publisher: str
    path: str
    table: str = ""
    compiled_by: str = ""


class Licence(_Record):
    """The terms under which the publisher gives the figures."""

    name: str
    title: str
    path: str = ""


class Series(_Record):
    """What a series counts, who published it, under which licence, and how far it goes."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: Annotated[str, Field(alias="name", pattern=flow.SLUG)]
    title: str
    description: str
    path: str
    counts: str
    unit: str
    frequency: str
    place: str
    """Where it was counted: an ISO 3166-1 alpha-3 code, or the name of a region."""
    sources: tuple[Source, ...]
    licenses: tuple[Licence, ...]
    start: Annotated[str, Field(pattern=_MONTH)]
    end: Annotated[str, Field(pattern=_MONTH)]
    ends: str
    """Where the series ends and why, in a sentence."""
    vintage: str
    checked: date
    suppression: str
    split_by: tuple[str, ...] = ()
    rows: int = 0
    breaks: tuple[Break, ...] = ()
    annual: tuple[Annual, ...] = ()
    caveats: Annotated[tuple[str, ...], Field(min_length=1)]
    """What has to be known to use it; the first is the main one."""

    @property
    def source(self) -> Source:
        """The main publication."""
        return self.sources[0]

    @property
    def publisher(self) -> str:
        """Who published it."""
        return self.source.publisher

    @property
    def licence(self) -> str:
        """The terms of use, in words."""
        return self.licenses[0].title

    def texts(self) -> Iterator[str]:
        """What it says of itself in words: each is translated by the package's own catalogues."""
        yield from (self.title, self.counts, self.unit, self.ends, self.suppression, *self.caveats)

    def told(self, language: str = "") -> "Series":
        """The series with its words in a language, the reader's own if none is given.

        What nobody has translated stays as it is.
        """
        if self.id.startswith(imported.PREFIX):
            return imported.series_told(self, translator(language or current_language()))
        _ = translations(language or current_language(), CATALOGUES).gettext
        words = ("title", "unit", "ends", "suppression")
        told: dict[str, Any] = {name: _(getattr(self, name)) for name in words}
        return self.model_copy(update={**told, "caveats": tuple(map(_, self.caveats))})

    @property
    def line(self) -> str:
        """One line in the reader's language: what it counts and its main caveat."""
        return self.line_in(current_language())

    def line_in(self, language: str) -> str:
        """The same line in a language."""
        _, told = translator(language), self.told(language)
        # No series that ships counts them, so the figures' catalogues do not have the word.
        words = {"records": _("records")}
        counts = words.get(self.counts) or translations(language, CATALOGUES).gettext(self.counts)
        return _("{series} counts {counts}. {unit} Mind: {caveat}").format(
            series=self.id, counts=counts, unit=told.unit, caveat=told.caveats[0]
        )

    @property
    def citation(self) -> str:
        """How to cite it: publisher, publication, period, vintage, and who compiled it."""
        return self.citation_in(SOURCE_LANGUAGE)

    def citation_in(self, language: str) -> str:
        """The same citation with the words between in a language; titles stay as published."""
        _ = translator(language)
        source = self.source
        table = _(", table {table}").format(table=source.table) if source.table else ""
        compiled = (
            _(", as compiled by {who}").format(who=source.compiled_by) if source.compiled_by else ""
        )
        return _(
            "{publisher}: {title}{table}, {start} to {end}{compiled}. {address} (vintage "
            "{vintage}; checked {day})."
        ).format(
            publisher=self.publisher,
            title=source.title,
            table=table,
            start=self.start,
            end=self.end,
            compiled=compiled,
            address=source.path,
            vintage=self.vintage,
            day=self.checked.isoformat(),
        )


def own_folder() -> Path:
    """The folder of a person's own series: `$TRAVESIA_FLOWS`, else `flows` in their home."""
    return Path(os.environ.get(OWN_FOLDER) or Path.home() / "flows")


def folders() -> tuple[Path, ...]:
    """The folders that hold series, a person's own first: theirs replace shipped ones by name."""
    return own_folder(), SHIPPED


def read_package(folder: Path) -> dict[str, Any]:
    """The data package of a folder as it stands; one without resources where there is none."""
    descriptor = folder / DESCRIPTOR
    if not descriptor.is_file():
        return {"name": "flows", "resources": []}
    package: dict[str, Any] = json.loads(descriptor.read_text(encoding="utf-8"))
    return package


def series() -> dict[str, Series]:
    """Every series by its id, a person's own in place of a shipped one of the same name."""
    return {found.id: found for _folder, found in _all()}


def catalogue() -> pd.DataFrame:
    """The series as a table: id, what each counts, period, how it is split, publisher, caveat."""
    own = {found.id for folder, found in _all() if folder != SHIPPED}
    return pd.DataFrame(
        [
            {
                "id": each.id,
                "title": each.title,
                "counts": each.counts,
                "frequency": each.frequency,
                "start": each.start,
                "end": each.end,
                "split by": ", ".join(each.split_by),
                "rows": each.rows,
                "publisher": each.publisher,
                "licence": each.licence,
                "main caveat": each.caveats[0],
                "own": each.id in own,
            }
            for each in (found.told() for found in series().values())
        ]
    ).set_index("id")


def describe(id: str) -> Series:  # noqa: A002 - the word of the field
    """The metadata of a series.

    Raises:
        UnknownSeriesError: the catalogue holds no series of that name.
    """
    return _find(id)[1]


def parquet(id: str) -> Path:  # noqa: A002 - the word of the field
    """The Parquet file of a series.

    Raises:
        UnknownSeriesError: the catalogue holds no series of that name.
    """
    folder, found = _find(id)
    return folder / found.path


def load(id: str, *, quiet: bool = False) -> FlowTable:  # noqa: A002 - the word of the field
    """The flow table of a series in pandas, which remembers what it counts.

    Prints one line, what the series counts and its main caveat, unless it is told to be quiet.

    Raises:
        UnknownSeriesError: the catalogue holds no series of that name.
    """
    found = describe(id)
    path = parquet(id)
    frame = _read(path, path.stat().st_mtime_ns).copy()
    if not quiet:
        print(found.line)
    return mark(frame, [Counted(found.counts, found.id)])


def table(
    id: str,  # noqa: A002 - the word of the field
    *,
    connection: "ibis.BaseBackend | None" = None,
    quiet: bool = False,
) -> "ibis.Table":
    """The flow table of a series as an Ibis table, on DuckDB unless another engine is given.

    Prints the same line as `load`, unless it is told to be quiet.

    Raises:
        UnknownSeriesError: the catalogue holds no series of that name.
    """
    from travesia.flows import engine  # noqa: PLC0415 - a chart in a lesson waits for no engine

    if not quiet:
        print(describe(id).line)
    return engine.read(parquet(id), connection=connection)


def _all() -> Iterator[tuple[Path, Series]]:
    """Every series with its folder, shipped ones first, so that a person's own come last."""
    for folder in reversed(folders()):
        descriptor = folder / DESCRIPTOR
        if descriptor.is_file():
            status = descriptor.stat()
            for found in _described(folder, status.st_mtime_ns, status.st_size):
                yield folder, found


@lru_cache(maxsize=8)
def _described(folder: Path, _changed: int, _size: int) -> tuple[Series, ...]:
    """The series of a folder, read anew when its descriptor has changed."""
    return tuple(Series.model_validate(each) for each in read_package(folder)["resources"])


def _find(id: str) -> tuple[Path, Series]:  # noqa: A002 - the word of the field
    found = {each.id: (folder, each) for folder, each in _all()}
    if id not in found:
        raise UnknownSeriesError(
            f"There is no series '{id}' in the catalogue. It has: {', '.join(sorted(found))}."
        )
    return found[id]


@cache
def _read(path: Path, changed: int) -> pd.DataFrame:  # noqa: ARG001 - a newer file is read anew
    frame = pd.read_parquet(path)
    frame["period"] = pd.to_datetime(frame["period"]).astype("datetime64[us]")
    frame["value"] = frame["value"].astype("Int64")
    return frame[list(flow.NAMES)]
