"""Releasing an assignment to the learners of a course."""

from collections.abc import Iterator
from typing import Any

from nbgrader.exchange import abc

from travesia.exchange.archive import files_of
from travesia.exchange.errors import Refusal
from travesia.exchange.plugins.base import Exchange, read_notebook
from travesia.exchange.plugins.collect import due_date
from travesia.language import SOURCE_LANGUAGE, translator


class ExchangeReleaseAssignment(Exchange, abc.ExchangeReleaseAssignment):
    """Releases what `nbgrader generate_assignment` made, with its title and due date."""

    def init_src(self) -> None:
        """Finds the generated assignment; its notebooks must be notebooks."""
        _ = translator()
        self.source = self.step_folder(self.coursedir.release_directory, ".", self.assignment)
        if not self.source.is_dir():
            self.refuse(
                _(
                    "“{assignment}” is not generated yet;"
                    " run nbgrader generate_assignment {assignment} first."
                ).format(assignment=self.assignment)
            )
        try:
            files = files_of(self.source, self.ignored)
        except Refusal as refusal:
            self.refuse(refusal.sentence(_))
        self.notebooks = []
        for path in (path for name, path in files if name.endswith(".ipynb")):
            notebook = read_notebook(path)
            if isinstance(notebook, str):
                self.refuse(notebook)
            self.notebooks.append(notebook)

    def copy_files(self) -> None:
        """Sends the generated assignment."""
        self.client.publish(
            self.course,
            self.assignment,
            self.source,
            title=title_of(self.notebooks[0]) if self.notebooks else {},
            due=due_date(self),
            replace=self.force,
            ignore=self.ignored,
        )
        self.log.info("Released as: %s %s", self.course, self.assignment)


def title_of(notebook: dict[str, Any]) -> dict[str, str]:
    """The first heading of a released notebook in each language it carries."""
    for cell in notebook["cells"]:
        texts = dict(_texts(cell))
        if any(_heading(text) for text in texts.values()):
            return {
                language: heading
                for language, text in texts.items()
                if (heading := _heading(text)) is not None
            }
    return {}


def _texts(cell: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if cell.get("cell_type") != "markdown":
        return
    source = cell.get("source", "")
    yield SOURCE_LANGUAGE, "".join(source) if isinstance(source, list) else source
    own = cell.get("metadata", {}).get("travesia", {})
    yield from own.get("text", {}).items()


def _heading(text: str) -> str | None:
    for line in text.splitlines():
        if line.startswith("# "):
            return line[2:].strip()
    return None
