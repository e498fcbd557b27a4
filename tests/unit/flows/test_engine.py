"""Choosing the engine, and what is said when it cannot be had."""

import subprocess
import sys

import pytest

from travesia.flows import engine


def test_duckdb_answers_unless_something_else_is_configured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(engine.ENGINE, raising=False)
    assert engine.connect().name == "duckdb"
    monkeypatch.setenv(engine.ENGINE, "duckdb")
    assert engine.connect() is engine.connect("duckdb")


def test_an_unknown_engine_is_named_with_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(engine.ENGINE, "sparkle")
    with pytest.raises(engine.EngineError, match=r"no engine 'sparkle'.*duckdb.*spark"):
        engine.connect()


def test_what_spark_is_missing_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setattr(engine, "_spark", engine._spark.__wrapped__)
    with pytest.raises(engine.EngineError, match="Spark is not installed"):
        engine.connect("spark")


def test_without_java_spark_says_that_it_needs_java() -> None:
    program = (
        "import os, warnings; warnings.simplefilter('ignore')\n"
        "os.environ['PATH'] = '/nonexistent'; os.environ.pop('JAVA_HOME', None)\n"
        "from travesia.flows import engine\n"
        "try: engine.connect('spark')\n"
        "except engine.EngineError as error: print('said:', error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert "said: Spark did not start: it needs a Java runtime" in run.stdout, run.stderr


def test_duckdb_fetches_no_extension_by_itself() -> None:
    connection = engine.duckdb()
    for setting in ("autoinstall_known_extensions", "autoload_known_extensions"):
        (value,) = connection.raw_sql(f"SELECT current_setting('{setting}')").fetchone()
        assert value is False


# DuckDB 1.5 announces what 2.0 removed.
@pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")
def test_the_calls_that_newer_releases_break_work_with_the_pinned_ones() -> None:
    connection = engine.duckdb()
    made = connection.create_table("numbers", {"n": [1, 2, 3]})
    assert "numbers" in connection.list_tables()
    assert connection.sql("SELECT sum(n) AS total FROM numbers").execute()["total"][0] == 6
    assert sum(len(batch) for batch in made.to_pyarrow_batches()) == 3
    connection.drop_table("numbers")
