"""What runs in a grading process: a pipeline for the batch at hand, asked for one submission each.

Every process grades the instructor's solution before its first submission, on its own machine: one
that can't do that books nothing. Imports are made when they are needed, so that a process that is
about to be asked can start at once.
"""

import logging
import os
import pickle
import re
import shutil
import signal
import tempfile
import threading
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from travesia.grading.errors import GradingError
from travesia.quick import quick_imports

if TYPE_CHECKING:
    from travesia.grading.bundle import SubmissionBundle
    from travesia.grading.graded import Graded

_log = logging.getLogger("travesia.grading")
_lock = threading.Lock()
_ready: dict[str, "_Ready"] = {}


class _Ready:
    """The pipeline of a batch, or the reason why this process can't grade it."""

    def __init__(self, packed: bytes, made_by: str) -> None:
        from travesia.course.document import ContentError  # noqa: PLC0415
        from travesia.grading.canary import check_canary  # noqa: PLC0415 - see the module
        from travesia.grading.pipeline import Pipeline  # noqa: PLC0415
        from travesia.scenarios import CaseError  # noqa: PLC0415

        self.problem = ""
        self.pipeline: Pipeline | None = None
        if version("travesia") != made_by:
            self.problem = (
                f"This grading process has travesia {version('travesia')} and the command "
                f"{made_by}: install the same on both."
            )
            return
        # The driver's own bundle, by the channel over which it also sends what to run.
        self.pipeline = Pipeline(pickle.loads(packed), _log)  # noqa: S301
        try:
            check_canary(self.pipeline)
        except (GradingError, ContentError, CaseError) as error:
            self.problem = told(str(error))

    def close(self) -> None:
        if self.pipeline is not None:
            self.pipeline.close()


def told(text: str) -> str:
    """What is said of a file, by its place in the course directory.

    A process of its own has it in a private folder, which is gone when somebody reads this.
    """
    private = re.escape(str(Path(tempfile.gettempdir()) / "tv-"))
    return re.sub(rf"{private}\w+/", "", text)


class _Told(logging.Formatter):
    """Formats what is logged as what is told."""

    def format(self, record: logging.LogRecord) -> str:
        return told(super().format(record))


def enter_process(folder: str) -> None:
    """Sets up a process that was started for grading alone: it goes when its parent goes.

    Args:
        folder: where everything lies that it writes.
    """
    tempfile.tempdir = folder
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    said = logging.StreamHandler()
    said.setFormatter(_Told())
    logging.basicConfig(level=logging.ERROR, handlers=[said])
    threading.Thread(target=_follow_parent, args=(folder,), daemon=True).start()


def _follow_parent(folder: str) -> None:
    from multiprocessing import parent_process  # noqa: PLC0415

    parent = parent_process()
    if parent is not None:
        parent.join()
        # It was killed, and clears nothing away: keys and tests must not stay.
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)


def warm_up(source: Path) -> None:
    """Loads what grading needs, and has the notebooks' own process do the same, meanwhile.

    Args:
        source: where the assignment's source is likely to be; elsewhere costs only some time.
    """
    from travesia.grading.imports import imported_modules  # noqa: PLC0415 - see the module
    from travesia.grading.warm import Setting, warm_server  # noqa: PLC0415

    if source.is_dir():
        warm_server(Setting(preload=imported_modules(source)))
    with quick_imports():
        import travesia.grading.canary  # noqa: PLC0415
        import travesia.grading.configure  # noqa: F401, PLC0415


def check(batch: str, packed: bytes, made_by: str) -> str:
    """Why this process can't grade the batch; empty if its canary earned full marks."""
    with _lock:
        return _pipeline(batch, packed, made_by).problem


def grade(batch: str, packed: bytes, made_by: str, submission: "SubmissionBundle") -> "Graded":
    """The graded submission; it never raises for what a submission or this machine does."""
    from travesia.grading.graded import Graded  # noqa: PLC0415

    with _lock:
        ready = _pipeline(batch, packed, made_by)
        if ready.problem or ready.pipeline is None:
            return Graded(submission.student, problem=ready.problem)
        try:
            return ready.pipeline.grade(submission)
        except GradingError as error:
            return Graded(submission.student, problem=told(str(error)))
        except Exception as error:  # noqa: BLE001 - one submission must not stop the others
            _log.exception("Grading %s failed", submission.student)
            return Graded(
                submission.student,
                problem="Grading failed in a way that is a fault of this program "
                f"({type(error).__name__}: {told(str(error))}); the submission is untouched.",
            )


def _pipeline(batch: str, packed: bytes, made_by: str) -> _Ready:
    """The pipeline of a batch; an earlier batch's is closed, a process grades one at a time."""
    if batch not in _ready:
        for earlier in list(_ready):
            _ready.pop(earlier).close()
        _ready[batch] = _Ready(packed, made_by)
    return _ready[batch]
