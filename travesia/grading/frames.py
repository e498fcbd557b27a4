"""How the grading process and a submission's process speak: lengths and JSON, nothing that runs.

Whatever comes from a submission's process is hostile: a frame has a largest size, and what is no
JSON object is no frame.
"""

import json
import socket
import struct
from typing import Any

HEAD = struct.Struct("=IB")
DOCUMENT, DATA = 0, 1
LARGEST = 16 * 1024 * 1024
CHUNK = 1024 * 1024
READ = 256 * 1024


class FrameError(Exception):
    """What came is no frame: the other side is not what it was, and is not read from any more."""


def packed(document: dict[str, Any]) -> bytes:
    """A document as it is sent.

    Raises:
        FrameError: it is larger than a frame may be.
        TypeError: it holds something that is no JSON.
    """
    data = json.dumps(document, separators=(",", ":")).encode("utf-8", "surrogatepass")
    if len(data) > LARGEST:
        raise FrameError(f"{len(data)} bytes are more than a message may hold")
    return HEAD.pack(len(data), DOCUMENT) + data


def mark(secret: str, number: int) -> bytes:
    """What stands in printed output where a message was sent."""
    return f"\0{secret}:{number}\0".encode()


def packed_data(data: bytes) -> list[bytes]:
    """Bytes as they are sent, in pieces: each but the last is full, and there is always one."""
    pieces = [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)] or [b""]
    return [HEAD.pack(len(piece), DATA) + piece for piece in pieces]


class Frames:
    """The frames in a stream of bytes, taken out as they are whole."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> None:
        """Takes in what was read."""
        self._bytes += data

    def next(self) -> tuple[int, bytes] | None:
        """The next whole frame, as its kind and its content; None as long as there is none.

        Raises:
            FrameError: it claims to be larger than a frame may be.
        """
        if len(self._bytes) < HEAD.size:
            return None
        size, kind = HEAD.unpack_from(self._bytes)
        if size > LARGEST or kind not in {DOCUMENT, DATA}:
            raise FrameError(f"a frame of kind {kind} and {size} bytes")
        end = HEAD.size + size
        if len(self._bytes) < end:
            return None
        content = bytes(self._bytes[HEAD.size : end])
        del self._bytes[:end]
        return kind, content

    def next_document(self) -> dict[str, Any] | None:
        """The next whole document; None as long as there is none.

        Raises:
            FrameError: the next frame is none.
        """
        found = self.next()
        if found is None:
            return None
        kind, content = found
        if kind != DOCUMENT:
            raise FrameError("data where a document was due")
        return document(content)


def document(content: bytes) -> dict[str, Any]:
    """The JSON object in a frame.

    Raises:
        FrameError: it holds none.
    """
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FrameError(f"no JSON: {type(error).__name__}") from error
    if not isinstance(found, dict):
        raise FrameError("no JSON object")
    return found


class Line:
    """One side of a connection whose other side is trusted: it blocks until a frame is there."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._frames = Frames()

    def receive(self) -> dict[str, Any] | None:
        """The next document; None when the other side has closed the connection."""
        while (found := self._frames.next_document()) is None:
            if not self._read():
                return None
        return found

    def receive_data(self, size: int) -> bytes:
        """The next bytes that were sent with `packed_data`, of a known size."""
        data = bytearray()
        while True:
            while (found := self._frames.next()) is None:
                if not self._read():
                    raise FrameError("the connection was closed")
            data += found[1]
            if len(data) >= size:
                return bytes(data)

    def _read(self) -> bool:
        data = self._connection.recv(READ)
        self._frames.feed(data)
        return bool(data)
