"""Fetching a released assignment into a learner's folder."""

import json
import shutil
from pathlib import Path

from nbgrader.exchange import abc

from travesia.course.localise import choose_language
from travesia.exchange.plugins.base import Exchange, hidden_folder, read_notebook
from travesia.language import current_language, translator

FEEDBACK = "feedback"


class ExchangeFetchAssignment(Exchange, abc.ExchangeFetchAssignment):
    """Brings a release to the learner, its prose in the learner's language."""

    def init_dest(self) -> None:
        """Finds the folder, and refuses to touch work that is there already."""
        self.target = self.folder_of(self.course, self.assignment)
        held = self.target.is_dir() and any(
            child.name != FEEDBACK for child in self.target.iterdir()
        )
        if held and not self.replace_missing_files:
            _ = translator()
            self.refuse(
                _("You have “{assignment}” already; your copy was left as it is.").format(
                    assignment=self.assignment
                )
            )

    def copy_files(self) -> None:
        """Puts a whole copy in place, or only what is missing of one."""
        with hidden_folder(self.target) as arrived:
            self.client.fetch_release(self.course, self.assignment, arrived)
            for notebook in sorted(arrived.rglob("*.ipynb")):
                put_in_language(notebook, current_language())
            if self.target.exists():
                self._add_missing(arrived)
            else:
                arrived.rename(self.target)
        self.log.info("Fetched as: %s %s", self.course, self.assignment)

    def _add_missing(self, arrived: Path) -> None:
        for source in sorted(path for path in arrived.rglob("*") if path.is_file()):
            target = self.target / source.relative_to(arrived)
            if target.exists() or target.is_symlink():
                continue
            self.log.warning("Replacing missing file '%s'", target.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def put_in_language(path: Path, language: str) -> None:
    """Rewrites a notebook with its embedded prose in one language; leaves what is no notebook."""
    notebook = read_notebook(path)
    if isinstance(notebook, str):
        return
    chosen = choose_language(notebook, language)
    path.write_text(json.dumps(chosen, indent=1, ensure_ascii=False) + "\n", "utf-8")
