"""Making what ships: from a folder of published figures to the data package's Parquet files."""

import errno
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from travesia.flows.columns import KEY, NAMES, arrow_schema, table_schema
from travesia.flows.disclosure import SMALLEST_CELL, Collapse, Fold, Step, aggregate_small
from travesia.flows.figures import READERS
from travesia.flows.package import DESCRIPTOR, SHIPPED, Series, read_package
from travesia.flows.schema import validate

_SEX = Collapse(("sex",))
STEPS: dict[str, tuple[Step, ...]] = {
    "mexico-events": (Fold("nationality"),),
    "mexico-events-by-sex-age": (_SEX,),
    "mexico-events-by-state": (Fold("place"),),
    "mexico-returns": (Fold("nationality"),),
    "cbp-encounters": (Fold("nationality"),),
    "darien-transits": (Fold("nationality"),),
    "darien-transits-by-year": (Fold("nationality"),),
    "darien-transits-by-sex-age": (_SEX, Collapse(("sex", "age"))),
    "honduras-entries": (Fold("nationality"),),
    "honduras-entries-by-sex-age": (_SEX, Collapse(("sex", "age"))),
    "guatemala-returns": (
        _SEX,
        Collapse(("sex", "accompaniment")),
        Collapse(("sex", "accompaniment", "origin")),
    ),
    "missing-migrants-by-country": (Fold("reporting"),),
    "missing-migrants-by-cause": (Fold("measure"),),
    "migrant-stock": (_SEX,),
}
"""How the small cells of each series are put together; a series without steps has none."""


def build(
    figures: Path,
    target: Path = SHIPPED,
    *,
    threshold: int = SMALLEST_CELL,
    tell: Callable[[str], None] = lambda _sentence: None,
) -> list[Path]:
    """Writes every series of the data package from the published figures; returns the files.

    What people wrote in `datapackage.json` (titles, caveats, licences) stays; rows, period, columns
    that split and hash are counted anew.

    Args:
        figures: the folder of published figures.
        target: the folder of the data package; its descriptor must be there.
        threshold: counts from 1 to one less than this do not ship.
        tell: is given a sentence about each series as it is written.

    Raises:
        FlowTableError: a series is no flow table after re-tabulation.
        FileNotFoundError: a file of figures or the descriptor is missing.
    """
    if not (target / DESCRIPTOR).is_file():
        raise FileNotFoundError(errno.ENOENT, "no data package", str(target / DESCRIPTOR))
    package = read_package(target)
    written = []
    for resource in package["resources"]:
        frame = _frame(resource, figures, threshold)
        path = target / str(resource["path"])
        resource.update(_counted(frame, str(resource.get("until") or "")))
        write(frame, path, Series.model_validate(resource))
        # Without `bytes`: frictionless counts none of a Parquet file and calls any number wrong.
        resource.pop("bytes", None)
        resource["hash"] = f"sha256:{_sha256(path)}"
        written.append(path)
        tell(f"{resource['name']}: {len(frame)} rows, {resource['start']} to {resource['end']}")
    _write_json(target / "schema.json", table_schema())
    _write_json(target / DESCRIPTOR, package)
    return written


def write(frame: pd.DataFrame, path: Path, series: Series) -> None:
    """Writes a flow table as Parquet, with what it counts and how to cite it in the metadata."""
    schema = arrow_schema()
    table = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
    about = {
        "series": series.id,
        "counts": series.counts,
        "caveats": " ".join(series.caveats),
        "citation": series.citation,
        "licence": series.licence,
    }
    pq.write_table(
        table.replace_schema_metadata({**(schema.metadata or {}), **about}),
        path,
        compression="zstd",
        compression_level=19,
    )


def _frame(resource: dict[str, Any], figures: Path, threshold: int) -> pd.DataFrame:
    name = str(resource["name"])
    raw = READERS[name](figures)
    keys = [column for column in raw.columns if column != "value"]
    frame = aggregate_small(raw, STEPS.get(name, ()), keys=keys, threshold=threshold)
    until = str(resource.get("until") or "")
    if until:
        frame.loc[frame["period"].dt.strftime("%Y") == until[:4], "frequency"] = "part-year"
    preliminary = str(resource.get("preliminary_from") or "9999")
    frame["status"] = "final"
    frame.loc[frame["period"].dt.strftime("%Y-%m") >= preliminary, "status"] = "preliminary"
    frame["series"], frame["counts"] = name, str(resource["counts"])
    frame["vintage"] = str(resource["vintage"])
    frame["source"] = str(resource["sources"][0]["name"])
    return validate(frame[list(NAMES)])


def _counted(frame: pd.DataFrame, until: str) -> dict[str, object]:
    frequency = frame["frequency"].iloc[0]
    last = frame["period"].max()
    months = 0 if frequency == "month" else 11
    return {
        "rows": len(frame),
        "start": frame["period"].min().strftime("%Y-%m"),
        # A last year that is not whole is stated by hand.
        "end": until or (last + pd.DateOffset(months=months)).strftime("%Y-%m"),
        "split_by": [
            column
            for column in KEY
            if column not in {"series", "period", "frequency"} and frame[column].nunique() > 1
        ],
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
