"""Who keeps a place at a person's door and who gives it up, by connections through a relay."""

import asyncio
import os
import socket
from contextlib import suppress

import pytest

from travesia.sandbox import places, relay
from travesia.sandbox.places import Conversation, Places
from travesia.sandbox.relay import Relay

PLACES = 6
ENOUGH, SHORT = 20, 1
ASK = b"GET / HTTP/1.1\r\nHost: campus\r\n\r\n"
LONG_POLL = b"GET /later HTTP/1.1\r\nHost: campus\r\n\r\n"
SOCKET = b"GET /socket HTTP/1.1\r\nHost: campus\r\nUpgrade: websocket\r\n\r\n"
LARGE = b"GET /large HTTP/1.1\r\nHost: campus\r\n\r\n"
HALF = b"POST / HTTP/1.1\r\nHost: campus\r\nContent-Length: 10\r\n\r\nhalf"
CONTINUED = HALF.replace(b"Host:", b"Expect: 100-continue\r\nHost:")
CHUNKED = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


async def answer(reader, writer):
    """A server's part: it answers whole requests, each in the way that its path asks for."""
    with suppress(asyncio.IncompleteReadError, OSError):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            if b"Expect" in head:
                writer.write(b"HTTP/1.1 100 (Continue)\r\n\r\n")
            if b"Content-Length: 10" in head:
                await reader.readexactly(10)
            elif b"chunked" in head:
                await reader.readuntil(b"0\r\n\r\n")
            if b"/later" in head:
                await asyncio.sleep(1)
            if b"/socket" in head:
                writer.write(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
                writer.write(await reader.readexactly(5))
            elif b"/large" in head:
                writer.write(bytes(30_000_000))
                await writer.drain()
            else:
                writer.write(ANSWER)
    writer.close()


class Door:
    """A person's door with few places, in front of a server that runs."""

    def __init__(self, folder) -> None:
        self._folder = folder
        self._said = []

    async def __aenter__(self):
        self.relay = Relay(self._folder, [])
        os.close(self.relay.prepare(os.geteuid(), os.getegid()))
        self.relay.start()
        self._server = await asyncio.start_unix_server(answer, self._folder / relay.SERVER)
        return self

    async def __aexit__(self, *_):
        for writer in self._said:
            writer.close()
        self._server.close()
        await self.relay.stop()
        self.relay._inward.cancel()
        await asyncio.wait([self.relay._inward])
        self.relay._held.close()

    async def say(self, *words: bytes):
        """A connection over which this has been said, each after the answer to the last."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.relay.port)
        self._said.append(writer)
        for count, each in enumerate(words):
            if count:
                await reader.readexactly(len(ANSWER))
            writer.write(each)
        return reader, writer

    async def crowd(self, *words: bytes) -> None:
        """More connections of this kind than there are places, each seen by the relay."""
        for _ in range(PLACES + 2):
            await self.say(*words)
        await asyncio.sleep(0.2)

    async def is_answered(self, seconds: float) -> bool:
        """Whether the person's own request is answered in this time."""
        reader, _ = await self.say(ASK)
        with suppress(TimeoutError, OSError, asyncio.IncompleteReadError):
            async with asyncio.timeout(seconds):
                return await reader.readexactly(len(ANSWER)) == ANSWER
        return False


@pytest.fixture
def door(tmp_path, monkeypatch):
    monkeypatch.setattr(relay, "INWARD", PLACES)
    monkeypatch.setattr(places, "SECONDS_TO_TAKE", 0.5)
    return Door(tmp_path / "sockets")


@pytest.fixture
def no_defence(monkeypatch):
    monkeypatch.setattr(relay, "Places", lambda count, **_: Places(count, contested=False))


ATTACKS = pytest.mark.parametrize(
    "words",
    [[HALF], [b""], [ASK[:-2]], [CHUNKED], [CONTINUED], [ASK, HALF], [LARGE]],
    ids=["body", "nothing", "head", "chunked", "continued", "after an answer", "not taken"],
)


async def attacked(door, words, seconds) -> bool:
    async with door:
        # Every second one gets a place only where an earlier one has given its up.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await door.crowd(*words)
        return await door.is_answered(seconds)


@ATTACKS
def test_a_request_is_answered_while_others_keep_all_places_for_nothing(door, words):
    assert asyncio.run(attacked(door, words, ENOUGH))


@ATTACKS
def test_without_giving_up_places_nobody_else_is_answered(door, words, no_defence):
    assert not asyncio.run(attacked(door, words, SHORT))


def test_a_long_poll_a_websocket_and_an_upload_that_goes_on_keep_their_places(door):
    async def story():
        async with door:
            poll, _ = await door.say(LONG_POLL)
            web, to_web = await door.say(SOCKET)
            upload, to_upload = await door.say(HALF)
            await asyncio.sleep(0.1)
            for _ in range(PLACES - 3):
                await door.say(HALF)
            await asyncio.sleep(0.1)
            to_upload.write(b"and")
            await asyncio.sleep(0.1)
            for _ in range(2):
                await door.say(HALF)
            assert await door.is_answered(ENOUGH)
            to_upload.write(b"end")
            to_web.write(b"hello")
            assert (await web.readuntil(b"hello")).startswith(b"HTTP/1.1 101")
            return await poll.readexactly(len(ANSWER)), await upload.readexactly(len(ANSWER))

    assert asyncio.run(story()) == (ANSWER, ANSWER)


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ([ASK], True),
        ([ASK[:20], ASK[20:]], True),
        ([ASK[:20]], False),
        ([HALF], False),
        ([HALF, b"ending"], True),
        ([CHUNKED], False),
        ([CHUNKED, b"0\r\n", b"\r\n"], True),
        ([CHUNKED, b"a0\r\n\r\n"], False),
        ([HALF, b""], True),
    ],
)
def test_a_request_is_whole_once_all_that_it_announced_has_come(said, whole):
    with socket.socket() as came:
        conversation = Conversation(came)
        for chunk in said:
            conversation.ask(chunk)
        assert conversation.whole is whole
