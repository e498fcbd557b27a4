"""Executing a submission: in a sandbox, for a bounded time, whatever its code does."""

import json
import shutil
import stat
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import nbformat
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from traitlets import Bool, Integer

from travesia.grading.course import CoursePreprocessor, Place, place_of
from travesia.grading.errors import GradingError
from travesia.grading.kernel import MEBIBYTE, SandboxedKernelManager
from travesia.language import Translate, translator
from travesia.sandbox import Finding, isolation

SERVICE_FILES = frozenset({"receipt.json", "timestamp.txt", "submission_secret.txt"})
"""What the service wrote beside a submission: the learner's code has no business with it."""

SERVED_SUFFIXES = frozenset(
    {".ipynb", ".json", ".csv", ".tsv", ".txt", ".parquet", ".yaml", ".yml"}
)
"""What may stay in the folder that the formgrader serves to the instructor's browser."""

SHOWN_KINDS = ("text/plain", "text/html", "text/markdown", "image/png", "image/jpeg")
"""The kinds of data that stay in a graded notebook."""

COUNTED = frozenset({"stream", "display_data", "execute_result", "error", "update_display_data"})
MESSAGE_OVERHEAD = 200
LANGUAGE_INFO = {"name": "python", "mimetype": "text/x-python", "file_extension": ".py"}


@cache
def _machine() -> Finding:
    return isolation()


