"""What a learner gets back: one page that needs nothing else, and the marks as data."""

import base64
import binascii
import copy
import json
import re
from collections.abc import Callable
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter
from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearHiddenTests
from traitlets.config import Config

from travesia.design import tokens_css
from travesia.grading import JUPYTER_DATA
from travesia.grading.course import CoursePreprocessor, Place, place_of
from travesia.grading.errors import GradingError
from travesia.grading.hidden import ANSI, NOTHING_HIDDEN, HiddenTests
from travesia.grading.marks import Booked, Marks, read_booked, read_marks
from travesia.grading.result import OUTCOME_WORDS
from travesia.grading.safety import clean_html, markdown_html
from travesia.language import INTERFACE_CATALOGUES, available_languages, translator

TEMPLATES = JUPYTER_DATA / "nbconvert" / "templates"
MARKS_NAME = "marks.json"
FEEDBACK = "travesia"
BOOKED = "travesia_booked"
"""Where a conversion's resources may hold what the gradebook has of the submission."""
PICTURES = ("image/png", "image/jpeg")
_TITLE = re.compile(r"^#\s+(.+)$", re.MULTILINE)


class FeedbackExporter(HTMLExporter):
    """Exports a graded notebook as the feedback page, whatever template the caller asks for.

    The formgrader asks for nbgrader's own by name; the page has to be the same from everywhere.
    """

    def __init__(self, config: Config | None = None, **kwargs: Any) -> None:
        own = copy.deepcopy(config) if config is not None else Config()
        # nbconvert reads the templates' settings while it is made, so these have to be known then.
        own.FeedbackExporter.extra_template_basedirs = [str(TEMPLATES)]
        own.FeedbackExporter.template_name = "travesia-feedback"
        own.FeedbackExporter.sanitize_html = True
        super().__init__(config=own, **kwargs)

    def from_notebook_node(
        self,
        nb: NotebookNode,
        resources: dict[str, Any] | None = None,
        **_kw: Any,
    ) -> tuple[str, dict[str, Any]]:
        """The page as its template writes it, of a notebook that nobody else holds.

        nbconvert would copy the notebook three times, against steps that change it under somebody's
        hands, and parse the whole page once more, for the pictures without alternative text and the
        focusable outputs of its own templates. Here a notebook has just been read, for this page.
        """
        resources = self._init_resources(resources)
        for step in self._preprocessors:
            nb, resources = step(nb, resources)
        resources["output_extension"] = self.file_extension
        page: str = self.template.render(nb=nb, resources=resources)
        return page, resources


class CollectMarks(CoursePreprocessor):
    """Gathers the marks of a submission for the page, and writes them as `marks.json` beside it.

    What the gradebook holds is found in the resources where many pages are made at once.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook with all that its page shows in the conversion's resources."""
        place = place_of(resources)
        notebooks = {
            path.stem: nb if path.stem == place.notebook else nbformat.read(path, as_version=4)
            for path in sorted(self.folder("autograded", place).glob("*.ipynb"))
        }
        if place.notebook not in notebooks:
            raise GradingError(f"{place.notebook} of {place.student} has not been graded yet.")
        language = nb.metadata.get("travesia", {}).get("language")
        if language not in available_languages(INTERFACE_CATALOGUES):
            language = self.fallback_language
        clear = ClearHiddenTests(config=self.config)
        hidden = HiddenTests.of(nb.cells, clear.begin_test_delimeter, clear.end_test_delimeter)
        booked = resources.get(BOOKED) or self._booked(place)
        marks = read_marks(booked, notebooks, place.assignment, place.student)
        document = json.dumps(marks.to_json(), ensure_ascii=False)
        resources.setdefault("outputs", {})[MARKS_NAME] = document.encode() + b"\n"
        resources[FEEDBACK] = page(nb, place.notebook, marks, language, hidden)
        return nb, resources

    def _booked(self, place: Place) -> Booked:
        with Gradebook(place.db_url, self.coursedir.course_id) as gradebook:
            booked = read_booked(gradebook, place.assignment, [place.student])
        if place.student not in booked:
            raise GradingError(
                f"The gradebook has no submission of {place.student} to {place.assignment}: grade "
                "it first."
            )
        return booked[place.student]


