"""Putting the judgement of each item into the graded notebook, where nbgrader books it."""

from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils

from travesia.course.questions import TextQuestion
from travesia.grading import markup
from travesia.grading.course import CoursePreprocessor, place_of
from travesia.grading.errors import GradingError
from travesia.grading.judge import judge
from travesia.grading.key import Key
from travesia.grading.mended import carried
from travesia.grading.result import OUTCOME_WORDS, ItemResult
from travesia.language import Translate, translator


class JudgeAnswers(CoursePreprocessor):
    """Judges each item in this process and replaces what its cell printed by the judgement.

    nbgrader reads a bare number as a cell's points: for an item that number only ever comes from
    here. A written answer loses its checksum, which is how nbgrader tells that it needs a mark by
    hand; a blank one keeps it, and earns 0.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook with every item judged."""
        place = place_of(resources)
        submission = self.submission(place)
        if submission.problem:
            self.log.error(
                "%s: %s", self.folder("submitted", place) / "answers.json", submission.problem
            )
        key = self.key(place.assignment)
        judged = judge(key, submission.answers, submission.language, problem=submission.problem)
        results = {result.id: result for result in judged}
        translate = translator(submission.language)
        rubrics = self._rubrics(key)
        for cell in nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in results and utils.is_grade(cell):
                if results[name].outcome == "flagged":
                    self.log.warning(
                        "%s, %s: %s Look at it and mark it by hand.",
                        self.folder("submitted", place),
                        name,
                        results[name].message,
                    )
                _book(cell, results[name], translate)
                if name in rubrics and results[name].needs_marking:
                    cell.outputs.append(new_output("display_data", data=rubrics[name]))
        nb.metadata["travesia"] = {
            "assignment": place.assignment,
            "language": submission.language,
            "submission": submission.receipt.id if submission.receipt else "",
            "mended": carried(nb),
        }
        return nb, resources

    def _rubrics(self, key: Key) -> dict[str, dict[str, str]]:
        """What to look for in written answers, for the instructor; no feedback shows it."""
        _ = translator(self.fallback_language)
        label = _("What to look for")
        head = f"<div><strong>{markup.escape(label)}</strong></div>"
        return {
            item.id: {"text/html": f"{head}<div>{markup.inline(item.rubric)}</div>"}
            for item in key.items(self.fallback_language)
            if isinstance(item, TextQuestion)
        }


def _book(cell: NotebookNode, result: ItemResult, translate: Translate) -> None:
    own = cell.metadata["nbgrader"]
    if float(own["points"]) != result.max_points:
        raise GradingError(
            f"The cell {result.id} was released with {own['points']:g} points, its key gives "
            f"{result.max_points:g}: make them equal, then grade again."
        )
    if result.needs_marking:
        own.pop("checksum", None)
    shown = new_output("display_data", data={"text/html": shown_result(result, translate)})
    points = new_output("execute_result", data={"text/plain": f"{result.points:g}"})
    cell.outputs = [shown] if utils.is_solution(cell) else [points, shown]
    cell.execution_count = None
    cell.metadata["travesia"] = {"item": result.id, "result": result.to_json()}


def shown_result(result: ItemResult, translate: Translate) -> str:
    """A judgement as the formgrader shows it under the item's cell."""
    words = translate(OUTCOME_WORDS[result.outcome])
    head = f"<strong>{markup.escape(result.title)}</strong> · {markup.escape(words)}"
    return f'<div class="tv-item tv-{result.outcome}"><div>{head}</div>{result.html}</div>'
