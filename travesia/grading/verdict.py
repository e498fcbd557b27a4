"""The judgement of each test cell: the points nbgrader books, and a sentence that explains them."""

import math
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils

from travesia.grading import checks, markup
from travesia.grading.course import CoursePreprocessor, place_of
from travesia.grading.execute import is_test
from travesia.grading.headings import titles
from travesia.grading.mended import Mended
from travesia.grading.result import ItemResult, Outcome
from travesia.language import Translate, translator

LONGEST_ERROR = 300


class JudgeTests(CoursePreprocessor):
    """Explains what each of nbgrader's test cells gave, and leaves nbgrader no doubt about it.

    nbgrader books by the first output that means something to it: one that a learner's code
    printed before the test failed would count. Here a failure comes first, and of several results
    the last one counts, which is the test's own.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook with every test explained, and what has to be looked at said."""
        place = place_of(resources)
        key = self.key(place.assignment)
        translate = translator(nb.metadata.get("travesia", {}).get("language"))
        refused = resources.get(checks.REFUSED, {})
        tests = [
            cell
            for cell in nb.cells
            if is_test(cell)
            and cell.cell_type == "code"
            and cell.metadata["nbgrader"]["grade_id"] not in key
        ]
        named = titles(nb.cells)
        for cell in tests:
            title = named[cell.metadata["nbgrader"]["grade_id"]]
            result = judged(cell, title, refused, translate)
            cell.metadata["travesia"] = {"item": result.id, "result": result.to_json()}
        found = resources.get(checks.CHANGED, [])
        if found and tests:
            self.log.warning(
                "%s, %s: the code changed what its tests rely on (%s). Look at it before you "
                "trust its marks.",
                place.student,
                place.notebook,
                ", ".join(found),
            )
            own = nb.metadata.setdefault("travesia", NotebookNode())
            sentence = f"The code changed what its tests rely on ({', '.join(found)})."
            own.setdefault("mended", []).append(Mended("suspect", "", sentence).to_json())
            tests[0].outputs.append(new_output("display_data", data=self._warning(found)))
        return nb, resources

    def _warning(self, found: list[str]) -> dict[str, str]:
        """What the instructor reads in the formgrader; no feedback shows it."""
        _ = translator(self.fallback_language)
        sentence = _(
            "This code changed what its tests rely on. Look at it before you trust its marks."
        )
        listed = markup.escape(", ".join(found))
        return {"text/html": f"<div><strong>{markup.escape(sentence)}</strong> {listed}</div>"}


def judged(
    cell: NotebookNode, title: str, refused: dict[str, str], translate: Translate
) -> ItemResult:
    """The judgement of one test; its outputs are put in the order of their weight."""
    own = cell.metadata["nbgrader"]
    most = float(own["points"])
    errors = [output for output in cell.outputs if output.output_type == "error"]
    results = [output for output in cell.outputs if output.output_type == "execute_result"]
    rest = [output for output in cell.outputs if output not in errors and output not in results]
    rest += [new_output("display_data", data=dict(output.data)) for output in results[:-1]]
    for output in results[-1:]:
        _limit(output, most)
    cell.outputs = [*errors, *results[-1:], *rest]
    points, _most = utils.determine_grade(cell)
    points = round(float(points or 0), 2)
    outcome: Outcome = "right" if points >= most else "partly" if points > 0 else "wrong"
    said = _said(cell, errors[:1], outcome, refused, translate)
    return ItemResult(
        id=own["grade_id"],
        kind="code",
        title=title,
        outcome=outcome,
        points=points,
        max_points=most,
        message=said,
        html=f'<div class="tv-paragraph">{markup.escape(said)}</div>',
    )


def _limit(output: NotebookNode, most: float) -> None:
    """Makes a test's result one that nbgrader can book: it stops at any it does not expect."""
    text = str(output.data.get("text/plain") or " ")
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if number > most or math.isnan(number):
        text = f"{most:g}"
    output.data["text/plain"] = text


def _said(
    cell: NotebookNode,
    errors: list[NotebookNode],
    outcome: Outcome,
    refused: dict[str, str],
    translate: Translate,
) -> str:
    _ = translate
    if outcome == "right":
        return _("This answer passed its checks.")
    if not errors:
        part = _("This answer passed a part of its checks.")
        return part if outcome == "partly" else _("This answer passed none of its checks.")
    (error,) = errors
    if error.ename in {"Stopped", "CellTimeoutError"} and error.traceback == [error.evalue]:
        return str(error.evalue)
    plain = {
        "NotImplementedError": _("The code that this check runs is not written yet."),
        "KeyboardInterrupt": _("A check of this answer took too long and was stopped."),
    }
    if error.ename in plain:
        return plain[error.ename]
    return _of_error(cell, error, refused, translate)


def _of_error(
    cell: NotebookNode, error: NotebookNode, refused: dict[str, str], translate: Translate
) -> str:
    _ = translate
    name = next((name for name in refused if repr(name) in error.evalue), "")
    if error.ename == "NameError" and name and checks.is_clean(cell.source):
        pattern = _("The check looks at the value of {name}, and this is nothing it can read.")
        return pattern.format(name=name)
    quoted = _quotable(cell, error)
    if error.ename == "AssertionError":
        if not quoted:
            return _("A check of this answer did not pass.")
        return _("A check of this answer did not pass: {reason}").format(reason=quoted)
    named = f"{error.ename}: {quoted}" if quoted else error.ename
    return _("A check of this answer stopped with an error ({error}).").format(error=named)


def _quotable(cell: NotebookNode, error: NotebookNode) -> str:
    """What an error says, as far as a learner may read it.

    What a hidden test says stays hidden: of such a cell only what learners have read is quoted.
    """
    seen = checks.visible(cell.source)
    said = str(error.evalue).strip()[:LONGEST_ERROR]
    return said if seen == cell.source or said in seen else ""
