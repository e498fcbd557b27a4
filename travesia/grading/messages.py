"""What a submission's process says, made into what a graded notebook may hold.

Nothing of it is believed: a message that is not of its kind's shape is dropped, and of rich output
only what a graded notebook shows stays.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

import nbformat
from nbformat.notebooknode import NotebookNode
from nbformat.validator import iter_validate

SHOWN_KINDS = ("text/plain", "text/html", "text/markdown", "image/png", "image/jpeg")
"""The kinds of data that stay in a graded notebook."""

OWN_ERRORS = frozenset({"Stopped", "CellTimeoutError"})
"""Errors of ours: their one line is a sentence, which the learner reads as it is."""

STREAMS = frozenset({"stdout", "stderr"})
LONGEST_NAME = 1000
MOST_LINES = 10_000
CELL: Mapping[str, Any] = {
    "cell_type": "code",
    "id": "cell",
    "metadata": {},
    "source": "",
    "execution_count": None,
}


def checked(kind: str, content: Mapping[str, Any]) -> dict[str, Any] | None:
    """The content of an output message with only what its kind has; None if it is not of its kind.

    Kinds that make no output, widgets' among them, give None too.
    """
    match kind:
        case "stream":
            return _stream(content)
        case "error":
            return _error(content)
        case "display_data" | "update_display_data" | "execute_result":
            return _display(kind, content)
        case "clear_output":
            return {"wait": content.get("wait") is True}
    return None


def reply(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """The content of a cell's last message; None if it is none."""
    if content.get("status") == "ok":
        return {"status": "ok"}
    if content.get("status") != "error":
        return None
    error = _error(content)
    return None if error is None else {"status": "error", **error}


def _stream(content: Mapping[str, Any]) -> dict[str, Any] | None:
    name, text = content.get("name"), content.get("text")
    if name not in STREAMS or not isinstance(text, str):
        return None
    return {"name": name, "text": clean(text)}


def _error(content: Mapping[str, Any]) -> dict[str, Any] | None:
    ename, evalue, traceback = (content.get(name) for name in ("ename", "evalue", "traceback"))
    if not isinstance(ename, str) or not isinstance(evalue, str):
        return None
    if not isinstance(traceback, list) or not all(isinstance(line, str) for line in traceback):
        return None
    lines = [clean(line) for line in traceback[:MOST_LINES]]
    if ename in OWN_ERRORS:
        # A process may raise one of that name, whose sentence says what it likes.
        lines.append("")
    return {"ename": clean(ename[:LONGEST_NAME]), "evalue": clean(evalue), "traceback": lines}


def _display(kind: str, content: Mapping[str, Any]) -> dict[str, Any] | None:
    data, transient = content.get("data"), content.get("transient")
    if not isinstance(data, dict):
        return None
    kept: dict[str, Any] = {"data": shown(data), "metadata": {}}
    if isinstance(transient, dict) and isinstance(transient.get("display_id"), str):
        kept["transient"] = {"display_id": transient["display_id"][:LONGEST_NAME]}
    if kind == "execute_result":
        kept["execution_count"] = None
    return kept


def shown(data: Mapping[str, Any]) -> dict[str, str]:
    """The kinds of an output's data that a graded notebook shows, as text."""
    found = {}
    for kind in SHOWN_KINDS:
        try:
            if kind in data:
                found[kind] = joined(data[kind])
        except TypeError:
            continue
    return found


def showable(output: Mapping[str, Any]) -> NotebookNode | None:
    """An output with only what a graded notebook shows, or None if nothing of it can be shown.

    Some kinds of data run in a browser, and some, malformed, stop the formgrader itself.
    """
    kept = dict(output)
    try:
        if "data" in kept:
            data = shown(kept["data"])
            if not data:
                return None
            kept.update(data=data, metadata={})
        if not _is_output(kept):
            return None
        json.dumps(kept, ensure_ascii=False).encode("utf-8")
    except (ValueError, TypeError, RecursionError):
        return None
    return nbformat.from_dict(kept)


def _is_output(output: dict[str, Any]) -> bool:
    """Whether the notebook format knows such an output.

    nbformat has a compiled check for whole notebooks alone, five times as fast as one of an output.
    """
    cell = {**CELL, "outputs": [output]}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    errors = iter_validate(notebook, version=4, version_minor=5, relax_add_props=True)
    return next(errors, None) is None


def joined(text: object) -> str:
    """The text of an output's data, which may be a list of lines.

    Raises:
        TypeError: it is neither.
    """
    return clean(text if isinstance(text, str) else "".join(cast("list[str]", text)))


def clean(text: str) -> str:
    """Text that a file can hold: halves of characters, which no encoding knows, become `?`.

    Nothing is dropped for them: an error that vanished would be a test that passed.
    """
    return text.encode("utf-8", "replace").decode("utf-8")
