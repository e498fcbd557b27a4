"""What a person's server sees of the machine, the course and the others, on a running hub."""

import sys
from pathlib import Path

import psutil
import pytest
from accounts import CHECKOUT


def exists(visitor, path: Path | str) -> str:
    return visitor.run(f"import os; print(os.path.exists({str(path)!r}))")


def test_nothing_the_hub_started_runs_as_root(hub):
    hub.visitor("ana").start_server()
    hub.visitor("rosa").start_server()
    as_root = [
        process.cmdline()
        for process in hub.processes()
        if process.uids().effective == 0 and process.pid not in {hub.process.pid, hub.first.pid}
    ]
    # Under root, bubblewrap's outer step only waits for the sandbox it has made, and the keeper for
    # the campus: it listens to nobody, and a port is shared with the hub by its own account alone.
    keeper = [sys.executable, "-I", "-S", str(CHECKOUT / "travesia" / "hub" / "keeper.py")]
    others = [words for words in as_root if words[:4] != keeper]
    assert all(Path(words[0]).name == "bwrap" for words in others)
    if hub.account != "root":
        assert as_root == []


def test_a_kernel_speaks_over_files_and_not_over_ports(hub):
    ana = hub.visitor("ana")
    said = ana.run(
        "import json, pathlib, ipykernel\n"
        "print(json.loads(pathlib.Path(ipykernel.get_connection_file()).read_text())['transport'])"
    )
    assert said == "ipc"
    kernels = [p for p in hub.processes() if "ipykernel_launcher" in " ".join(p.cmdline())]
    assert kernels
    for kernel in kernels:
        ports = [c for c in kernel.net_connections("inet") if c.status == psutil.CONN_LISTEN]
        # The one port is ipykernel's own: output of processes that the kernel forks comes in there,
        # with a secret of the kernel's; nothing can be read from it. It can't be configured away.
        assert len(ports) <= 1


def test_a_learner_writes_their_own_home_and_it_is_kept(hub):
    ana = hub.visitor("ana")
    ana.run("open('mine.txt', 'w').write('mine')")
    assert (hub.data / "homes" / "ana" / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "hidden",
    [
        "homes/beto",
        "hub/jupyterhub.sqlite",
        "hub/cookie_secret",
        "people/people.json",
        "exchange",
        "keys",
        "source",
        "course/human-security/gradebook",
    ],
)
def test_a_learner_sees_nothing_of_the_hub_and_of_others(hub, hidden):
    hub.visitor("beto").start_server()
    path = hub.data / hidden
    assert path.exists()
    assert exists(hub.visitor("ana"), path) == "False"


def test_a_learner_sees_no_key_of_the_checkout(hub):
    checkout = Path(__file__).resolve().parents[2]
    for name in ("keys", "source", "release", "hub_config", ".git"):
        assert (checkout / name).exists()
        assert exists(hub.visitor("ana"), checkout / name) == "False"


def test_a_learner_is_the_only_person_named(hub):
    assert (
        hub.visitor("ana").run("import pwd; print([p.pw_name for p in pwd.getpwall()])")
        == "['ana']"
    )


def test_an_instructor_gets_the_course_and_nothing_else(hub):
    rosa = hub.visitor("rosa")
    found = rosa.run("import os; print(sorted(os.listdir('course/human-security')))")
    assert found == str(
        sorted(["source", "keys", "release", "submitted", "autograded", "feedback", "gradebook"])
    )
    for hidden in ("homes/ana", "exchange", "hub", "people"):
        assert exists(rosa, hub.data / hidden) == "False"


def test_an_instructor_writes_the_course(hub):
    rosa = hub.visitor("rosa")
    rosa.run("open('course/human-security/source/note.txt', 'w').write('kept')")
    note = hub.data / "source" / "note.txt"
    assert note.read_text() == "kept"
    note.unlink()


def test_learners_have_no_formgrader_and_instructors_do(hub):
    for name in ("ana", "rosa"):
        hub.visitor(name).start_server()
    answers = {
        n: hub.visitor(n).server_api("GET", "formgrader").status_code for n in ("ana", "rosa")
    }
    assert answers == {"ana": 404, "rosa": 302}


def test_the_course_list_is_off_for_everybody(hub):
    for name in ("ana", "rosa"):
        hub.visitor(name).start_server()
        assert hub.visitor(name).server_api("GET", "formgraders").status_code == 404
