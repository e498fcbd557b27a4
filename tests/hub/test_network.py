"""A network of one's own: what a person's programs reach of the machine, on a running hub."""

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import accounts
import httpx
import hubs
import psutil
import pytest
from accounts import CHECKOUT
from impostors import answering
from jupyterhub.utils import random_port

from travesia.sandbox.relay import INWARD, Relay

# The number that nobody has on any system.
NOBODY = 65534


def settings_of(hub) -> dict:
    return json.loads((hub.data / "run" / "settings.json").read_text())


def connecting(address: str) -> str:
    """Code that connects to an address and says how that went."""
    family = "AF_INET" if address.startswith("(") else "AF_UNIX"
    return (
        "import socket\n"
        f"with socket.socket(socket.{family}) as s:\n"
        "    s.settimeout(10)\n"
        f"    s.connect({address})\n"
        "    print('connected')"
    )


def server_port(hub, username: str) -> int:
    hub.visitor(username).start_server()
    return hub.server_port(username)


@contextmanager
def listener(family: int, address):
    with socket.socket(family) as made:
        made.bind(address)
        made.listen()
        yield made


def squat(address: str, port: int) -> None:
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind((address, port))
        squatter.listen()


@contextmanager
def unfinished(hub, username: str, count: int):
    """Requests to a person's server through the proxy, of nobody in particular, that never end."""
    address = urlsplit(hub.url)
    head = f"POST /user/{username}/api/contents HTTP/1.1\r\nHost: {address.netloc}\r\n"
    with ExitStack() as kept:
        for _ in range(count):
            made = socket.create_connection((address.hostname, address.port))
            kept.enter_context(made)
            made.sendall(f"{head}Content-Length: 100\r\n\r\nhalf".encode())
        yield


def test_who_is_not_signed_in_keeps_nobody_out_of_their_own_server(hub):
    ana = hub.visitor("ana")
    ana.start_server()
    with unfinished(hub, "ana", INWARD + 10):
        assert ana.server_api("GET", "api/status").status_code == httpx.codes.OK


@pytest.mark.parametrize("port", ["port", "proxy_api_port"])
def test_the_hubs_other_ports_are_not_reached(hub, port):
    code = connecting(f"('127.0.0.1', {settings_of(hub)[port]})")
    assert "ConnectionRefusedError" in hub.visitor("ana").run(code)
    # Controls: her own two ways are open, and a sandbox in the machine's network gets through.
    assert hub.exposed(code) == "connected"


@pytest.mark.parametrize("port", ["hub_port", "campus_port"])
def test_the_hub_and_the_campus_are_reached(hub, port):
    code = connecting(f"('127.0.0.1', {settings_of(hub)[port]})")
    assert hub.visitor("ana").run(code) == "connected"


def test_another_persons_server_is_not_reached(hub):
    code = connecting(f"('127.0.0.1', {server_port(hub, 'beto')})")
    assert "ConnectionRefusedError" in hub.visitor("ana").run(code)
    assert hub.exposed(code) == "connected"
    assert hub.visitor("beto").server_api("GET", "api/status").status_code == httpx.codes.OK


def test_a_listener_of_the_machine_is_not_reached(hub):
    with listener(socket.AF_INET, ("127.0.0.1", 0)) as made:
        code = connecting(f"('127.0.0.1', {made.getsockname()[1]})")
        assert "ConnectionRefusedError" in hub.visitor("ana").run(code)
        assert hub.exposed(code) == "connected"


def test_an_abstract_socket_of_the_machine_is_not_reached(hub):
    name = f"\0travesia-network-{hub.account}"
    with listener(socket.AF_UNIX, name):
        code = connecting(repr(name))
        assert "ConnectionRefusedError" in hub.visitor("ana").run(code)
        assert hub.exposed(code) == "connected"


def test_the_network_has_nothing_but_its_own_loopback(hub):
    code = "import socket; print([name for _, name in socket.if_nameindex()])"
    assert hub.visitor("ana").run(code) == "['lo']"


def test_nobody_takes_the_port_of_a_server_that_runs_or_has_stopped(hub):
    beto = hub.visitor("beto")
    port = server_port(hub, "beto")
    for running in (True, False):
        if not running:
            beto.stop_server()
        for address in ("127.0.0.1", "0.0.0.0"):
            with pytest.raises(OSError, match="in use"):
                squat(address, port)
        assert hubs.answers_for(port, "beto") is running
    beto.start_server()
    assert server_port(hub, "beto") == port


