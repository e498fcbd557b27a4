"""The outputs of each kind of cell are those that nbgrader's own execution by nbclient gives."""

import asyncio
import os
import re
import tempfile
from functools import cache, partial
from pathlib import Path

import nbformat
import pytest
from corpus import CORPUS
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import Execute
from steps import PLACE, Executed

from travesia.grading import messages

DIFFERENT = {
    # nbclient loses what a task prints once its cell has ended.
    ("waiting", 2),
    # What is printed between two displays is one output for each stream.
    ("interleaved", 2),
}
"""What differs on purpose; docs/grading.md says it."""


CHANGING = re.compile(r"ipykernel_\d+|0x[0-9a-f]{6,}")
"""What is different in each process."""


class Plotted(Executed):
    """The step as it runs in grading, for an assignment that imports these."""

    language = "en"
    preload = ("pandas", "plotly.graph_objects")


def notebook(sources):
    cells = [new_code_cell(source, id=f"c{n}") for n, source in enumerate(sources)]
    return new_notebook(cells=cells)


class Drawn(Plotted):
    """The same for one that imports what draws."""

    preload = ("matplotlib.pyplot", "pandas")


def ours(sources, kind=Plotted):
    step = kind(output_bytes=50_000_000)
    return step.preprocess(notebook(sources), {"nbgrader": PLACE})[0]


async def theirs(folder, name, sources):
    home = folder / name / "learner"
    home.mkdir(parents=True)
    nb = notebook(sources)
    client = NotebookClient(
        nb,
        allow_errors=True,
        timeout=60,
        resources={"metadata": {"path": str(home)}},
        kernel_name="python3",
        store_widget_state=False,
        on_cell_executed=partial(Execute.on_cell_executed, None),
        extra_arguments=["--HistoryManager.hist_file=:memory:"],
    )
    await client.async_execute(env=environment(home))
    return nb


def environment(home):
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return {**kept, "HOME": str(home), "LANG": "C.UTF-8", "NBGRADER_EXECUTION": "autograde",
            "PYTHONDONTWRITEBYTECODE": "1", "TRAVESIA_LANGUAGE": "en"}  # fmt: skip


@cache
def executed(name):
    """A notebook, executed by nbclient and by us: once for all of its cells."""
    with tempfile.TemporaryDirectory() as folder:
        reference = asyncio.run(theirs(Path(folder), name, CORPUS[name]))
    return reference, ours(CORPUS[name])


def comparable(cell):
    """A cell's outputs as a graded notebook keeps them; streams in one, temporary paths alike."""
    kept = [each for output in cell.outputs if (each := messages.showable(output))]
    found = []
    for output in kept:
        text = CHANGING.sub(
            "…",
            nbformat.writes(new_notebook(cells=[new_code_cell("", outputs=[output], id="x")])),
        )
        again = nbformat.reads(text, as_version=4).cells[0].outputs[0]
        last = found[-1] if found else None
        if again.output_type == "stream" and last is not None and last.get("name") == again.name:
            last.text += again.text
        else:
            found.append(again)
    return cell.execution_count, found


CELLS = [(name, index) for name, sources in CORPUS.items() for index in range(len(sources))]


@pytest.mark.parametrize(("name", "index"), CELLS, ids=[f"{n}-{i}" for n, i in CELLS])
def test_a_cells_outputs_are_nbclients(name, index):
    reference, graded = (nb.cells[index] for nb in executed(name))
    if (name, index) in DIFFERENT:
        assert comparable(reference) != comparable(graded)
        return
    assert comparable(graded) == comparable(reference)


@cache
def drawn():
    return ours(CORPUS["drawings"], Drawn)


@pytest.mark.parametrize("index", range(len(CORPUS["drawings"])))
def test_a_figure_is_nbclients_where_the_assignment_imports_what_draws(index):
    reference, _ = executed("drawings")
    assert comparable(drawn().cells[index]) == comparable(reference.cells[index])
