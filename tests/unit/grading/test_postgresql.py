"""A gradebook on a real PostgreSQL: the same rows as on SQLite, whatever stops the command."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

import httpx
import postgresql
import pytest
from nbgrader.api import Gradebook

TRAVESIA = Path(sys.executable).with_name("travesia")
CLASS = [f"learner-{number:02d}" for number in range(8)]
MARKED = CLASS[3]
TOKEN = "the-instructor's"


@pytest.fixture(scope="module")
def server():
    with postgresql.running() as server:
        yield server


def rows(url):
    """Everything that the gradebook has of everybody's work."""
    with Gradebook(url, "human-security") as gradebook:
        return [
            (
                work.student.id,
                work.timestamp,
                notebook.name,
                notebook.late_submission_penalty,
                [
                    (grade.name, grade.auto_score, grade.manual_score, grade.needs_manual_grade)
                    for grade in sorted(notebook.grades, key=lambda grade: grade.name)
                ],
                [
                    (note.name, note.auto_comment, note.manual_comment)
                    for note in sorted(notebook.comments, key=lambda note: note.name)
                ],
            )
            for work in sorted(
                gradebook.assignment_submissions("arrival"), key=lambda work: work.student.id
            )
            for notebook in work.notebooks
        ]


def at(course, folder, url=None):
    """The same course in another folder, with its gradebook at another address."""
    shutil.copytree(course.root, folder)
    config = folder / "nbgrader_config.py"
    text = config.read_text().replace(str(course.root), str(folder))
    config.write_text(text + (f"c.CourseDirectory.db_url = {url!r}\n" if url else ""))
    return type(course)(folder)


def grade(course, *options, code=0):
    command = [str(TRAVESIA), "grade", "arrival", "--workers", "1", *options]
    return course.execute(command, code)


@pytest.fixture(scope="module")
def course(new_course, tmp_path_factory, right_values, run_first):
    """A class whose work waits, with the gradebook on SQLite; each piece takes its time."""
    course = new_course(tmp_path_factory.mktemp("sqlite") / "human-security")
    for number, student in enumerate(CLASS):
        values = {**right_values, "how-many": ("number", 1250 if number % 2 else number)}
        course.hand_in(student, values, run_first("import time\ntime.sleep(0.5)"))
    return course


@pytest.fixture(scope="module")
def expected(course, tmp_path_factory):
    """What one whole run leaves on SQLite."""
    twin = at(course, tmp_path_factory.mktemp("whole") / "course")
    grade(twin)
    return rows(f"sqlite:///{twin.root}/gradebook/gradebook.db")


@pytest.fixture
def moved(course, server, tmp_path):
    """The course with its gradebook on an empty database of its own, and that one's address."""
    name = f"gradebook_{uuid.uuid4().hex}"
    server.create(name)
    moved = at(course, tmp_path / "course", server.url(name))
    moved.run("generate_assignment", "arrival", "--force")
    return moved, server.url(name)


@contextmanager
def formgrader(course):
    """nbgrader's formgrader on the course, in a real server, and what asks it."""
    runtime = course.root / "runtime"
    command = [sys.executable, "-m", "jupyter_server", "--port=0", "--allow-root"]
    command += ["--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}"]
    command += [f"--IdentityProvider.token={TOKEN}"]
    server = subprocess.Popen(
        command,
        cwd=course.root,
        env={**os.environ, "JUPYTER_RUNTIME_DIR": str(runtime)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while not (records := list(runtime.glob("jpserver-*.json"))):
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        port = json.loads(records[0].read_text())["port"]
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}/formgrader/",
            headers={"Authorization": f"token {TOKEN}"},
            event_hooks={"response": [httpx.Response.raise_for_status]},
            timeout=60,
            trust_env=False,
        ) as client:
            yield client
    finally:
        server.terminate()
        server.wait(60)


def done(course):
    return len(list((course.root / "autograded").glob("*/arrival/grading.json")))


def start(course):
    """The command at work, when it has put one more graded folder in its place."""
    before = done(course)
    programs = f"{TRAVESIA.parent}{os.pathsep}{os.environ['PATH']}"
    process = subprocess.Popen(
        [str(TRAVESIA), "grade", "arrival", "--workers", "1", "--json"],
        cwd=course.root,
        env={**os.environ, "PATH": programs},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 120
    while done(course) == before:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return process


def test_stopped_twice_and_run_again_it_leaves_the_rows_that_sqlite_has(moved, expected):
    course, url = moved
    for how in (signal.SIGTERM, signal.SIGKILL):
        process = start(course)
        process.send_signal(how)
        process.communicate(timeout=60)
        kept = rows(url)
        assert kept
        assert [row for row in expected if row[0] in {row[0] for row in kept}] == kept
    grade(course)
    assert rows(url) == expected


def test_a_server_that_is_restarted_meanwhile_costs_nobody_anything(moved, expected, server):
    course, url = moved
    process = start(course)
    server.stop()
    time.sleep(1)
    server.start()
    said, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert len(json.loads(said)["graded"]) == len(CLASS)
    assert rows(url) == expected


def test_nbgraders_command_the_formgrader_and_feedback_work_on_it(moved, expected):
    course, url = moved
    course.run("autograde", "arrival", "--student", MARKED)
    assert rows(url) == [row for row in expected if row[0] == MARKED]
    with formgrader(course) as page:
        assert len(page.get("api/submissions/arrival").json()) == len(CLASS)
        assert page.get(f"api/submission/arrival/{MARKED}").json()["needs_manual_grade"]
        [work] = page.get("api/submitted_notebooks/arrival/assignment").json()
        assert "monday-plan" in page.get(f"submissions/{work['id']}/").text
        ask = {"submission_id": work["id"]}
        by_name = {each["name"]: each for each in page.get("api/grades", params=ask).json()}
        mark = by_name["monday-plan"] | {"manual_score": 4.5}
        page.put(f"api/grade/{mark['id']}", json=mark)
        notes = page.get("api/comments", params=ask).json()
        [note] = [each for each in notes if each["name"] == "monday-plan"]
        page.put(f"api/comment/{note['id']}", json=note | {"manual_comment": "Bien visto."})
        assert not page.get(f"api/submission/arrival/{MARKED}").json()["needs_manual_grade"]
    grade(course, "--student", MARKED, "--regrade")
    with Gradebook(url, "human-security") as gradebook:
        mark = gradebook.find_grade("monday-plan", "assignment", "arrival", MARKED)
        assert (mark.manual_score, mark.needs_manual_grade) == (4.5, True)
    course.execute([str(TRAVESIA), "feedback", "arrival"])
    page = (course.root / f"feedback/{MARKED}/arrival/assignment.html").read_text()
    assert "Bien visto." in page


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql+psycopg://ana:geheim@/none?host=/no/such/folder", "can't be opened ("),
        ("mysql+pymysql://ana:geheim@localhost/none", "needs the package pymysql"),
        ("ana:geheim", "db_url in nbgrader_config.py is no address of a database"),
    ],
)
def test_a_gradebook_that_cannot_be_opened_is_a_sentence_without_its_password(
    course, tmp_path, url, said
):
    lost = at(course, tmp_path / "course", url)
    refused = grade(lost, code=2)
    assert said in refused
    assert "Traceback" not in refused
    assert "geheim" not in refused