def test_a_port_that_is_only_picked_is_answered_by_whoever_takes_it(tmp_path):
    """What the hub's holding of ports defends against: JupyterHub picks one and lets it go."""

    class Impostor(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"the cookie: " + self.headers["Cookie"].encode())

        def log_message(self, *_):
            pass

    def asked(port: int) -> str:
        return httpx.get(f"http://127.0.0.1:{port}/", headers={"Cookie": "session"}).text

    picked = random_port()
    with answering(HTTPServer(("127.0.0.1", picked), Impostor)):
        assert asked(picked) == "the cookie: session"

    relay = Relay(tmp_path, [])
    with relay._held, pytest.raises(OSError, match="in use"):
        HTTPServer(("127.0.0.1", relay.port), Impostor)


BY_ANOTHER_ACCOUNT = """
import socket, sys
for address in ("127.0.0.1", "0.0.0.0", "::"):
    for option in sys.argv[2:]:
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as squatter:
            squatter.setsockopt(socket.SOL_SOCKET, getattr(socket, option), 1)
            try:
                squatter.bind((address, int(sys.argv[1])))
                squatter.listen()
                print("taken")
            except OSError as error:
                print(error.strerror)
"""


def squatting(port: int) -> set[str]:
    """What another account of the machine gets when it tries to answer at a port."""
    argv = [sys.executable, "-c", BY_ANOTHER_ACCOUNT, str(port), "SO_REUSEADDR"]
    if os.geteuid() == 0:
        # The kernel shares a port that way among one account's processes: this is not the hub's.
        argv = accounts.as_number([*argv, "SO_REUSEPORT"], NOBODY, NOBODY)
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines())


@contextmanager
def campus_down(hub):
    """The campus was killed, and is started again only at the end."""
    campus = hub.part("campus")
    (keeper,) = (p for p in campus.parents() if p.ppid() == hub.first.pid)
    keeper.suspend()
    try:
        campus.kill()
        psutil.wait_procs([campus], timeout=30)
        yield
    finally:
        keeper.resume()


def test_nobody_takes_the_campuss_port_while_it_is_down(hub):
    port = settings_of(hub)["campus_port"]
    page = f"{hub.url}services/campus/static/tokens.css"
    assert squatting(port) == {"Address already in use"}
    with campus_down(hub):
        assert squatting(port) == {"Address already in use"}
        # Who looks at the campus meanwhile is told at once.
        assert httpx.get(page).status_code == httpx.codes.SERVICE_UNAVAILABLE
    # Controls: the campus has it again, and where nobody holds a port another account takes it.
    deadline = time.monotonic() + 60
    while httpx.get(page).status_code != httpx.codes.OK:
        assert time.monotonic() < deadline, "the campus did not come back"
        time.sleep(0.2)
    assert squatting(hubs.free_port()) == {"taken"}


def test_a_link_in_the_servers_place_leads_the_hub_nowhere(hub, tmp_path):
    """The hub may reach sockets that the person may not: it never follows their link to one."""
    carol = hub.visitor("carol")
    port = server_port(hub, "carol")
    carol.run(
        "import os\n"
        "os.rename('/run/travesia/server', '/run/travesia/kept')\n"
        "os.symlink('kept', '/run/travesia/server')"
    )
    try:
        assert not hubs.answers_for(port, "carol")
    finally:
        folder = hub.data / "run" / "people" / "carol" / "sockets"
        (folder / "kept").replace(folder / "server")
    assert hubs.answers_for(port, "carol")


OUTSIDE = """
import socket
try:
    with socket.create_connection(('127.0.0.1', 3128), timeout=10) as s:
        s.sendall(b'CONNECT 127.0.0.1:443 HTTP/1.1\\r\\n\\r\\n')
        print(s.makefile().readline().strip())
except OSError as error:
    print(type(error).__name__)
import os; print(os.environ.get('HTTPS_PROXY'))
"""


def test_the_internet_is_closed_unless_a_group_is_given_a_door_to_it(hub):
    carol = hub.visitor("carol")
    limits = hub.data / "limits.yaml"
    assert carol.run(OUTSIDE).split() == ["ConnectionRefusedError", "None"]
    text = (CHECKOUT / "hub_config" / "limits.yaml").read_text()
    limits.write_text(text.replace("outside: []", "outside: [nbgrader-human-security]"))
    try:
        carol.stop_server()
        # Through it, the machine itself is not the internet.
        said = ["HTTP/1.1 403 Forbidden", "http://127.0.0.1:3128"]
        assert carol.run(OUTSIDE).splitlines() == said
    finally:
        limits.unlink()
        carol.stop_server()


def test_nbgrader_reaches_the_campus(hub):
    said = hub.visitor("ana").run(
        "import subprocess, sys\n"
        "done = subprocess.run([sys.executable, '-m', 'nbgrader', 'list'], capture_output=True,"
        " text=True)\n"
        "print(done.stdout + done.stderr)"
    )
    assert "human-security children" in said
