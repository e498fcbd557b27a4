"""Grading a batch: what is new goes to grading processes, what comes back goes to the gradebook.

The driver is the only one that writes. A submission is done when its grades are committed and its
graded folder stands in its place with its record; whatever ends the driver before that leaves the
submission to the next run, and no mark twice.
"""

import pickle
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock, Timeout
from nbgrader.api import Gradebook

from travesia.grading import worker
from travesia.grading.bundle import (
    AssignmentBundle,
    SubmissionBundle,
    read_assignment,
    read_submission_files,
)
from travesia.grading.drift import drift_of
from travesia.grading.errors import CanaryError, GradingError, UnwritableError
from travesia.grading.executors import MakeExecutor, Slots
from travesia.grading.gradebooks import open_gradebook
from travesia.grading.graded import Graded
from travesia.grading.grades import Booking, Penalties
from travesia.grading.ledger import Arrived, Ledger
from travesia.grading.printable import is_printable
from travesia.grading.record import read_record
from travesia.grading.report import Report, Result
from travesia.grading.settings import CourseSettings
from travesia.grading.shelf import Shelf

AHEAD = 1
"""How many submissions wait for each grading process, beside the one at hand."""
ATTEMPTS = 2
COMMIT_SECONDS = 1.0
WAIT_SECONDS = 0.5
GRACE_SECONDS = 60
LONG_SECONDS = 10
"""A batch that takes longer than this is worth every process there is."""
LOCK_NAME = ".grading.lock"
MADE_BY = version("travesia")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Choice:
    """Which submissions of an assignment to grade.

    Attributes:
        students: only these; everybody's if empty.
        again: also what is graded already and has not changed.
    """

    students: frozenset[str] = frozenset()
    again: bool = False


@contextmanager
def one_driver(settings: CourseSettings) -> Iterator[None]:
    """Holds the course against a second command that grades.

    Raises:
        GradingError: another one is at work.
    """
    coursedir = settings.coursedir
    folder = Path(coursedir.root)
    # Whoever else of the group grades the course takes it too.
    lock = FileLock(folder / LOCK_NAME, timeout=0, mode=0o664)
    try:
        lock.acquire()
    except Timeout as error:
        raise GradingError(
            f"Another 'travesia grade' is at work in {folder}: wait until it is done."
        ) from error
    except OSError as error:
        raise GradingError(f"{folder} can't be written ({error.strerror}).") from error
    try:
        yield
    finally:
        lock.release()


def grade_batch(
    settings: CourseSettings,
    assignment: str,
    choice: Choice,
    make_executor: MakeExecutor,
    progress: Progress,
) -> Report:
    """Grades what was chosen, and tells of each submission what became of it.

    Raises:
        GradingError: nothing could be graded; `CanaryError` where the instructor's own solution
            did not earn full marks.
        Interrupted: somebody stopped it; it carries the report of what was finished.
    """
    with one_driver(settings), ExitStack() as stack:
        slots = stack.enter_context(make_executor())
        gradebook = stack.enter_context(open_gradebook(settings))
        bundle = read_assignment(gradebook, settings.coursedir, settings.config, assignment)
        driver = Driver(settings, bundle, gradebook, slots, make_executor)
        stack.callback(driver.close)
        return driver.run(choice, progress)


class Interrupted(Exception):  # noqa: N818 - it is no fault of anybody's
    """A batch that somebody stopped; `report` tells what was finished."""

    def __init__(self, report: Report) -> None:
        super().__init__("interrupted")
        self.report = report


@dataclass
class _Job:
    student: str
    attempts: int = 0
    submission: SubmissionBundle | None = None


