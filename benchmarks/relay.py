"""What the relay of a sandbox with a network of its own costs, printed as JSON.

A server in such a sandbox is asked through the relay, and the same server in the machine's network
over plain TCP. Small requests are compared by their median time, a large body by its throughput;
memory is what the forwarding process gains with each person who only has a workspace, with each
connection that is open, and with one person who fills all connections and takes nothing off them.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil

from travesia.hub.launch import free_port
from travesia.sandbox import Identity, Sandbox, relay
from travesia.sandbox.relay import INWARD, OUTWARD, Relay

SMALL, LARGE_BYTES, LARGE, PEOPLE, CONNECTIONS = 500, 20_000_000, 10, 200, 20
FAR, SETTLING = 49150, 3
SERVER = """
import socket, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    def do_GET(self):
        body = LARGE if self.path == "/large" else b"small"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words): pass
    def address_string(self): return ""

LARGE = bytes(int(sys.argv[2]))
place = sys.argv[1]
family = socket.AF_UNIX if place.startswith("/") else socket.AF_INET

class Server(ThreadingHTTPServer):
    address_family = family
    daemon_threads = True
    def server_bind(self):
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = "server", 0
    def get_request(self):
        made, _ = self.socket.accept()
        return made, ("client", 0)

address = place if family == socket.AF_UNIX else ("127.0.0.1", int(place))
Server(address, Handler).serve_forever()
"""


def measured(port: int) -> tuple[float, float]:
    """Median seconds of a small request, and bytes a second of a large one, over one connection."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def timed(path: str) -> float:
        start = time.perf_counter()
        connection.request("GET", path)
        connection.getresponse().read()
        return time.perf_counter() - start

    deadline = time.monotonic() + 20
    while True:
        try:
            timed("/small")
            break
        except OSError:
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    small = statistics.median(timed("/small") for _ in range(SMALL))
    large = LARGE_BYTES / statistics.median(timed("/large") for _ in range(LARGE))
    connection.close()
    return small, large


def measured_apart(port: int) -> tuple[float, float]:
    """What `measured` finds from a process of its own, as the proxy is one."""
    command = [sys.executable, __file__, "--port", str(port)]
    small, large = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return small, large


def compared() -> dict[str, Any]:
    """What the same requests cost through a relay and without one, and the relay's memory."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    def on_loop(work):
        return asyncio.run_coroutine_threadsafe(work, loop).result(30)

    uid, gid = (70900, 70900) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        bare = Sandbox(identity=Identity("ana", uid, gid), state=base / "state", network=True)

        async def begun() -> tuple[Relay, subprocess.Popen[bytes]]:
            made = Relay(base / "sockets", [FAR])
            inherited = made.prepare(uid, gid)
            place = f"{relay.INSIDE}/{relay.SERVER}"
            argv = [sys.executable, "-c", SERVER, place, str(LARGE_BYTES)]
            own = replace(bare, network=False, writable={relay.INSIDE: made.folder})
            command = own.command(argv, made.entrance(inherited))
            process = subprocess.Popen(command, pass_fds=[inherited])
            os.close(inherited)
            made.start()
            return made, process

        made, inside = on_loop(begun())
        port = free_port()
        direct = subprocess.Popen(
            bare.command([sys.executable, "-c", SERVER, str(port), str(LARGE_BYTES)])
        )
        try:
            relayed, plain = measured_apart(made.port), measured_apart(port)
            processes = len(psutil.Process(inside.pid).children(recursive=True))
            usual = len(psutil.Process(direct.pid).children(recursive=True))
            me = psutil.Process()
            before = me.memory_info().rss
            more = [Relay(base / str(number), [FAR, FAR + 1]) for number in range(PEOPLE)]

            async def start_all() -> None:
                for each in more:
                    os.close(each.prepare(uid, gid))
                    each.start()

            on_loop(start_all())
            idle = (me.memory_info().rss - before) / PEOPLE
            before = me.memory_info().rss
            held = [HTTPConnection("127.0.0.1", made.port) for _ in range(CONNECTIONS)]
            for each in held:
                each.request("GET", "/small")
                each.getresponse().read()
            busy = (me.memory_info().rss - before) / CONNECTIONS
            before = me.memory_info().rss
            stalled = [HTTPConnection("127.0.0.1", made.port) for _ in range(INWARD - CONNECTIONS)]
            for each in [*held, *stalled]:
                each.request("GET", "/large")
            time.sleep(SETTLING)
            # The ways out of the workspace are held to the same buffers as those into it.
            most = (me.memory_info().rss - before) * (INWARD + OUTWARD) / INWARD
        finally:
            inside.kill()
            direct.kill()
    return {
        "small_ms": {"relay": relayed[0] * 1e3, "direct": plain[0] * 1e3},
        "small_ratio": relayed[0] / plain[0],
        "large_mb_per_s": {"relay": relayed[1] / 1e6, "direct": plain[1] / 1e6},
        "large_ratio": relayed[1] / plain[1],
        "processes_more_inside": processes - usual,
        "hub_bytes_per_person": idle,
        "hub_bytes_per_open_connection": busy,
        "hub_bytes_of_one_person_at_most": most,
    }


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="as the others: JSON is all it prints")
    parser.add_argument("--port", type=int, help="only ask the server at this port")
    given = parser.parse_args()
    print(json.dumps(measured(given.port) if given.port else compared()))


if __name__ == "__main__":
    main()
