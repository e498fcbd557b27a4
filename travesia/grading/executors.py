"""Where grading runs: processes of this machine, or Dask's workers; one interface for both.

Everything beyond this module knows a `concurrent.futures.Executor` and nothing else.
"""

import contextlib
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

from travesia.grading import worker
from travesia.grading.errors import GradingError

CONNECT_SECONDS = 5
END_SECONDS = 5
WORTH = 32
"""Below so many submissions another process takes longer to start than it saves."""
ENOUGH = 2
"""One submission at hand and one that waits are enough for a process."""
T = TypeVar("T")


@dataclass(frozen=True)
class Slots:
    """An executor and what it can do.

    Attributes:
        executor: where submissions are graded.
        count: how many at a time.
        kill: ends what hangs.
        worth: how many submissions make one more process worth its start.
    """

    executor: Executor
    count: int
    kill: Callable[[], None]
    worth: int = 1

    def used_for(self, submissions: int) -> int:
        """How many at a time to begin with, for so many submissions."""
        return min(self.count, 1 + (submissions - 1) // self.worth)


MakeExecutor = Callable[[], AbstractContextManager[Slots]]


@contextlib.contextmanager
def processes(workers: int | None, warm_up: Callable[[], None]) -> Iterator[MakeExecutor]:
    """Makes executors with processes of this machine; each starts from nothing, not as a copy.

    The first ones start at once, so that they load while the caller still does.

    Args:
        workers: how many; by default as many as processors, but for few submissions fewer.
        warm_up: what each does first, while it is not asked for anything yet.
    """
    count = workers or os.cpu_count() or 1
    worth = 1 if workers else WORTH

    def begun() -> Processes:
        pools = Processes(count, warm_up)
        for _ in range(count if workers else 1):
            pools.start()
        return pools

    ready = [begun()]

    @contextlib.contextmanager
    def make() -> Iterator[Slots]:
        pools = ready.pop() if ready else begun()
        try:
            yield Slots(pools, count, _kill_processes, worth)
        finally:
            _end(pools)

    try:
        yield make
    finally:
        for pools in ready:
            _end(pools)


def _end(pools: "Processes") -> None:
    pools.shutdown(wait=False, cancel_futures=True)
    # One that is still at a submission is of no use to anybody.
    ended = multiprocessing.active_children()
    for process in ended:
        process.terminate()
    for process in ended:
        process.join(END_SECONDS)
    pools.clear()


class Processes(Executor):
    """Processes of this machine, each started when those before it have enough to do.

    Python's own pool would start another for whatever is asked while the first is still loading,
    and a class of eight would wait for what nobody needs.

    All that they write before a submission is graded, keys and tests among it, lies in one private
    folder: they are ended as they stand, and clear nothing away themselves.
    """

    def __init__(self, most: int, warm_up: Callable[[], None]) -> None:
        self._folder = tempfile.mkdtemp(prefix="tv-")
        self._most = most
        self._warm_up = warm_up
        self._pools: list[ProcessPoolExecutor] = []
        self._asked: list[list[Future[Any]]] = []

    def start(self) -> None:
        """Starts one more."""
        pool = ProcessPoolExecutor(
            1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=worker.enter_process,
            initargs=(self._folder,),
        )
        self._pools.append(pool)
        self._asked.append([pool.submit(self._warm_up)])

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Asks the process that has least to do, a new one if all have enough."""
        for asked in self._asked:
            asked[:] = [future for future in asked if not future.done()]
        least = min(range(len(self._pools)), key=lambda number: len(self._asked[number]))
        if len(self._asked[least]) >= ENOUGH and len(self._pools) < self._most:
            self.start()
            least = -1
        future = self._pools[least].submit(fn, *args, **kwargs)
        self._asked[least].append(future)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - the interface's own
        """Ends all of them."""
        for pool in self._pools:
            pool.shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            self.clear()

    def clear(self) -> None:
        """Takes away what they wrote, once they have ended."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _kill_processes() -> None:
    for process in multiprocessing.active_children():
        process.kill()


def dask(address: str) -> MakeExecutor:
    """Makes executors on a Dask scheduler, whose client gives the same interface.

    A worker that dies gives its submission to another; one task at a time is all that a worker
    takes, so they are best started with one thread.

    Raises:
        GradingError: Dask is not installed.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - an extra that few need
    except ModuleNotFoundError as error:
        raise GradingError(
            "--scheduler needs Dask: install it with 'python -m pip install \"travesia[dask]\"'."
        ) from error

    @contextlib.contextmanager
    def make() -> Iterator[Slots]:
        try:
            client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise GradingError(
                f"No Dask scheduler answers at {address} ({error}): start it with 'dask scheduler' "
                "and its workers with 'dask worker', or leave --scheduler out."
            ) from error
        try:
            workers = len(client.scheduler_info(n_workers=-1)["workers"])
            if not workers:
                raise GradingError(
                    f"The Dask scheduler at {address} has no workers: start some with "
                    f"'dask worker {address} --nthreads 1'."
                )
            # Without `pure`, two equal submissions are two tasks.
            yield Slots(client.get_executor(pure=False), workers, client.restart)
        finally:
            client.close()

    return make