@dataclass
class Driver:
    """One run over one assignment."""

    settings: CourseSettings
    bundle: AssignmentBundle
    gradebook: Gradebook
    slots: Slots
    make_executor: MakeExecutor
    _flying: dict[Future[Graded], _Job] = field(default_factory=dict)
    _arrived: list[Arrived] = field(default_factory=list)
    _renewed: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.settings.coursedir, self.bundle)
        self.booking = Booking(self.gradebook, self.bundle.name, self._penalties)
        self.ledger = Ledger(self.shelf, self.booking)
        self.report = Report(self.bundle.name, drift_of(self.bundle))
        self._packed = pickle.dumps(self.bundle)
        self._batch = uuid.uuid4().hex
        self._using = 1
        self._committed = self._began = time.monotonic()
        own = self.settings.config.get("SandboxedExecute", {}).get("total_seconds", 120)
        self._patience = own * len(self.bundle.notebooks) + GRACE_SECONDS

    def _penalties(self) -> Penalties:
        from travesia.grading.saving import LatePenalties  # noqa: PLC0415 - only for late work

        return LatePenalties(config=self.settings.config)

    def close(self) -> None:
        """Ends the grading processes that took the place of others."""
        self._renewed.close()

    def run(self, choice: Choice, progress: Progress) -> Report:
        """Grades what was chosen."""
        check = self._submit_check()
        self.shelf.sweep()
        jobs = self._chosen(choice)
        if not jobs:
            self._assign_penalties()
            return self.report
        self._using = self.slots.used_for(len(jobs))
        for _ in range(self._using - 1):
            self._submit_check()
        problem = check.result()
        if problem:
            raise CanaryError(" ".join(filter(None, (problem, self.report.warning))))
        self._assign_penalties()
        self._began = time.monotonic()
        chosen = [job.student for job in jobs]
        try:
            try:
                self._work(jobs, progress)
            finally:
                self._enter()
        except KeyboardInterrupt:
            raise Interrupted(self.report) from None
        except UnwritableError as error:
            for student in chosen:
                if student not in self.report.results:
                    self.report.add(Result(student, "failed", str(error)))
        finally:
            self.report.seconds = time.monotonic() - self._began
        return self.report

    def _assign_penalties(self) -> None:
        """Assigns the penalties of what is not graded again: lateness may count otherwise now."""
        unchanged = {each.student for each in self.report.having("unchanged")}
        for student in sorted(unchanged & self.booking.late() if unchanged else ()):
            self.report.add(self.ledger.assign_penalties(student))

    def _submit_check(self) -> Future[str]:
        return self.slots.executor.submit(worker.check, self._batch, self._packed, MADE_BY)

    def _chosen(self, choice: Choice) -> deque[_Job]:
        """The submissions to grade; the report names the others."""
        found = self.shelf.students()
        missing = sorted(choice.students - set(found))
        for student in missing:
            reason = f"{self.shelf.submitted(student)} does not exist: collect the submission."
            self.report.add(Result(student, "failed", reason))
        jobs: deque[_Job] = deque()
        for student in found:
            if choice.students and student not in choice.students:
                continue
            if not is_printable(student):
                reason = "the name of its folder in submitted/ is not UTF-8: rename it."
                self.report.add(Result(student, "failed", reason))
                continue
            try:
                if choice.again or self._is_new(student):
                    jobs.append(_Job(student))
                else:
                    self.report.add(Result(student, "unchanged"))
            except GradingError as error:
                self.report.add(Result(student, "failed", str(error)))
        return jobs

    def _is_new(self, student: str) -> bool:
        record = read_record(self.shelf.graded(student))
        submission = read_submission_files(self.shelf.submitted(student), student)
        done = record is not None and record.covers(
            submission.fingerprint, self.bundle.version, list(self.bundle.notebooks)
        )
        return not done or not self.booking.knows(student)

    def _work(self, jobs: deque[_Job], progress: Progress) -> None:
        total, suspects = len(jobs), deque[_Job]()
        heard = time.monotonic()
        while jobs or suspects or self._flying:
            try:
                if suspects and not self._flying:
                    # One of these ended its process: alone, it can only end its own.
                    self._submit(suspects.popleft())
                while jobs and not suspects and len(self._flying) < self._most_flying:
                    self._submit(jobs.popleft())
                done, _ = wait(self._flying, WAIT_SECONDS, FIRST_COMPLETED)
                for future in done:
                    self._land(future)
            except BrokenExecutor:
                suspects.extend(self._renew())
                done = set()
                heard = time.monotonic()
            if done:
                heard = time.monotonic()
            elif time.monotonic() - heard > self._patience:
                self.slots.kill()
            if time.monotonic() - self._committed > COMMIT_SECONDS:
                self._enter()
            progress(total - len(jobs) - len(suspects) - len(self._flying), total)

    @property
    def _most_flying(self) -> int:
        if time.monotonic() - self._began > LONG_SECONDS:
            self._using = self.slots.count
        return self._using * (1 + AHEAD)

    def _submit(self, job: _Job) -> None:
        try:
            job.submission = read_submission_files(self.shelf.submitted(job.student), job.student)
        except GradingError as error:
            self.report.add(Result(job.student, "failed", str(error)))
            return
        # Remembered first: if its process is gone already, the job must not be.
        marker: Future[Graded] = Future()
        self._flying[marker] = job
        future = self.slots.executor.submit(
            worker.grade, self._batch, self._packed, MADE_BY, job.submission
        )
        del self._flying[marker]
        self._flying[future] = job

    def _land(self, future: Future[Graded]) -> None:
        job = self._flying[future]
        try:
            graded = future.result()
        except BrokenExecutor:
            raise
        except (Exception, CancelledError) as error:  # noqa: BLE001 - as each executor likes
            graded = Graded(job.student, problem=_lost(error))
        del self._flying[future]
        if graded.problem:
            self.report.add(Result(job.student, "failed", graded.problem))
        elif job.submission is not None:
            finished = round(time.monotonic() - self._began, 3)
            self._arrived.append(Arrived(job.submission, graded, finished))

    def _renew(self) -> Sequence[_Job]:
        """New grading processes; gives the submissions that the ended ones had."""
        had = list(self._flying.values())
        self._flying.clear()
        again = []
        for job in had:
            job.attempts += len(had) == 1
            if job.attempts < ATTEMPTS:
                again.append(job)
            else:
                self.report.add(Result(job.student, "failed", ENDED))
        self._renewed.close()
        self.slots = self._renewed.enter_context(self.make_executor())
        return again

    def _enter(self) -> None:
        """Enters what has arrived since the last time."""
        arrived, self._arrived = self._arrived, []
        self._committed = time.monotonic()
        for result in self.ledger.enter(arrived):
            self.report.add(result)


ENDED = (
    "the process that graded it ended twice, without saying why: look at the machine's memory, "
    "then grade it alone with --student."
)


def _lost(error: BaseException) -> str:
    return (
        f"its grading process was lost ({type(error).__name__}: {error}); it is graded when the "
        "command is run again."
    )
