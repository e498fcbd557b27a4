"""What a learner's code can reach while it is graded; each attack has its controls."""

import json
import os
import socket
import sys
from contextlib import closing
from pathlib import Path

import pytest

from travesia.sandbox import Identity, Sandbox

ATTACK = """
import json, os, socket
from pathlib import Path

root, port = Path({root!r}), {port}

def reads(path):
    try:
        return bool(path.read_bytes())
    except OSError:
        return False

def writes(path):
    try:
        path.open("ab").close()
        return True
    except OSError:
        return False

def connects():
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False

print("FOUND " + json.dumps(dict(
    gradebook=reads(root / "gradebook/gradebook.db"),
    gradebook_written=writes(root / "gradebook/gradebook.db"),
    key=reads(root / "keys/arrival/questions.yaml"),
    source=reads(root / "source/arrival/assignment.ipynb"),
    other=reads(root / "submitted/beto/arrival/answers.json"),
    receipt=reads(root / "submitted/ana/arrival/receipt.json"),
    network=connects(),
)))
print("LINKED " + json.dumps(reads(Path("linked.csv"))))
print("OWN " + json.dumps([Path("own.csv").read_text(), writes(Path("new.csv"))]))
print("ENVIRONMENT " + json.dumps(dict(os.environ)))
print("FILES " + json.dumps(sorted(path.name for path in Path().iterdir())))
print("USER " + json.dumps(os.getuid()))
"""


@pytest.fixture(scope="module")
def attacked(new_course, tmp_path_factory, right_values, run_first):
    """Has the attack graded, with isolation and without, and tells what it found."""

    def attacked(*, isolation):
        course = new_course(tmp_path_factory.mktemp("c") / "course", isolation=isolation)
        with closing(socket.create_server(("127.0.0.1", 0))) as server:
            port = server.getsockname()[1]
            code = run_first(ATTACK.format(root=str(course.root), port=port))
            course.hand_in("beto", right_values)
            ana = course.hand_in("ana", right_values, code, files={"own.csv": b"mine"})
            (ana / "linked.csv").symlink_to(course.root / "gradebook/gradebook.db")
            command = ("autograde", "arrival", "--student", "ana")
            course.log = course.run(*command, JUPYTERHUB_API_TOKEN="s3cret")
        printed = course.graded("ana").cells[0].outputs[0].text
        found = dict(line.split(" ", 1) for line in printed.splitlines())
        return {name: json.loads(value) for name, value in found.items()}, course

    return attacked


@pytest.fixture(scope="module")
def isolated(attacked):
    return attacked(isolation=True)


@pytest.fixture(scope="module")
def exposed(attacked):
    return attacked(isolation=False)


@pytest.mark.parametrize(
    "what",
    ["gradebook", "gradebook_written", "key", "source", "other", "receipt", "network"],
)
def test_nothing_but_the_submission_is_within_reach(isolated, exposed, what):
    assert isolated[0]["FOUND"][what] is False
    assert exposed[0]["FOUND"][what] is True, "the attack itself works where nothing is in its way"


def test_a_learner_reaches_what_was_handed_in_and_may_write_beside_it(isolated):
    assert isolated[0]["OWN"] == ["mine", True]


def test_what_a_learner_writes_stays_in_the_copy(isolated):
    folders = [isolated[1].root / step / "ana/arrival" for step in ("submitted", "autograded")]
    assert not any((folder / "new.csv").exists() for folder in folders)


def test_a_link_brings_nothing_into_the_copy_nor_into_the_formgraders_folder(isolated):
    assert isolated[0]["LINKED"] is False
    assert not (isolated[1].root / "autograded/ana/arrival/linked.csv").exists()


def test_the_graders_environment_is_not_passed_on(isolated):
    environment = isolated[0]["ENVIRONMENT"]
    assert "s3cret" not in json.dumps(environment)
    assert not [name for name in environment if name.startswith("JUPYTERHUB")]


def test_what_the_service_wrote_is_not_in_the_copy(isolated):
    assert {"receipt.json", "timestamp.txt"}.isdisjoint(isolated[0]["FILES"])


def test_code_never_runs_as_root(isolated):
    assert isolated[0]["USER"] != 0


def test_without_isolation_the_log_says_so(isolated, exposed):
    assert "isolation is off" in exposed[1].log
    assert "isolation is off" not in isolated[1].log


def test_grading_works_inside_an_instructors_own_sandbox(
    new_course, tmp_path_factory, right_values, run_first
):
    course = new_course(tmp_path_factory.mktemp("c") / "course")
    course.hand_in("ana", right_values, run_first("import os\nprint('USER', os.getuid())"))
    identity = Identity("rosa", os.getuid() or 23456, os.getgid() or 23456)
    home = tmp_path_factory.mktemp("home")
    if os.getuid() == 0:
        for path in (home, course.root, *course.root.rglob("*")):
            os.chown(path, identity.uid, identity.gid)
    state = tmp_path_factory.mktemp("state")
    for folder in (state, *course.root.parents):
        if folder.is_relative_to(Path(os.environ.get("TMPDIR", "/tmp"))) and folder != Path("/tmp"):
            folder.chmod(0o755)
    sandbox = Sandbox(
        identity=identity,
        state=state,
        home=home,
        writable={str(course.root): course.root},
        nested=True,
    )
    inside = f"cd {course.root} && exec {sys.executable} -m nbgrader autograde arrival"
    course.execute(sandbox.command(["/bin/sh", "-c", inside]), HOME=sandbox.home_inside)
    assert course.scores("ana")["bus"] == (6, False)
    assert f"USER {identity.uid}" in course.shown("ana")
