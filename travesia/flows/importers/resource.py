"""What the catalogue is told of an imported series: what is always true, and what was read."""

from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd
import yaml

from travesia.flows import columns as flow


@cache
def _known() -> dict[str, Any]:
    text = (files("travesia.flows.importers") / "series.yaml").read_text(encoding="utf-8")
    known: dict[str, Any] = yaml.safe_load(text)
    return known


def _subject(series: str) -> dict[str, Any]:
    """The subject whose id the series' id is, or begins with (`…-by-nationality`)."""
    subjects: dict[str, dict[str, Any]] = _known()["subjects"]
    return next(subjects[name] for name in sorted(subjects, key=len, reverse=True)
                if series == name or series.startswith(f"{name}-by-"))  # fmt: skip


def resource(series: str, table: pd.DataFrame, path: str, vintage: str) -> dict[str, Any]:
    """The series as a resource of a data package, as the catalogue reads it.

    Args:
        series: its id.
        table: its flow table.
        path: the table's file, relative to the folder.
        vintage: the newest edition in it.
    """
    subject = _subject(series)
    by = series.partition("-by-")[2].replace("-", " ")
    source_id = str(table["source"].iloc[0])
    source = dict(_known()["sources"][source_id])
    licence = source.pop("licence")
    frequency = str(table["frequency"].iloc[0])
    last = table["period"].max() + pd.DateOffset(months=0 if frequency == "month" else 11)
    split = [
        column for column in flow.KEY
        if column not in {"series", "period", "frequency"} and table[column].nunique() > 1
    ]  # fmt: skip
    preliminary = int((table["status"] == "preliminary").sum())
    caveats = list(subject["caveats"])
    if preliminary:
        first = table.loc[table["status"] == "preliminary", "period"].min()
        caveats.append(f"Preliminary from {first:%Y-%m} on: the publisher will revise it.")
    return {
        "name": series,
        "path": path,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "title": subject["title"] + (f", by {by}" if by else ""),
        "description": "Imported from the publisher's file; single cells are as published.",
        "counts": str(table["counts"].iloc[0]),
        "unit": subject["unit"],
        "frequency": frequency,
        "place": subject["place"],
        "sources": [{"name": source_id, **source}],
        "licenses": [licence],
        "ends": f"It ends in {last:%Y-%m}, with the newest imported file. {subject['ends']}",
        "vintage": vintage,
        "checked": datetime.now(UTC).date().isoformat(),
        "suppression": "Nothing is suppressed in an imported series: cells of 1 to 4 are there for "
        "your own work, and are suppressed in exports and charts.",
        "breaks": [
            each for each in subject.get("breaks", [])
            if table["period"].min() <= pd.Timestamp(each["day"]) <= last
        ],
        "caveats": caveats,
        "rows": len(table),
        "start": f"{table['period'].min():%Y-%m}",
        "end": f"{last:%Y-%m}",
        "split_by": split,
    }  # fmt: skip