class SandboxedExecute(CoursePreprocessor, Execute):
    """Executes a notebook with nothing but a copy of the submission, and always comes back.

    Code that never ends, ends its own kernel, or prints without end costs the learner that output
    and nothing else: the answers are judged afterwards from what was saved. It is nbgrader's
    `Execute` in everything else.
    """

    isolation = Bool(
        default_value=True,
        help="Whether to run code in a sandbox. Off only where namespaces are forbidden and every "
        "submission is trusted.",
    ).tag(config=True)
    total_seconds = Integer(120, help="How long a whole notebook may take.").tag(config=True)
    memory_bytes = Integer(2048 * MEBIBYTE, help="The memory of one process.").tag(config=True)
    output_bytes = Integer(MEBIBYTE, help="How much a notebook may print.").tag(config=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.store_widget_state = False
        self.shutdown_kernel = "immediate"
        self.timeout_func = self._seconds_for
        self._workspace = Path()
        self._kernel: SandboxedKernelManager | None = None
        self._language = self.fallback_language
        self._room = 0
        self._deadline = 0.0
        self._stopped = ""
        self._ready = False

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook with the outputs of its code, as far as that came."""
        place = place_of(resources)
        self._check_machine()
        self._language = self.submission(place).language
        self._room = self.output_bytes
        self._deadline = time.monotonic() + self.total_seconds
        self._stopped, self._ready = "", False
        with tempfile.TemporaryDirectory(prefix="tv-", ignore_cleanup_errors=True) as folder:
            self._workspace = Path(folder)
            self._fill_workspace(place)
            try:
                super().preprocess(nb, resources, km)
            except GradingError:
                raise
            except Exception as error:
                if not self._ready:
                    raise GradingError(self._not_started(error)) from error
                # The code is over and its kernel would not even close: what it printed stands.
                self.log.warning("The kernel did not close in order: %s", type(error).__name__)
        nb.metadata["language_info"] = NotebookNode(LANGUAGE_INFO)
        nb.metadata.pop("widgets", None)
        self._forbid_active_files(place)
        return nb, resources

    def create_kernel_manager(self) -> SandboxedKernelManager:
        """The manager of the one kernel that runs this notebook."""
        self._kernel = SandboxedKernelManager(
            workspace=self._workspace,
            isolated=self.isolation,
            memory_bytes=self.memory_bytes,
            language=self._language,
        )
        self.km = self._kernel
        return self._kernel

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """One executed cell; once the kernel has been stopped, a cell that says so."""
        self._ready = True
        if cell.cell_type != "code" or not cell.source.strip():
            return cell, resources
        if not self._stopped and time.monotonic() >= self._deadline:
            self._stopped = "time"
        if not self._stopped:
            try:
                super().preprocess_cell(cell, resources, index)
            except Exception as error:  # noqa: BLE001 - hostile code ends a kernel in any way
                self.log.warning("Cell %d ended its kernel: %s", index + 1, type(error).__name__)
                self._stopped = "kernel"
        if self._stopped:
            cell.outputs = [*cell.outputs, self._stop_notice()]
        cell.outputs = [kept for output in cell.outputs if (kept := showable(output))]
        if not isinstance(cell.execution_count, int):
            cell.execution_count = None
        return cell, resources

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """The output that a message brings, as long as the notebook has room for it."""
        kind = msg["msg_type"]
        if kind.startswith("comm"):
            return None
        if kind in COUNTED:
            if self._room < 0:
                return None
            self._room -= len(json.dumps(msg["content"], default=str)) + MESSAGE_OVERHEAD
            if self._room < 0:
                _ = self._translate
                notice = _("… the rest of what was printed is left out.")
                cell.outputs.append(new_output("stream", name="stdout", text=f"\n{notice}\n"))
                return None
        return super().process_message(msg, cell, cell_index)

    @property
    def _translate(self) -> Translate:
        return translator(self._language)

    def _seconds_for(self, _cell: NotebookNode) -> int:
        left = int(self._deadline - time.monotonic())
        return max(1, min(self.timeout or left, left))

    def _check_machine(self) -> None:
        if not self.isolation:
            self.log.warning("SandboxedExecute.isolation is off: learners' code runs as you.")
            return
        finding = _machine()
        if not finding.allowed:
            raise GradingError(
                f"Submissions can't be run in a sandbox here ({finding.reason}). {finding.remedy} "
                "Nothing was executed."
            )

    def _not_started(self, error: Exception) -> str:
        words = self._kernel.last_words if self._kernel else ""
        return (
            f"The kernel for grading did not start ({words or type(error).__name__}): nothing was "
            "graded. The cause lies with this machine, not with the submission."
        )

    def _stop_notice(self) -> NotebookNode:
        _ = self._translate
        if self._stopped == "time":
            sentence = _(
                "The code of this notebook took too long and was stopped before this cell."
            )
        else:
            sentence = _("The program that runs this notebook ended here; no later code was run.")
        return new_output("error", ename="Stopped", evalue=sentence, traceback=[sentence])

    def _fill_workspace(self, place: Place) -> None:
        """Copies what was handed in, with the assignment's own files, and no link to elsewhere."""
        graded, handed_in = self.folder("autograded", place), self.folder("submitted", place)
        for path in sorted(graded.rglob("*")):
            inner = path.relative_to(graded)
            if inner.parts[0] in SERVICE_FILES or not stat.S_ISREG(path.lstat().st_mode):
                continue
            # nbgrader follows links as it copies: what a link brought is not the learner's.
            if (handed_in / inner).is_symlink():
                continue
            target = self._workspace / inner
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)

    def _forbid_active_files(self, place: Place) -> None:
        """Leaves nothing in the graded folder that a browser would run; all stays in submitted/."""
        folder, handed_in = self.folder("autograded", place), self.folder("submitted", place)
        for path in sorted(folder.rglob("*")):
            linked = (handed_in / path.relative_to(folder)).is_symlink()
            if path.is_file() and (linked or path.suffix.lower() not in SERVED_SUFFIXES):
                self.log.info("Not shown in the formgrader: %s", path)
                path.unlink()


def showable(output: Mapping[str, Any]) -> NotebookNode | None:
    """An output with only what a graded notebook shows, or None if nothing of it can be shown.

    Some kinds of data run in a browser, and some, malformed, stop the formgrader itself.
    """
    kept = dict(output)
    try:
        if "data" in kept:
            data = {
                kind: joined(kept["data"][kind]) for kind in SHOWN_KINDS if kind in kept["data"]
            }
            if not data:
                return None
            kept.update(data=data, metadata={})
        nbformat.validate(kept, ref="output", version=4, relax_add_props=True)
        json.dumps(kept, ensure_ascii=False).encode("utf-8")
    except (nbformat.ValidationError, ValueError, TypeError, RecursionError):
        return None
    return nbformat.from_dict(kept)


def joined(text: object) -> str:
    """The text of an output's data, which may be a list of lines.

    Raises:
        TypeError: it is neither.
    """
    return text if isinstance(text, str) else "".join(cast("list[str]", text))
