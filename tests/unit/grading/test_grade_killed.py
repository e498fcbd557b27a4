"""`travesia grade` is killed at any moment: nothing is lost, nothing counts twice."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

TRAVESIA = Path(sys.executable).with_name("travesia")
CLASS = [f"learner-{number:02d}" for number in range(10)]
ROWS = """
    select sa.student_id, c.name, g.auto_score, g.manual_score, g.needs_manual_grade
    from grade g join base_cell c on c.id = g.cell_id
    join submitted_notebook sn on sn.id = g.notebook_id
    join submitted_assignment sa on sa.id = sn.assignment_id order by 1, 2
"""
# The driver itself, again and again, with grading that has been done before: what is tried is how
# it books and files, so a run takes half a second. Each run is a process of its own.
DRIVER = """
import os, pickle, random, signal, sys, time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from travesia.grading import batch, worker
from travesia.grading.executors import Slots
from travesia.grading.settings import read_settings

root, kept, kills = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
settings = read_settings(root)
batch.COMMIT_SECONDS = 0.05

class Known(ThreadPoolExecutor):
    def submit(self, function, *arguments):
        if function is worker.check:
            done = Future()
            done.set_result("")
            return done
        return super().submit(known, *arguments)

def known(batch_id, packed, made_by, submission):
    time.sleep(0.01)
    return graded[submission.student]

@contextmanager
def remembered():
    with Known(2) as executor:
        yield Slots(executor, 2, lambda: None)

@contextmanager
def real():
    with ThreadPoolExecutor(1) as executor:
        yield Slots(executor, 1, lambda: None)

def run(choice, make):
    return batch.grade_batch(settings, "arrival", choice, make, lambda done, total: None)

if not kept.exists():
    results = {}
    def keeping(*arguments):
        graded = worker_grade(*arguments)
        results[graded.student] = graded
        return graded
    worker_grade, worker.grade = worker.grade, keeping
    report = run(batch.Choice(again=True), real)
    assert not report.having("failed"), report
    kept.write_bytes(pickle.dumps(results))
    sys.exit()
graded = pickle.loads(kept.read_bytes())
chance = random.Random(7)
for number in range(kills):
    child = os.fork()
    if not child:
        run(batch.Choice(again=number % 2 == 0), remembered)
        os._exit(0)
    time.sleep(chance.uniform(0.02, 0.45))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
report = run(batch.Choice(), remembered)
assert not report.having("failed"), report
print("graded in the end:", len(report.having("graded")))
"""


def rows(course):
    with sqlite3.connect(course.root / "gradebook/gradebook.db") as database:
        return database.execute(ROWS).fetchall()


def files(course):
    """Every file of the graded folders by its path, with what is in it."""
    root = course.root / "autograded"
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != "grading.json"
    }


def forget_grading(course):
    shutil.rmtree(course.root / "autograded", ignore_errors=True)
    with sqlite3.connect(course.root / "gradebook/gradebook.db") as database:
        for table in ("grade", "comment", "submitted_notebook", "submitted_assignment", "student"):
            database.execute(f"delete from {table}")


@pytest.fixture(scope="module")
def course(new_course, tmp_path_factory, right_values, run_first):
    course = new_course(tmp_path_factory.mktemp("killed") / "human-security")
    for number, student in enumerate(CLASS):
        values = {**right_values, "how-many": ("number", 1250 if number % 2 else number)}
        # So that the command is still at work when it is stopped.
        course.hand_in(student, values, run_first("import time\ntime.sleep(0.4)"))
    return course


@pytest.fixture(scope="module")
def drive(course, tmp_path_factory):
    """Runs the driver, killed so many times before it may end: `drive(kills)`."""
    kept = tmp_path_factory.mktemp("kept") / "graded"

    def drive(kills):
        program = [sys.executable, "-c", DRIVER, str(course.root), str(kept), str(kills)]
        return course.execute(program)

    drive(0)
    return drive


@pytest.fixture(scope="module")
def expected(course, drive):
    """What grading leaves if nothing happens to it."""
    return rows(course), files(course)


def test_killed_twenty_times_it_leaves_what_one_whole_run_leaves(course, drive, expected):
    forget_grading(course)
    drive(20)
    assert rows(course) == expected[0]
    assert files(course) == expected[1]
    assert not list((course.root / "autograded").glob("*/.half-made-*"))


def left_over(course):
    """What lies in the folder for temporary files: keys and hidden tests must not stay there."""
    return [str(path) for path in (course.root / "temporary").rglob("*")]


def start(course):
    """The real command, at work on the whole class."""
    temporary = course.root / "temporary"
    temporary.mkdir(exist_ok=True)
    command = [str(TRAVESIA), "grade", "arrival", "--all", "--json", "--workers", "1"]
    programs = f"{TRAVESIA.parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.Popen(
        command,
        cwd=course.root,
        env={**os.environ, "PATH": programs, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_first_grade(course, process):
    deadline = time.monotonic() + 120
    while not list((course.root / "autograded").glob("*/arrival/grading.json")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_grading_process_that_is_killed_costs_nobody_anything(course, expected):
    forget_grading(course)
    process = start(course)
    wait_for_first_grade(course, process)
    workers = [
        each
        for each in psutil.Process(process.pid).children()
        if "spawn_main" in " ".join(each.cmdline())
    ]
    assert workers
    workers[0].kill()
    said, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert len(json.loads(said)["graded"]) == len(CLASS)
    assert (rows(course), files(course)) == expected
    assert not left_over(course)


def test_interrupted_it_says_so_keeps_what_is_finished_and_leaves_no_process(course, expected):
    forget_grading(course)
    process = start(course)
    wait_for_first_grade(course, process)
    assert left_over(course), "there is something to take away"
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    _said, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted" in errors
    assert "Traceback" not in errors
    _gone, alive = psutil.wait_procs(family, timeout=30)
    assert not alive
    assert not left_over(course)
    kept = {student for student, *_ in rows(course)}
    assert kept
    assert [row for row in expected[0] if row[0] in kept] == rows(course)


def test_a_second_command_waits_for_nobody_and_says_why(course, expected):
    process = start(course)
    lock = course.root / ".grading.lock"
    deadline = time.monotonic() + 60
    while not lock.exists() or process.poll() is not None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.5)
    said = course.execute([str(TRAVESIA), "grade", "arrival"], 2)
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate()
    assert "Another 'travesia grade' is at work" in said
    assert family
    _gone, alive = psutil.wait_procs(family, timeout=60)
    assert not alive, "what a killed command had started ends by itself"
    assert not left_over(course)
