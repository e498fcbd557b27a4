"""Handing in: the folder of an open assignment goes to the course, its receipt to the browser."""

import asyncio
import fnmatch
import json
from pathlib import Path
from typing import Any

from tornado.web import authenticated

from travesia.exchange.client import ExchangeClient
from travesia.exchange.errors import ServiceError
from travesia.exchange.receipt import RESERVED, Receipt
from travesia.labextension.handlers import DataHandler
from travesia.language import translator

# What programs leave beside a learner's work, as nbgrader leaves it out too.
LEFT_OUT = (".*", "__pycache__", "*.pyc", "feedback", *sorted(RESERVED))


class HandInHandler(DataHandler):
    """Hands in the folder that holds an open assignment."""

    @authenticated
    async def post(self) -> None:
        """Answers with the receipt, or with the service's sentence."""
        _ = translator(self.language)
        notebook = self.requested_notebook(self.requested_path())
        if notebook is None:
            return
        course, assignment = named_assignment(notebook)
        if not course or not assignment:
            self.refuse(_("This notebook is not an assignment, so it cannot be handed in."))
            return
        if notebook.parent != self.home.resolve() / assignment:
            message = _(
                "This notebook is not in the folder “{folder}” of its assignment. Open the "
                "assignment from the campus and answer there."
            )
            self.refuse(message.format(folder=assignment))
            return
        try:
            receipt, notice = await asyncio.to_thread(_submit, course, assignment, notebook.parent)
        except ServiceError as error:
            self.refuse(str(error), 502 if error.status is None else error.status)
        except OSError as error:
            self.log.exception("Handing in %s failed", assignment)
            message = _("A file of your folder could not be read ({reason}). Try again.")
            self.refuse(message.format(reason=error.strerror), 500)
        else:
            self.finish(receipt.model_dump(mode="json") | {"notice": notice})


def named_assignment(notebook: Path) -> tuple[str, str]:
    """The course and assignment that a notebook's own metadata names, empty where it does not."""
    try:
        own: Any = json.loads(notebook.read_bytes())["metadata"]["travesia"]
        if own["kind"] != "assignment":
            return "", ""
        names = own["course"], own["assignment"]
    except (OSError, ValueError, LookupError, TypeError):
        return "", ""
    if not all(isinstance(name, str) and "/" not in name for name in names):
        return "", ""
    return names


def _submit(course: str, assignment: str, folder: Path) -> tuple[Receipt, str]:
    with ExchangeClient.from_environment() as client:
        return client.submit(course, assignment, folder, _left_out), client.notice


def _left_out(directory: str, names: list[str]) -> set[str]:
    del directory  # the same names are left out everywhere
    return {name for name in names if any(fnmatch.fnmatch(name, rule) for rule in LEFT_OUT)}
