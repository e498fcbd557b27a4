"""The few ways in and out of a sandbox that has a network of its own.

All forwarding is done by the privileged side, over sockets that nobody inside can exchange for
others: the sandbox's own loopback ports are opened by `entrance`, which hands them out before the
person's program starts; the person's server listens on a Unix socket in a folder of its own.
"""

import asyncio
import fcntl
import os
import socket
import stat
import struct
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from travesia.sandbox import entrance, outside
from travesia.sandbox.places import Conversation, Places

# The folder of the person's server socket, as the sandbox sees it.
INSIDE = "/run/travesia"
SERVER = "server"
CHUNK = 64 * 1024
FIRST_FREE = 10
# At once: a sandbox whose programs open more waits, and the hub keeps its files. What comes to its
# server is counted by itself, so that no program inside keeps the person's browser out.
INWARD, OUTWARD = 96, 64

# Given the connection that came, the one that it is to be forwarded to.
Connect = Callable[[socket.socket], Awaitable[socket.socket]]
Heard = Callable[[bytes], None]


class Relay:
    """One person's ways in and out: a port outside to their server, their ports to ours.

    The port is this process's from the first moment to its end, whether a server runs or not, so
    that nobody else can ever answer for it.

    Attributes:
        folder: the folder outside of the server's socket, bound at `INSIDE`.
        port: the port of the machine's loopback where the server is reached.
        outside: whether the sandbox that starts next gets a door to the internet.
    """

    def __init__(self, folder: Path, ports: Sequence[int]) -> None:
        """A relay to the server in a folder, and to the named ports of the machine's loopback."""
        self.folder = folder
        self.outside = False
        self._ports = list(ports)
        self._held = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._held.getsockname()[1]
        # One for all that start here: who starts anew has no more look-ups at once.
        self._way_outside = outside.Door()
        self._hand: socket.socket | None = None
        self._inward: asyncio.Task[None] | None = None
        self._outward: asyncio.Task[None] | None = None

    def prepare(self, uid: int, gid: int) -> int:
        """The descriptor that the sandbox's command has to inherit; its folder is made anew."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chown(self.folder, uid, gid)
        # Without following what the person may have put there.
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        with suppress(FileNotFoundError):
            os.unlink(SERVER, dir_fd=folder)
        os.close(folder)
        self._hand, inherited = socket.socketpair()
        with inherited:
            # None of the low numbers, which the steps of a sandbox use.
            return fcntl.fcntl(inherited, fcntl.F_DUPFD_CLOEXEC, FIRST_FREE)

    def entrance(self, inherited: int) -> list[str]:
        """The words that open the doors inside and become the command that follows them."""
        ports = [str(port) for port in self._doors]
        program = str(Path(entrance.__file__).resolve())
        return [sys.executable, "-I", "-S", program, str(inherited), *ports, "--"]

    def start(self) -> None:
        """Begin to forward, as soon as the sandbox has handed its doors over."""
        if self._inward is None:
            # Anybody reaches this door, signed in or not.
            places = Places(INWARD, contested=True)
            self._inward = asyncio.create_task(_serve(self._held, self._to_server, places))
        self._outward = asyncio.create_task(self._serve_doors())

    async def stop(self) -> None:
        """Close the sandbox's doors and forget its server; the port outside stays held."""
        if self._outward is not None:
            self._outward.cancel()
            with suppress(asyncio.CancelledError):
                await self._outward
            self._outward = None
        if self._hand is not None:
            self._hand.close()
            self._hand = None

    @property
    def _doors(self) -> dict[int, Connect]:
        """The ports of the sandbox's own loopback, each with what it leads to."""
        doors: dict[int, Connect] = {port: partial(_to_port, port) for port in self._ports}
        if self.outside:
            doors[outside.PORT] = self._way_outside.connect
        return doors

    async def _serve_doors(self) -> None:
        hand = self._hand
        if hand is None:
            return
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        loop.add_reader(hand, ready.set)
        try:
            await ready.wait()
        finally:
            loop.remove_reader(hand)
        ways = list(self._doors.values())
        _, descriptors, _, _ = socket.recv_fds(hand, 1, len(ways))
        hand.close()
        doors = [socket.socket(fileno=descriptor) for descriptor in descriptors]
        places = Places(OUTWARD, contested=False)
        try:
            serving = (_serve(door, way, places) for door, way in zip(doors, ways, strict=False))
            await asyncio.gather(*serving)
        finally:
            for door in doors:
                door.close()

    async def _to_server(self, _came: socket.socket) -> socket.socket:
        """A connection to the person's server, never to what a link of theirs points at.

        The socket is opened as a file without following links, and connected to through that
        descriptor: this also keeps its path short, however long the data folder's is.
        """
        folder = os.open(self.folder, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            found = os.open(SERVER, os.O_PATH | os.O_NOFOLLOW, dir_fd=folder)
        finally:
            os.close(folder)
        try:
            if not stat.S_ISSOCK(os.fstat(found).st_mode):
                raise ConnectionRefusedError
            return await _connected(socket.AF_UNIX, f"/proc/self/fd/{found}")
        finally:
            os.close(found)


async def _to_port(port: int, _came: socket.socket) -> socket.socket:
    return await _connected(socket.AF_INET, ("127.0.0.1", port))


async def _connected(family: int, address: str | tuple[str, int]) -> socket.socket:
    made = socket.socket(family)
    made.setblocking(False)  # noqa: FBT003 - the only way to call it
    try:
        await asyncio.get_running_loop().sock_connect(made, address)
    except BaseException:
        made.close()
        raise
    return made


async def _serve(door: socket.socket, connect: Connect, places: Places) -> None:
    """Forward every connection that comes in at a door and gets a place, until cancelled."""
    loop = asyncio.get_running_loop()
    door.setblocking(False)  # noqa: FBT003 - the only way to call it
    running: dict[asyncio.Task[None], tuple[socket.socket, Conversation]] = {}

    def done(task: asyncio.Task[None]) -> None:
        came, conversation = running.pop(task)
        came.close()
        places.give(conversation)

    try:
        while True:
            try:
                came, _ = await loop.sock_accept(door)
            except OSError:
                # Gone before it was taken, or no descriptor is left: others go on.
                await asyncio.sleep(0.1)
                continue
            came.setblocking(False)  # noqa: FBT003 - the only way to call it
            try:
                await places.take()
            except BaseException:
                came.close()
                raise
            conversation = Conversation(came)
            task = asyncio.create_task(_forward(came, connect, conversation))
            conversation.task = task
            places.hold(conversation)
            running[task] = came, conversation
            task.add_done_callback(done)
    finally:
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _forward(came: socket.socket, connect: Connect, conversation: Conversation) -> None:
    """Forward one connection both ways until both sides have ended it."""
    try:
        went = await connect(came)
    except outside.AnsweredError:
        return
    except OSError:
        # As if nothing listened here: the one who asks is reset, not told that all is well.
        _reset(came)
        return
    with went:
        ways = [
            asyncio.create_task(_pour(came, went, conversation.ask)),
            asyncio.create_task(_pour(went, came, conversation.answer)),
        ]
        try:
            await asyncio.gather(*ways)
        except OSError:
            # One side broke off: so does the other, at once.
            _reset(came)
            _reset(went)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)


async def _pour(source: socket.socket, target: socket.socket, heard: Heard) -> None:
    """Hand on what comes, no faster than it is taken, and its end."""
    loop = asyncio.get_running_loop()
    while chunk := await loop.sock_recv(source, CHUNK):
        heard(chunk)
        await loop.sock_sendall(target, chunk)
        # Where both sides are fast, neither call has waited: everybody else has a turn.
        await asyncio.sleep(0)
    heard(chunk)
    target.shutdown(socket.SHUT_WR)


def _reset(broken: socket.socket) -> None:
    with suppress(OSError):
        broken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
