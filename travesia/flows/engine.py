"""The engine that answers queries: DuckDB on this machine, or Spark by configuration.

The pins in `pyproject.toml` are here explained. Ibis 12.0 calls `fetch_arrow_table` and
`fetch_record_batch`, which DuckDB 2.0 removed, and sqlglot 30 breaks the DROP VIEW that Ibis
writes: together they break `con.sql`, `list_tables`, `to_pyarrow_batches` and `create_table` from a
table. `duckdb<2` with `sqlglot<30` passes every query and every test here. Lift both when an Ibis
release says that it supports them and the tests of `tests/unit/flows` pass.
"""

import os
import warnings
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import ibis

Engine = Literal["duckdb", "spark"]
ENGINE = "TRAVESIA_FLOWS_ENGINE"
"""The environment variable that names the engine: `duckdb`, the default, or `spark`."""
MASTER = "TRAVESIA_SPARK_MASTER"
"""The environment variable that names Spark's master; without it Spark runs on this machine."""

_SPARK_DEFAULTS = {
    "spark.app.name": "travesia-flows",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


class EngineError(RuntimeError):
    """The engine that was asked for cannot be had; the sentence says what is missing."""


def connect(engine: str | None = None) -> "ibis.BaseBackend":
    """The connection to an engine, the same one each time.

    Args:
        engine: `duckdb` or `spark`; what `TRAVESIA_FLOWS_ENGINE` says if not given, else DuckDB.

    Raises:
        EngineError: there is no engine of that name, or what it needs is not installed.
    """
    name = engine or os.environ.get(ENGINE) or "duckdb"
    if name == "duckdb":
        return _shared_duckdb()
    if name == "spark":
        return _spark()
    raise EngineError(f"There is no engine '{name}': choose 'duckdb' or 'spark' (in ${ENGINE}).")


def read(path: Path, *, connection: "ibis.BaseBackend | None" = None) -> "ibis.Table":
    """A Parquet file, or a folder of them, as an Ibis table; nothing is read until it is asked."""
    files = str(path / "*.parquet") if path.is_dir() else str(path)
    return (connection or connect()).read_parquet(files)


def duckdb() -> "ibis.BaseBackend":
    """A new DuckDB in memory, of its own: for another thread, or for tables of one purpose.

    Raises:
        EngineError: the memory that it was given is no amount.
    """
    from travesia.flows import backend  # noqa: PLC0415 - only whoever asks a query waits for it

    try:
        return backend.connect()
    except ValueError as error:
        raise EngineError(str(error)) from error


@cache
def _shared_duckdb() -> "ibis.BaseBackend":
    return duckdb()


@cache
def _spark() -> "ibis.BaseBackend":
    import ibis  # noqa: PLC0415 - only whoever asks a query waits for it

    try:
        from pyspark import SparkConf  # noqa: PLC0415 - an extra
        from pyspark.errors import PySparkException  # noqa: PLC0415 - an extra
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise EngineError(
            "Spark is not installed: it needs \"python -m pip install 'pyspark>=4.1'\" and a Java "
            "runtime (17 or newer) on the machine."
        ) from error
    # Of pandas 3, at every answer; nothing that Ibis asks of Spark is concerned.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    try:
        conf = SparkConf()
        # What an administrator set in spark-defaults.conf stands.
        conf.setIfMissing("spark.master", os.environ.get(MASTER) or "local[*]")
        for name, value in _SPARK_DEFAULTS.items():
            conf.setIfMissing(name, value)
        session = SparkSession.builder.config(conf=conf).getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
    except (PySparkException, RuntimeError, OSError) as error:
        raise EngineError(
            "Spark did not start: it needs a Java runtime (17 or newer), on the PATH or in "
            f"JAVA_HOME. Spark said: {str(error).splitlines()[0]}"
        ) from error
    return ibis.pyspark.connect(session)
