"""Checks of passwords, away from the loop that carries everybody's work."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from travesia.hub import passwords

# bcrypt is slow on purpose: two at a time leave the machine to those who are at work.
THREADS = 2
# Who sends more at once waits for nobody. Enough that a form sent over and over waits its turn,
# and that what is left of it when its sender has gone is done within seconds.
MOST_AT_ONCE = 32


class CrowdedError(Exception):
    """Too many checks of one account's password are waiting already."""


class Checks:
    """Checks and hashes passwords in threads of its own, one at a time for each account."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="passwords")
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._asked: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, account: str) -> AsyncIterator[None]:
        """The account's turn, when those who asked before have had theirs.

        So nobody keeps more than one thread busy, and tries are counted one after another.

        Raises:
            CrowdedError: too many are waiting for it.
        """
        if self._asked[account] >= MOST_AT_ONCE:
            raise CrowdedError
        self._asked[account] += 1
        try:
            async with self._turns[account]:
                yield
        finally:
            self._asked[account] -= 1

    async def fits(self, password: str, stored: bytes) -> bool:
        """Whether a password is the one that was stored hashed."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, passwords.fits, password, stored)

    async def hashed(self, password: str) -> bytes:
        """What is stored of a password."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, passwords.hashed, password)
