"""Why a cell has no result of its own, said in the learner's language in the result's place."""

from typing import Any, Literal

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output

from travesia.grading.run import Reason
from travesia.language import translator

Stop = Reason | Literal["late", "changed", "silent"]
"""Beside how its process ended: no time was left, or the tests could not be run."""


def notice(stop: Stop, language: str) -> NotebookNode:
    """The output that says it."""
    return new_output("error", **said(stop, language))


def said(stop: Stop, language: str) -> dict[str, Any]:
    """What a kernel's reply would say of it."""
    _ = translator(language)
    sentences = {
        "late": _("The code of this notebook took too long and was stopped before this cell."),
        "time": _(
            "This cell took too long and did not stop when it was told to, so its program was "
            "ended. The other cells were run without it."
        ),
        "memory": _(
            "This cell took more memory than a notebook may have, so its program was ended. "
            "The other cells were run without it."
        ),
        "output": _(
            "This cell printed without end, so its program was ended. The other cells were "
            "run without it."
        ),
        "ended": _(
            "The program that runs this notebook ended in this cell. The other cells were run "
            "without it."
        ),
        "changed": _(
            "The checks of this answer could not be run, because the program that runs this "
            "notebook was changed. Your instructor looks into it."
        ),
        "silent": _(
            "The checks of this answer could not be run, because the program that runs this "
            "notebook did not answer. Your instructor looks into it."
        ),
        "often": _("The program that runs this notebook ended too often; this cell was not run."),
    }
    return _error("Stopped", sentences[stop])


def overdue(seconds: float, language: str) -> dict[str, Any]:
    """What a kernel's reply would say of a cell that was interrupted for its time."""
    _ = translator(language)
    sentence = _("This cell was stopped after {seconds} seconds.").format(seconds=round(seconds))
    return _error("CellTimeoutError", sentence)


def _error(name: str, sentence: str) -> dict[str, Any]:
    return {"ename": name, "evalue": sentence, "traceback": [sentence]}
