"""Ibis on DuckDB as the project sets it up: what it remembers, and what it may take."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pandas as pd
import pytest
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler

from travesia.flows import backend, engine


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The expressions that Ibis has written SQL for."""
    asked = []
    plain = DuckDBCompiler.to_sqlglot

    def to_sqlglot(self: Any, expr: Any, **options: Any) -> Any:
        asked.append(expr)
        return plain(self, expr, **options)

    monkeypatch.setattr(DuckDBCompiler, "to_sqlglot", to_sqlglot)
    return asked


def setting(connection: Any, name: str) -> Any:
    (value,) = connection.raw_sql(f"SELECT current_setting('{name}')").fetchone()
    return value


def test_a_question_that_is_asked_again_is_not_written_again(written: list[Any]) -> None:
    table = engine.duckdb().create_table("n", {"n": [1, 2, 3]})
    written.clear()
    for _time in range(3):
        assert table.filter(table.n > 1).n.sum().execute() == 5
    assert len(written) == 1


def test_another_question_another_limit_and_another_value_are_written_anew() -> None:
    table = engine.duckdb().create_table("n", {"n": [1, 2, 3]})
    assert len(table.filter(table.n > 1).execute()) == 2
    assert len(table.filter(table.n > 2).execute()) == 1
    assert len(table.filter(table.n > 1).execute(limit=1)) == 1
    least = ibis.param("int64")
    above = table.filter(table.n > least)
    assert [len(above.execute(params={least: value})) for value in (0, 1, 2)] == [3, 2, 1]


@pytest.mark.parametrize("words", [["a"], ["a", "c"], ["x", "y"], ["a", None], []])
def test_words_among_several_are_found_as_in_keeps_them(words: list[str | None]) -> None:
    table = engine.duckdb().create_table("w", {"w": ["a", "b", "c", None]})
    plain = ibis.duckdb.connect().create_table("w", {"w": ["a", "b", "c", None]})
    for chosen in (
        lambda t: t.filter(t.w.isin(words)),
        lambda t: t.filter(t.w.notin(words)),
        lambda t: t.mutate(there=t.w.isin(words)),
    ):
        ours, theirs = (chosen(each).order_by("w").to_pyarrow() for each in (table, plain))
        assert ours.equals(theirs)


def test_a_column_among_other_columns_and_numbers_are_left_to_ibis() -> None:
    table = engine.duckdb().create_table("w", {"w": ["a", "b"], "v": ["a", "x"], "n": [1, 2]})
    assert len(table.filter(table.w.isin([table.v, "z"])).execute()) == 1
    assert len(table.filter(table.n.isin([2, 3])).execute()) == 1


@pytest.mark.parametrize("rows", ["", " WHERE false", " WHERE n IS NOT NULL"])
def test_an_answer_has_the_types_that_ibis_gives_it(rows: str) -> None:
    made = (
        "CREATE TABLE t AS SELECT * FROM (VALUES ('a', 1::BIGINT, 2.5::DOUBLE, true, DATE "
        "'2024-01-01'), (NULL, NULL, NULL, NULL, NULL)) AS v(w, n, x, b, d)" + rows
    )
    answers = []
    for connection in (engine.duckdb(), ibis.duckdb.connect()):
        connection.raw_sql(made)
        table = connection.table("t")
        sums = table.group_by("w").agg(wide=table.n.sum(), narrow=ibis.literal(7, "int64"))
        answers.append(
            (
                table.execute(), sums.order_by("w").execute(), table.n.sum().execute(),
                table.w.execute(), table.d.max().execute(),
            )
        )  # fmt: skip
    (ours, our_sums, *others), (theirs, their_sums, *expected) = answers
    pd.testing.assert_frame_equal(ours, theirs)
    pd.testing.assert_frame_equal(our_sums, their_sums)
    assert str(others) == str(expected)


def test_a_table_that_was_made_anew_is_read_anew() -> None:
    connection = engine.duckdb()
    connection.create_table("n", {"n": [1, 2, 3]})
    assert connection.table("n").n.sum().execute() == 6
    connection.create_table("n", {"n": [10]}, overwrite=True)
    assert connection.table("n").n.sum().execute() == 10


def test_only_so_many_questions_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "_KEPT", 3)
    connection = backend.connect()
    table = connection.create_table("n", {"n": [1, 2, 3]})
    for least in range(10):
        table.filter(table.n > least).execute()
    assert len(connection._written) == 3


def test_duckdb_takes_a_persons_share_and_spills_where_there_is_a_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    connection = backend.connect()
    assert setting(connection, "memory_limit") == "953.6 MiB"
    assert setting(connection, "temp_directory") == str(tmp_path / "travesia/duckdb")
    monkeypatch.setenv(backend.MEMORY, "2GB")
    assert setting(backend.connect(), "memory_limit") == "1.8 GiB"


@pytest.mark.parametrize("disk", [True, False])
def test_what_does_not_fit_in_memory_is_answered_from_the_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, disk: bool
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv(backend.MEMORY, "48MB")
    connection = backend.connect()
    if not disk:
        connection.raw_sql("SET temp_directory = ''")
    many = "CREATE TABLE m AS SELECT hash(range) AS h, md5(range::VARCHAR) AS t FROM range(1500000)"
    with nullcontext() if disk else pytest.raises(duckdb.OutOfMemoryException):
        connection.raw_sql(many)
        table = connection.table("m")
        assert len(table.order_by("h").limit(1, offset=500_000).execute()) == 1


def test_a_bad_amount_of_memory_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(backend.MEMORY, "plenty")
    with pytest.raises(engine.EngineError, match=r"TRAVESIA_FLOWS_MEMORY.*plenty.*2GB"):
        engine.duckdb()
