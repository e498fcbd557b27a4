"""What the catalogue is told of an imported series: what is always true, and what was read."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

import pandas as pd
import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined

from travesia.flows import columns as flow
from travesia.flows import imported
from travesia.language import SOURCE_LANGUAGE, translator

# It is stored in the source language: whoever reads the folder next may have another one.
_ = translator(SOURCE_LANGUAGE)


@cache
def _known() -> dict[str, Any]:
    loader = PackageLoader("travesia.flows.importers", ".")
    # YAML, in which no markup stands that would have to be escaped.
    templates = Environment(loader=loader, undefined=StrictUndefined)  # noqa: S701
    known: dict[str, Any] = yaml.safe_load(templates.get_template("series.yaml.j2").render(_=_))
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
    by = _known()["by"].get(series.partition("-by-")[2])
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
        caveats.append(imported.preliminary(f"{first:%Y-%m}", _))
    return {
        "name": series,
        "path": path,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "title": subject["title"] + (f", {by}" if by else ""),
        "description": "Imported from the publisher's file; single cells are as published.",
        "counts": str(table["counts"].iloc[0]),
        "unit": subject["unit"],
        "frequency": frequency,
        "place": subject["place"],
        "sources": [{"name": source_id, **source}],
        "licenses": [licence],
        "ends": imported.ends(f"{last:%Y-%m}", subject["ends"], _),
        "vintage": vintage,
        "checked": datetime.now(UTC).date().isoformat(),
        "suppression": _known()["suppression"],
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
