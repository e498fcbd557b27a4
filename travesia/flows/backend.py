"""Ibis on DuckDB, for a notebook that shares its machine and asks the same questions again."""

import os
import re
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import sqlglot.expressions as sge
from ibis.backends.duckdb import Backend
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler

MEMORY = "TRAVESIA_FLOWS_MEMORY"
"""The environment variable that says how much memory DuckDB may take before it uses the disk."""
_MEMORY = "1GB"
_AMOUNT = re.compile(r"[1-9]\d*(\.\d+)? ?[KMGT]i?B", re.IGNORECASE)
_KEPT = 512


class _Compiler(DuckDBCompiler):
    """Ibis's SQL for DuckDB, with words looked up in Parquet's dictionaries."""

    __slots__ = ()

    def visit_InValues(  # noqa: N802 - Ibis names its methods so
        self, op: ops.InValues, *, value: sge.Expression, options: tuple[sge.Expression, ...]
    ) -> sge.Expression:
        """`IN` for words: looked up once in a column's dictionary instead of once in each row."""
        words = [each.value for each in op.options if isinstance(each, ops.Literal)]
        if not op.value.dtype.is_string() or len(words) != len(options) or None in words:
            return super().visit_InValues(op, value=value, options=options)
        # Equal to IN for a missing value too: neither true nor false.
        found: sge.Expression = self.f.list_contains(self.f.array(*options), value)
        return found


class DuckDB(Backend):
    """DuckDB through Ibis, keeping the SQL of questions that it has been asked.

    Writing the SQL of a question takes Ibis 2 to 13 ms, whatever the number of rows, and a widget
    or a loop asks the same ones again and again.
    """

    compiler = _Compiler()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._written: OrderedDict[tuple[Any, ...], str] = OrderedDict()

    def compile(
        self,
        expr: ir.Expr,
        /,
        *,
        limit: int | str | None = None,
        params: Mapping[ir.Scalar, Any] | None = None,
        pretty: bool = False,
    ) -> str:
        """The SQL of an expression, written once."""
        if params:
            return str(super().compile(expr, limit=limit, params=params, pretty=pretty))
        # Operations are compared by what they are made of, table and connection included.
        asked = (expr.op(), limit, ibis.options.sql.default_limit, pretty)
        sql = self._written.pop(asked, None)
        if sql is None:
            sql = str(super().compile(expr, limit=limit, pretty=pretty))
        self._written[asked] = sql
        # Threads may do so at once: the worst that can happen is that something is written again.
        while len(self._written) > _KEPT:
            self._written.popitem(last=False)
        return sql

    def execute(
        self,
        expr: ir.Expr,
        /,
        *,
        params: Mapping[ir.Scalar, Any] | None = None,
        limit: int | str | None = None,
        **options: Any,
    ) -> Any:
        """The answer in pandas, as Ibis gives it, in one step instead of one a column."""
        kinds = expr.schema().values() if isinstance(expr, ir.Table) else ()
        if params or not kinds or not all(map(_is_plain, kinds)):
            return super().execute(expr, params=params, limit=limit, **options)
        answer = self._to_duckdb_relation(expr, limit=limit, **options).to_arrow_table()
        frame = answer.to_pandas(date_as_object=False)
        for name, kind in expr.schema().items():
            # DuckDB has narrower and wider numbers than Ibis says, and Ibis has days in seconds.
            wanted = "datetime64[s]" if kind.is_date() else str(kind.to_pandas())
            if kind.is_numeric() | kind.is_date() and str(frame[name].dtype) != wanted:
                with suppress(TypeError, ValueError):  # a missing whole number stays missing
                    frame[name] = frame[name].astype(wanted)
        return frame


def _is_plain(kind: dt.DataType) -> bool:
    return kind.is_string() or kind.is_int64() or kind.is_float64() or kind.is_boolean() or (
        kind.is_date()
    )  # fmt: skip


def connect() -> DuckDB:
    """A new DuckDB in memory that takes its share of the machine and asks the internet nothing.

    Raises:
        ValueError: `TRAVESIA_FLOWS_MEMORY` is no amount of memory.
    """
    memory = os.environ.get(MEMORY) or _MEMORY
    if not _AMOUNT.fullmatch(memory):
        raise ValueError(f"${MEMORY} says '{memory}', which is no amount: write it like 2GB.")
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "travesia"
    # DuckDB makes the last folder only. Where a home cannot be written, questions that need no
    # disk are answered all the same.
    with suppress(OSError):
        caches.mkdir(parents=True, exist_ok=True)
    connection: DuckDB = DuckDB().connect(
        # Without internet an extension that it fetches by itself would be a late, unclear error.
        autoinstall_known_extensions=False,
        autoload_known_extensions=False,
        # DuckDB would take four fifths of the machine, and not of what its person may use; and a
        # workspace's /tmp is memory, the folder of a notebook no place for its files.
        memory_limit=memory,
        temp_directory=str(caches / "duckdb"),
    )
    return connection
