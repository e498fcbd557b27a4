"""What a submission's process prints, taken in as far as there is room for it."""

import os

from travesia.grading import frames


class Printed:
    """What a process prints to one descriptor, kept as far as each request has room."""

    def __init__(self, name: str, number: int, room: int) -> None:
        os.set_blocking(number, False)
        self.name = name
        self.number = number
        self.count = 0
        self.cut = False
        self._room = self._left = room
        self._held = bytearray()

    def read(self) -> bool:
        """Takes in what is there; False when there is nothing now."""
        if self.number < 0:
            return False
        try:
            data = os.read(self.number, frames.READ)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            return False
        self.count += len(data)
        free = max(0, self._left - len(self._held))
        self._held += data[:free]
        self.cut = self.cut or free < len(data)
        return True

    def close(self) -> None:
        """Listens no more."""
        if self.number >= 0:
            os.close(self.number)
            self.number = -1

    def begin(self) -> None:
        """Has room again, for what is printed to the next request."""
        self._left = self._room

    def until(self, mark: bytes) -> str:
        """What was printed up to a mark; all that is there if the mark is not."""
        while mark not in self._held and self.read():
            pass
        before, found, after = bytes(self._held).partition(mark)
        self._held = bytearray(after if found else b"")
        self._left -= len(before)
        return before.decode("utf-8", "replace")
