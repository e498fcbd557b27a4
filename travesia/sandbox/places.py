"""The places that a door has for connections, and who gives theirs up where none is free.

Whoever reaches the proxy reaches a person's server, signed in or not, and could keep all its places
with requests that never end or answers that are never taken. Requests are HTTP/1.1 as the proxy
speaks it: a connection's next one begins after the answer to the one before.
"""

import asyncio
import fcntl
import socket
import struct
import termios
import time

END_OF_HEAD = b"\r\n\r\n"
END_OF_CHUNKS = b"\r\n0\r\n\r\n"
LONGEST_HEAD = 64 * 1024
# An answer that is still not taken off after this long gives up its place where others wait.
SECONDS_TO_TAKE = 10.0
SECONDS_BETWEEN_LOOKS = 0.25


class Conversation:
    """What has been asked and answered over one connection, so far as its place depends on it.

    Attributes:
        task: what forwards it.
        heard: when something last came from who asks.
    """

    def __init__(self, came: socket.socket) -> None:
        self.task: asyncio.Task[None] | None = None
        self.heard = time.monotonic()
        self._came = came
        self._upgraded = False
        self._begin()

    def _begin(self) -> None:
        self._answered = False
        self._head: bytes | None = b""
        self._left: int | None = 0
        self._last = b"\r\n"

    @property
    def whole(self) -> bool:
        """Whether all of a request has come: it is the server's turn, however long that takes."""
        if self._head is not None:
            return False
        return self._last == END_OF_CHUNKS if self._left is None else self._left <= 0

    @property
    def for_nothing(self) -> bool:
        """Whether its place is kept by nothing but who asks: half a request, an answer not taken.

        What became a websocket, and a request that the server has still to answer, are neither.
        """
        if self._upgraded:
            return False
        if not self.whole:
            return True
        return time.monotonic() - self.heard > SECONDS_TO_TAKE and self._untaken > 0

    @property
    def _untaken(self) -> int:
        """The bytes of the answer that the other side has not accepted."""
        if self._came.fileno() < 0:
            return 0
        told = fcntl.ioctl(self._came, termios.TIOCOUTQ, bytes(4))
        return int(struct.unpack("i", told)[0])

    def ask(self, chunk: bytes) -> None:
        """Something has come from who asks; nothing is its end."""
        self.heard = time.monotonic()
        if self._upgraded:
            return
        if self._answered and self.whole:
            self._begin()
        if not chunk:
            self._head, self._left = None, 0
            return
        if self._head is not None:
            head, found, chunk = (self._head + chunk).partition(END_OF_HEAD)
            if not found:
                self._head = head[:LONGEST_HEAD]
                return
            self._head, self._left = None, _length(head)
        if self._left is None:
            kept = len(END_OF_CHUNKS)
            self._last = (self._last + chunk[-kept:])[-kept:]
        else:
            self._left -= len(chunk)

    def answer(self, chunk: bytes) -> None:
        """Something has come from the server."""
        if not self._answered and chunk.startswith(b"HTTP/1.1 101"):
            self._upgraded = True
        self._answered = True


class Places:
    """So many connections at once.

    Attributes:
        contested: whether those kept for nothing are closed where none is free.
    """

    def __init__(self, count: int, *, contested: bool) -> None:
        self.contested = contested
        self._free = asyncio.Semaphore(count)
        self._held: set[Conversation] = set()

    async def take(self) -> None:
        """Wait for a place, and have one given up if that can be."""
        while self.contested and self._free.locked():
            kept = [each for each in self._held if each.for_nothing]
            if kept:
                # The one that has been silent longest, so that a slow upload goes on.
                longest = min(kept, key=lambda each: each.heard)
                self._held.discard(longest)
                if longest.task is not None:
                    longest.task.cancel()
                break
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        await self._free.acquire()

    def hold(self, conversation: Conversation) -> None:
        """The place that was taken is this conversation's."""
        self._held.add(conversation)

    def give(self, conversation: Conversation | None = None) -> None:
        """Give a place back."""
        if conversation is not None:
            self._held.discard(conversation)
        self._free.release()


def _length(head: bytes) -> int | None:
    """How long the body is that a head announces, or None if that shows only as it ends."""
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        match name.strip().lower():
            case b"transfer-encoding":
                return None
            case b"content-length" if value.strip().isdigit():
                length = int(value)
    return length
