"""`travesia grade`: what it grades, what it leaves, what it writes, and how it ends."""

import json
import shutil
import sqlite3
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

TRAVESIA = Path(sys.executable).with_name("travesia")
ROWS = {
    "grades": """
        select sa.student_id, n.name, c.name, g.auto_score, g.manual_score, g.extra_credit,
               g.needs_manual_grade
        from grade g join base_cell c on c.id = g.cell_id
        join submitted_notebook sn on sn.id = g.notebook_id
        join submitted_assignment sa on sa.id = sn.assignment_id
        join notebook n on n.id = sn.notebook_id order by 1, 2, 3""",
    "comments": """
        select sa.student_id, n.name, c.name, o.auto_comment, o.manual_comment
        from comment o join base_cell c on c.id = o.cell_id
        join submitted_notebook sn on sn.id = o.notebook_id
        join submitted_assignment sa on sa.id = sn.assignment_id
        join notebook n on n.id = sn.notebook_id order by 1, 2, 3""",
    "submissions": """
        select sa.student_id, sa.timestamp, sa.extension, sn.late_submission_penalty, sn.flagged
        from submitted_assignment sa
        join submitted_notebook sn on sn.assignment_id = sa.id order by 1""",
    "students": "select id, first_name, last_name, email from student order by 1",
}
NBGRADERS_OWN = """
from nbgrader import preprocessors as own
from travesia.grading.judging import JudgeAnswers
from travesia.grading.execute import SandboxedExecute
from travesia.grading.mend import MendCells
c.Autograde.sanitize_preprocessors = [
    MendCells, own.ClearOutput, own.DeduplicateIds, own.OverwriteKernelspec, own.OverwriteCells,
    own.CheckCellMetadata,
]
c.Autograde.autograde_preprocessors = [
    SandboxedExecute, own.IgnorePattern, own.LimitOutput, JudgeAnswers, own.SaveAutoGrades,
    own.AssignLatePenalties, own.CheckCellMetadata,
]
"""


def grade(course, *options, code=0):
    """Runs the command; gives what it printed as JSON, or what it said if there is none."""
    said = course.execute([str(TRAVESIA), "grade", *options, "--workers", "1"], code)
    start = said.find('{"schema"')
    return json.loads(said[start:].splitlines()[0]) if start >= 0 else said


def rows(course):
    with sqlite3.connect(course.root / "gradebook/gradebook.db") as database:
        return {name: database.execute(query).fetchall() for name, query in ROWS.items()}


def rows_of(course, expected):
    """The rows of those who are expected: nbgrader makes empty ones before it fails on others."""
    known = {student for student, *_ in expected["grades"]}
    return {name: [row for row in found if row[0] in known] for name, found in rows(course).items()}


def graded_files(course):
    """Everything in the graded folders, but the time in their records."""
    root = course.root / "autograded"
    found = {}
    for path in sorted(root.rglob("*")):
        if path.name == "grading.json":
            record = json.loads(path.read_bytes())
            del record["at"]
            found[str(path.relative_to(root))] = record
        elif path.is_file():
            found[str(path.relative_to(root))] = path.read_bytes()
    return found


def forget_grading(course, config=""):
    """A course as before anything was graded, with more configuration."""
    shutil.rmtree(course.root / "autograded", ignore_errors=True)
    with sqlite3.connect(course.root / "gradebook/gradebook.db") as database:
        for table in ("grade", "comment", "submitted_notebook", "submitted_assignment", "student"):
            database.execute(f"delete from {table}")
    with (course.root / "nbgrader_config.py").open("a") as settings:
        settings.write(config)


def set_due(course, when):
    with sqlite3.connect(course.root / "gradebook/gradebook.db") as database:
        database.execute("update assignment set duedate = ?", (when,))


def delete_cells(notebook):
    notebook.cells = [cell for cell in notebook.cells if "nbgrader" not in cell.metadata]


@pytest.fixture(scope="module")
def course(new_course, tmp_path_factory, right_values, run_first):
    """A class of one of each, with its work not graded yet."""
    course = new_course(tmp_path_factory.mktemp("grade") / "human-security")
    course.hand_in("right", right_values)
    course.hand_in("blank", None, language="en")
    course.hand_in("clumsy", right_values, delete_cells)
    course.hand_in("broken", right_values, run_first("1 / 0"), notebook=None)
    course.hand_in("unreadable", right_values, notebook=b'{"cells": [}')
    stray = course.hand_in("forged", right_values)
    (stray / "answers.json").write_bytes(b"{}")
    set_due(course, "2026-03-02 09:00:00.000000")
    with (course.root / "nbgrader_config.py").open("a") as settings:
        settings.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    return course


@pytest.fixture(scope="module")
def first(course):
    """The first run over the class, as JSON."""
    return grade(course, "arrival", "--json", code=1)


@pytest.fixture(scope="module")
def booked(course, first):
    """What the first run left in the gradebook and on the disk."""
    return rows(course), graded_files(course)


def test_everything_that_can_be_graded_is_graded(first):
    assert [each["student"] for each in first["graded"]] == [
        "blank",
        "broken",
        "clumsy",
        "right",
        "unreadable",
    ]
    assert first["warning"] == ""


def test_what_cannot_be_graded_is_named_with_its_reason_and_stays_untouched(course, first):
    [failed] = first["failed"]
    assert failed["student"] == "forged"
    assert "is not the file that the receipt receipt-forged recorded" in failed["reason"]
    assert failed["reason"].startswith("submitted/forged/arrival/answers.json")
    assert not (course.root / "autograded/forged").exists()
    assert "forged" not in [student for student, *_ in rows(course)["grades"]]


