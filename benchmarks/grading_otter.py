"""otter-grader on the same submissions, without Docker: `otter run`, a process a submission.

otter-grader lives in a virtual environment of its own, with the libraries of the assignment in the
versions that are installed here. Its tests are the same lines in its own format: a file a task,
each line a case, visible or hidden, all or nothing for the points of nbgrader's test cell.
"""

import copy
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import grading_course as work
import nbformat
from nbformat.v4 import new_code_cell

LIBRARIES = ("ipykernel", "ipywidgets", "numpy", "pandas", "plotly")
POINTS = 2
START = 'import otter\ngrader = otter.Notebook("flows.ipynb")'


@dataclass(frozen=True)
class Otter:
    """What otter-grader did: its version, each submission's seconds, and its scores."""

    version: str
    seconds: list[float]
    scores: dict[tuple[str, str], float]


def installed(folder: Path) -> Path:
    """The programs of otter-grader's own environment, which is made if the folder has none."""
    programs = folder.resolve() / "bin"
    if not (programs / "otter").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        same = [f"{name}=={version(name)}" for name in LIBRARIES]
        install = [str(programs / "python"), "-m", "pip", "install", "--quiet", "otter-grader"]
        subprocess.run([*install, *same], check=True)
    return programs


def grade(programs: Path, folder: Path, students: dict[str, Path]) -> Otter:
    """Grades submissions one after the other.

    Args:
        programs: where `otter` is.
        folder: an empty folder to work in.
        students: the notebook that each handed in.
    """
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("PYTHONPATH", None)

    def run(*command: str) -> str:
        done = subprocess.run(
            [str(programs / command[0]), *command[1:]],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{done.stdout}\n{done.stderr}\n{command} ended with {done.returncode}.")
        return done.stdout

    _write_tests(folder / "tests")
    (folder / "flows.csv").write_text(work.DATA)
    run("otter", "generate", "-t", "tests", "-o", "autograder.zip", "flows.csv")
    seconds, scores = [], {}
    for student, path in students.items():
        place = folder / student
        place.mkdir()
        handed_in = place / "flows.ipynb"
        nbformat.write(_in_its_format(nbformat.read(path, as_version=4)), handed_in)
        began = time.perf_counter()
        run("otter", "run", str(handed_in), "-a", "autograder.zip", "-o", str(place), "--no-logo")
        seconds.append(time.perf_counter() - began)
        results = json.loads((place / "results.json").read_text())
        for test in results["tests"]:
            if "score" in test:
                scores[student, f"test-{test['name']}"] = float(test["score"])
    code = "from importlib.metadata import version; print(version('otter-grader'))"
    return Otter(run("python", "-c", code).strip(), seconds, scores)


def _write_tests(folder: Path) -> None:
    """A file for each task, in the OK format that `otter assign` writes."""
    folder.mkdir()
    for name, _, visible, hidden, _ in work.TASKS:
        cases = [
            {"code": f">>> {line}\n", "hidden": is_hidden, "locked": False}
            for lines, is_hidden in ((visible, False), (hidden, True))
            for line in lines.splitlines()
        ]
        test: dict[str, Any] = {
            "name": name,
            "points": POINTS,
            "all_or_nothing": True,
            "suites": [
                {"cases": cases, "scored": True, "setup": "", "teardown": "", "type": "doctest"}
            ],
        }
        (folder / f"{name}.py").write_text(f"OK_FORMAT = True\n\ntest = {test!r}\n")


def _in_its_format(handed_in: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A submission with the same cells, where each test cell asks otter-grader for the test."""
    notebook = copy.deepcopy(handed_in)
    tests = {f"test-{name}": name for name, *_ in work.TASKS}
    for cell in notebook.cells:
        cell.metadata.pop("nbgrader", None)
        if cell.id in tests:
            cell.source = f'grader.check("{tests[cell.id]}")'
    notebook.cells.insert(0, new_code_cell(START, id="otter"))
    return notebook
