"""The record beside graded work: what was graded, by which key and source, and what was mended."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RECORD_NAME = "grading.json"
SCHEMA = 1


@dataclass(frozen=True)
class Record:
    """What a graded folder rests on.

    Attributes:
        submission: the fingerprint of what was handed in.
        version: the fingerprint of the assignment's key, source and released cells.
        mended: what was put in order, by notebook; its names are the notebooks that were graded.
        at: when it was graded, in UTC.
    """

    submission: str
    version: str
    mended: Mapping[str, Sequence[Mapping[str, Any]]]
    at: str = ""

    def covers(self, submission: str, version: str, notebooks: Sequence[str]) -> bool:
        """Whether the graded folder is what grading these now would give."""
        same = self.submission == submission and self.version == version
        return same and set(notebooks) <= set(self.mended)

    def with_notebook(self, name: str, mended: Sequence[Mapping[str, Any]]) -> "Record":
        """The record with one more notebook."""
        return Record(self.submission, self.version, {**self.mended, name: mended}, self.at)

    def to_bytes(self) -> bytes:
        """The file that keeps it."""
        document = {
            "schema": SCHEMA,
            "submission": self.submission,
            "version": self.version,
            "at": self.at or datetime.now(UTC).isoformat(timespec="seconds"),
            "mended": self.mended,
        }
        return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def read_record(folder: Path) -> Record | None:
    """The record in a graded folder; None if there is none that can be read."""
    try:
        document = json.loads((folder / RECORD_NAME).read_bytes())
        if document["schema"] != SCHEMA or not isinstance(document["mended"], dict):
            return None
        return Record(
            document["submission"], document["version"], document["mended"], document["at"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