def test_what_was_mended_is_listed_and_kept_beside_the_graded_work(course, first):
    mended = {
        each["student"]: {entry["kind"] for entry in each["mended"]} for each in first["graded"]
    }
    assert mended["clumsy"] == {"deleted"}
    assert mended["unreadable"] >= {"unreadable", "deleted"}
    assert mended["right"] == set()
    record = json.loads((course.root / "autograded/clumsy/arrival/grading.json").read_bytes())
    kept = {entry["cell"] for entry in record["mended"]["assignment"]}
    assert {"who-decides", "bus"} <= kept


def test_the_gradebook_and_the_files_are_those_of_nbgraders_command(course, booked, tmp_path):
    twin = type(course)(tmp_path / "twin")
    shutil.copytree(course.root, twin.root)
    config = twin.root / "nbgrader_config.py"
    config.write_text(config.read_text().replace(str(course.root), str(twin.root)))
    forget_grading(twin)
    twin.run("autograde", "arrival", code=1)
    assert rows_of(twin, booked[0]) == booked[0]
    assert graded_files(twin) == booked[1]


def test_the_gradebook_is_what_nbgraders_own_steps_would_write(course, booked, tmp_path):
    twin = type(course)(tmp_path / "twin")
    shutil.copytree(course.root, twin.root)
    config = twin.root / "nbgrader_config.py"
    config.write_text(config.read_text().replace(str(course.root), str(twin.root)))
    forget_grading(twin, NBGRADERS_OWN)
    twin.run("autograde", "arrival", code=1)
    assert rows_of(twin, booked[0]) == booked[0]


@pytest.fixture(scope="module")
def second(course, booked):
    """A second run, after one learner handed in again and an instructor marked that work."""
    with course.gradebook() as gradebook:
        mark = gradebook.find_grade("monday-plan", "assignment", "arrival", "right")
        mark.manual_score, mark.needs_manual_grade = 4.5, False
        comment = gradebook.find_comment("monday-plan", "assignment", "arrival", "right")
        comment.manual_comment = "Well seen."
        gradebook.db.commit()
    folder = course.root / "submitted/right/arrival"
    notebook = nbformat.read(folder / "assignment.ipynb", as_version=4)
    notebook.cells.append(new_code_cell("print('again')", id="again"))
    nbformat.write(notebook, folder / "assignment.ipynb")
    return grade(course, "arrival", "--json", code=1)


def test_only_what_was_handed_in_again_is_graded_again(course, booked, second):
    assert [each["student"] for each in second["graded"]] == ["right"]
    assert second["unchanged"] == ["blank", "broken", "clumsy", "unreadable"]
    assert "again" in course.shown("right")
    untouched = {name: data for name, data in booked[1].items() if not name.startswith("right/")}
    assert untouched.items() <= graded_files(course).items()


def test_marks_and_comments_given_by_hand_stay_and_ask_to_be_looked_at(course, second):
    with course.gradebook() as gradebook:
        mark = gradebook.find_grade("monday-plan", "assignment", "arrival", "right")
        comment = gradebook.find_comment("monday-plan", "assignment", "arrival", "right")
        assert (mark.manual_score, mark.needs_manual_grade) == (4.5, True)
        assert comment.manual_comment == "Well seen."


def test_the_table_names_everybody_and_counts(course, second):
    named = ("--student", "clumsy", "--student", "nobody")
    said = grade(course, "arrival", *named, "--regrade", code=1)
    assert "deleted" in said
    assert "nobody was not graded" in said
    assert "1 graded, 0 unchanged, 1 not graded." in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("arrival", "--all", "--student", "ana"), "--all and --student contradict each other"),
        (("arrival", "--scheduler", "tcp://127.0.0.1:1"), "--workers counts processes here"),
        (("arrival", "--course-dir", "/no/such/folder"), "/no/such/folder is no folder"),
        (("arival",), "The gradebook has no assignment arival"),
    ],
)
def test_what_cannot_be_tried_is_a_sentence(course, second, options, said):
    refused = grade(course, *options, code=2)
    assert said in refused
    assert "Traceback" not in refused


@pytest.fixture
def undone(course, second):
    """Has a change to the course for one test: `undone(path, change)`."""
    before = {}

    def undone(name, change):
        path = course.root / name
        before[path] = path.read_bytes()
        path.write_text(change(path.read_text()))

    yield undone
    for path, content in before.items():
        path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        (
            "keys/arrival/questions.yaml",
            lambda text: text.replace("points: 2", "points: 3", 1),
            "The cell who-decides was released with 2 points",
        ),
        (
            "keys/arrival/questions.yaml",
            lambda text: text.replace("questions:", "questions: [", 1),
            "Error: keys/arrival/questions.yaml, line ",
        ),
        (
            "nbgrader_config.py",
            lambda text: text + 'c.SandboxedExecute.data = {"/course-data": "/no/such/folder"}\n',
            "The instructor's solution could not be graded",
        ),
    ],
)
def test_nothing_is_graded_unless_the_instructors_solution_earns_full_marks(
    course, undone, name, change, said
):
    before = rows(course), graded_files(course)
    undone(name, change)
    refused = grade(course, "arrival", "--all", code=2)
    assert said in refused
    assert "Traceback" not in refused
    assert "/tv-" not in refused
    assert (rows(course), graded_files(course)) == before
