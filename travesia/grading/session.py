"""One submission's process as the grading process sees it: what is asked, and what comes back."""

import os
import re
import secrets
import select
import shutil
import socket
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from travesia.grading import frames
from travesia.grading.printed import Printed
from travesia.grading.warm import End, WarmError, WarmServer

MOST_PRINTED = 64 * 1024 * 1024
"""What a cell may print before its process is ended: far more than any notebook keeps."""
MOST_SPOKEN = 256 * 1024 * 1024
"""What a process may say in all."""
STREAMS = ("stdout", "stderr")
SEND_SECONDS = 30
START_SECONDS = 30
END_SECONDS = 10
SILENT_SECONDS = 0.5


class ProcessEnded(Exception):  # noqa: N818 - an outcome of hostile code, handled where it is asked
    """The process has ended; `end` says how."""

    def __init__(self, end: End) -> None:
        super().__init__(end.why)
        self.end = end


class Overdue(Exception):  # noqa: N818 - as above
    """The process has not answered in time."""


@dataclass
class Message:
    """What a submission's process said: hostile, whatever it claims."""

    kind: str
    content: dict[str, Any]


class Session:
    """A process of the warm server's that serves one submission."""

    def __init__(
        self,
        server: WarmServer,
        files: Iterable[tuple[str, Path]],
        environment: Mapping[str, str],
        room: int,
    ) -> None:
        """Asks for the process and sends the submission's files to its home.

        Raises:
            WarmError: it can't be had.
        """
        self.server = server
        self._frames = frames.Frames()
        self._secret = secrets.token_hex(8)
        self._token = ""
        self._spoken = 0
        self._folder = ""
        self._ended: End | None = None
        self._connection, theirs = socket.socketpair()
        self._connection.setblocking(False)  # noqa: FBT003 - the library's own order
        pipes = [os.pipe(), os.pipe()]
        self._printed = [
            Printed(name, reader, room) for name, (reader, _) in zip(STREAMS, pipes, strict=True)
        ]
        try:
            self._number = server.begin([theirs.fileno(), *(writer for _, writer in pipes)])
        except WarmError:
            self._let_go()
            raise
        finally:
            theirs.close()
            for _, writer in pipes:
                os.close(writer)
        given = dict(environment)
        if not server.setting.isolated:
            # Nothing is mounted for it, so it gets a folder of this machine.
            self._folder = tempfile.mkdtemp(prefix="tv-")
            given["HOME"] = self._folder
        self._open(list(files), given)

    def _open(self, files: list[tuple[str, Path]], environment: Mapping[str, str]) -> None:
        contents = [(name, path.read_bytes()) for name, path in files]
        try:
            self.ask(
                "open",
                secret=self._secret,
                environment=dict(environment),
                files=[[name, len(data)] for name, data in contents],
            )
            for _, data in contents:
                for piece in frames.packed_data(data):
                    self._send(piece)
            for _message in self.listen(START_SECONDS):
                pass
        except (ProcessEnded, Overdue) as error:
            self.server.hear()
            refused = self.server.refused.pop(self._number, "")
            self.close()
            raise WarmError(
                "No sandbox could be made for a submission "
                f"({refused or self.server.last_words() or type(error).__name__}): nothing was "
                "graded. The cause lies with this machine, not with the submission."
            ) from error

    def ask(self, do: str, **fields: Any) -> None:
        """Asks for something; `listen` gives what is said to it.

        Raises:
            ProcessEnded: there is nobody to ask.
        """
        self._token = secrets.token_hex(8)
        for printed in self._printed:
            printed.begin()
        self._send(frames.packed({**fields, "do": do, "id": self._token}))

    def listen(self, seconds: float) -> Iterator[Message]:
        """What is said to the last request, until it is done; it can be taken up again.

        Raises:
            ProcessEnded: the process ended first.
            Overdue: it was not done in time; the process is still there.
        """
        deadline = time.monotonic() + seconds
        while True:
            try:
                while (found := self._frames.next_document()) is not None:
                    message = _message(found, self._token)
                    if message is None:
                        continue
                    yield from self._printed_until(found.get("mark"))
                    if message.kind == "done":
                        yield from _answer(message)
                        return
                    yield message
            except frames.FrameError:
                # What came is not what our own code says: somebody else speaks in its place.
                end = self.kill("forged")
                yield from self.rest()
                raise ProcessEnded(end) from None
            self._read(deadline - time.monotonic())
            if self._ended is not None:
                yield from self.rest()
                raise ProcessEnded(self._ended)

    def _read(self, seconds: float) -> None:
        """Takes in what the process says and prints, as it comes."""
        if seconds <= 0:
            raise Overdue
        open_ones = [printed.number for printed in self._printed if printed.number >= 0]
        watched: list[Any] = [self._connection, *open_ones]
        ready, _, _ = select.select(watched, [], [], seconds)
        for printed in self._printed:
            if printed.number in ready and not printed.read():
                # Every writer of it is gone; a process may go on without.
                printed.close()
        if self._connection in ready:
            data = self._connection.recv(frames.READ)
            self._spoken += len(data)
            self._frames.feed(data)
            if not data:
                self._ended = self._end_of()
        if sum(printed.count for printed in self._printed) > MOST_PRINTED:
            self._ended = self.kill("output")
        if self._spoken > MOST_SPOKEN:
            self._ended = self.kill("output")

    def rest(self) -> Iterator[Message]:
        """What else was printed, when nothing more is said."""
        for printed in self._printed:
            while printed.read():
                pass
        yield from self._printed_until(None)

    def _printed_until(self, number: object) -> Iterator[Message]:
        mark = frames.mark(self._secret, number if isinstance(number, int) else 0)
        for printed in self._printed:
            text = printed.until(mark)
            if self._secret in text:
                # Marks of messages that were not heard.
                text = re.sub(f"\0{self._secret}:\\d+\0", "", text)
            cut, printed.cut = printed.cut, False
            if cut:
                # The last mark may have been cut with what was printed.
                text = re.sub(r"\0[0-9a-f]*:?\d*\Z", "", text)
            if text or cut:
                yield Message("stream", {"name": printed.name, "text": text, "cut": cut})

    def _send(self, data: bytes) -> None:
        """Sends all of it, while the other side may be sending too."""
        deadline = time.monotonic() + SEND_SECONDS
        while data:
            _, ready, _ = select.select([], [self._connection], [], deadline - time.monotonic())
            try:
                data = data[self._connection.send(data) :] if ready else data
            except BlockingIOError:
                continue
            except OSError:
                raise ProcessEnded(self._end_of()) from None
            if not ready:
                raise ProcessEnded(self.kill("time"))

    def interrupt(self) -> None:
        """Interrupts what the process is running, as the stop button does."""
        self.server.interrupt(self._number)

    def kill(self, why: str) -> End:
        """Ends the process, and gives this as the reason."""
        self.server.end(self._number)
        end = self.server.wait_for_end(self._number, END_SECONDS) or End(None)
        self._ended = End(end.code, end.why or why)
        return self._ended

    def _end_of(self) -> End:
        """How the process came to its end; one that only fell silent is ended."""
        end = self.server.wait_for_end(self._number, SILENT_SECONDS)
        return end or self.kill("silent")

    def close(self) -> None:
        """Ends the process and all that it started."""
        if self._ended is None:
            self.server.end(self._number)
        self._let_go()
        if self._folder:
            self.server.wait_for_end(self._number, END_SECONDS)
            shutil.rmtree(self._folder, ignore_errors=True)
        self.server.forget(self._number)

    def _let_go(self) -> None:
        self._connection.close()
        for printed in self._printed:
            printed.close()


def _answer(done: Message) -> Iterator[Message]:
    """What a request ended with, if that is a message at all."""
    kind, content = done.content.get("type"), done.content.get("content")
    if isinstance(kind, str) and isinstance(content, dict):
        yield Message(kind, content)


def _message(found: dict[str, Any], token: str) -> Message | None:
    kind, content = found.get("type"), found.get("content")
    if found.get("id") != token or not isinstance(kind, str) or not isinstance(content, dict):
        return None
    return Message(kind, content)
