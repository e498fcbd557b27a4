"""What the exchange writes down: receipts, releases, and marks that were released."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from travesia.exchange.archive import files_of

RECEIPT = "receipt.json"
TIMESTAMP = "timestamp.txt"
SECRET = "submission_secret.txt"  # noqa: S105 - the file's name in nbgrader's layout
MARKS = "marks.json"
RELEASE = ".release.json"
ANSWERS = "answers.json"

WRITTEN_BY_THE_SERVICE = frozenset({RECEIPT, TIMESTAMP, SECRET})
RESERVED = WRITTEN_BY_THE_SERVICE | {MARKS, RELEASE}
"""Names that nobody may upload: graders and readers believe what these files say."""

Count = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Record(BaseModel):
    """A small JSON document of the exchange."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def json_bytes(self) -> bytes:
        """The record as an indented JSON file for people and programs."""
        return (self.model_dump_json(indent=2) + "\n").encode()


class Receipt(Record):
    """Proves who handed in what and when; every word of it is the service's own."""

    id: str
    course: str
    assignment: str
    student: str
    sha256: str
    answers_sha256: str | None
    language: str
    time: AwareDatetime

    @property
    def timestamp(self) -> str:
        """The time as nbgrader writes and reads it."""
        return self.time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")

    @property
    def folder(self) -> str:
        """The name of the submission's folder in nbgrader's `inbound`."""
        return "+".join((self.student, self.assignment, self.timestamp, self.id))


class Release(Record):
    """An assignment that learners can fetch: its titles by language, and when it is due."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    assignment: str
    title: dict[str, str]
    due: AwareDatetime | None
    released: AwareDatetime
    released_by: str
    notebooks: list[str]

    def json_bytes(self) -> bytes:
        """The record as an indented JSON file for people and programs."""
        return (self.model_dump_json(indent=2, by_alias=True) + "\n").encode()


class MarkedItem(BaseModel):
    """One judged question, as its learner reads it.

    Its id is its own only within its notebook, which marks of earlier versions don't name.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    notebook: str = ""
    id: str
    title: str
    kind: str
    points: Count
    max_points: Count
    outcome: str | None = None
    message: str | None = None


class Marks(BaseModel):
    """The marks of one submission; further fields are kept as they came."""

    model_config = ConfigDict(frozen=True, extra="allow")

    schema_: Literal[1] = Field(alias="schema")
    assignment: str
    student: str
    submission: str
    score: Count
    max_score: Count
    late: bool
    items: list[MarkedItem] = Field(max_length=1000)


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file below a folder that the learner sent, by name."""
    found = {}
    for name, path in files_of(folder):
        if name not in WRITTEN_BY_THE_SERVICE:
            with path.open("rb") as source:
                found[name] = hashlib.file_digest(source, "sha256").hexdigest()
    return found


def digest(files: Mapping[str, str]) -> str:
    """One SHA-256 for all files: that of the list `sha256sum` prints, sorted by name."""
    lines = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def matches(receipt: Receipt, folder: Path) -> bool:
    """Whether a folder holds exactly what the receipt was given for."""
    return digest(digests(folder)) == receipt.sha256


def now() -> datetime:
    """The service's own time."""
    return datetime.now(UTC)
