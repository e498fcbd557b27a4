"""nbgrader's own autograding and `travesia grade`, on the same work, side by side, as JSON.

Each has a course directory of its own with the same assignment and the same submissions; nbgrader
with nothing but its defaults, in one process, as it comes. Outputs and grades are compared cell by
cell. With `--otter` otter-grader grades it too. The last line printed is one JSON object;
`docs/grading.md` says what its keys mean.
"""

import argparse
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grading_course as work
import grading_otter
import nbformat
import psutil

PROGRAMS = Path(sys.executable).parent
SHOWN = ("text/plain", "text/html", "text/markdown", "image/png", "image/jpeg")
CHANGING = re.compile(
    r"0x[0-9a-f]{6,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)
ANSI = re.compile(r"\x1b\[[0-9;]*m")
OURS = """
from pathlib import Path
from travesia.grading.configure import nbgrader_config
root = Path({root!r})
nbgrader_config(c, course_root=root, keys_root=root / "keys")
"""
THEIRS = """
c.CourseDirectory.root = {root!r}
c.CourseDirectory.course_id = "human-security"
c.CourseDirectory.db_url = "sqlite:///{root}/gradebook/gradebook.db"
"""
GRADES = """
    select sa.student_id, c.name, g.auto_score, g.needs_manual_grade
    from grade g join base_cell c on c.id = g.cell_id
    join submitted_notebook sn on sn.id = g.notebook_id
    join submitted_assignment sa on sa.id = sn.assignment_id order by 1, 2
"""


@dataclass
class Ran:
    """A command that has run: how long, how much memory at most, and when it printed what."""

    seconds: float
    peak_mb: float
    lines: list[tuple[float, str]]

    def at(self, words: str, *, last: bool = False) -> float:
        """When the first (or last) line with these words came."""
        times = [when for when, line in self.lines if words in line]
        return times[-1 if last else 0]

    @property
    def document(self) -> dict[str, Any]:
        """The JSON object that it printed."""
        found = [line for _, line in self.lines if line.startswith('{"schema"')]
        document: dict[str, Any] = json.loads(found[-1])
        return document


def run(*command: str, root: Path) -> Ran:
    """Runs a command in a course directory to its end."""
    program = str(PROGRAMS / command[0])
    environment = {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}
    began = time.perf_counter()
    process = subprocess.Popen(
        [program, *command[1:]],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    peak = [0.0]
    watcher = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
    watcher.start()
    assert process.stdout is not None
    lines = [(time.perf_counter() - began, line.rstrip("\n")) for line in process.stdout]
    code = process.wait()
    seconds = time.perf_counter() - began
    if code:
        sys.exit("\n".join(line for _, line in lines[-30:]) + f"\n{command} ended with {code}.")
    return Ran(seconds, peak[0], lines)


def _watch(pid: int, peak: list[float]) -> None:
    """Keeps the most memory that a process and all it started had together, each page once."""
    while True:
        total = 0
        try:
            top = psutil.Process(pid)
            for each in [top, *top.children(recursive=True)]:
                try:
                    total += each.memory_full_info().pss
                except psutil.Error:
                    continue
        except psutil.NoSuchProcess:
            return
        peak[0] = max(peak[0], total / 1e6)
        time.sleep(0.5)


def course(root: Path, config: str, submissions: int) -> Path:
    """A course directory with the assignment released and the submissions collected."""
    root.mkdir(parents=True)
    work.write_source(root)
    (root / "nbgrader_config.py").write_text(config.format(root=str(root)))
    run("nbgrader", "generate_assignment", work.ASSIGNMENT, root=root)
    work.write_submissions(root, submissions)
    return root


def put_aside(written: Path) -> None:
    """Takes what an earlier run wrote out of the way, without deleting it.

    Where many files were deleted a moment ago, ext4 takes up to thirty times as long to make new
    ones.
    """
    if written.exists():
        written.rename(written.with_name(f"earlier-{uuid.uuid4().hex}"))


def forget_grading(root: Path) -> None:
    """The course directory as before anything was graded."""
    put_aside(root / "autograded")
    with sqlite3.connect(root / "gradebook/gradebook.db") as database:
        for table in ("grade", "comment", "submitted_notebook", "submitted_assignment", "student"):
            database.execute(f"delete from {table}")


def grades(root: Path) -> list[tuple[Any, ...]]:
    """Every grade in a gradebook."""
    with sqlite3.connect(root / "gradebook/gradebook.db") as database:
        return database.execute(GRADES).fetchall()


def outputs(root: Path, student: str) -> dict[str, list[Any]]:
    """The outputs of each cell of a graded notebook, without what changes on every run.

    Kinds that only a live notebook shows are left out on both sides, and so is the order of
    streams in a test that failed.
    """
    path = root / "autograded" / student / work.ASSIGNMENT / f"{work.NOTEBOOK}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    return {
        cell.id: [shown for each in cell.get("outputs", []) if (shown := _shown(each))]
        for cell in cells
    }


def _shown(output: Any) -> Any:
    kind = output.output_type
    if kind == "stream":
        return [kind, output.name, output.text]
    if kind == "error":
        return [kind, output.ename, output.evalue, _same("\n".join(output.traceback))]
    data = {name: _same(output.data[name]) for name in SHOWN if name in output.data}
    return [kind, data] if data else None


def _same(text: str) -> str:
    return CHANGING.sub("…", ANSI.sub("", text))


def rate(ran: Ran) -> float:
    """Seconds a submission, start-up apart: from the first quarter's end to the last one's."""
    ended = sorted(each["finished"] for each in ran.document["graded"])
    begin = len(ended) // 4
    return (ended[-1] - ended[begin - 1]) / (len(ended) - begin) if begin else ended[-1]


def beside_otter(place: Path | None, folder: Path, course: Path, count: int) -> dict[str, Any]:
    """otter-grader's figures on the first submissions, and whether its scores are ours."""
    if place is None:
        why = "not asked for: --otter FOLDER names (or makes) the environment it lives in"
        return {"otter_s": None, "otter_why_not": why}
    folder.mkdir()
    handed_in = {
        path.name: path / work.ASSIGNMENT / f"{work.NOTEBOOK}.ipynb"
        for path in sorted((course / "submitted").iterdir())[:count]
    }
    otter = grading_otter.grade(grading_otter.installed(place), folder, handed_in)
    mine = {(student, cell): points for student, cell, points, _ in grades(course)}
    return {
        "otter_s": round(sum(otter.seconds) / len(otter.seconds), 3),
        "otter_version": otter.version,
        "otter_scores_equal": sum(mine[key] == points for key, points in otter.scores.items()),
        "otter_scores_compared": len(otter.scores),
    }


def feedback(folder: Path, ours: Path, count: int) -> dict[str, Any]:
    """How long both take to write the feedback on the same graded work, everybody's and one's.

    The quickest of three: the difference of two whole commands is what starting them varies by.
    """
    folder.mkdir()
    apart = f"c.CourseDirectory.feedback_directory = {str(folder / 'pages')!r}\n"
    (folder / "nbgrader_config.py").write_text(THEIRS.format(root=str(ours)) + apart)
    one = ["--student", min(path.name for path in (ours / "autograded").iterdir())]

    def quickest(program: str, command: str, root: Path, options: list[str]) -> float:
        times = []
        for _ in range(3):
            # What is there already, nbgrader does not write again.
            put_aside(folder / "pages")
            put_aside(ours / "feedback")
            times.append(run(program, command, work.ASSIGNMENT, *options, root=root).seconds)
        return min(times)

    seconds = {
        (program, many): quickest(program, command, root, options)
        for program, command, root in (
            ("nbgrader", "generate_feedback", folder),
            ("travesia", "feedback", ours),
        )
        for many, options in ((False, one), (True, []))
    }
    each = {
        program: (seconds[program, True] - seconds[program, False]) / (count - 1)
        for program in ("nbgrader", "travesia")
    }
    return {
        "nbgrader_feedback_s": round(each["nbgrader"], 4),
        "travesia_feedback_s": round(each["travesia"], 4),
        "feedback_ratio": round(each["nbgrader"] / each["travesia"], 1),
        "feedback_whole_ratio": round(seconds["nbgrader", True] / seconds["travesia", True], 1),
    }


def measure(count: int, graded: int, folder: Path, otter: Path | None) -> dict[str, Any]:
    """All figures for that many submissions, of which the others grade the first so many."""
    theirs = course(folder / "nbgrader", THEIRS, graded)
    ours = course(folder / "travesia", OURS, count)
    name = work.ASSIGNMENT
    students = sorted(path.name for path in (theirs / "submitted").iterdir())
    same_students = [option for student in students for option in ("--student", student)]
    plain = run("nbgrader", "autograde", name, root=theirs)
    begin, end = plain.at("Creating/updating student"), plain.at("Setting destination", last=True)
    runs = {}
    for options in (same_students, ["--workers", "1"], ["--workers", "2"]):
        forget_grading(ours)
        runs[options[-1]] = run("travesia", "grade", name, "--json", *options, root=ours)
    whole = runs[students[-1]]
    cells = [
        (found, outputs(ours, student)[cell])
        for student in students
        for cell, found in outputs(theirs, student).items()
    ]
    mine = [row for row in grades(ours) if row[0] in students]
    same = [one == other for one, other in zip(mine, grades(theirs), strict=True)]
    each, one, two = (end - begin) / graded, rate(runs["1"]), rate(runs["2"])
    return {
        "submissions": count,
        "compared": graded,
        "processors": os.cpu_count(),
        "nbgrader_s": round(each, 3),
        "travesia_1_s": round(one, 4),
        "travesia_2_s": round(two, 4),
        "ratio_1": round(each / one, 1),
        "ratio_2": round(each / two, 1),
        "nbgrader_whole_s": round(plain.seconds, 2),
        "travesia_whole_s": round(whole.seconds, 2),
        "whole_ratio": round(plain.seconds / whole.seconds, 1),
        "limit_s": round(sum(each["seconds"] for each in runs["1"].document["graded"]) / count, 4),
        "peak_mb": round(runs["2"].peak_mb),
        "nbgrader_peak_mb": round(plain.peak_mb),
        "grades_equal": all(same),
        "grades_compared": len(same),
        "outputs_equal": sum(mine == other for mine, other in cells),
        "outputs_compared": len(cells),
        **feedback(folder / "feedback", ours, count),
        **beside_otter(otter, folder / "otter", ours, graded),
    }


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=40)
    parser.add_argument(
        "--nbgrader",
        type=int,
        default=8,
        help="How many of them nbgrader grades too; whole commands are compared on these.",
    )
    parser.add_argument(
        "--otter",
        type=Path,
        metavar="FOLDER",
        help="Measure otter-grader too, in the virtual environment in this folder; it is made "
        "from PyPI if it is not there.",
    )
    parser.add_argument("--json", action="store_true", help="Print the figures only.")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tv-grading-") as folder:
        graded = min(chosen.submissions, chosen.nbgrader or chosen.submissions)
        figures = measure(chosen.submissions, graded, Path(folder).resolve(), chosen.otter)
    if not chosen.json:
        for name, value in figures.items():
            print(f"{name:18} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
