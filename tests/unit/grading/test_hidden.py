"""Hidden tests stay hidden: in no feedback, whatever a learner's code does while they run."""

import json
import re
import shutil
import sys
from html import unescape
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from travesia.grading.feedback import printed
from travesia.grading.hidden import HiddenTests

TRAVESIA = Path(sys.executable).with_name("travesia")
VISIBLE = 'assert double(2) == 4, "twice two is four"'
HIDDEN = [
    "assert double(123456) == 246912, 'the secret reason'",
    "for number in (31415, 27182): assert double(number) == number * 2",
]
TEST = "\n".join([VISIBLE, "### BEGIN HIDDEN TESTS", *HIDDEN, "### END HIDDEN TESTS"])
RIGHT = "def double(number):\n    return number * 2"
WRONG = "def double(number):\n    return 4"
SPY = """
import inspect, sys, linecache
from IPython import get_ipython
from IPython.display import HTML, display

def seen():
    found = [str(each) for each in get_ipython().user_ns.get("In", [])]
    for frame in inspect.stack():
        found += frame.code_context or []
        found += linecache.getlines(frame.filename)
    return "\\n".join(found)

def double(number):
    text = seen()
    print(text)
    print(text, file=sys.stderr)
    display(HTML("<pre>" + text.replace("assert", "<b>assert</b>") + "</pre>"))
    globals()["kept"] = text
    raise ValueError(text)
"""
NAMED = """
def double(number):
    raise type(In[-1], (Exception,), {})("")
"""
LATE = """
def double(number):
    if len(In) > AT:
        raise AssertionError(READ)
    return number * 2
"""
SHOWN = """
from IPython.display import display
handle = display("hello", display_id="mine")
def double(number):
    handle.update({"text/plain": READ}, raw=True)
    return number * 2
"""
STOPPED = """
class Stopped(Exception):
    def _render_traceback_(self):
        return [str(self)]
def double(number):
    raise Stopped(In[-1])
"""
SPIES = {
    "spy": SPY,
    "spy-name": NAMED,
    "spy-later": LATE.replace("READ", "In[-2]").replace("AT", "3"),
    "spy-reversed": LATE.replace("READ", "In[-2][::-1]").replace("AT", "3"),
    "spy-shown": SHOWN.replace("READ", "In[-1]"),
    "spy-shown-reversed": SHOWN.replace("READ", "In[-1][::-1]"),
    "spy-stopped": STOPPED,
}
"""Ways to carry a hidden test out: none of them into what a learner gets."""
ALSO = "assert double(3) == 6"
OWN_NOTES = "own-notes.txt"
LATER = "print(globals().get('kept', 'nothing')); print(In)"


def own(name, **kind):
    known = {"grade": False, "solution": False, "locked": False, "task": False, **kind}
    return {"nbgrader": {"grade_id": name, "schema_version": 3, **known}}


