"""The peers of `flows.py`: the same questions to pandas, Polars, DuckDB, ours, and a bare scan.

Started as a program it is one peer's process: it answers questions from its standard input, each
with its time and the process's peak of memory, and imports its own library only.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

COLUMNS = {
    "monthly totals": ["period", "frequency", "counts", "nationality", "value"],
    "corridors": ["nationality", "origin", "transit", "destination", "counts", "value"],
    "shares": ["nationality", "counts", "value"],
    "rolling windows": ["period", "frequency", "counts", "nationality", "value"],
    "unaccompanied children": [
        "period", "frequency", "counts", "age", "accompaniment", "nationality", "value",
    ],
    "change on the year before": ["period", "frequency", "counts", "nationality", "value"],
}  # fmt: skip
QUESTIONS = tuple(COLUMNS)
RESULT = {
    "monthly totals": ["period", "counts", "nationality", "value"],
    "corridors": ["origin", "transit", "destination", "counts", "value"],
    "shares": ["nationality", "counts", "value", "share", "low", "high"],
    "rolling windows": ["period", "counts", "nationality", "value", "window_total"],
    "unaccompanied children": [
        "period", "counts", "nationality", "unaccompanied", "accompaniment_known", "share",
    ],
    "change on the year before": ["year", "counts", "nationality", "value", "before", "change"],
}  # fmt: skip
Z = 1.959963984540054
Ask = Callable[[str], Any]


def pandas_peer(path: str) -> Ask:
    """The questions in pandas, each reading the columns that it needs."""
    import numpy as np
    import pandas as pd

    def read(question: str) -> "pd.DataFrame":
        # Days as datetime64: as objects they would cost it half as much time again.
        days: dict[str, Any] = {"date_as_object": False}
        return pd.read_parquet(path, columns=COLUMNS[question], to_pandas_kwargs=days)

    def monthly(frame: "pd.DataFrame") -> "pd.DataFrame":
        months = frame[frame["frequency"] == "month"]
        return months.groupby(["period", "counts", "nationality"], as_index=False)["value"].sum()

    def ask(question: str) -> "pd.DataFrame":
        frame = read(question)
        if question == "monthly totals":
            return monthly(frame)
        if question == "corridors":
            named = ~frame["nationality"].isin(["all", "unknown", "other"])
            as_origin = frame["origin"].eq("all") & named & frame["counts"].ne("returns")
            frame["origin"] = frame["origin"].mask(as_origin, frame["nationality"])
            keys = ["origin", "transit", "destination", "counts"]
            return frame.groupby(keys, as_index=False)["value"].sum()
        if question == "shares":
            cells = frame[frame["nationality"] != "all"]
            cells = cells.groupby(["nationality", "counts"], as_index=False)["value"].sum()
            n = cells.groupby("counts")["value"].transform("sum").astype("float64")
            p = cells["value"] / n
            half = Z / (1 + Z * Z / n) * np.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
            centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
            return cells.assign(share=p, low=centre - half, high=centre + half)
        if question == "rolling windows":
            cells = monthly(frame)
            wide = cells.pivot_table(
                index="period", columns=["counts", "nationality"], values="value"
            )
            every = pd.period_range(wide.index.min(), wide.index.max(), freq="M")
            wide.index = pd.PeriodIndex(wide.index, freq="M")
            sums = wide.reindex(every).fillna(0).rolling(12, min_periods=1).sum()
            long = sums.stack([0, 1], future_stack=True).rename("window_total").reset_index()
            long["period"] = long.pop("level_0").dt.to_timestamp().astype(cells["period"].dtype)
            return cells.merge(long, on=["period", "counts", "nationality"])
        if question == "unaccompanied children":
            kept = frame[
                frame["frequency"].eq("month")
                & ~frame["age"].isin(["all", "unknown", "18+"])
                & frame["accompaniment"].isin(["accompanied", "unaccompanied"])
            ]
            alone = kept["value"].where(kept["accompaniment"] == "unaccompanied", 0)
            cells = (
                kept.assign(unaccompanied=alone)
                .groupby(["period", "counts", "nationality"], as_index=False)[
                    ["unaccompanied", "value"]
                ]
                .sum()
                .rename(columns={"value": "accompaniment_known"})
            )
            cells["share"] = cells["unaccompanied"] / cells["accompaniment_known"]
            return cells
        frame["year"] = frame["period"].dt.year
        years = frame.groupby(["year", "counts", "nationality"], as_index=False)["value"].sum()
        before = years.assign(year=years["year"] + 1).rename(columns={"value": "before"})
        both = years.merge(before, on=["year", "counts", "nationality"], how="left")
        return both.assign(change=both["value"] - both["before"])

    return ask


def polars_peer(path: str) -> Ask:
    """The questions in Polars, lazily and streaming."""
    import polars as pl

    def ask(question: str) -> Any:
        lazy = pl.scan_parquet(path)
        months = lazy.filter(pl.col("frequency") == "month")
        monthly = months.group_by("period", "counts", "nationality").agg(pl.col("value").sum())
        if question == "monthly totals":
            answer = monthly
        elif question == "corridors":
            as_origin = (
                (pl.col("origin") == "all")
                & ~pl.col("nationality").is_in(["all", "unknown", "other"])
                & (pl.col("counts") != "returns")
            )
            answer = (
                lazy.with_columns(origin=pl.when(as_origin).then("nationality").otherwise("origin"))
                .group_by("origin", "transit", "destination", "counts")
                .agg(pl.col("value").sum())
            )
        elif question == "shares":
            n = pl.col("value").sum().over("counts").cast(pl.Float64)
            p = pl.col("value") / n
            half = Z / (1 + Z * Z / n) * (p * (1 - p) / n + Z * Z / (4 * n * n)).sqrt()
            centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
            answer = (
                lazy.filter(pl.col("nationality") != "all")
                .group_by("nationality", "counts")
                .agg(pl.col("value").sum())
                .with_columns(share=p, low=centre - half, high=centre + half)
            )
        elif question == "rolling windows":
            window = pl.col("value").rolling_sum_by("period", "12mo")
            answer = monthly.sort("period").with_columns(
                window_total=window.over("counts", "nationality")
            )
        elif question == "unaccompanied children":
            alone = pl.col("accompaniment") == "unaccompanied"
            answer = (
                months.filter(
                    ~pl.col("age").is_in(["all", "unknown", "18+"]),
                    pl.col("accompaniment").is_in(["accompanied", "unaccompanied"]),
                )
                .group_by("period", "counts", "nationality")
                .agg(
                    unaccompanied=pl.when(alone).then("value").otherwise(0).sum(),
                    accompaniment_known=pl.col("value").sum(),
                )
                .with_columns(share=pl.col("unaccompanied") / pl.col("accompaniment_known"))
            )
        else:
            years = (
                lazy.with_columns(year=pl.col("period").dt.year().cast(pl.Int64))
                .group_by("year", "counts", "nationality")
                .agg(pl.col("value").sum())
            )
            before = years.with_columns(year=pl.col("year") + 1).rename({"value": "before"})
            answer = years.join(before, on=["year", "counts", "nationality"], how="left")
            answer = answer.with_columns(change=pl.col("value") - pl.col("before"))
        return answer.collect(engine="streaming").to_pandas()

    return ask


SQL = {
    "monthly totals": """
        SELECT period, counts, nationality, sum(value)::BIGINT AS value FROM records
        WHERE frequency = 'month' GROUP BY ALL""",
    "corridors": """
        SELECT CASE WHEN origin = 'all' AND counts <> 'returns'
                     AND nationality NOT IN ('all', 'unknown', 'other')
                    THEN nationality ELSE origin END AS origin,
               transit, destination, counts, sum(value)::BIGINT AS value
        FROM records GROUP BY ALL""",
    "shares": """
        WITH cells AS (SELECT nationality, counts, sum(value)::BIGINT AS value FROM records
                       WHERE nationality <> 'all' GROUP BY ALL),
             parts AS (SELECT *, (sum(value) OVER (PARTITION BY counts))::DOUBLE AS n FROM cells),
             wilson AS (SELECT *, value / n AS p,
                        1.959963984540054 / (1 + 3.841458820694124 / n) AS k FROM parts)
        SELECT nationality, counts, value, p AS share,
               (p + 3.841458820694124 / (2 * n)) / (1 + 3.841458820694124 / n)
               - k * sqrt(p * (1 - p) / n + 3.841458820694124 / (4 * n * n)) AS low,
               (p + 3.841458820694124 / (2 * n)) / (1 + 3.841458820694124 / n)
               + k * sqrt(p * (1 - p) / n + 3.841458820694124 / (4 * n * n)) AS high
        FROM wilson""",
    "rolling windows": """
        WITH cells AS (SELECT period, counts, nationality, sum(value)::BIGINT AS value,
                       year(period) * 12 + month(period) AS number FROM records
                       WHERE frequency = 'month' GROUP BY ALL)
        SELECT period, counts, nationality, value, (sum(value) OVER (
            PARTITION BY counts, nationality ORDER BY number
            RANGE BETWEEN 11 PRECEDING AND CURRENT ROW))::BIGINT AS window_total FROM cells""",
    "unaccompanied children": """
        WITH cells AS (
            SELECT period, counts, nationality,
                   sum(CASE WHEN accompaniment = 'unaccompanied' THEN value ELSE 0 END)::BIGINT
                       AS unaccompanied,
                   sum(value)::BIGINT AS accompaniment_known FROM records
            WHERE frequency = 'month' AND age NOT IN ('all', 'unknown', '18+')
              AND accompaniment IN ('accompanied', 'unaccompanied') GROUP BY ALL)
        SELECT *, unaccompanied::DOUBLE / accompaniment_known AS share FROM cells""",
    "change on the year before": """
        WITH years AS (SELECT year(period) AS year, counts, nationality,
                       sum(value)::BIGINT AS value FROM records GROUP BY ALL)
        SELECT now.year, now.counts, now.nationality, now.value, past.value AS before,
               now.value - past.value AS change
        FROM years AS now LEFT JOIN years AS past ON past.year = now.year - 1
             AND past.counts = now.counts AND past.nationality = now.nationality""",
}


def duckdb_peer(path: str) -> Ask:
    """The questions in SQL, as somebody who knows DuckDB writes them."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW records AS SELECT * FROM read_parquet('{path}')")

    def ask(question: str) -> Any:
        if question.startswith("filter "):
            return connection.sql(filter_sql(json.loads(question[7:]), "records")).df()
        return connection.sql(SQL[question]).df()

    return ask


