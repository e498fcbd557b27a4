"""Making the formgrader's pages write every name as text.

nbgrader's pages put the names of learners, assignments and notebooks, some of them taken from the
page's own address, into HTML as they are.
"""

from collections.abc import MutableMapping
from typing import Any

from markupsafe import escape
from nbconvert.exporters import HTMLExporter
from nbformat.notebooknode import NotebookNode

TEMPLATES = "nbgrader_jinja2_env"
EXPORTER = "nbgrader_exporter"


class SubmissionPage(HTMLExporter):
    """Draws a submission for marking, with whatever names it is given written as text."""

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page and its resources, as the exporter's own."""
        written = {
            name: escape(value) if isinstance(value, str) else value
            for name, value in (resources or {}).items()
        }
        made: tuple[str, dict[str, Any]] = super().from_notebook_node(nb, written, **kwargs)
        return made


def write_names_as_text(settings: MutableMapping[str, Any]) -> None:
    """Set a server's formgrader so, if it has one: its settings name what draws its pages."""
    if TEMPLATES not in settings:
        return
    settings[TEMPLATES] = settings[TEMPLATES].overlay(autoescape=True)
    settings[EXPORTER] = SubmissionPage(config=settings[EXPORTER].config)
