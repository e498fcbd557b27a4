"""What the service wrote beside learners' files, and how it reads that again."""

import logging
import secrets
from pathlib import Path

from pydantic import ValidationError

from travesia.exchange import disk
from travesia.exchange.errors import N_, Refusal
from travesia.exchange.receipt import (
    MARKS,
    RECEIPT,
    RELEASE,
    SECRET,
    TIMESTAMP,
    Marks,
    Receipt,
    Release,
)

_log = logging.getLogger(__name__)


def stamp(folder: Path, receipt: Receipt) -> None:
    """Writes beside the learner's files what only the service may say about them."""
    disk.write_file(folder / RECEIPT, receipt.json_bytes())
    disk.write_file(folder / TIMESTAMP, receipt.timestamp.encode())
    disk.write_file(folder / SECRET, secrets.token_hex(32).encode())


def read_marks(folder: Path) -> Marks | None:
    """The marks in a feedback folder, if there are any; refuses ones that cannot be read."""
    path = folder / MARKS
    if not path.is_file():
        return None
    try:
        return Marks.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        raise Refusal(
            400,
            "bad_marks",
            N_("marks.json is not as expected at “{place}”; generate the feedback again."),
            place=".".join(str(step) for step in first["loc"]),
        ) from error


def read_release(folder: Path) -> Release | None:
    """The release in a folder; None, and a line in the log, if the service stored none there."""
    try:
        return Release.model_validate_json((folder / RELEASE).read_bytes())
    except (OSError, ValidationError):
        _log.warning("%s is no release the service stored; it is left alone", folder)
        return None


def read_receipt(folder: Path) -> Receipt | None:
    """The receipt in a folder; None, and a line in the log, if the service stored none there."""
    try:
        receipt = Receipt.model_validate_json((folder / RECEIPT).read_bytes())
    except (OSError, ValidationError):
        receipt = None
    if receipt is None or receipt.folder != folder.name or receipt.course != folder.parts[-3]:
        _log.warning("%s is no submission the service stored; it is left alone", folder)
        return None
    return receipt
