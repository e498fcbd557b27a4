"""A way to the internet for a sandbox that was given one: HTTPS to public addresses, no more.

It is a forward proxy that knows one request, `CONNECT host:443`. What it resolves and connects to
is decided on the privileged side, so that no name leads to this machine or its neighbours.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial

import psutil

# The door's port on the sandbox's own loopback, where nothing else of the machine's listens.
PORT = 3128
HTTPS = 443
LONGEST_HEAD = 16 * 1024
SECONDS_TO_ASK = 20
# At once; further ones of the same sandbox wait.
LOOKUPS = 4

# The standard library's own list differs from one Python to the next, and calls much global that
# was never given out: what counts is the part of IPv6 that has been.
GLOBAL_IPV6 = ipaddress.IPv6Network("2000::/3")
# An IPv4 address in its last bits, which the machine or a translator (NAT64) connects to.
CARRIES_IPV4 = tuple(map(ipaddress.IPv6Network, ("::ffff:0:0/96", "64:ff9b::/96")))
# Tunnels that carry IPv4 within, and addresses that each network answers by itself.
LEADS_ELSEWHERE = tuple(
    map(
        ipaddress.ip_network,
        ("2001::/23", "2002::/16", "3fff::/20", "192.0.0.0/24", "192.88.99.0/24"),
    )
)

Allows = Callable[[str], bool]


class NotAllowedError(Exception):
    """What was asked for is not given; the message is for who asked."""


class AnsweredError(Exception):
    """There is no connection, and who asked was told why."""


def variables() -> dict[str, str]:
    """The environment by which programs find the door."""
    address, here = f"http://127.0.0.1:{PORT}", "127.0.0.1,localhost"
    named = {"HTTPS_PROXY": address, "NO_PROXY": here}
    return named | {name.lower(): value for name, value in named.items()}


def is_public(address: str) -> bool:
    """Whether an address is one of the internet at large, and none of this machine's own."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        if any(parsed in network for network in CARRIES_IPV4):
            return is_public(str(ipaddress.IPv4Address(int(parsed) % 2**32)))
        if parsed not in GLOBAL_IPV6:
            return False
    if any(parsed in network for network in LEADS_ELSEWHERE):
        return False
    own = {each.address for found in psutil.net_if_addrs().values() for each in found}
    return parsed.is_global and not parsed.is_multicast and str(parsed) not in own


class Door:
    """One sandbox's way to the internet.

    It looks names up in threads of its own: a look-up can take as long as somebody's name server
    likes, and neither another sandbox's nor any other work of this process's waits for it.

    Attributes:
        allows: whether an address may be connected to.
    """

    def __init__(self, allows: Allows = is_public) -> None:
        self.allows = allows
        self._lookups: Executor | None = ThreadPoolExecutor(LOOKUPS, "look-up")

    async def connect(self, came: socket.socket) -> socket.socket:
        """The connection that a request of the sandbox asks for, after it was answered.

        Raises:
            AnsweredError: there is none; the reason was the answer.
            OSError: who asked went away.
        """
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(SECONDS_TO_ASK):
                host, port = await _requested(came)
                went = await self._connected(host, port)
        except (NotAllowedError, TimeoutError, OSError) as error:
            status = "403 Forbidden" if isinstance(error, NotAllowedError) else "502 Bad Gateway"
            said = f"{str(error) or 'There was no answer in time.'}\n".encode()
            head = (
                f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\n"
                f"Content-Length: {len(said)}\r\nConnection: close\r\n\r\n"
            )
            await loop.sock_sendall(came, head.encode() + said)
            came.shutdown(socket.SHUT_WR)
            raise AnsweredError(str(error)) from error
        await loop.sock_sendall(came, b"HTTP/1.1 200 Connection established\r\n\r\n")
        return went

    async def _connected(self, host: str, port: int) -> socket.socket:
        loop = asyncio.get_running_loop()
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            found = await loop.run_in_executor(self._lookups, look_up)
        except ValueError as error:
            # Some words can't even be asked for, such as a name with two dots together.
            raise OSError(f"{host} is no name.") from error
        # What is checked is what is connected to: a second look-up could give another address.
        public = [(each[0], each[4]) for each in found if self.allows(str(each[4][0]))]
        if not public:
            raise NotAllowedError(f"{host} is no address of the internet.")
        family, address = public[0]
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setblocking(False)  # noqa: FBT003 - the only way to call it
        try:
            await loop.sock_connect(made, address)
        except BaseException:
            made.close()
            raise
        return made


async def _requested(came: socket.socket) -> tuple[str, int]:
    loop = asyncio.get_running_loop()
    head = b""
    while b"\r\n\r\n" not in head:
        chunk = await loop.sock_recv(came, LONGEST_HEAD - len(head))
        if not chunk:
            raise NotAllowedError("This is no request.")
        head += chunk
    words = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
    host, _, port = (words[1] if len(words) > 1 else "").rpartition(":")
    if words[0] != "CONNECT" or port != str(HTTPS) or not host:
        raise NotAllowedError("From here only HTTPS (port 443) leads outside.")
    return host.strip("[]"), HTTPS
