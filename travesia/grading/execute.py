"""Executing a submission: in a sandbox of its own, for a bounded time, whatever its code does."""

import time
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from nbclient.client import NotebookClient
from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import Execute
from traitlets import Bool, Dict, Integer

from travesia.grading import checks, home, messages, stops
from travesia.grading.course import CoursePreprocessor, Place, place_of
from travesia.grading.errors import GradingError
from travesia.grading.imports import imported_modules
from travesia.grading.room import Room, say_cut
from travesia.grading.run import CellStopped, Run
from travesia.grading.warm import (
    LIMITS,
    TEST_SECONDS,
    TOTAL_SECONDS,
    Setting,
    WarmError,
    warm_server,
)
from travesia.sandbox import isolation
from travesia.sandbox.limits import MEBIBYTE

LANGUAGE_INFO = {"name": "python", "mimetype": "text/x-python", "file_extension": ".py"}
PARENT = "cell"
UNCHECKED = "travesia_unchecked"
"""Where a conversion's resources name the tests that were not run: somebody has to look."""


class SandboxedExecute(CoursePreprocessor, Execute):
    """Executes a notebook with nothing but a copy of the submission, and always comes back.

    It is nbgrader's `Execute` with another way to run a cell: not a kernel that is started for
    each notebook, but a process forked from a warm one, which nbclient's own `process_message`
    hears through. A test's source is sent to it only when the learner's own cells have run. Code
    that never ends, ends its own process or prints without end costs the learner that cell and
    nothing else.
    """

    isolation = Bool(
        default_value=True,
        help="Whether to run code in a sandbox. Off only where namespaces are forbidden and every "
        "submission is trusted.",
    ).tag(config=True)
    total_seconds = Integer(TOTAL_SECONDS, help="How long a whole notebook may take.").tag(
        config=True
    )
    memory_bytes = Integer(LIMITS.memory_bytes, help="The memory of one process.").tag(config=True)
    total_bytes = Integer(
        LIMITS.total_bytes, help="The memory of all processes of a notebook together."
    ).tag(config=True)
    output_bytes = Integer(
        MEBIBYTE, help="How much a notebook's cells may print, and its tests once more."
    ).tag(config=True)
    data = Dict(
        help="The course's data, which every submission may read: the path that its code uses to "
        "the path on this machine."
    ).tag(config=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.store_widget_state = False
        self._language = self.fallback_language
        self._room = Room(0)
        self._run: Run | None = None

    def setting(self, assignment: str) -> Setting:
        """How the warm server of an assignment is started."""
        source = self.coursedir.format_path(self.coursedir.source_directory, ".", assignment)
        return Setting(
            preload=imported_modules(Path(source)),
            limits=replace(
                LIMITS,
                memory_bytes=self.memory_bytes,
                total_bytes=self.total_bytes,
                cpu_seconds=self.total_seconds + TEST_SECONDS,
            ),
            read_only=tuple(sorted((str(name), str(path)) for name, path in self.data.items())),
            isolated=self.isolation,
        )

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook with the outputs of its code, as far as that came."""
        place = place_of(resources)
        if not self.isolation:
            self.log.warning("SandboxedExecute.isolation is off: learners' code runs as you.")
        server = partial(warm_server, self.setting(place.assignment))
        server()  # it loads while what follows is done here
        self._language = self.submission(place).language
        self._room = Room(self.output_bytes)
        # As nbconvert's own step begins: it is the client of this one notebook now.
        NotebookClient.__init__(self, nb, km)
        self.reset_execution_trackers()
        self._check_assign_resources(resources)
        folders = self.folder("autograded", place), self.folder("submitted", place)
        environment = {"TRAVESIA_LANGUAGE": self._language}
        with closing(
            Run(
                server,
                list(home.files(*folders, self.log)),
                environment,
                room=self.output_bytes,
                deadline=time.monotonic() + self.total_seconds,
            )
        ) as self._run:
            try:
                self._run_cells(nb, resources, place)
            except WarmError as error:
                raise GradingError(self._why_not(error)) from error
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs = [kept for each in cell.outputs if (kept := messages.showable(each))]
        nb.metadata["language_info"] = NotebookNode(LANGUAGE_INFO)
        nb.metadata.pop("widgets", None)
        home.remove_active(*folders, self.log)
        return nb, resources

    def _run_cells(self, nb: NotebookNode, resources: dict[str, Any], place: Place) -> None:
        """Runs the learner's cells, then the tests: no test is known while they run."""
        key = self.key(place.assignment)
        count = 0
        tests: list[tuple[int, NotebookNode]] = []
        for index, cell in enumerate(nb.cells):
            if not runs(cell):
                continue
            count += 1
            cell.execution_count = count
            if is_test(cell) and cell.metadata["nbgrader"]["grade_id"] not in key:
                tests.append((index, cell))
            else:
                self.preprocess_cell(cell, resources, index)
        if tests:
            self._run_tests(tests, resources)

    def _run_tests(self, tests: list[tuple[int, NotebookNode]], resources: dict[str, Any]) -> None:
        """Runs the tests: those marked so in a process that has the learner's values only."""
        run = self._run
        if run is None:
            return
        run.deadline = max(run.deadline, time.monotonic() + TEST_SECONDS)
        # Whatever the learner's cells printed, what tests say has room.
        self._room = Room(self.output_bytes)
        # What is shown while they run may hold them, and changes nothing that was shown before.
        self._display_id_map.clear()
        apart = [(index, cell) for index, cell in tests if checks.is_clean(cell.source)]
        here = [(index, cell) for index, cell in tests if not checks.is_clean(cell.source)]
        values = self._values(run, apart, resources) if apart else "{}"
        if here:
            self._run_here(run, here, resources)
        if apart and values:
            run.close()
            with closing(run.apart(values)) as clean:
                self._run = clean
                for index, cell in apart:
                    self.preprocess_cell(cell, resources, index)
                    stderr_costs_nothing(cell)
                resources[checks.REFUSED] |= checks.refused(clean.refused)

    def _values(
        self, run: Run, apart: list[tuple[int, NotebookNode]], resources: dict[str, Any]
    ) -> str:
        """The learner's values as data, for a clean process; empty if they did not come."""
        answer = run.call("values", names=checks.names_of(cell for _, cell in apart))
        if answer is None and not run.given_up:
            self._leave_unchecked("silent", apart, resources)
            return ""
        answer = answer or {}
        resources[checks.REFUSED] = checks.refused(answer.get("refused"))
        return answer["values"] if isinstance(answer.get("values"), str) else "{}"

    def _run_here(
        self, run: Run, here: list[tuple[int, NotebookNode]], resources: dict[str, Any]
    ) -> None:
        """Runs tests in the learner's own process, unless that would let anything pass."""
        names = checks.names_of(cell for _, cell in here)
        found = run.call("inspect", names=names) or {"changed": [checks.NO_ANSWER]}
        resources.setdefault(checks.CHANGED, []).extend(checks.changed(found.get("changed")))
        run.testing = True
        standing = run.assertions(here[0][1].execution_count)
        if standing != "hold":
            self._leave_unchecked(standing, here, resources)
            return
        for index, cell in here:
            self.preprocess_cell(cell, resources, index)
            stderr_costs_nothing(cell)

    def _leave_unchecked(
        self,
        why: Literal["changed", "silent"],
        tests: list[tuple[int, NotebookNode]],
        resources: dict[str, Any],
    ) -> None:
        """Sends none of the tests, and leaves it to the instructor what the answers are worth."""
        found = resources.setdefault(checks.CHANGED, [])
        sign = "assert" if why == "changed" else checks.NO_ANSWER
        if sign not in found:
            found.append(sign)
        names = resources.setdefault(UNCHECKED, set())
        for _, cell in tests:
            cell.outputs = [stops.notice(why, self._language)]
            names.add(cell.metadata["nbgrader"]["grade_id"])

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """One executed cell; a cell that could not be executed says why."""
        cell.outputs = []
        self.clear_before_next_output = False
        run = self._run
        if run is None or not runs(cell):
            return cell, resources
        left = run.deadline - time.monotonic()
        if left <= 0:
            cell.outputs.append(stops.notice("late", self._language))
            return cell, resources
        seconds = min(self.timeout or left, left)
        reply: dict[str, Any] | None = None
        try:
            for message in run.cell(cell.source, cell.execution_count, seconds):
                if message.kind == "execute_reply":
                    reply = messages.reply(message.content)
                else:
                    self._take(message.kind, message.content, cell, index)
        except CellStopped as stopped:
            self.log.warning("Cell %d ended its process: %s", index + 1, stopped.reason)
            cell.outputs.append(stops.notice(stopped.reason, self._language))
            return cell, resources
        if run.interrupted:
            reply = {"status": "error", **stops.overdue(seconds, self._language)}
        elif reply is None:
            # A process that does not say how a cell ended does not say that it ended well.
            reply = {"status": "error", **stops.said("ended", self._language)}
        self.on_cell_executed(cell=cell, cell_index=index, execute_reply={"content": reply})
        return cell, resources

    def _take(self, kind: str, content: dict[str, Any], cell: NotebookNode, index: int) -> None:
        """Puts what came into the notebook, as long as that has room for it."""
        taken, cut = self._room.take(kind, content, cell, is_test=is_test(cell))
        if taken is not None:
            self._put(kind, taken, cell, index)
        if cut:
            say_cut(cell, self._language)

    def _put(self, kind: str, taken: dict[str, Any], cell: NotebookNode, index: int) -> None:
        if kind == "execute_result":
            taken["execution_count"] = cell.execution_count
        message = {
            "msg_type": kind,
            "header": {"msg_type": kind},
            "parent_header": {"msg_id": PARENT},
            "metadata": {},
            "content": taken,
        }
        self.process_message(message, cell, index)

    def _why_not(self, error: WarmError) -> str:
        """Why nothing was graded: a machine that allows no sandboxes is named with its remedy."""
        finding = isolation() if self.isolation else None
        if finding is None or finding.allowed:
            return str(error)
        return (
            f"Submissions can't be run in a sandbox here ({finding.reason}). {finding.remedy} "
            "Nothing was executed."
        )


def runs(cell: NotebookNode) -> bool:
    """Whether a cell has code to run."""
    return bool(cell.cell_type == "code" and cell.source.strip())


def is_test(cell: NotebookNode) -> bool:
    """Whether a cell is one of nbgrader's tests: graded by its outcome, not by hand."""
    return bool(utils.is_grade(cell) and not utils.is_solution(cell))


def stderr_costs_nothing(cell: NotebookNode) -> None:
    """Shows what a test wrote as an error or a warning as what it printed.

    nbgrader takes every point for a mere warning.
    """
    for output in cell.outputs:
        if output.output_type == "stream":
            output["name"] = "stdout"
