"""What a learner gets back: one page that needs nothing else, and the marks as data."""

import base64
import binascii
import copy
import json
import re
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter
from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook
from traitlets.config import Config

from travesia.design import tokens_css
from travesia.grading import JUPYTER_DATA
from travesia.grading.course import CoursePreprocessor, place_of
from travesia.grading.errors import GradingError
from travesia.grading.marks import Marks, read_marks
from travesia.grading.result import OUTCOME_WORDS
from travesia.grading.safety import clean_html, markdown_html
from travesia.language import INTERFACE_CATALOGUES, available_languages, translator

TEMPLATES = JUPYTER_DATA / "nbconvert" / "templates"
MARKS_NAME = "marks.json"
FEEDBACK = "travesia"
PICTURES = ("image/png", "image/jpeg")
_TITLE = re.compile(r"^#\s+(.+)$", re.MULTILINE)
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


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


class CollectMarks(CoursePreprocessor):
    """Gathers the marks of a submission for the page, and writes them as `marks.json` beside it."""

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
        with Gradebook(place.db_url, self.coursedir.course_id) as gradebook:
            marks = read_marks(gradebook, notebooks, place.assignment, place.student)
        document = json.dumps(marks.to_json(), ensure_ascii=False, indent=1)
        resources.setdefault("outputs", {})[MARKS_NAME] = document.encode() + b"\n"
        language = nb.metadata.get("travesia", {}).get("language")
        if language not in available_languages(INTERFACE_CATALOGUES):
            language = self.fallback_language
        resources[FEEDBACK] = page(nb, marks, language)
        return nb, resources


def page(nb: NotebookNode, marks: Marks, language: str) -> dict[str, Any]:
    """All that the feedback page shows, each piece of HTML in it made safe."""
    prose = [cell.source for cell in nb.cells if cell.cell_type == "markdown"]
    titles = (match[1] for text in prose if (match := _TITLE.search(text)))
    by_id = {mark.id: mark for mark in marks.items}
    own = [cell for cell in nb.cells if _mark_id(cell) in by_id]
    shown = [(by_id[_mark_id(cell)], cell) for cell in own]
    rest = [mark for mark in marks.items if mark.id not in {mark.id for mark, _ in shown}]
    return {
        "_": translator(language),
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
                "outputs": [] if mark.kind != "cell" else printed(cell),
            }
            for mark, cell in [*shown, *((mark, None) for mark in rest)]
        ],
        "blocks": [block for cell in nb.cells if (block := _block(cell, by_id))],
    }


def printed(cell: NotebookNode | None) -> list[dict[str, str]]:
    """The outputs of a learner's cell as safe HTML or pictures, one each."""
    outputs = [] if cell is None or cell.cell_type != "code" else cell.outputs
    return [shown for output in outputs if (shown := _output(output))]


def _mark_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _block(cell: NotebookNode, marked: dict[str, Any]) -> dict[str, Any] | None:
    """A part of the notebook that no mark belongs to: its prose, or what its code printed."""
    if _mark_id(cell) in marked and (utils.is_grade(cell) or utils.is_task(cell)):
        return None
    if cell.cell_type == "markdown":
        return {"prose": markdown_html(cell.source, below=1)} if cell.source.strip() else None
    outputs = printed(cell)
    return {"outputs": outputs} if outputs else None


def _output(output: NotebookNode) -> dict[str, str] | None:
    if output.output_type == "stream":
        return {"text": _ANSI.sub("", output.text)}
    if output.output_type == "error":
        return {"text": _ANSI.sub("", f"{output.ename}: {output.evalue}")}
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
    return {"text": _ANSI.sub("", str(data["text/plain"]))} if set(data) == {"text/plain"} else None


def _picture(value: object) -> str:
    """A picture's data as base64 again, so that nothing else can stand in its place."""
    try:
        return base64.b64encode(base64.b64decode(str(value or ""), validate=False)).decode()
    except (binascii.Error, ValueError):
        return ""
