"""Running one notebook's cells in the warm server's processes, whatever they do.

A cell that ends its process costs the learner that cell and no other: a new process runs the cells
that came before again, unseen, and goes on after it.
"""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from travesia.grading.session import Message, Overdue, ProcessEnded, Session
from travesia.grading.warm import WarmError, WarmServer

GRACE_SECONDS = 1.5
CALL_SECONDS = 10.0
TRIES = (CALL_SECONDS, 3 * CALL_SECONDS)
"""How long we wait for an answer to our own questions, at first and once more.

A machine may be busy, and that is no fault of a learner's.
"""
MOST_ENDS = 4
"""How many cells of a notebook may end its process before the rest is given up."""

Standing = Literal["hold", "changed", "silent"]
"""What became of assertions: `silent` is a process that does not say so."""
Reason = Literal["time", "memory", "output", "ended", "often"]
REASONS: Mapping[str, Reason] = {"time": "time", "memory": "memory", "output": "output"}


class CellStopped(Exception):  # noqa: N818 - an outcome of a learner's code, not a fault of ours
    """A cell's process was ended; `reason` is a word of `Reason`, never shown as it is."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass
class Ran:
    """A cell that has run, so that it can be run again."""

    code: str
    count: int
    test: bool
    seconds: float


class Run:
    """The processes that one notebook needs, one at a time."""

    def __init__(
        self,
        server: Callable[[], WarmServer],
        files: Sequence[tuple[str, Path]],
        environment: Mapping[str, str],
        *,
        room: int,
        deadline: float,
        given: str = "",
    ) -> None:
        """A run that has not begun.

        Args:
            server: gives the warm server whenever one is needed.
            files: what lies in the home: the name there and the path here.
            environment: what the code finds in its environment besides.
            room: how many bytes of what is printed are kept.
            deadline: when the whole notebook is over, by the monotonic clock.
            given: values, as another process gave them, that are there from the start.
        """
        self._given = given
        self._server = server
        self._files, self._environment, self._room = files, environment, room
        self._session: Session | None = None
        self._ran: list[Ran] = []
        self._ends = 0
        self.deadline = deadline
        self.interrupted = False
        self.testing = False
        """Whether the cells to come are tests, and shown as a fresh shell shows them."""
        self.refused: object = None
        """Which of the given values its process could not read, and why, by name."""

    def cell(self, code: str, count: int, seconds: float) -> Iterator[Message]:
        """What a cell says. `interrupted` tells afterwards whether it had to be, for its time.

        Raises:
            CellStopped: its process ended with it.
            WarmError: no process can be had; the learner's code is not the cause.
        """
        self.interrupted = False
        try:
            session = self._session or self._again()
            began = time.monotonic()
            session.ask("run", code=code, count=count, test=self.testing)
            try:
                yield from session.listen(seconds)
            except Overdue:
                self.interrupted = True
                session.interrupt()
                try:
                    yield from session.listen(GRACE_SECONDS)
                except Overdue:
                    end = session.kill("time")
                    yield from session.rest()
                    raise ProcessEnded(end) from None
        except ProcessEnded as ended:
            raise self._over(ended) from None
        if not self.interrupted:
            self._ran.append(Ran(code, count, self.testing, time.monotonic() - began))

    def _over(self, ended: ProcessEnded) -> CellStopped:
        session = self._session
        self.close()
        if ended.end.code is None and (session is None or not session.server.alive):
            raise WarmError(
                "The program that runs notebooks ended, and not by a notebook's doing: this "
                "submission was not graded. Grade it again."
            )
        self._ends += 1
        return CellStopped(REASONS.get(ended.end.why, "ended"))

    def _again(self) -> Session:
        """A process in which the cells that have run so far have run."""
        if self._ends >= MOST_ENDS:
            raise CellStopped("often")
        session = Session(self._server(), self._files, self._environment, self._room)
        self._session = session
        if self._given:
            self._give(session)
        try:
            for ran in self._ran:
                seconds = min(ran.seconds * 3 + GRACE_SECONDS, self.deadline - time.monotonic())
                session.ask("run", code=ran.code, count=ran.count, test=ran.test)
                _drain(session, seconds)
        except Overdue:
            self.close()
            raise CellStopped("time") from None
        return session

    def _give(self, session: Session) -> None:
        """Hands values to a process in which no code of the learner's has run."""
        session.ask("give", values=self._given)
        try:
            said = _drain(session, sum(TRIES))
        except Overdue:
            self.close()
            raise WarmError(
                "The program that runs notebooks did not answer in time: this submission was not "
                "graded. Grade it again when the machine is less busy."
            ) from None
        answers = (each.content for each in said if each.kind == "answer")
        self.refused = next((each.get("refused") for each in answers), None)

    def apart(self, given: str) -> "Run":
        """A run of its own in which nothing has run, with these values and no file."""
        return Run(
            self._server,
            [],
            self._environment,
            room=self._room,
            deadline=self.deadline,
            given=given,
        )

    @property
    def given_up(self) -> bool:
        """Whether the learner's cells have ended their process so often that none is to be had."""
        return self._ends >= MOST_ENDS

    def call(self, do: str, **fields: Any) -> dict[str, Any] | None:
        """The answer to a question about what the cells left; None if there is none.

        Raises:
            WarmError: no process can be had; the learner's code is not the cause.
        """
        ends = self._ends
        with self._in_our_time():
            for seconds in TRIES:
                try:
                    session = self._session or self._again()
                    session.ask(do, **fields)
                    said = _drain(session, seconds)
                except ProcessEnded as ended:
                    self._over(ended)
                    self._ends = ends
                except (Overdue, CellStopped):
                    continue
                else:
                    return next((each.content for each in said if each.kind == "answer"), None)
            self.close()
        return None

    @contextmanager
    def _in_our_time(self) -> Iterator[None]:
        """What our own questions take is not taken from the notebook's time."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.deadline += time.monotonic() - began

    def assertions(self, count: int) -> Standing:
        """Whether an assertion that is false still fails here, and one that is true does not.

        Where no process is to be had any more they are said to hold: each test then says that.

        Raises:
            WarmError: no process can be had; the learner's code is not the cause.
        """
        ends = self._ends
        with self._in_our_time():
            for seconds in TRIES:
                try:
                    return "hold" if self._hold(count, seconds) else "changed"
                except Overdue:
                    continue
                except CellStopped as stopped:
                    if stopped.reason == "often":
                        return "hold"
                    self._ends = ends
        return "silent"

    def _hold(self, count: int, seconds: float) -> bool:
        number = secrets.randbelow(10**9)
        other = number + 1 + secrets.randbelow(10**6)
        wanted = ((f"assert {number} == {other}", "AssertionError"), (f"assert {number} + 0", ""))
        for code, ename in wanted:
            said = self._once(code, count, seconds)
            kind = "execute_reply"
            if [each.content.get("ename", "") for each in said if each.kind == kind] != [ename]:
                return False
        return True

    def _once(self, code: str, count: int, seconds: float) -> list[Message]:
        """What a cell says that is not run again in another process.

        Raises:
            CellStopped: its process ended with it.
            Overdue: it was not done in time.
        """
        said = list(self.cell(code, count, seconds))
        if self.interrupted:
            raise Overdue
        self._ran.pop()
        return said

    def close(self) -> None:
        """Ends the process and all that it started."""
        if self._session is not None:
            self._session.close()
            self._session = None


def _drain(session: Session, seconds: float) -> list[Message]:
    return list(session.listen(seconds))
