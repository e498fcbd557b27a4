"""The answers of a submission, read from the file whose hash the service's receipt recorded.

Only the folder that `collect` delivered is read, never the copy in which a learner's code ran.
"""

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from travesia.grading.errors import GradingError
from travesia.language import INTERFACE_CATALOGUES, available_languages, translator
from travesia.learn.answers import FILE_NAME, LARGEST_FILE, parse

RECEIPT_NAME = "receipt.json"
LARGEST_RECEIPT = 64 * 1024


@dataclass(frozen=True)
class Receipt:
    """What the service wrote when it took the submission."""

    id: str
    student: str
    assignment: str
    language: str
    time: str
    answers_sha256: str | None


@dataclass(frozen=True)
class Submission:
    """The answers of one learner to one assignment.

    Attributes:
        language: the learner's language.
        answers: the saved entries by item id, as the learner's side wrote them: hostile.
        problem: why no answer could be read, as a sentence for the learner; empty if all is well.
        receipt: what the service recorded.
    """

    language: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""
    receipt: Receipt | None = None


def read_receipt(folder: Path, fallback_language: str) -> Receipt:
    """The receipt in a collected submission's folder.

    Raises:
        GradingError: it is absent, or not what the service writes.
    """
    path = folder / RECEIPT_NAME
    remedy = "collect the submission again, the service writes the receipt."
    data = _read(path, LARGEST_RECEIPT)
    if data is None:
        raise GradingError(f"{path} is missing: {remedy}")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise GradingError(f"{path} is not readable ({error}): {remedy}") from error
    if not isinstance(document, dict):
        raise GradingError(f"{path} is no receipt: {remedy}")
    texts = {name: document.get(name) for name in ("id", "student", "assignment", "time")}
    wrong = sorted(name for name, value in texts.items() if not isinstance(value, str))
    recorded = document.get("answers_sha256")
    if wrong or not isinstance(recorded, str | None):
        raise GradingError(f"{path}: {(wrong or ['answers_sha256'])[0]} is not text: {remedy}")
    language = document.get("language")
    return Receipt(
        language=language if language in _languages() else fallback_language,
        answers_sha256=recorded or None,
        **{name: str(value) for name, value in texts.items()},
    )


def read_submission(
    folder: Path, *, student: str, assignment: str, fallback_language: str
) -> Submission:
    """The answers of a collected submission's folder, in whatever state they were handed in.

    A file that is no answers file gives no answers and a sentence that says so: it is the
    learner's, and stays where it is.

    Raises:
        GradingError: receipt and folder contradict each other; no mark is given then.
    """
    receipt = read_receipt(folder, fallback_language)
    for name, expected in (("student", student), ("assignment", assignment)):
        found = getattr(receipt, name)
        if found != expected:
            raise GradingError(
                f"{folder / RECEIPT_NAME} is the receipt of {name} {found}, not of {expected}: "
                "put the folder back where it was collected, or collect again."
            )
    path = folder / FILE_NAME
    try:
        data = _read(path, LARGEST_FILE)
    except GradingError:
        # Larger than any answers file; no need to hash it to know that it holds no answers.
        return _damaged(receipt, path)
    found = None if data is None else hashlib.sha256(data).hexdigest()
    if found != receipt.answers_sha256:
        raise GradingError(
            f"{path} is not the file that the receipt {receipt.id} recorded: collect the "
            "submission again; nothing was graded."
        )
    if data is None:
        return Submission(receipt.language, receipt=receipt)
    try:
        return Submission(receipt.language, parse(data)["answers"], receipt=receipt)
    except ValueError:
        return _damaged(receipt, path)


def _damaged(receipt: Receipt, path: Path) -> Submission:
    _ = translator(receipt.language)
    sentence = _(
        "The file {file} that you handed in could not be read. It was set aside unchanged, and "
        "your instructor can look into it: ask for a chance to hand in again."
    ).format(file=path.name)
    return Submission(receipt.language, problem=sentence, receipt=receipt)


def _languages() -> list[str]:
    return available_languages(INTERFACE_CATALOGUES)


def _read(path: Path, largest: int) -> bytes | None:
    """The bytes of an ordinary file; None if there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise GradingError(f"{path} cannot be opened ({error.strerror}).") from error
    with os.fdopen(descriptor, "rb") as source:
        if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
            raise GradingError(f"{path} is no ordinary file.")
        data = source.read(largest + 1)
    if len(data) > largest:
        raise GradingError(f"{path} is larger than {largest} bytes.")
    return data
