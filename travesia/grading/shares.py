"""Work on many things, shared between this process and copies of it.

A copy has all that was loaded, which takes a second to load again in a process that starts anew. It
suits work that leaves its result on the disk and has nothing to say but whether it went well.
"""

import os
import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context

from travesia.sandbox import syscalls

WORTH = 32
"""So many things for each process: for fewer, a copy gains nothing."""

Work = Callable[[str], str]
Progress = Callable[[int, int], None]

_work: list[Work] = []
"""In a copy: what it does with each thing. It was there when the process was copied."""


def shared(
    things: Sequence[str], work: Work, progress: Progress, *, processes: int | None = None
) -> dict[str, str]:
    """What became of each thing: an empty text, or the reason why it could not be done.

    Args:
        things: what to work on; each is another.
        work: does one of them, and gives that text.
        progress: is told how many are done, of how many.
        processes: how many at a time; by default as many as processors, for few things fewer.
    """
    outcomes: dict[str, str] = {}
    asked: dict[Future[str], str] = {}
    count = min(processes or os.cpu_count() or 1, len(things) // WORTH)
    own = things[: len(things) // max(count, 1)]

    def do(thing: str) -> None:
        outcomes[thing] = _tried(thing, partial(work, thing))
        progress(len(outcomes) + sum(each.done() for each in asked), len(things))

    # What the first one loads, the copies have too.
    for thing in own[:1]:
        do(thing)
    with _copies(count - 1, work) as pool:
        if pool:
            asked |= {pool.submit(_do, thing): thing for thing in things[len(own) :]}
        for thing in own[1:]:
            do(thing)
        for done, future in enumerate(as_completed(asked), start=len(own) + 1):
            outcomes[asked[future]] = _tried(asked[future], future.result)
            progress(done, len(things))
    return outcomes


@contextmanager
def _copies(count: int, work: Work) -> Iterator[ProcessPoolExecutor | None]:
    """Copies of this process that know the work, if any are wanted."""
    if count < 1:
        yield None
        return
    with (
        ProcessPoolExecutor(
            count, mp_context=get_context("fork"), initializer=_begin, initargs=(work, os.getpid())
        ) as pool,
        warnings.catch_warnings(),
    ):
        # A progress bar has a thread of its own, which the copies do without.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            yield pool
        except BaseException:
            # What is in hand is finished, so that nothing is left half done.
            pool.shutdown(cancel_futures=True)
            raise


def _begin(work: Work, first: int) -> None:
    """Makes a copy ready: it ends by its first process, not by whoever stops the command.

    If that one is killed, it ends too: it would wait for ever for what to do next.
    """
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != first:
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work.append(work)


def _do(thing: str) -> str:
    return _work[-1](thing)


def _tried(thing: str, outcome: Callable[[], str]) -> str:
    try:
        return outcome()
    except BrokenProcessPool:
        return f"{thing}: the process that worked on it ended; run the command again."
    except Exception as error:  # noqa: BLE001 - it is told to who can do something about it
        return f"{thing}: {str(error) or type(error).__name__}"
