"""A learner's final values as data: what a test may see of them in a process without their code.

Both directions run inside a sandbox. In between it is text that the grading process hands over and
never reads; nothing in it names code to run.
"""

import base64
import datetime as dt
import decimal
import fractions
import importlib
import io
import json
import sys
from collections.abc import Callable, Container, Mapping
from types import ModuleType
from typing import Any

MOST_CHARACTERS = 12_000_000
DEEPEST = 40


class NoDataError(Exception):
    """A value that is no data; the text names its type."""


def encode(namespace: Mapping[str, Any], names: list[str]) -> tuple[str, dict[str, str]]:
    """The values of names as text, and the types of those that are no data, by name.

    Only plain types are data, and exactly these: what is derived from one may lie about itself.
    """
    found: dict[str, Any] = {}
    refused: dict[str, str] = {}
    room = MOST_CHARACTERS
    for name in names:
        if name not in namespace:
            continue
        try:
            value = namespace[name]
            own = type(value) is ModuleType
            value = {"module": value.__name__} if own else _encoded(value, 0)
            size = len(json.dumps(value))
        except Exception as error:  # noqa: BLE001 - one value must not cost the others
            refused[name] = _reason(error)
        else:
            if size > room:
                refused[name] = "too large"
            else:
                found[name] = value
                room -= size
    return json.dumps(found), refused


def decode(text: str, loaded: Container[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values again, and why some could not be read, by name.

    A module is one only if it was loaded ahead.
    """
    found: dict[str, Any] = {}
    refused: dict[str, str] = {}
    for name, value in json.loads(text).items():
        if isinstance(value, dict) and "module" in value:
            if value["module"] in loaded:
                found[name] = importlib.import_module(value["module"])
            continue
        try:
            found[name] = _decoded(value)
        except Exception as error:  # noqa: BLE001 - some types can be written and not read
            refused[name] = _reason(error)
    return found, refused


def _reason(error: Exception) -> str:
    return str(error)[:100] or type(error).__name__


def _encoded(value: Any, depth: int) -> Any:
    kind = type(value)
    if depth > DEEPEST:
        raise NoDataError("nested too deeply")
    if value is None or kind in {bool, str}:
        return value
    if kind in {list, tuple, set, frozenset}:
        return {kind.__name__: [_encoded(each, depth + 1) for each in value]}
    if kind is dict:
        pairs = value.items()
        return {"dict": [[_encoded(k, depth + 1), _encoded(v, depth + 1)] for k, v in pairs]}
    if kind in _WRITE:
        return {kind.__name__: _WRITE[kind](value)}
    return _encoded_table(value, kind)


def _encoded_table(value: Any, kind: type) -> Any:
    """NumPy's and pandas' own types, where they are loaded."""
    numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
    if numpy is not None and kind is numpy.ndarray and not value.dtype.hasobject:
        data = base64.b64encode(numpy.ascontiguousarray(value).tobytes()).decode()
        return {"ndarray": [numpy.lib.format.dtype_to_descr(value.dtype), value.shape, data]}
    if numpy is not None and kind.__module__ == "numpy" and issubclass(kind, numpy.generic):
        return {"scalar": _encoded_table(numpy.asarray(value), numpy.ndarray)["ndarray"]}
    if pandas is not None:
        if kind is pandas.DataFrame:
            return {"frame": _arrow(value)}
        if kind is pandas.Series:
            name = _encoded(value.name, DEEPEST)
            return {"series": [name, _arrow(value.to_frame(name="value"))]}
        if kind is pandas.Timestamp:
            return {"Timestamp": value.isoformat()}
        if issubclass(kind, pandas.Index) and kind.__module__.split(".")[0] == "pandas":
            name = _encoded(value.name, DEEPEST)
            return {"index": [name, _arrow(value.to_frame(index=False, name="value"))]}
    raise NoDataError(kind.__name__)


def _arrow(frame: Any) -> str:
    import pyarrow as pa  # noqa: PLC0415 - only where a table is meant

    table = pa.Table.from_pandas(frame)
    target = io.BytesIO()
    with pa.ipc.new_stream(target, table.schema) as writer:
        writer.write_table(table)
    return base64.b64encode(target.getvalue()).decode()


def _frame(text: str) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - only where a table is meant

    with pa.ipc.open_stream(base64.b64decode(text)) as reader:
        return reader.read_all().to_pandas()


def _decoded(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind in _TOGETHER:
        return _TOGETHER[kind](_decoded(each) for each in content)
    if kind == "dict":
        return {_decoded(k): _decoded(v) for k, v in content}
    return _READ[kind](content)


def _ndarray(content: Any) -> Any:
    import numpy as np  # noqa: PLC0415 - only where an array is meant

    described, shape, data = content
    dtype = np.lib.format.descr_to_dtype(described)
    return np.frombuffer(base64.b64decode(data), dtype=dtype).reshape(shape).copy()


def _series(content: Any) -> Any:
    name, text = content
    return _frame(text)["value"].rename(_decoded(name))


def _index(content: Any) -> Any:
    import pandas as pd  # noqa: PLC0415 - only where an index is meant

    name, text = content
    return pd.Index(_frame(text)["value"], name=_decoded(name))


def _timestamp(content: Any) -> Any:
    import pandas as pd  # noqa: PLC0415 - only where a time is meant

    return pd.Timestamp(content)


_WRITE: dict[type, Callable[[Any], Any]] = {
    int: hex,
    float: float.hex,
    complex: lambda value: [value.real.hex(), value.imag.hex()],
    bytes: lambda value: base64.b64encode(value).decode(),
    range: lambda value: [value.start, value.stop, value.step],
    dt.date: dt.date.isoformat,
    dt.datetime: dt.datetime.isoformat,
    dt.time: dt.time.isoformat,
    dt.timedelta: lambda value: [value.days, value.seconds, value.microseconds],
    decimal.Decimal: str,
    fractions.Fraction: str,
}
_TOGETHER: dict[str, Callable[[Any], Any]] = {
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
}
_READ: dict[str, Callable[[Any], Any]] = {
    "int": lambda text: int(text, 16),
    "float": float.fromhex,
    "complex": lambda parts: complex(float.fromhex(parts[0]), float.fromhex(parts[1])),
    "bytes": base64.b64decode,
    "range": lambda parts: range(*parts),
    "date": dt.date.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
    "time": dt.time.fromisoformat,
    "timedelta": lambda parts: dt.timedelta(*parts),
    "Decimal": decimal.Decimal,
    "Fraction": fractions.Fraction,
    "ndarray": _ndarray,
    "scalar": lambda content: _ndarray(content)[()],
    "frame": _frame,
    "series": _series,
    "index": _index,
    "Timestamp": _timestamp,
}
