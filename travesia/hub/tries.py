"""Wrong passwords, counted for each account."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Wrong:
    """Wrong passwords in a row, and when the last of them came."""

    count: int = 0
    last: float = 0.0


class Tries:
    """Which accounts have to wait: after too many wrong passwords in a row, for some time.

    The time is that of a clock which nobody sets.
    """

    def __init__(
        self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.most, self.seconds, self._clock = most, seconds, clock
        self._wrong: dict[str, Wrong] = {}

    def must_wait(self, account: str) -> bool:
        """Whether the account has to wait now."""
        wrong = self._wrong.get(account)
        if wrong is None or wrong.count < self.most:
            return False
        if self._clock() - wrong.last <= self.seconds:
            return True
        # The wait is over, and the count with it: else one wrong password more were a wait more.
        self.forget(account)
        return False

    def add_wrong(self, account: str) -> None:
        """Count one wrong password."""
        wrong = self._wrong.setdefault(account, Wrong())
        wrong.count += 1
        wrong.last = self._clock()

    def forget(self, account: str) -> None:
        """Begin to count anew, as after the right password."""
        self._wrong.pop(account, None)
