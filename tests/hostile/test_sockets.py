"""Another's sockets, and addresses beyond the machine: from beto's kernel."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from jupyter_client import BlockingKernelClient, KernelManager

from travesia.hub.place import RUNTIME

CONNECT = """
import glob, socket
for path in sorted(glob.glob({pattern!r})) or ["nothing"]:
    with socket.socket(socket.AF_UNIX) as s:
        try:
            s.connect(path)
            print("connected")
            break
        except OSError as error:
            print(type(error).__name__)
            break
"""


def test_the_socket_of_anothers_server_is_not_there(scene):
    scene.ana.run("1")
    folder = scene.hub.data / "run" / "people" / "ana" / "sockets"
    attack = CONNECT.format(pattern=str(folder / "server"))

    assert scene.beto.run(attack) == "FileNotFoundError"

    assert scene.ana.run(CONNECT.format(pattern="/run/travesia/server")) == "connected"
    shown = {"bind": {str(folder): folder}}
    assert scene.hub.exposed(attack, **shown, number=scene.number("ana")) == "connected"
    # Root's hub gave it an owner besides.
    behind = scene.hub.exposed(attack, **shown, number=scene.number("beto"))
    root = scene.hub.account == "root"
    assert behind == ("FileNotFoundError" if root else "connected")


LISTEN = """
import glob, zmq
roads = {roads}
# In two pieces: a kernel tells its own listeners the code that it runs, and this is code too.
whispered = b"hostile-" + b"whisper"
heard = zmq.Context.instance().socket(zmq.SUB)
heard.subscribe(b"")
heard.setsockopt(zmq.RCVTIMEO, 3000)
for road in roads:
    heard.connect(road)
try:
    print(any(whispered in part for _ in range(200) for part in heard.recv_multipart()))
except zmq.Again:
    print(False)
heard.close(0)
"""


FILES = f"""[
    "ipc://" + road
    for place in ("", "/proc/[0-9]*/root")
    for road in glob.glob(place + "{RUNTIME}/*-ipc-*")
]"""
WHISPER = (
    "import threading, time\n"
    "def whisper():\n"
    "    for _ in range(60):\n"
    "        print('hostile-whisper', flush=True); time.sleep(.1)\n"
    "threading.Thread(target=whisper, daemon=True).start()"
)


def whispering(scene) -> None:
    """Ana's kernel says something again and again, from a thread."""
    scene.ana.run(WHISPER)


def test_nobody_listens_to_what_anothers_kernel_prints(scene):
    attack = LISTEN.format(roads=FILES)
    scene.beto.run("1")
    whispering(scene)
    assert scene.beto.run(attack) == "False"

    whispering(scene)
    # Her kernel goes on whispering while it listens to itself.
    assert "True" in scene.ana.run(attack).splitlines()
    whispering(scene)
    bare = {"number": scene.number("ana"), "options": ["--bare"]}
    assert scene.hub.exposed(attack, **bare) == "True"


@contextmanager
def kernel_with_ports() -> Iterator[BlockingKernelClient]:
    """A kernel as Jupyter starts them where nothing is said: its five channels are TCP ports."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    try:
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def hears(client: BlockingKernelClient) -> bool:
    """Whether the kernel's own client gets what the kernel says."""
    return any(
        "hostile-whisper" in client.get_iopub_msg(timeout=20)["content"].get("text", "")
        for _ in range(10)
    )


def test_nobody_listens_at_the_port_of_a_kernel_that_has_one(scene):
    """Whoever subscribes there needs no key to hear everything."""
    scene.beto.run("1")
    with kernel_with_ports() as client:
        attack = LISTEN.format(roads=[f"tcp://127.0.0.1:{client.iopub_port}"])

        client.execute(WHISPER)
        assert hears(client)
        assert scene.beto.run(attack) == "False"

        client.execute(WHISPER)
        assert scene.hub.exposed(attack) == "True"


ROUTE = """
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    try:
        s.connect(({address!r}, 80))
        print("a way")
    except OSError as error:
        print(error.strerror)
"""


def has_a_way(address: str) -> bool:
    """Whether this machine itself knows where to send something for an address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect((address, 80))
        except OSError:
            return False
    return True


@pytest.mark.parametrize("address", ["169.254.169.254", "192.0.2.1", "10.0.0.1"])
def test_no_way_leads_out_of_the_machine(scene, address):
    """The first is where a machine in a cloud finds its own keys."""
    attack = ROUTE.format(address=address)

    assert scene.beto.run(attack) == "Network is unreachable"

    assert scene.beto.run(ROUTE.format(address="127.0.0.1")) == "a way"
    expected = "a way" if has_a_way(address) else "Network is unreachable"
    assert scene.hub.exposed(attack) == expected
