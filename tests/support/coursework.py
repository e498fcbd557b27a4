"""A course with one assignment of code, for what learners' code does to its own grading."""

import copy
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import accounts
import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

ASSIGNMENT = "sums"
SECRET = "THE-HIDDEN-NUMBER-4711"

CONFIG = """
from pathlib import Path
from travesia.grading.configure import nbgrader_config

root = Path({root!r})
nbgrader_config(c, course_root=root, keys_root=root / "keys", isolation={isolation!r})
c.SandboxedExecute.timeout = 3
c.SandboxedExecute.total_seconds = 20
c.SandboxedExecute.memory_bytes = {memory!r}
{more}
"""

ADD = "def add(a, b):\n    return a + b"
TOTAL = "total = add(40, 2)"
TEST_ADD = f"""import warnings
warnings.warn("this costs nothing")
assert add(2, 3) == 5, "two and three are five"
### BEGIN HIDDEN TESTS
assert add(4000, 711) == 4711, "{SECRET}"
### END HIDDEN TESTS"""
TEST_TOTAL = "### CLEAN PROCESS\nassert total == 42, 'the total is forty-two'"


def _graded(name: str, source: str, points: int) -> Any:
    own = {"grade_id": name, "grade": True, "solution": False, "locked": True, "points": points}
    own |= {"schema_version": 3, "cell_type": "code", "task": False}
    return new_code_cell(source, id=name, metadata={"nbgrader": own})


def _solution(name: str, source: str) -> Any:
    own = {"grade_id": name, "grade": False, "solution": True, "locked": False, "task": False}
    own |= {"schema_version": 3, "cell_type": "code"}
    solved = f"### BEGIN SOLUTION\n{source}\n### END SOLUTION"
    return new_code_cell(solved, id=name, metadata={"nbgrader": own})


def assignment() -> nbformat.NotebookNode:
    """The instructor's version: two answers, a test with a hidden part, one in a clean process."""
    cells = [
        new_markdown_cell("# Sums", id="title"),
        _solution("add", ADD),
        _graded("test-add", TEST_ADD, 3),
        _solution("total", TOTAL),
        _graded("test-total", TEST_TOTAL, 2),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def answered(add: str = ADD, total: str = TOTAL, first: str = "", last: str = "") -> Any:
    """A learner's notebook, with code in the answers, before them or after them."""
    notebook = copy.deepcopy(assignment())
    by_id = {cell.id: cell for cell in notebook.cells}
    by_id["add"].source, by_id["total"].source = add, total
    by_id["test-add"].source = TEST_ADD.partition("### BEGIN")[0]
    if first:
        notebook.cells.insert(1, new_code_cell(first, id="first"))
    if last:
        notebook.cells.append(new_code_cell(last, id="last"))
    return notebook


@dataclass
class Coursework:
    """A course directory, graded by nbgrader's own command under one account or another."""

    root: Path
    log: str = ""
    ordinary: bool = False
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, root: Path, *, ordinary: bool = False, **settings: Any) -> "Coursework":
        """A course whose assignment has been generated."""
        course = cls(root, ordinary=ordinary)
        (root / "source" / ASSIGNMENT).mkdir(parents=True)
        (root / "keys" / ASSIGNMENT).mkdir(parents=True)
        (root / "keys" / ASSIGNMENT / "questions.yaml").write_text("questions: []\n")
        (root / "gradebook").mkdir()
        nbformat.write(assignment(), root / "source" / ASSIGNMENT / "sums.ipynb")
        course.configure(**settings)
        course.nbgrader("generate_assignment", ASSIGNMENT)
        return course

    def configure(
        self, *, isolation: bool = True, memory: int = 1024 * 1024 * 1024, more: str = ""
    ) -> None:
        text = CONFIG.format(root=str(self.root), isolation=isolation, memory=memory, more=more)
        (self.root / "nbgrader_config.py").write_text(text)

    def hand_in(self, student: str, notebook: Any, files: dict[str, bytes] | None = None) -> Path:
        """Puts a submission where `collect` would, with the receipt the service would write."""
        folder = self.root / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        if isinstance(notebook, bytes):
            (folder / "sums.ipynb").write_bytes(notebook)
        else:
            nbformat.write(notebook, folder / "sums.ipynb")
        for name, content in (files or {}).items():
            (folder / name).write_bytes(content)
        answers = folder / "answers.json"
        known = hashlib.sha256(answers.read_bytes()).hexdigest() if answers.is_file() else None
        receipt = {
            "id": f"receipt-{hashlib.sha256(student.encode()).hexdigest()[:8]}",
            "course": "human-security",
            "assignment": ASSIGNMENT,
            "student": student,
            "sha256": "0" * 64,
            "answers_sha256": known,
            "language": "es",
            "time": "2026-03-02T10:00:00+00:00",
        }
        (folder / "receipt.json").write_text(json.dumps(receipt))
        (folder / "timestamp.txt").write_text("2026-03-02 10:00:00 UTC")
        return folder

    def nbgrader(self, *arguments: str, code: int | None = 0, seconds: float = 240) -> str:
        """Runs an nbgrader command as the course's instructor, and gives what it said."""
        return self.run([sys.executable, "-m", "nbgrader", *arguments], code, seconds)

    def run(self, command: list[str], code: int | None = 0, seconds: float = 240) -> str:
        """Runs a command as the course's instructor, and gives what it said."""
        programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": programs, **self.environment}
        if self.ordinary and os.geteuid() == 0:
            account = accounts.ordinary()
            for path in (self.root, *self.root.rglob("*")):
                os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
            command = accounts.as_ordinary(command, readable=[self.root])
            environment = {**accounts.environment(), **self.environment}
        done = subprocess.run(
            command,
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        self.log = done.stdout + done.stderr
        assert code is None or done.returncode == code, self.log
        return self.log

    def gradebook(self) -> Gradebook:
        return Gradebook(f"sqlite:///{self.root}/gradebook/gradebook.db", "human-security")

    def scores(self, student: str) -> dict[str, float | None]:
        """What the grader booked for each test."""
        with self.gradebook() as gradebook:
            booked = gradebook.find_submission(ASSIGNMENT, student)
            return {
                grade.name: grade.auto_score
                for notebook in booked.notebooks
                for grade in notebook.grades
            }

    def graded(self, student: str) -> nbformat.NotebookNode:
        path = self.root / "autograded" / student / ASSIGNMENT / "sums.ipynb"
        return nbformat.read(path, as_version=4)

    def cell(self, student: str, name: str) -> nbformat.NotebookNode:
        """A cell of a graded notebook, by its id or its grade's."""
        for cell in self.graded(student).cells:
            if name in (cell.id, cell.metadata.get("nbgrader", {}).get("grade_id")):
                return cell
        raise LookupError(name)

    def shown(self, student: str, name: str = "first") -> str:
        """All that a cell's outputs say."""
        return "\n".join(
            json.dumps(each, ensure_ascii=False) for each in self.cell(student, name).outputs
        )

    def said(self, student: str, name: str) -> str:
        """The sentence that explains a test's mark."""
        return self.cell(student, name).metadata["travesia"]["result"]["message"]

    def close(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)


Change = Callable[[Path], None]
