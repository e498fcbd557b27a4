"""The small course that grading is tried on: one assignment, `arrival`, with every kind of item."""

import copy
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from travesia.grading.judge import judge
from travesia.grading.key import Key, load_key
from travesia.grading.result import ItemResult

FIXTURES = Path(__file__).parent / "fixtures"

RIGHT: dict[str, Any] = {
    "who-decides": ("choice", ["authority"]),
    "whom-to-tell": ("choice", ["refugee-office", "authority"]),
    "how-many": ("number", 1250),
    "monday-plan": ("text", "I ask who is there today."),
    "bus": ("case", {"role": "official", "path": ["speak-apart", "tell-authority"]}),
}

CONFIG = """
from pathlib import Path
from travesia.grading.configure import nbgrader_config

root = Path({root!r})
nbgrader_config(c, course_root=root, keys_root=root / "keys", isolation={isolation!r})
c.SandboxedExecute.timeout = 3
c.SandboxedExecute.total_seconds = 40
"""


def entries(values: dict[str, Any]) -> dict[str, Any]:
    """Saved answers as `answers.json` holds them, from `{id: (kind, value)}`."""
    return {
        name: {"kind": kind, "version": "1", "value": value, "at": "2026-03-02T10:00:00+00:00"}
        for name, (kind, value) in values.items()
    }


@pytest.fixture
def key() -> Key:
    return load_key(FIXTURES / "keys", "arrival")


@pytest.fixture
def right() -> dict[str, Any]:
    """Right answers to everything."""
    return entries(RIGHT)


@pytest.fixture
def judged(key: Key):
    """Judges one changed answer among right ones: `judged(id, kind, value)`."""

    def judged(item: str, kind: str, value: Any, language: str = "en") -> ItemResult:
        answers = entries({**RIGHT, item: (kind, value)})
        return {each.id: each for each in judge(key, answers, language)}[item]

    return judged


Change = Callable[[nbformat.NotebookNode], None]


@dataclass
class Course:
    """A course directory with nbgrader's own commands."""

    root: Path
    assignment: str = "arrival"
    log: str = ""

    def run(self, *arguments: str, code: int = 0, **environment: str) -> str:
        """Runs an nbgrader command as an instructor would, and gives what it said."""
        return self.execute([sys.executable, "-m", "nbgrader", *arguments], code, **environment)

    def execute(self, command: list[str], code: int = 0, **environment: str) -> str:
        """Runs a command in the course directory, and gives what it said."""
        programs = Path(sys.executable).parent
        done = subprocess.run(
            command,
            cwd=self.root,
            # nbgrader finds alembic on the path.
            env={
                **os.environ,
                "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == code, said
        return said

    @property
    def released(self) -> nbformat.NotebookNode:
        return nbformat.read(
            self.root / "release" / self.assignment / "assignment.ipynb", as_version=4
        )

    def hand_in(
        self,
        student: str,
        values: dict[str, Any] | bytes | None,
        *changes: Change,
        notebook: bytes | None = None,
        language: str = "es",
        files: dict[str, bytes] | None = None,
    ) -> Path:
        """Puts a submission where `collect` would, with the receipt the service would write."""
        folder = self.root / "submitted" / student / self.assignment
        folder.mkdir(parents=True)
        handed_in = copy.deepcopy(self.released)
        for change in changes:
            change(handed_in)
        for beside in (self.root / "release" / self.assignment).iterdir():
            if beside.suffix != ".ipynb":
                shutil.copy(beside, folder)
        if notebook is None:
            nbformat.write(handed_in, folder / "assignment.ipynb")
        else:
            (folder / "assignment.ipynb").write_bytes(notebook)
        for name, content in (files or {}).items():
            (folder / name).write_bytes(content)
        data = values
        if isinstance(values, dict):
            data = json.dumps({"schema": 1, "answers": entries(values)}).encode()
        if data is not None:
            (folder / "answers.json").write_bytes(data)
        receipt = {
            "id": f"receipt-{student}",
            "course": "human-security",
            "assignment": self.assignment,
            "student": student,
            "sha256": "0" * 64,
            "answers_sha256": None if data is None else hashlib.sha256(data).hexdigest(),
            "language": language,
            "time": "2026-03-02T10:00:00+00:00",
        }
        (folder / "receipt.json").write_text(json.dumps(receipt))
        (folder / "timestamp.txt").write_text("2026-03-02 10:00:00 UTC")
        return folder

    def gradebook(self) -> Gradebook:
        return Gradebook(f"sqlite:///{self.root}/gradebook/gradebook.db", "human-security")

    def scores(self, student: str) -> dict[str, tuple[float | None, bool]]:
        """Each item's score by the grader, and whether it waits for a mark by hand."""
        with self.gradebook() as gradebook:
            booked = gradebook.find_submission(self.assignment, student)
            return {
                grade.name: (grade.auto_score, grade.needs_manual_grade)
                for notebook in booked.notebooks
                for grade in notebook.grades
            }

    def graded(self, student: str) -> nbformat.NotebookNode:
        path = self.root / "autograded" / student / self.assignment / "assignment.ipynb"
        return nbformat.read(path, as_version=4)

    def shown(self, student: str) -> str:
        """All that a graded notebook's outputs say."""
        return "\n".join(
            json.dumps(output, ensure_ascii=False)
            for cell in self.graded(student).cells
            if cell.cell_type == "code"
            for output in cell.outputs
        )


def generate(root: Path, content: Path, assignment: str) -> Course:
    """A course directory whose one assignment has been generated."""
    for name in ("source", "keys"):
        shutil.copytree(content / name, root / name, ignore=shutil.ignore_patterns("answers*"))
    facts = content / "notebooks" / "facts.yaml"
    if facts.is_file():
        shutil.copy(facts, root / "keys")
    (root / "gradebook").mkdir()
    course = configured(root, assignment, isolation=True)
    course.run("generate_assignment", assignment)
    return course


def configured(root: Path, assignment: str, *, isolation: bool) -> Course:
    """The course in a directory, with its configuration written."""
    (root / "nbgrader_config.py").write_text(CONFIG.format(root=str(root), isolation=isolation))
    return Course(root, assignment)


@pytest.fixture(scope="session")
def new_course(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Course]:
    """Makes a course directory with its assignment generated: `new_course(folder)`."""
    generated: dict[str, Path] = {}

    def new_course(
        root: Path,
        *,
        isolation: bool = True,
        content: Path = FIXTURES,
        assignment: str = "arrival",
    ) -> Course:
        if assignment not in generated:
            folder = tmp_path_factory.mktemp("generated") / assignment
            generated[assignment] = generate(folder, content, assignment).root
        shutil.copytree(generated[assignment], root)
        return configured(root, assignment, isolation=isolation)

    return new_course


@pytest.fixture(scope="session")
def right_values() -> dict[str, Any]:
    """Right answers as `{id: (kind, value)}`."""
    return dict(RIGHT)


@pytest.fixture(scope="session")
def run_first() -> Callable[[str], Change]:
    """A change that puts a cell with a learner's own code before all others."""

    def run_first(source: str) -> Change:
        return lambda notebook: notebook.cells.insert(0, new_code_cell(source))

    return run_first


@pytest.fixture(scope="session")
def as_entries() -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Makes saved answers of `{id: (kind, value)}`."""
    return entries
