"""The door to the internet: HTTPS to public addresses for who was given it, and nothing else."""

import asyncio
import contextlib
import os
import socket
import sys
import threading

import pytest

from travesia.sandbox import Identity, Sandbox, outside, relay
from travesia.sandbox.outside import AnsweredError, is_public
from travesia.sandbox.relay import Relay

PUBLIC = ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2001:4860:4860::8888"]
PUBLIC += ["::ffff:1.1.1.1", "64:ff9b::1.1.1.1"]
NOT_PUBLIC = {
    "loopback": "127.0.0.1",
    "loopback, IPv6": "::1",
    "loopback as a mapped address": "::ffff:127.0.0.1",
    "any address": "0.0.0.0",
    "a private network": "10.1.2.3",
    "another private network": "192.168.0.1",
    "a carrier's network": "100.64.0.1",
    "a cloud's metadata": "169.254.169.254",
    "a cloud's metadata, IPv6": "fd00:ec2::254",
    "a link's own": "fe80::1%eth0",
    "many at once": "224.0.0.1",
    "a private network as a mapped address": "::ffff:10.1.2.3",
    "6to4 of a private one": "2002:a00:1::",
    "Teredo": "2001:0:a00:1::",
    "a cloud's metadata through NAT64": "64:ff9b::a9fe:a9fe",
    "loopback through NAT64": "64:ff9b::7f00:1",
    "a network's own NAT64": "64:ff9b:1::1",
    "loopback as a compatible address": "::127.0.0.1",
    "a site's own": "fec0::1",
    "documentation": "3fff::1",
    "never given out": "4000::1",
    "a network's own port control": "192.0.0.9",
}


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_allowed(address):
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC.values(), ids=NOT_PUBLIC)
def test_an_address_of_this_machine_or_its_neighbours_is_not(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"])
def test_an_address_of_this_machine_that_is_public_is_not_either(address, monkeypatch):
    class Own:
        address = "1.1.1.1"

    monkeypatch.setattr(outside.psutil, "net_if_addrs", lambda: {"eth0": [Own()]})
    assert not is_public(address)


def asked(request: str, monkeypatch, allows=is_public) -> tuple[str, bytes]:
    """The door's answer to a request, and what a server on loopback then got, if anything.

    `PORT` in the request is the server's, which stands for the one port that the door allows.
    """

    async def story():
        got = []

        async def take(reader, writer):
            got.append(await reader.read())
            writer.close()

        server = await asyncio.start_server(take, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setattr(outside, "HTTPS", port)
        loop = asyncio.get_running_loop()
        near, came = socket.socketpair()
        with near, came:
            near.setblocking(False)
            came.setblocking(False)
            await loop.sock_sendall(near, f"{request}\r\n\r\n".replace("PORT", str(port)).encode())
            try:
                with await outside.Door(allows).connect(came) as went:
                    await loop.sock_sendall(went, b"hello")
                while not got:
                    await asyncio.sleep(0.01)
            except AnsweredError:
                pass
            said = await loop.sock_recv(near, 1000)
        server.close()
        await server.wait_closed()
        return said.decode(), b"".join(got)

    return asyncio.run(story())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
def test_a_service_of_this_machine_is_refused_by_whatever_name(host, monkeypatch):
    request = f"CONNECT {host}:PORT HTTP/1.1"
    said, got = asked(request, monkeypatch)
    assert said.startswith("HTTP/1.1 403")
    assert "no address of the internet" in said
    assert got == b""
    # The address alone is what refuses it.
    said, got = asked(request, monkeypatch, allows=lambda _: True)
    assert said.startswith("HTTP/1.1 200")
    assert got == b"hello"


@pytest.mark.parametrize(
    "request_line",
    ["CONNECT 127.0.0.1:25 HTTP/1.1", "GET http://127.0.0.1:PORT/ HTTP/1.1", "CONNECT", "\0" * 9],
)
def test_anything_but_https_is_refused(request_line, monkeypatch):
    said, got = asked(request_line, monkeypatch, allows=lambda _: True)
    assert said.startswith("HTTP/1.1 403")
    assert "only HTTPS" in said
    assert got == b""


@pytest.mark.parametrize("name", ["no-such-host.invalid", "a..b", "a" * 64, "a\0b"])
def test_a_name_that_leads_nowhere_is_told(name, monkeypatch):
    said, _ = asked(f"CONNECT {name}:PORT HTTP/1.1", monkeypatch)
    assert said.startswith("HTTP/1.1 502")


async def waiting_look_up(door: outside.Door, tasks: list, ends: contextlib.ExitStack) -> None:
    """Ask a door for a name, and go on while it looks it up."""
    near, came = map(ends.enter_context, socket.socketpair())
    near.setblocking(False)
    came.setblocking(False)
    tasks.append(asyncio.create_task(door.connect(came)))
    await asyncio.get_running_loop().sock_sendall(near, b"CONNECT slow.test:443 HTTP/1.1\r\n\r\n")


@pytest.mark.parametrize("own_threads", [True, False])
def test_slow_look_ups_keep_nobody_else_waiting(monkeypatch, own_threads):
    """Neither this process's other work, which a thread does, nor another person's look-up."""
    answered = threading.Event()
    seen = []

    def slow(host, *_, **__):
        seen.append(host)
        if host == "slow.test":
            answered.wait(60)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", slow)

    async def story() -> list[bool]:
        first, other = outside.Door(), outside.Door()
        if not own_threads:
            first._lookups = other._lookups = None
        tasks = []
        with contextlib.ExitStack() as ends:
            for _ in range(relay.OUTWARD):
                await waiting_look_up(first, tasks, ends)
            while len(seen) < outside.LOOKUPS:
                await asyncio.sleep(0.01)
            work = asyncio.create_task(asyncio.to_thread(int))
            look_up = asyncio.create_task(other._connected("quick.test", 443))
            await asyncio.wait([work, look_up], timeout=20 if own_threads else 1)
            done = [work.done(), look_up.done()]
            at_once = len(seen) - done[1]
            answered.set()
            await asyncio.gather(work, look_up, *tasks, return_exceptions=True)
        return [*done, at_once == outside.LOOKUPS]

    assert asyncio.run(story()) == [own_threads] * 3


def test_programs_are_told_of_the_door_in_the_names_they_look_for():
    told = outside.variables()
    assert told["https_proxy"] == told["HTTPS_PROXY"] == f"http://127.0.0.1:{outside.PORT}"
    assert "http_proxy" not in told


ASK = f"""
import socket
try:
    with socket.create_connection(('127.0.0.1', {outside.PORT}), timeout=20) as door:
        door.sendall(b'CONNECT 127.0.0.1:443 HTTP/1.1\\r\\n\\r\\n')
        print(door.makefile().readline().strip())
except OSError as error:
    print(type(error).__name__)
"""


@pytest.mark.parametrize(
    ("given", "said"), [(False, "ConnectionRefusedError"), (True, "HTTP/1.1 403 Forbidden")]
)
def test_a_sandbox_has_the_door_only_where_it_was_given_one(tmp_path, given, said):
    number = 70902 if os.geteuid() == 0 else os.geteuid()

    async def story():
        relay = Relay(tmp_path / "sockets", [])
        relay.outside = given
        inherited = relay.prepare(number, number)
        sandbox = Sandbox(identity=Identity("ana", number, number), state=tmp_path / "state")
        command = sandbox.command([sys.executable, "-c", ASK], relay.entrance(inherited))
        program = await asyncio.create_subprocess_exec(
            *command, pass_fds=[inherited], stdout=asyncio.subprocess.PIPE
        )
        os.close(inherited)
        relay.start()
        printed, _ = await program.communicate()
        await relay.stop()
        relay._inward.cancel()
        await asyncio.wait([relay._inward])
        relay._held.close()
        return printed.decode().strip()

    assert asyncio.run(story()) == said