@pytest.fixture(scope="module")
def course(new_course, tmp_path_factory):
    content = tmp_path_factory.mktemp("content")
    cells = [
        new_markdown_cell("# Doubles", id="title"),
        new_code_cell(
            RIGHT.replace("    return", "    ### BEGIN SOLUTION\n    return")
            + "\n    ### END SOLUTION",
            id="do",
            metadata=own("do", solution=True),
        ),
        new_code_cell(TEST, id="test", metadata=own("test", grade=True, locked=True, points=2)),
        new_code_cell(ALSO, id="also", metadata=own("also", grade=True, locked=True, points=1)),
        new_code_cell("print('done')", id="last"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    source = content / "source" / "doubles"
    source.mkdir(parents=True)
    nbformat.write(
        new_notebook(cells=cells, metadata={"kernelspec": kernel}), source / "assignment.ipynb"
    )
    keys = content / "keys" / "doubles"
    keys.mkdir(parents=True)
    (keys / "questions.yaml").write_text("questions: []\n")
    course = new_course(
        tmp_path_factory.mktemp("hidden") / "course", content=content, assignment="doubles"
    )

    def answering(code, after=""):
        def change(notebook):
            cells = {cell.id: cell for cell in notebook.cells}
            cells["do"].source = code
            if after:
                cells["last"].source = after

        return change

    course.hand_in("right", None, answering(RIGHT))
    course.hand_in("wrong", None, answering(WRONG))
    for name, code in SPIES.items():
        course.hand_in(name, None, answering(code, LATER), language="en")
    course.hand_in("guess", None, answering(f"{RIGHT}\nprint({HIDDEN[0]!r})"))
    handed_in = course.root / "submitted" / "guess" / "doubles"
    (handed_in / OWN_NOTES).write_text("What I thought")
    course.execute([str(TRAVESIA), "grade", "doubles"])
    course.execute([str(TRAVESIA), "feedback", "doubles"])
    return course


def given_back(course, student):
    """Everything that a learner gets, as they would read it."""
    folder = course.root / "feedback" / student / "doubles"
    text = "".join(path.read_text() for path in sorted(folder.iterdir()))
    return text + unescape(re.sub(r"<[^>]*>", "", text))


def secrets():
    return [*HIDDEN, "123456", "246912", "secret reason", "31415", "BEGIN HIDDEN"]


@pytest.mark.parametrize("student", ["right", "wrong", *SPIES])
def test_no_feedback_holds_a_hidden_test(course, student):
    packed = "".join(given_back(course, student).split())
    wanted = ["".join(secret.split()) for secret in secrets()]
    assert [secret for secret in wanted if secret in packed or secret[::-1] in packed] == []


def test_what_repeats_a_hidden_line_is_left_out_with_a_sentence(course):
    assert HIDDEN[0] not in given_back(course, "guess")
    assert "Esta salida no se muestra" in given_back(course, "guess")


def test_the_spy_did_read_the_tests_and_its_outputs_alone_would_show_them(course):
    cells = {cell.id: cell for cell in course.graded("spy").cells}
    assert HIDDEN[0] in cells["test"].source, "the instructor's side has them"
    shown = unescape(json.dumps(printed(cells["test"])))
    assert "123456" in shown, "the attack itself works where nothing is in its way"


@pytest.mark.parametrize("student", ["spy-name", "spy-later", "spy-reversed", "spy-stopped"])
def test_the_spies_did_read_the_tests_and_raised_what_they_read(course, student):
    raised = json.dumps(
        [
            [output.ename, output.evalue]
            for cell in course.graded(student).cells
            for output in cell.get("outputs", [])
            if output.output_type == "error"
        ]
    )
    assert "123456" in raised or "654321" in raised


def test_what_is_shown_while_tests_run_changes_no_output_of_the_learners(course):
    for student in ("spy-shown", "spy-shown-reversed"):
        cells = {cell.id: cell for cell in course.graded(student).cells}
        assert [output.data["text/plain"] for output in cells["do"].outputs] == ["'hello'"]


def test_every_deduction_has_a_sentence(course):
    for student in ("wrong", "spy"):
        path = course.root / "feedback" / student / "doubles" / "marks.json"
        for mark in json.loads(path.read_bytes())["items"]:
            assert (mark["points"], mark["outcome"]) == (0, "wrong")
            assert mark["message"]


def test_the_pages_are_those_of_nbgraders_command(course, tmp_path):
    mine = course.root / "feedback"
    kept = tmp_path / "feedback"
    shutil.move(mine, kept)
    course.run("generate_feedback", "doubles")
    theirs = {path.relative_to(mine): path.read_bytes() for path in mine.rglob("*.*")}
    ours = {path.relative_to(kept): path.read_bytes() for path in kept.rglob("*.*")}
    assert any(path.suffix == ".html" for path in ours)
    assert {path: theirs.get(path) for path in ours} == ours
    assert {path.name for path in theirs.keys() - ours.keys()} == {"content.json", OWN_NOTES}


def test_nothing_that_was_handed_in_is_copied_to_the_feedback(course):
    course.execute([str(TRAVESIA), "feedback", "doubles", "--student", "guess"])
    graded = course.root / "autograded" / "guess" / "doubles"
    assert (graded / OWN_NOTES).is_file()
    folder = course.root / "feedback" / "guess" / "doubles"
    assert {path.name for path in folder.iterdir()} - {"timestamp.txt", "receipt.json"} == {
        "assignment.html",
        "marks.json",
    }


def test_hidden_lines_are_known_by_nbgraders_delimiters():
    cells = [new_code_cell(TEST, metadata=own("test", grade=True))]
    hidden = HiddenTests.of(cells, "BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
    assert hidden.repeated_in(HIDDEN[0])
    assert hidden.repeated_in(f"<b>{HIDDEN[0].replace(' ', '&nbsp;')}</b>")
    coloured = "\x1b[38;5;28;01massert\x1b[39;00m double(\x1b[32m123456\x1b[39m) == 246912"
    assert hidden.repeated_in(f"{coloured}, 'the secret reason'")
    assert not hidden.repeated_in(VISIBLE)
    assert not HiddenTests.of(cells, "SOMETHING ELSE", "END").repeated_in(HIDDEN[0])
