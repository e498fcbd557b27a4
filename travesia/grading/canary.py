"""The canary: the instructor's own solution, graded first and by the same path as every learner's.

A sandbox that misses a folder, a library that is gone or a key that contradicts its cell would give
a whole class zero and look like success. So nothing is graded until right answers earn full marks.
"""

import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from nbformat import reads as read_text
from nbformat.notebooknode import NotebookNode

from travesia.course.questions import ChoiceQuestion, NumberQuestion, TextQuestion
from travesia.grading.bundle import AssignmentBundle, SubmissionBundle, is_notebook
from travesia.grading.errors import CanaryError, GradingError
from travesia.grading.graded import Graded
from travesia.grading.judge import judge, kind_of
from travesia.grading.key import Item, Key, load_key
from travesia.grading.pipeline import Pipeline
from travesia.grading.points import shows_value
from travesia.grading.submission import RECEIPT_NAME
from travesia.language import SOURCE_LANGUAGE
from travesia.learn.answers import FILE_NAME, SCHEMA
from travesia.scenarios import Case, acceptable_roads

CANARY = "canary"
STARTED = "2000-01-01T00:00:00+00:00"
CAUSES = (
    ("ModuleNotFoundError", "a library that the assignment imports is not installed here"),
    ("ImportError", "a library that the assignment imports does not work here"),
    ("FileNotFoundError", "a file that the solution reads is not in source/ beside its notebook"),
    ("PermissionError", "the solution needs something that the sandbox does not give"),
    ("MemoryError", "the solution needs more memory than a submission is given"),
    ("Stopped", "the solution ran out of its time, memory or processes, or ended its program"),
    ("CellTimeoutError", "the solution needs more time than a cell is given"),
    ("gaierror", "the solution needs the network, and the sandbox has none"),
    ("ConnectionError", "the solution needs the network, and the sandbox has none"),
    ("AssertionError", "the solution does not pass its test, which runs after all other cells"),
)

NO_NUMBER = (
    "its last value is no number, and would be full marks for wrong work too: write float(...) "
    "around it, or end the test with an assertion"
)


def check_canary(pipeline: Pipeline) -> Graded:
    """The graded solution of an assignment, which earned full marks.

    Raises:
        CanaryError: it did not; nothing may be graded.
    """
    bundle = pipeline.bundle
    key = load_key(pipeline.keys_root, bundle.name)
    attempts = right_answers(key)
    try:
        graded = pipeline.grade(canary_submission(bundle, attempts[0]))
    except CanaryError:
        raise
    except GradingError as error:
        raise CanaryError(f"The instructor's solution could not be graded: {error}") from error
    except Exception as error:
        # Whatever it is, no learner's work is the cause.
        raise CanaryError(
            f"The instructor's solution could not be graded ({type(error).__name__}: {error}): the "
            "cause lies with this machine or its configuration. Nothing was graded."
        ) from error
    _check_cells(bundle, key, graded)
    for answers in attempts:
        _check_items(bundle, key, answers)
    pipeline.valued = _valued(graded)
    return graded


def right_answers(key: Key) -> list[dict[str, Any]]:
    """Right answers to every item as saved entries; a set for each way to play that a case has."""
    items = [(item, _right(key, item)) for item in key.items(SOURCE_LANGUAGE)]
    most = max((len(values) for _, values in items), default=1)
    return [
        {
            item.id: {
                "kind": kind_of(item),
                "version": item.version,
                "value": values[number % len(values)],
                "at": STARTED,
            }
            for item, values in items
        }
        for number in range(most)
    ]


def _right(key: Key, item: Item) -> list[Any]:
    """The right answer; of a case a road of each role, and of the case that may stand in for it."""
    match item:
        case ChoiceQuestion():
            return [list(item.correct)]
        case NumberQuestion():
            return [item.value]
        case TextQuestion():
            return ["A text for the grader to read."]
        case Case():
            instead = key.cases.get(item.substitute) if item.substitute else None
            return [*_roads(item), *(_roads(instead, {"case": instead.id}) if instead else [])]
    return [item.answer]


def _roads(case: Case, named: Mapping[str, str] = MappingProxyType({})) -> list[dict[str, Any]]:
    """The best road of each role that only takes acceptable decisions, as saved answers."""
    values = []
    for role in case.roles:
        road = next(iter(acceptable_roads(case, role)), None)
        path = [step.choice for step in road.steps] if road else []
        values.append({**named, "role": role, "path": path})
    return values


