"""Synthetic records, one a row, drawn from published margins: for exercises and for benchmarks.

They are nobody's. Every row says so in two columns, the file in its name and its metadata. They
agree with the published margins within the chance of drawing, and with nothing else: what is not
published about people in transit cannot be learned from them.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from travesia.flows.columns import ALL, COLUMNS, SYNTHETIC_STATUS
from travesia.flows.margins import Margins, published

CHUNK = 1_000_000
"""Records that are in memory at once."""
ROW_GROUP = 250_000
"""Records that lie together in the file: readers skip whole groups, and share them out."""
SERIES = "synthetic-events"
LABEL = (
    "Synthetic records, drawn at random so that their totals resemble published figures of events "
    "in Mexico. They describe no person and no event, and are no source for anything but exercises."
)
_FLAG = "synthetic"
_PLAIN = {
    "series": SERIES,
    "frequency": "month",
    "reporting": "MEX",
    "authority": ALL,
    "origin": ALL,
    "transit": "MEX",
    "destination": ALL,
    "counts": "events",
    "measure": ALL,
    "status": SYNTHETIC_STATUS,
    "source": "synthetic",
}


def generate(
    path: str | Path,
    rows: int,
    *,
    seed: int = 0,
    tell: Callable[[int], None] = lambda _made: None,
) -> Path:
    """Writes so many synthetic records to a Parquet file, in bounded memory; returns its path.

    Each row has the columns of a flow table with value 1, and `synthetic`, which is true. Rows are
    in the order of months, in a month of nationalities and in these of states: the first so many
    are no sample of all. The same seed and number of rows give the same file. A file name without
    the word gets `synthetic-` in front.

    Args:
        path: the file to write; it appears when it is whole.
        rows: how many records.
        seed: what the random numbers start from.
        tell: is given the number of records after each chunk.

    Raises:
        ValueError: `rows` is not positive.
    """
    if rows < 1:
        raise ValueError("At least one record must be asked for.")
    target = _named(Path(path))
    margins = published()
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    schema = _schema(margins, rows, seed)
    try:
        # Without Arrow's own schema readers see plain words, whatever they think of dictionaries.
        with pq.ParquetWriter(
            unfinished, schema, compression="zstd", store_schema=False, write_statistics=True
        ) as writer:
            writer.add_key_value_metadata(dict(schema.metadata))
            for chunk in _chunks(margins, rows, seed, schema):
                writer.write_table(chunk, row_group_size=min(ROW_GROUP, CHUNK))
                tell(chunk.num_rows)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def _named(path: Path) -> Path:
    return path if _FLAG in path.name else path.with_name(f"{_FLAG}-{path.name}")


def _schema(margins: Margins, rows: int, seed: int) -> pa.Schema:
    kinds = {"date": pa.date32(), "integer": pa.int64(), "boolean": pa.bool_()}
    words = pa.dictionary(pa.int32(), pa.string())
    fields = [(column.name, kinds.get(column.kind, words)) for column in COLUMNS]
    about = {
        "synthetic": LABEL,
        "rows": str(rows),
        "seed": str(seed),
        "margins": f"{margins.months[0]:%Y-%m} to {margins.months[-1]:%Y-%m}",
    }
    return pa.schema([*fields, (_FLAG, pa.bool_())], metadata=about)


def _chunks(margins: Margins, rows: int, seed: int, schema: pa.Schema) -> Iterator[pa.Table]:
    random = np.random.default_rng(seed)
    of_month = _allotted(margins.events.sum(axis=(1, 2)), rows)
    waiting: list[pa.Table] = []
    for month, number in enumerate(of_month):
        while number > 0:
            size = min(int(number), CHUNK - sum(part.num_rows for part in waiting))
            waiting.append(_records(margins, month, size, random, schema))
            number -= size  # noqa: PLW2901 - what the month has left
            if sum(part.num_rows for part in waiting) >= CHUNK:
                yield _together(waiting)
                waiting = []
    if waiting:
        yield _together(waiting)


def _together(parts: list[pa.Table]) -> pa.Table:
    return pa.concat_tables(parts).unify_dictionaries().combine_chunks()


def _allotted(weights: np.ndarray, rows: int) -> np.ndarray:
    """Whole numbers in proportion to the weights that add up to `rows`: largest remainders."""
    exact = weights / weights.sum() * rows
    whole = np.floor(exact).astype("int64")
    rest = rows - int(whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:rest]] += 1
    return whole


def _records(
    margins: Margins, month: int, size: int, random: np.random.Generator, schema: pa.Schema
) -> pa.Table:
    cells = margins.events[month].ravel()
    drawn = _drawn(cells, size, random)
    state = _drawn(margins.by_state[month], size, random)
    # Equal words side by side make the file smaller, and let a filter skip what it does not want.
    order = np.lexsort((state, drawn // len(margins.groups)))
    drawn, state = drawn[order], state[order]
    nationality, group = np.divmod(drawn, len(margins.groups))
    codes = {
        "nationality": (nationality, margins.nationalities),
        "place": (state, margins.states),
        **{
            name: (group, [each[place] for each in margins.groups])
            for place, name in enumerate(("sex", "age", "accompaniment"))
        },
    }
    day = np.datetime64(margins.months[month].date(), "D")
    made = {
        "period": pa.array(np.full(size, day)),
        "value": pa.array(np.ones(size, dtype="int64")),
        "suppressed": pa.array(np.zeros(size, dtype=bool)),
        _FLAG: pa.array(np.ones(size, dtype=bool)),
        "vintage": _word(str(margins.months[-1].year), size),
        **{name: _word(word, size) for name, word in _PLAIN.items()},
        **{name: _words(*pair) for name, pair in codes.items()},
    }
    return pa.table([made[name] for name in schema.names], schema=schema)


def _drawn(weights: np.ndarray, size: int, random: np.random.Generator) -> np.ndarray:
    """Which cell each record is of, at random in proportion to the weights."""
    bounds = np.cumsum(weights)
    # The last bound may miss the total by rounding; no draw may fall beyond the last cell.
    return np.asarray(np.searchsorted(bounds[:-1], random.random(size) * bounds[-1], side="right"))


def _word(word: str, size: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(np.zeros(size, dtype="int32"), [word])


def _words(codes: np.ndarray, words: list[str]) -> pa.DictionaryArray:
    # Several groups share a word (two sexes of one age): each word stands once.
    distinct = sorted(set(words))
    place = np.array([distinct.index(word) for word in words], dtype="int32")
    return pa.DictionaryArray.from_arrays(place[codes], distinct)
