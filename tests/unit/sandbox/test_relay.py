"""The ways in and out of a sandbox with a network of its own, without any sandbox around."""

import asyncio
import os
import socket

import pytest

from travesia.sandbox import relay
from travesia.sandbox.relay import Relay

LARGE = 20_000_000


@pytest.fixture
def folder(tmp_path):
    # Longer than a Unix socket's path may be.
    return tmp_path / ("long" * 30) / "sockets"


def made(folder, ports=()) -> Relay:
    fresh = Relay(folder, ports)
    os.close(fresh.prepare(os.geteuid(), os.getegid()))
    fresh.start()
    return fresh


async def answering(folder, answer, name=relay.SERVER):
    """A server on a Unix socket there; its folder's path may be too long to be bound by name."""
    held = os.open(folder, os.O_PATH)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(f"/proc/self/fd/{held}/{name}")
    os.close(held)
    return await asyncio.start_unix_server(answer, sock=listening)


async def ended(fresh: Relay) -> None:
    await fresh.stop()
    fresh._inward.cancel()
    await asyncio.wait([fresh._inward])
    fresh._held.close()


async def count_then_echo_size(reader, writer):
    """Answers only after the other side has ended what it says, as half-closed connections do."""
    writer.write(str(len(await reader.read())).encode())
    await writer.drain()
    writer.close()


def test_a_large_body_arrives_whole_and_a_half_closed_connection_is_answered(folder):
    async def story():
        fresh = made(folder)
        server = await answering(fresh.folder, count_then_echo_size)
        reader, writer = await asyncio.open_connection("127.0.0.1", fresh.port)
        writer.write(bytes(LARGE))
        writer.write_eof()
        said = await reader.read()
        writer.close()
        server.close()
        await ended(fresh)
        return said

    assert asyncio.run(story()) == str(LARGE).encode()


def test_who_asks_while_no_server_runs_is_reset(folder):
    async def story():
        fresh = made(folder)
        reader, writer = await asyncio.open_connection("127.0.0.1", fresh.port)
        try:
            with pytest.raises(ConnectionResetError):
                await reader.read()
        finally:
            writer.close()
            await ended(fresh)

    asyncio.run(story())


@pytest.mark.parametrize("linked", [True, False])
def test_a_link_to_a_socket_is_not_followed_and_a_socket_is_used(folder, linked):
    async def story():
        fresh = made(folder)
        name = "elsewhere" if linked else relay.SERVER
        server = await answering(fresh.folder, count_then_echo_size, name)
        if linked:
            (fresh.folder / relay.SERVER).symlink_to(name)
        reader, writer = await asyncio.open_connection("127.0.0.1", fresh.port)
        try:
            writer.write_eof()
            return await reader.read()
        except OSError:
            return b"refused"
        finally:
            writer.close()
            server.close()
            await ended(fresh)

    assert asyncio.run(story()) == (b"refused" if linked else b"0")
