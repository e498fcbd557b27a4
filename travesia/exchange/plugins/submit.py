"""Handing an assignment in."""

from pathlib import Path

from nbgrader.exchange import abc

from travesia.exchange.archive import files_of
from travesia.exchange.errors import Refusal
from travesia.exchange.plugins.base import Exchange, read_notebook
from travesia.exchange.receipt import Receipt
from travesia.language import translator


class ExchangeSubmit(Exchange, abc.ExchangeSubmit):
    """Hands in the learner's folder as the person whom the hub knows, and keeps the receipt."""

    receipt: Receipt

    def init_src(self) -> None:
        """Finds the folder to hand in; its notebooks must be notebooks."""
        _ = translator()
        self.require_self()
        self.coursedir.assignment_id = Path(self.assignment).name
        self.source = self.folder_of(self.course, self.assignment)
        if not self.source.is_dir():
            self.refuse(
                _(
                    "There is no folder “{assignment}” to hand in; fetch the assignment first."
                ).format(assignment=self.assignment)
            )
        try:
            self.files = files_of(self.source, self.ignored)
        except Refusal as refusal:
            self.refuse(refusal.sentence(_))
        for name, path in self.files:
            if name.endswith(".ipynb"):
                notebook = read_notebook(path)
                if isinstance(notebook, str):
                    self.refuse(notebook)

    def init_dest(self) -> None:
        """Compares the notebooks with those of the release."""
        _ = translator()
        released = {
            release["assignment"]: set(release["notebooks"])
            for release in self.client.assignments(self.course)
        }
        handed_in = {name for name, _path in self.files if name.endswith(".ipynb")}
        missing = sorted(released.get(self.assignment, set()) - handed_in)
        if not missing:
            return
        sentence = _("These notebooks of the assignment are missing: {names}.").format(
            names=", ".join(missing)
        )
        if self.strict:
            self.refuse(sentence)
        self.log.warning(sentence)

    def copy_files(self) -> None:
        """Sends the folder and tells the receipt."""
        self.receipt = self.client.submit(
            self.course, self.assignment, self.source, ignore=self.ignored
        )
        _ = translator()
        self.log.info(
            _("Handed in: “{assignment}” at {time}. Your receipt: {receipt}.").format(
                assignment=self.assignment, time=self.receipt.timestamp, receipt=self.receipt.id
            )
        )
        if self.client.notice:
            self.log.warning(self.client.notice)
