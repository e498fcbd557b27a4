"""Rollups: a file of records added up to a small flow table that answers while a slider moves.

A rollup has a row for each month, nationality, corridor (origin, transit, place, destination) and
group (sex, age, accompaniment), so every question of `queries` gives the same answer on it as on
the records. How people travelled is no part of it: no publisher says so, and nobody is to see it.
"""

import hashlib
import os
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow.parquet as pq

from travesia.flows import engine
from travesia.flows.columns import NAMES

_WORDS = tuple(name for name in NAMES if name not in {"period", "value", "suppressed"})


@dataclass(frozen=True)
class Rollup:
    """A rollup in memory, ready to be asked; `table` is a flow table for any question."""

    table: ir.Table
    path: Path
    """The file that it is kept in."""
    start: date
    end: date

    def totals(
        self,
        by: Sequence[str],
        *,
        start: date | None = None,
        end: date | None = None,
        **chosen: Sequence[str],
    ) -> pd.DataFrame:
        """The totals of some rows by some columns: these, `counts` and `value`, in their order.

        Args:
            by: the columns to tell apart: `period`, `nationality`, `place`, ….
            start: the first month; the rollup's own if not given.
            end: the last month.
            chosen: by column, the words to keep (`nationality=["HND", "GTM"]`); others go.
        """
        rows = self.table
        keep = [rows[column].isin(list(words)) for column, words in chosen.items()]
        if start:
            keep.append(rows.period >= ibis.literal(start))
        if end:
            keep.append(rows.period <= ibis.literal(end))
        kept = rows.filter(keep) if keep else rows
        keys = list(dict.fromkeys([*by, "counts"]))
        totals = kept.group_by(keys).agg(value=kept.value.sum()).order_by(keys)
        found: pd.DataFrame = totals.execute()
        return found


def roll_up(source: Path, target: Path | None = None) -> Rollup:
    """The rollup of a Parquet file of records or figures; made once, then read from its file.

    Args:
        source: the file; a change of it makes a new rollup.
        target: where to keep the rollup; a folder for caches in the home if not given.
    """
    path = target or _kept(source)
    connection = engine.duckdb()
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            _added_up(source, connection).to_parquet(unfinished, compression="zstd")
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    table = connection.create_table("rollup", engine.read(path, connection=connection))
    ends = table.agg(start=table.period.min(), end=table.period.max()).execute().iloc[0]
    return Rollup(table, path, pd.Timestamp(ends["start"]).date(), pd.Timestamp(ends["end"]).date())


def in_background(source: Path, target: Path | None = None) -> "Future[Rollup]":
    """The rollup of a file, made in a thread while its caller goes on; `.result()` waits for it."""
    promise: Future[Rollup] = Future()

    def make() -> None:
        try:
            promise.set_result(roll_up(source, target))
        except BaseException as error:  # noqa: BLE001 - whatever it is, the one who waits gets it
            promise.set_exception(error)

    # A kernel that ends does not wait for a rollup nobody will ask.
    threading.Thread(target=make, name="rollup", daemon=True).start()
    return promise


def _added_up(source: Path, connection: ibis.BaseBackend) -> ir.Table:
    records = engine.read(source, connection=connection)
    same = _constants(source)
    keys = ["period", *(name for name in _WORDS if name not in same)]
    # Suppressed cells only have no sum: the rollup's cell is empty as theirs are.
    total = records.group_by(keys).agg(value=records.value.sum())
    whole = total.mutate(
        suppressed=total.value.isnull(),
        **{name: ibis.literal(word) for name, word in same.items()},
    )
    return whole.select(*NAMES).order_by("period", *(key for key in keys if key != "period"))


def _constants(source: Path) -> dict[str, str]:
    """Columns that hold one word throughout, from the file's own statistics: no need to group."""
    metadata = pq.ParquetFile(source).metadata
    schema = metadata.schema.to_arrow_schema()
    found: dict[str, set[object]] = {name: set() for name in _WORDS}
    for group in range(metadata.num_row_groups):
        for name, words in found.items():
            about = metadata.row_group(group).column(schema.get_field_index(name)).statistics
            known = about is not None and about.has_min_max
            words.update({about.min, about.max} if known else {None, name})
    return {name: str(next(iter(words))) for name, words in found.items() if len(words) == 1}


def _kept(source: Path) -> Path:
    """Where a file's rollup is kept: by the file's place, size and time of change."""
    about = source.resolve().stat()
    name = f"{source.resolve()}|{about.st_size}|{about.st_mtime_ns}"
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return caches / "travesia" / "rollups" / f"{source.stem}-{digest}.parquet"
