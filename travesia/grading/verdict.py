"""The judgement of each test cell: the points nbgrader books, and a sentence that explains them."""

import builtins
from dataclasses import replace
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.preprocessors import ClearHiddenTests

from travesia.grading import checks, markup
from travesia.grading.course import CoursePreprocessor, Place, place_of
from travesia.grading.execute import UNCHECKED, is_test
from travesia.grading.headings import titles
from travesia.grading.hidden import NOTHING_HIDDEN, HiddenTests
from travesia.grading.mended import Mended
from travesia.grading.messages import OWN_ERRORS
from travesia.grading.points import VALUED, bookable, points_of, show_nothing
from travesia.grading.result import ItemResult, Outcome
from travesia.language import Translate, translator

LONGEST_ERROR = 300


class JudgeTests(CoursePreprocessor):
    """Explains what each of nbgrader's test cells gave, and leaves nbgrader no doubt about it.

    nbgrader books by the first output that means something to it: one that a learner's code
    printed before the test failed would count. Here a failure comes first, and of several results
    the last one counts, which is the test's own. One that is no number earns nothing until the
    instructor has looked at it.
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
        clear = ClearHiddenTests(config=self.config)
        hidden = HiddenTests.of(nb.cells, clear.begin_test_delimeter, clear.end_test_delimeter)
        named = titles(nb.cells)
        valued = nb.metadata.pop(VALUED, [])
        for cell in tests:
            if cell.metadata["nbgrader"]["grade_id"] in valued:
                show_nothing(cell)
            title = named[cell.metadata["nbgrader"]["grade_id"]]
            result = judged(cell, title, refused, translate, hidden)
            if result.id in resources.get(UNCHECKED, ()):
                result = replace(result, outcome="flagged")
            elif result.needs_marking:
                self._tell_no_number(nb, place, result.id)
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
            sentence = f"The code changed what its tests rely on ({', '.join(found)})."
            _add(nb, Mended("suspect", "", sentence))
            tests[0].outputs.append(new_output("display_data", data=self._warning(found)))
        return nb, resources

    def _tell_no_number(self, nb: NotebookNode, place: Place, test: str) -> None:
        """Says to the instructor that a test gave no points that can be read."""
        sentence = (
            f"The test {test} ended in a value that is no number, so it earned nothing yet: look "
            "at it and mark it by hand."
        )
        self.log.warning("%s, %s: %s", place.student, place.notebook, sentence)
        _add(nb, Mended("suspect", test, sentence))

    def _warning(self, found: list[str]) -> dict[str, str]:
        """What the instructor reads in the formgrader; no feedback shows it."""
        _ = translator(self.fallback_language)
        sentence = _(
            "This code changed what its tests rely on. Look at it before you trust its marks."
        )
        listed = markup.escape(", ".join(found))
        return {"text/html": f"<div><strong>{markup.escape(sentence)}</strong> {listed}</div>"}


def _add(nb: NotebookNode, entry: Mended) -> None:
    own = nb.metadata.setdefault("travesia", NotebookNode())
    own.setdefault("mended", []).append(entry.to_json())


def judged(
    cell: NotebookNode,
    title: str,
    refused: dict[str, str],
    translate: Translate,
    hidden: HiddenTests = NOTHING_HIDDEN,
) -> ItemResult:
    """The judgement of one test; its outputs are put in the order of their weight."""
    own = cell.metadata["nbgrader"]
    most = float(own["points"])
    errors = [output for output in cell.outputs if output.output_type == "error"]
    results = [output for output in cell.outputs if output.output_type == "execute_result"]
    rest = [output for output in cell.outputs if output not in errors and output not in results]
    rest += [new_output("display_data", data=dict(output.data)) for output in results[:-1]]
    result = results[-1] if results else None
    read: float | None = None
    if result is not None:
        read = points_of(str(result.data.get("text/plain", "")), most)
    flagged = not errors and result is not None and read is None
    if result is not None:
        results = [bookable(result, read or 0.0)]
    if result is not None and flagged:
        # The instructor has to see what it was.
        rest.append(new_output("display_data", data=dict(result.data)))
    cell.outputs = [*errors, *results, *rest]
    points, _most = utils.determine_grade(cell)
    points = float(points or 0)
    outcome: Outcome = "partly" if points > 0 else "wrong"
    if flagged:
        outcome = "flagged"
    elif not errors and points >= most:
        outcome = "right"
    said = _of_outcome(outcome, translate)
    if errors:
        said = _of_error(cell, errors[0], refused, translate, hidden)
    return ItemResult(
        id=own["grade_id"],
        kind="code",
        title=title,
        outcome=outcome,
        points=round(points, 2),
        max_points=most,
        message=said,
        html=f'<div class="tv-paragraph">{markup.escape(said)}</div>',
    )


def _of_outcome(outcome: Outcome, translate: Translate) -> str:
    _ = translate
    if outcome == "flagged":
        return _("The check of this answer did not end in a number. Your instructor looks at it.")
    if outcome == "right":
        return _("This answer passed its checks.")
    if outcome == "partly":
        return _("This answer passed a part of its checks.")
    return _("This answer passed none of its checks.")


def _of_error(
    cell: NotebookNode,
    error: NotebookNode,
    refused: dict[str, str],
    translate: Translate,
    hidden: HiddenTests,
) -> str:
    """What an error says, as far as a learner may read it.

    The learner's code chooses the names and words of its errors, and may read every test that runs
    in its process. So where the notebook hides any, only what learners have read is quoted.
    """
    _ = translate
    plain = {
        "NotImplementedError": _("The code that this check runs is not written yet."),
        "KeyboardInterrupt": _("A check of this answer took too long and was stopped."),
    }
    if error.ename in OWN_ERRORS and error.traceback == [error.evalue]:
        plain[error.ename] = str(error.evalue)
    if error.ename in plain:
        return plain[error.ename]
    seen = hidden.seen(cell.source)
    name = next((name for name in refused if repr(name) in error.evalue), "")
    if error.ename == "NameError" and name and checks.is_clean(cell.source) and name in seen:
        pattern = _("The check looks at the value of {name}, and this is nothing it can read.")
        return pattern.format(name=name)
    quoted = str(error.evalue).strip()[:LONGEST_ERROR]
    said = "" if hidden and quoted not in seen else quoted
    if error.ename == "AssertionError":
        pattern = _("A check of this answer did not pass: {reason}")
        return pattern.format(reason=said) if said else _("A check of this answer did not pass.")
    if hidden and not _is_pythons(error.ename):
        return _("A check of this answer stopped with an error.")
    named = f"{error.ename}: {said}" if said else error.ename
    return _("A check of this answer stopped with an error ({error}).").format(error=named)


def _is_pythons(name: str) -> bool:
    """Whether an error has the name of one of Python's own."""
    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, BaseException)