def canary_submission(bundle: AssignmentBundle, answers: dict[str, Any]) -> SubmissionBundle:
    """The instructor's solution as if a learner had handed it in.

    Raises:
        CanaryError: `source/` has no such notebook.
    """
    notebooks = {name: data for name, data in bundle.source.items() if is_notebook(name)}
    for name in bundle.notebooks:
        if f"{name}.ipynb" not in notebooks:
            raise CanaryError(
                f"source/{bundle.name}/{name}.ipynb is missing, and the instructor's solution is "
                "graded before any submission: put it back, or remove the notebook from the "
                "gradebook."
            )
    saved = json.dumps({"schema": SCHEMA, "answers": answers}).encode()
    receipt = {
        "id": CANARY,
        "student": CANARY,
        "assignment": bundle.name,
        "time": STARTED,
        "answers_sha256": hashlib.sha256(saved).hexdigest(),
    }
    files = {**bundle.release, **notebooks}
    files.update({FILE_NAME: saved, RECEIPT_NAME: json.dumps(receipt).encode()})
    return SubmissionBundle(CANARY, files)


def _check_cells(bundle: AssignmentBundle, key: Key, graded: Graded) -> None:
    for name, released in bundle.notebooks.items():
        nb = read_text(graded.notebooks[name].decode(), as_version=4)
        cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in nb.cells}
        for cell, wanted in released.cells.items():
            if wanted.locked and not wanted.grade and _errors(cells.get(cell)):
                raise CanaryError(
                    f"The provided cell {cell} of {bundle.name}/{name} fails here: "
                    f"{_cause(nb, cells[cell])}. Nothing was graded."
                )
        for cell, points in graded.grades[name].scores.items():
            most = released.cells[cell].points
            flagged = cell not in key and cell in graded.grades[name].flagged
            if points is None or (points >= most and not flagged):
                continue
            cause = NO_NUMBER if flagged else _cause(nb, cells.get(cell))
            kind = "item" if cell in key else "test"
            raise CanaryError(
                f"The instructor's solution earns {points:g} of {most:g} points for the {kind} "
                f"{cell} of {bundle.name}/{name}: {cause}. Nothing was graded."
            )


def _valued(graded: Graded) -> dict[str, list[str]]:
    """The tests by notebook that end in a value: where they show none, the work is not right."""
    return {
        name: [
            cell.metadata["nbgrader"]["grade_id"]
            for cell in read_text(data.decode(), as_version=4).cells
            if cell.metadata.get("travesia", {}).get("result", {}).get("kind") == "code"
            and shows_value(cell)
        ]
        for name, data in graded.notebooks.items()
    }


def _check_items(bundle: AssignmentBundle, key: Key, answers: dict[str, Any]) -> None:
    """Every role's road; only the first one's notebook was executed."""
    for result in judge(key, answers, SOURCE_LANGUAGE):
        if result.outcome == "waiting" or result.points >= result.max_points:
            continue
        value = answers[result.id]["value"]
        case = value.get("case", result.id) if result.kind == "case" else ""
        where = f" ({case} in the role {value['role']})" if case else ""
        raise CanaryError(
            f"The right answer to {result.id}{where} earns {result.points:g} of "
            f"{result.max_points:g} points ({result.message}): look into keys/{bundle.name}/. "
            "Nothing was graded."
        )


def _cause(nb: NotebookNode, cell: NotebookNode | None) -> str:
    """Why a test failed, as likely as its outputs and those of the cells before tell."""
    own = _errors(cell)
    earlier = [
        error
        for each in nb.cells
        if each is not cell and each.cell_type == "code"
        for error in _errors(each)
    ]
    # A name that is missing in a test is the trace of something that failed before.
    first = own[0] if own and own[0][0] != "NameError" else next(iter(earlier or own), None)
    if first is None:
        loud = any(
            output.output_type == "stream" and output.name == "stderr"
            for output in (cell.outputs if cell is not None else ())
        )
        return (
            "it wrote to its error stream, which nbgrader counts as a failure"
            if loud
            else "its cell gave a number lower than its points"
        )
    name, said = first
    likely = next((cause for kind, cause in CAUSES if kind == name), "the code failed here")
    return f"{likely} ({name}: {said[:200]})"


def _errors(cell: NotebookNode | None) -> list[tuple[str, str]]:
    if cell is None or cell.cell_type != "code":
        return []
    return [
        (output.ename, " ".join(output.evalue.split()))
        for output in cell.outputs
        if output.output_type == "error"
    ]
