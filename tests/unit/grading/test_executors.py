"""Grading processes are started as the work asks for them."""

import os
import time

from travesia.grading.executors import Processes, processes


def test_another_process_is_started_only_when_the_first_has_enough_to_do():
    pools = Processes(2, int)
    pools.start()
    first = pools.submit(os.getpid).result()
    busy = pools.submit(time.sleep, 2)
    waiting, more = pools.submit(os.getpid), pools.submit(os.getpid)
    assert waiting.result() == first
    assert more.result() != first
    busy.result()
    pools.shutdown()


def test_what_was_started_ahead_is_what_the_work_is_given():
    with processes(1, int) as make:
        with make() as slots:
            assert slots.executor.submit(os.getpid).result() != os.getpid()
            assert slots.count == 1
        with make() as again:
            assert again.executor is not slots.executor
            assert again.executor.submit(os.getpid).result() != os.getpid()
