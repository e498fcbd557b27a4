"""The assignment and the submissions that grading is measured on.

29 cells as a first course in data analysis has them: imports, a file to read, nine small tasks with
nbgrader's tests, visible and hidden, charts with plotly, a widget, and an answer in words.
"""

import copy
import hashlib
import json
import random
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ASSIGNMENT = "flows"
NOTEBOOK = "flows"
DATA = "month,country,events\n" + "".join(
    f"2023-{month:02d},{country},{(month * 37 + place * 101) % 900 + 50}\n"
    for month in range(1, 13)
    for place, country in enumerate(("Honduras", "Guatemala", "Venezuela", "Ecuador"))
)

TASKS: list[tuple[str, str, str, str, str]] = [
    (
        "total",
        "def total(frame):\n    return int(frame['events'].sum())",
        "assert total(flows) > 0",
        "assert total(flows) == int(flows['events'].sum())\nassert total(flows.head(0)) == 0",
        "def total(frame):\n    return int(frame['events'].max())",
    ),
    (
        "by_country",
        "def by_country(frame):\n    return frame.groupby('country')['events'].sum()",
        "assert len(by_country(flows)) == 4",
        "assert by_country(flows).sum() == flows['events'].sum()",
        "def by_country(frame):\n    return frame.groupby('country')['events'].mean()",
    ),
    (
        "largest",
        "def largest(frame):\n    return frame.loc[frame['events'].idxmax(), 'country']",
        "assert largest(flows) in set(flows['country'])",
        "assert largest(flows) == flows.sort_values('events')['country'].iloc[-1]",
        "def largest(frame):\n    return frame['country'].iloc[0]",
    ),
    (
        "monthly",
        "def monthly(frame):\n    return frame.pivot_table('events', 'month', 'country', 'sum')",
        "assert monthly(flows).shape == (12, 4)",
        "assert monthly(flows).loc['2023-03', 'Ecuador'] > 0",
        "def monthly(frame):\n    return frame.groupby('month')['events'].sum().to_frame()",
    ),
    (
        "share",
        "def share(frame, name):\n    return frame[frame.country == name].events.sum() / 21_216",
        "assert 0 < share(flows, 'Honduras') < 1",
        "assert abs(sum(share(flows, each) for each in set(flows['country'])) - 1) < 1e-9",
        "def share(frame, country):\n    return 0.25 if country == 'Honduras' else 0.1",
    ),
    (
        "growth",
        "def growth(frame):\n    return frame.groupby('month').events.sum().pct_change().dropna()",
        "assert len(growth(flows)) == 11",
        "assert growth(flows).iloc[0] != growth(flows).iloc[1]",
        "def growth(frame):\n    raise KeyError('month')",
    ),
    (
        "figure",
        "def figure(frame):\n    return px.line(frame, x='month', y='events', color='country')",
        "assert len(figure(flows).data) == 4",
        "assert figure(flows).data[0].name in set(flows['country'])",
        "def figure(frame):\n    return go.Figure()",
    ),
    (
        "rounded",
        "def rounded(number):\n    return int(round(number, -1))",
        "assert rounded(44) == 40",
        "assert rounded(46) == 50 and rounded(-46) == -50",
        "def rounded(number):\n    return number // 10 * 10",
    ),
    (
        "rate",
        "def rate(events, people):\n    return None if not people else events / people * 1000",
        "assert rate(5, 1000) == 5",
        "assert rate(5, 0) is None",
        "def rate(events, people):\n    return events / people * 1000",
    ),
]
SHOWN = {
    "by_country": "by_country(flows)",
    "figure": "figure(flows)",
    "growth": "print(growth(flows).round(3).to_string())",
}