def ours_peer(path: str) -> Ask:
    """The questions as an analyst asks them of `travesia.flows`."""
    from travesia.flows import engine, queries
    from travesia.flows.rollup import roll_up

    table = engine.read(Path(path))
    by = ["nationality"]
    questions: dict[str, Callable[[], Any]] = {
        "monthly totals": lambda: queries.monthly_totals(table, by),
        "corridors": lambda: queries.corridors(table),
        "shares": lambda: queries.shares(table, "nationality"),
        "rolling windows": lambda: queries.rolling(table, 12, by),
        "unaccompanied children": lambda: queries.unaccompanied_children(table, by),
        "change on the year before": lambda: queries.change_on_year_before(table, by),
    }
    rollups: list[Any] = []

    def filtered(wanted: dict[str, Any]) -> Any:
        rows = table.filter(
            table.nationality.isin(wanted["nationality"]),
            table.place.isin(wanted["place"]),
            table.period >= date.fromisoformat(wanted["start"]),
        )
        return rows.group_by("period").agg(value=rows.value.sum()).order_by("period").execute()

    def ask(question: str) -> Any:
        if question == "roll up":
            with tempfile.TemporaryDirectory() as folder:
                target = Path(folder) / "rollup.parquet"
                rollups.append(roll_up(Path(path), target))
                return rollups[0].table.count().execute(), target.stat().st_size
        if question.startswith("filter "):
            return filtered(json.loads(question[7:]))
        if question.startswith("rollup "):
            wanted = json.loads(question[7:])
            return rollups[0].totals(
                ["period"],
                start=date.fromisoformat(wanted["start"]),
                nationality=wanted["nationality"],
                place=wanted["place"],
            )
        return questions[question]().execute()

    return ask


