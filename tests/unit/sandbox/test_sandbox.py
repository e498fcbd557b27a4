"""What a sandboxed program gets, tried by running one."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from travesia.sandbox import Identity, Limits, Sandbox, SandboxError, isolation

UID = 70900 if os.geteuid() == 0 else os.geteuid()
GID = 70900 if os.geteuid() == 0 else os.getegid()


@pytest.fixture
def sandbox(tmp_path):
    home = tmp_path / "homes" / "ana"
    home.mkdir(parents=True)
    os.chown(home, UID, GID)
    return Sandbox(identity=Identity("ana", UID, GID), state=tmp_path / "state", home=home)


def run(sandbox: Sandbox, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        sandbox.command([sys.executable, "-c", code]),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def said(sandbox: Sandbox, code: str) -> str:
    done = run(sandbox, code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_this_machine_allows_sandboxes():
    assert isolation().allowed


def test_a_program_writes_its_own_home(sandbox):
    said(sandbox, "open('note.txt', 'w').write('mine')")
    assert (sandbox.home / "note.txt").read_text() == "mine"


def test_a_program_starts_in_the_home_of_the_person_it_is_named_for(sandbox):
    code = "import os, pwd; print(os.getcwd(), pwd.getpwuid(os.getuid()).pw_name)"
    assert said(sandbox, code) == "/home/ana ana"


def test_nobody_else_is_named_in_the_accounts(sandbox):
    assert said(sandbox, "import pwd; print([p.pw_name for p in pwd.getpwall()])") == "['ana']"


def test_another_home_is_not_there_unless_it_is_given(sandbox):
    other = sandbox.home.parent / "beto"
    other.mkdir()
    (other / "answers.json").write_text("{}")
    other.chmod(0o755)
    code = f"import os; print(os.path.exists({str(other / 'answers.json')!r}))"
    assert said(sandbox, code) == "False"
    given = replace(sandbox, read_only={str(other): other})
    assert said(given, code) == "True"


def test_the_checkout_with_its_keys_is_not_there(sandbox):
    keys = Path(__file__).resolve().parents[3] / "keys"
    assert keys.is_dir()
    assert said(sandbox, f"import os; print(os.path.exists({str(keys)!r}))") == "False"


@pytest.mark.parametrize("path", ["/usr/new", "/etc/new", "/opt/new", sys.prefix + "/new"])
def test_the_system_is_read_only(sandbox, path):
    done = run(sandbox, f"open({path!r}, 'w')")
    assert done.returncode != 0
    assert not Path(path).exists()


def test_a_folder_given_to_read_cannot_be_written(sandbox, tmp_path):
    lessons = tmp_path / "lessons"
    lessons.mkdir(mode=0o777)
    lessons.chmod(0o777)
    code = "open('/opt/lessons/new', 'w')"
    assert run(replace(sandbox, read_only={"/opt/lessons": lessons}), code).returncode != 0
    assert run(replace(sandbox, writable={"/opt/lessons": lessons}), code).returncode == 0


def test_processes_of_the_machine_are_not_seen(sandbox):
    code = "import os; print(max(int(p) for p in os.listdir('/proc') if p.isdigit()))"
    assert int(said(sandbox, code)) < 20


def test_a_program_has_no_capability_and_is_not_root_outside(sandbox):
    process = subprocess.Popen(
        sandbox.command([sys.executable, "-c", "print('up', flush=True); input()"]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"up\n"
    below = [
        p for p in psutil.Process(process.pid).children(recursive=True) if "python" in p.name()
    ]
    assert [p.uids().real for p in below] == [UID]
    status = Path(f"/proc/{below[0].pid}/status").read_text()
    assert "CapEff:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status
    process.communicate(b"\n", timeout=20)


def test_the_machines_network_is_not_reached_unless_it_is_given(sandbox):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"import socket; socket.create_connection(('127.0.0.1', {port}), timeout=5)"
        assert "Connection refused" in run(sandbox, code).stderr
        assert run(replace(sandbox, network=True), code).returncode == 0


def test_an_abstract_socket_of_the_machine_is_not_reached(sandbox):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0travesia-test")
        server.listen()
        code = "import socket; socket.socket(socket.AF_UNIX).connect('\\0travesia-test')"
        assert "Connection refused" in run(sandbox, code).stderr
        assert run(replace(sandbox, network=True), code).returncode == 0


def test_a_sandbox_within_is_only_possible_where_it_is_asked_for(sandbox):
    code = "from travesia.sandbox import isolation; print(isolation().allowed)"
    assert said(sandbox, code) == "False"
    assert said(replace(sandbox, nested=True), code) == "True"


def test_the_room_in_tmp_is_bounded(sandbox):
    code = "open('/tmp/big', 'wb').write(bytes(3_000_000))"
    small = replace(sandbox, limits=Limits(tmp_bytes=1_000_000))
    assert "No space left" in run(small, code).stderr
    assert run(sandbox, code).returncode == 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_the_program_that_started_it_ends(sandbox, number):
    code = "import time; open('up', 'w'); time.sleep(600)"
    command = sandbox.command([sys.executable, "-c", code])
    starter = subprocess.Popen(
        [sys.executable, "-c", f"import subprocess; subprocess.run({command!r})"],
        stderr=subprocess.DEVNULL,
    )
    wait_until((sandbox.home / "up").exists)
    inside = psutil.Process(starter.pid).children(recursive=True)
    assert "python" in inside[-1].name()
    starter.send_signal(number)
    starter.wait()
    assert psutil.wait_procs(inside, timeout=20)[1] == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_when_its_first_process_is_ended(sandbox, number):
    code = "import time; open('up', 'w'); time.sleep(600)"
    first = subprocess.Popen(sandbox.command([sys.executable, "-c", code]))
    wait_until((sandbox.home / "up").exists)
    inside = psutil.Process(first.pid).children(recursive=True)
    first.send_signal(number)
    first.wait()
    assert psutil.wait_procs(inside, timeout=20)[1] == []


def test_a_folder_that_does_not_exist_is_named(sandbox, tmp_path):
    missing = tmp_path / "nowhere"
    with pytest.raises(SandboxError, match=f"ana needs {missing}"):
        replace(sandbox, read_only={"/opt/x": missing}).command(["true"])


def test_the_home_gives_way_where_this_environment_lies_below_it(sandbox, monkeypatch):
    monkeypatch.setattr(
        "travesia.sandbox.bubblewrap.python_folders", lambda: [Path("/home/ana/travesia/.venv")]
    )
    assert sandbox.home_inside == "/people/ana"


def wait_until(holds, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