def source_notebook() -> nbformat.NotebookNode:
    """The instructor's version, with solutions and hidden tests."""
    cells = [
        new_markdown_cell("# Flows by month", id="title"),
        _locked(
            "setup",
            "import ipywidgets as widgets\nimport numpy as np\nimport pandas as pd\n"
            "import plotly.express as px\nimport plotly.graph_objects as go",
        ),
        _locked("data", "flows = pd.read_csv('flows.csv')\nflows.head()"),
        new_markdown_cell("Each figure counts events, not people.", id="note"),
        new_code_cell("flows.describe()", id="describe"),
    ]
    for name, solution, visible, hidden, _ in TASKS:
        cells.append(_solution(name, solution))
        cells.append(_test(name, visible, hidden))
    cells += [new_code_cell(code, id=f"show-{name}") for name, code in SHOWN.items()]
    cells += [
        new_code_cell(
            "choice = widgets.Dropdown(options=sorted(flows['country'].unique()))\nchoice",
            id="widget",
        ),
        _words(),
        new_markdown_cell("Save, then hand in.", id="end"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook: nbformat.NotebookNode = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    return notebook


def _own(name: str, **kind: Any) -> dict[str, Any]:
    known = {"grade": False, "solution": False, "locked": False, "task": False, **kind}
    return {"nbgrader": {"grade_id": name, "schema_version": 3, **known}}


def _locked(name: str, code: str) -> nbformat.NotebookNode:
    return new_code_cell(code, id=name, metadata=_own(name, locked=True))


def _solution(name: str, code: str) -> nbformat.NotebookNode:
    head, body = code.split("\n", 1)
    marked = f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
    return new_code_cell(marked, id=f"do-{name}", metadata=_own(f"do-{name}", solution=True))


def _test(name: str, visible: str, hidden: str) -> nbformat.NotebookNode:
    code = f"{visible}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    own = _own(f"test-{name}", grade=True, locked=True, points=2)
    return new_code_cell(code, id=f"test-{name}", metadata=own)


def _words() -> nbformat.NotebookNode:
    own = _own("in-words", grade=True, solution=True, points=3)
    return new_markdown_cell("*What do the figures not say?*", id="in-words", metadata=own)


def submission(released: nbformat.NotebookNode, number: int) -> nbformat.NotebookNode:
    """What one learner handed in: each task right, wrong, broken or left as it was."""
    chance = random.Random(number)
    handed_in = copy.deepcopy(released)
    cells = {cell.id: cell for cell in handed_in.cells}
    for name, right, _, _, wrong in TASKS:
        drawn = chance.random()
        if drawn < 0.7:
            cells[f"do-{name}"].source = right
        elif drawn < 0.85:
            cells[f"do-{name}"].source = wrong
        elif drawn < 0.92:
            cells[f"do-{name}"].source = f"{right.split(chr(10))[0]}\n    return unknown_name"
    cells[
        "describe"
    ].source = f"print('learner', {number})\nflows.sample({number % 7 + 1}, random_state=1)"
    cells["in-words"].source = f"They count events ({chance.randint(1, 9)})."
    return handed_in


def write_source(root: Path) -> None:
    """Writes the assignment's source, and a key without any item, into a course directory."""
    folder = root / "source" / ASSIGNMENT
    folder.mkdir(parents=True)
    nbformat.write(source_notebook(), folder / f"{NOTEBOOK}.ipynb")
    (folder / "flows.csv").write_text(DATA)
    keys = root / "keys" / ASSIGNMENT
    keys.mkdir(parents=True)
    (keys / "questions.yaml").write_text("questions: []\n")
    (root / "gradebook").mkdir()


def write_submissions(root: Path, count: int) -> None:
    """Writes that many submissions, as `collect` brings them, of the released assignment."""
    released = nbformat.read(
        root / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb", as_version=nbformat.NO_CONVERT
    )
    for number in range(count):
        student = f"learner-{number:04d}"
        folder = root / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        path = folder / f"{NOTEBOOK}.ipynb"
        nbformat.write(submission(released, number), path)
        (folder / "flows.csv").write_text(DATA)
        (folder / "timestamp.txt").write_text("2026-03-02 10:00:00 UTC")
        receipt = {
            "id": f"receipt-{number}",
            "student": student,
            "assignment": ASSIGNMENT,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "answers_sha256": None,
            "language": "es",
            "time": "2026-03-02T10:00:00+00:00",
        }
        (folder / "receipt.json").write_text(json.dumps(receipt))