def scan_peer(path: str) -> Ask:
    """The bare reading of a question's columns, words left as codes."""
    import pyarrow.dataset as ds

    words = sorted({name for names in COLUMNS.values() for name in names} - {"period", "value"})
    kind = ds.ParquetFileFormat(dictionary_columns=words)
    files = ds.dataset(path, format=kind)

    def ask(question: str) -> int:
        return sum(len(batch) for batch in files.to_batches(columns=COLUMNS[question]))

    return ask


MAKERS: dict[str, Callable[[str], Ask]] = {
    "pandas": pandas_peer,
    "polars": polars_peer,
    "duckdb": duckdb_peer,
    "ours": ours_peer,
    "scan": scan_peer,
}


def filter_sql(wanted: dict[str, Any], table: str) -> str:
    """The SQL of a filter: some nationalities and states from a month on, by month."""
    words = {
        name: ", ".join(f"'{word}'" for word in wanted[name]) for name in ("nationality", "place")
    }
    return (
        f"SELECT period, sum(value)::BIGINT AS value FROM {table} "
        f"WHERE nationality IN ({words['nationality']}) AND place IN ({words['place']}) "
        f"AND period >= DATE '{wanted['start']}' GROUP BY period ORDER BY period"
    )


def work(peer: str, path: str) -> None:
    """Answers questions from the standard input: time, memory, and the answer in a file."""
    ask = MAKERS[peer](path)
    print(json.dumps({"ready": memory()}), flush=True)
    for line in sys.stdin:
        question, keep = json.loads(line)
        began = time.perf_counter()
        answer = ask(question)
        seconds = time.perf_counter() - began
        extra: Any = None
        if keep and hasattr(answer, "to_pickle"):
            answer.to_pickle(keep)
        elif not hasattr(answer, "to_pickle"):
            extra = [int(part) for part in answer] if isinstance(answer, tuple) else int(answer)
        print(json.dumps({"seconds": seconds, "peak": memory(), "answer": extra}), flush=True)


def memory() -> float:
    """The process's own peak so far, in MB (`getrusage` would inherit its parent's)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    work(sys.argv[1], sys.argv[2])
