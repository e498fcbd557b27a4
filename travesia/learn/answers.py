"""What a learner answered, kept in `answers.json` beside the notebook.

The file belongs to the learner: it is never thrown away, never half written, and what this version
does not understand is carried along unchanged. Widgets are drawn from it on every run.
"""

import errno
import json
import math
import os
import re
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from travesia.language import Translate, translator

FILE_NAME = "answers.json"
SCHEMA = 1
KINDS = frozenset({"choice", "number", "text", "case", "truth", "short", "order", "match", "spot"})
LARGEST_FILE = 2_000_000
LARGEST_ANSWER = 100_000
MOST_EARLIER = 3
READ_ONLY_VARIABLE = "NBGRADER_EXECUTION"
_IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_IDENTIFIER = 64
_SECONDS_TO_WAIT = 10


class AnswersError(Exception):
    """An answer that could not be kept; its text is a sentence for the learner."""


@dataclass(frozen=True)
class Answer:
    """One saved answer: what kind of item it answers, in which version, and since when."""

    kind: str
    version: str
    value: Any
    at: str


def executing() -> bool:
    """Whether the notebook is run for grading: nobody is there to answer, nothing is written."""
    return bool(os.environ.get(READ_ONLY_VARIABLE))


def parse(data: bytes) -> dict[str, Any]:
    """The document that an answers file holds, with everything in it that is not known here.

    Raises:
        ValueError: the bytes are no answers file.
    """
    try:
        document = json.loads(data, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not _has_the_shape(document):
        raise ValueError("no answers in it")
    return document


def _has_the_shape(document: object) -> bool:
    return (
        isinstance(document, dict)
        and type(document.get("schema")) is int
        and isinstance(document.get("answers"), dict)
    )


def answer_in(document: dict[str, Any], identifier: str) -> Answer | None:
    """One answer of a parsed file; None where there is none that this version understands."""
    entry = document["answers"].get(identifier)
    if not isinstance(entry, dict) or "value" not in entry:
        return None
    kind, version, at = entry.get("kind"), entry.get("version"), entry.get("at")
    if not isinstance(kind, str) or kind not in KINDS:
        return None
    return Answer(
        kind=kind,
        version=version if isinstance(version, str) else "",
        value=entry["value"],
        at=at if isinstance(at, str) else "",
    )


def _earlier(
    entry: Mapping[str, Any], before: object, *, keep_before: bool
) -> dict[str, list[dict[str, Any]]]:
    """The answers of other versions that stay beside an entry, the newest last."""
    if not isinstance(before, dict) or "value" not in before:
        return {}
    earlier = before.get("earlier")
    kept = earlier if isinstance(earlier, list) else []
    if keep_before or before.get("version") != entry["version"]:
        kept = [*kept, {name: each for name, each in before.items() if name != "earlier"}]
    kept = kept[-MOST_EARLIER:]
    while kept and len(json.dumps(kept).encode()) > LARGEST_ANSWER:
        kept = kept[1:]
    return {"earlier": kept} if kept else {}


def _empty() -> dict[str, Any]:
    return {"schema": SCHEMA, "answers": {}}


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float | None:
    """A number; none where it is beyond any, so that it is not written as what is no JSON."""
    number = float(text)
    return number if math.isfinite(number) else None


class AnswerStore:
    """The saved answers of one notebook folder, safe against crashes and a second kernel.

    Attributes:
        path: the answers file.
        notices: sentences for the learner about what was found while reading, oldest first.
    """

    def __init__(self, path: Path, language: str | None = None) -> None:
        self.path = path
        self.notices: list[str] = []
        self._: Translate = translator(language)
        self._lock = FileLock(
            path.with_name(f".{path.name}.lock"), timeout=_SECONDS_TO_WAIT, thread_local=False
        )

    def get(self, identifier: str) -> Answer | None:
        """The saved answer to an item, or None while there is none.

        Raises:
            AnswersError: the file cannot be read at all.
        """
        return answer_in(self._read(), identifier)

    def set(
        self, identifier: str, kind: str, version: str, value: Any, *, keep_before: bool = False
    ) -> Answer:
        """Saves an answer and gives it back with the time of saving.

        What was answered to another version of the item stays beside the new answer, as `earlier`.

        Args:
            identifier: the item.
            kind: what kind of item it is.
            version: the version of the item that is answered.
            value: the answer.
            keep_before: whether the answer before stays likewise, whatever its version.

        Raises:
            AnswersError: it could not be saved; what was saved before still stands.
        """
        if kind not in KINDS:
            raise ValueError(f"{kind} is no kind of answer")
        answer = Answer(kind, version, value, datetime.now(UTC).isoformat(timespec="seconds"))
        self._change(identifier, {**vars(answer)}, keep_before=keep_before)
        return answer

    def remove(self, identifier: str) -> None:
        """Forgets the answer to an item, as when a practice case starts again.

        Raises:
            AnswersError: it could not be done; what was saved before still stands.
        """
        self._change(identifier, None)

    def _change(
        self, identifier: str, entry: dict[str, Any] | None, *, keep_before: bool = False
    ) -> None:
        _ = self._
        if executing():
            raise AnswersError(_("Answers are not changed while the assignment is graded."))
        if len(identifier) > _LONGEST_IDENTIFIER or not _IDENTIFIER.fullmatch(identifier):
            raise ValueError(f"{identifier[:_LONGEST_IDENTIFIER]!r} is no identifier of an item")
        if len(json.dumps(entry).encode()) > LARGEST_ANSWER:
            raise AnswersError(_("This answer is too long to be saved. Make it shorter."))
        try:
            with self._lock:
                document = self._read()
                if document["schema"] > SCHEMA:
                    raise AnswersError(
                        _(
                            "{file} was written by a newer version of the course, so it is left "
                            "as it is. Update the course and try again."
                        ).format(file=self.path.name)
                    )
                if entry is None:
                    document["answers"].pop(identifier, None)
                else:
                    before = document["answers"].get(identifier)
                    entry |= _earlier(entry, before, keep_before=keep_before)
                    document["answers"][identifier] = entry
                self._write(document)
        except Timeout as error:
            raise AnswersError(self._busy()) from error
        except OSError as error:
            raise AnswersError(self._sentence(error)) from error

    def _read(self) -> dict[str, Any]:
        try:
            return self._document()
        except OSError as error:
            raise AnswersError(self._sentence(error)) from error
        except ValueError:
            return self._after_damage()

    def _document(self) -> dict[str, Any]:
        data = self._bytes()
        return _empty() if data is None else parse(data)

    def _bytes(self) -> bytes | None:
        """What the file holds; a link, a device or a file of absurd size is damage."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.ENXIO}:
                raise ValueError("not an ordinary file") from error
            raise
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise ValueError("not an ordinary file")
        with os.fdopen(descriptor, "rb") as source:
            data = source.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise ValueError("too large")
        return data

    def _after_damage(self) -> dict[str, Any]:
        """An empty document, the unreadable file set aside under a name that is still free."""
        _ = self._
        if executing():
            self.notices.append(
                _("The file {file} could not be read, so no answer was found in it.").format(
                    file=self.path.name
                )
            )
            return _empty()
        try:
            with self._lock:
                try:
                    # Another kernel may have put it right while this one waited for the lock.
                    return self._document()
                except ValueError:
                    aside = self._set_aside()
        except Timeout as error:
            raise AnswersError(self._busy()) from error
        except OSError as error:
            raise AnswersError(self._sentence(error)) from error
        self.notices.append(
            _(
                "The file {file} could not be read. It was kept as {aside}, and a new one was "
                "started: please answer again. Your instructor can look into the old file."
            ).format(file=self.path.name, aside=aside.name)
        )
        return _empty()

    def _set_aside(self) -> Path:
        number = 1
        while True:
            aside = self.path.with_name(f"{self.path.stem}.damaged-{number}{self.path.suffix}")
            if not os.path.lexists(aside):
                return self.path.rename(aside)
            number += 1

    def _write(self, document: dict[str, Any]) -> None:
        try:
            data = json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
        except UnicodeEncodeError:
            # Half a surrogate pair can be sent and saved; UTF-8 takes it only as an escape.
            data = json.dumps(document, indent=1).encode() + b"\n"
        if len(data) > LARGEST_FILE:
            raise AnswersError(
                self._("There is no more room for answers in this notebook. Make one shorter.")
            )
        descriptor, name = tempfile.mkstemp(
            dir=self.path.parent, prefix=f".{self.path.name}.", suffix=".part"
        )
        part = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as target:
                target.write(data)
                target.flush()
                os.fsync(target.fileno())
            part.replace(self.path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _busy(self) -> str:
        return self._(
            "Your answers could not be reached, because another notebook is using {file}. "
            "Close the other one and try again."
        ).format(file=self.path.name)

    def _sentence(self, error: OSError) -> str:
        _ = self._
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            return _(
                "Your answer could not be saved: there is no space left. The answers saved "
                "before are safe. Delete files you no longer need, then answer again."
            )
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            return _(
                "Your answer could not be saved: the folder {folder} cannot be written to. "
                "Tell your instructor. The answers saved before are safe."
            ).format(folder=self.path.parent.name)
        return _(
            "Your answer could not be saved or read ({reason}). Try again, and tell your "
            "instructor if it happens a second time. The answers saved before are safe."
        ).format(reason=os.strerror(error.errno or errno.EIO))