def page(
    nb: NotebookNode,
    notebook: str,
    marks: Marks,
    language: str,
    hidden: HiddenTests = NOTHING_HIDDEN,
) -> dict[str, Any]:
    """All that the feedback page of a notebook shows, each piece of HTML in it made safe.

    The marks of the assignment's other notebooks follow its own, without what those printed. Where
    tests are hidden, nothing that was printed while a test ran is shown: the learner's own code
    runs in it, and can read it.
    """
    _ = translator(language)
    prose = [cell.source for cell in nb.cells if cell.cell_type == "markdown"]
    titles = (match[1] for text in prose if (match := _TITLE.search(text)))
    by_id = {mark.id: mark for mark in marks.items if mark.notebook == notebook}
    shown = [(by_id[_mark_id(cell)], cell) for cell in nb.cells if _mark_id(cell) in by_id]
    here = {mark.id for mark, _ in shown}
    rest = [mark for mark in marks.items if mark.notebook != notebook or mark.id not in here]
    left_out = [{"text": _("This output is left out: it repeats a part of the tests.")}]

    def outputs_of(cell: NotebookNode | None) -> list[dict[str, str]]:
        if cell is not None and hidden and utils.is_grade(cell) and not utils.is_solution(cell):
            return []
        outputs = printed(cell)
        repeats = hidden and any(
            hidden.repeated_in(text) for each in outputs for text in each.values()
        )
        return left_out if repeats else outputs

    return {
        "_": _,
        "language": language,
        "css": tokens_css(),
        "title": next(titles, marks.assignment),
        "marks": marks,
        "words": OUTCOME_WORDS,
        "items": [
            {
                "mark": mark,
                "html": clean_html(mark.html),
                "comment": markdown_html(mark.comment, below=3),
                "outputs": outputs_of(cell) if mark.kind == "cell" else [],
            }
            for mark, cell in [*shown, *((mark, None) for mark in rest)]
        ],
        "blocks": [block for cell in nb.cells if (block := _block(cell, by_id, outputs_of))],
    }


def printed(cell: NotebookNode | None) -> list[dict[str, str]]:
    """The outputs of a learner's cell as safe HTML or pictures, one each."""
    outputs = [] if cell is None or cell.cell_type != "code" else cell.outputs
    return [shown for output in outputs if (shown := _output(output))]


def _mark_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _block(
    cell: NotebookNode,
    marked: dict[str, Any],
    outputs_of: Callable[[NotebookNode], list[dict[str, str]]],
) -> dict[str, Any] | None:
    """A part of the notebook that no mark belongs to: its prose, or what its code printed."""
    if _mark_id(cell) in marked and (utils.is_grade(cell) or utils.is_task(cell)):
        return None
    if cell.cell_type == "markdown":
        return {"prose": markdown_html(cell.source, below=1)} if cell.source.strip() else None
    outputs = outputs_of(cell)
    return {"outputs": outputs} if outputs else None


def _output(output: NotebookNode) -> dict[str, str] | None:
    if output.output_type == "stream":
        return {"text": ANSI.sub("", output.text)}
    if output.output_type == "error":
        return {"text": ANSI.sub("", f"{output.ename}: {output.evalue}")}
    data = output.get("data", {})
    for kind in PICTURES:
        picture = _picture(data.get(kind))
        if picture:
            return {"picture": f"data:{kind};base64,{picture}"}
    if "text/html" in data:
        return {"html": clean_html(data["text/html"])}
    if "text/markdown" in data:
        return {"html": markdown_html(data["text/markdown"], below=2)}
    # A richer output than text that can't be shown here has a text that says nothing.
    return {"text": ANSI.sub("", str(data["text/plain"]))} if set(data) == {"text/plain"} else None


def _picture(value: object) -> str:
    """A picture's data as base64 again, so that nothing else can stand in its place."""
    try:
        return base64.b64encode(base64.b64decode(str(value or ""), validate=False)).decode()
    except (binascii.Error, ValueError):
        return ""
