"""Opening assignments: the person's own folder, fetched first where it is not there yet."""

import asyncio
import json
import shutil
import tempfile
from pathlib import Path

from tornado.web import authenticated

from travesia.course.localise import choose_language
from travesia.exchange.client import ExchangeClient
from travesia.exchange.errors import ServiceError
from travesia.labextension.files import write_whole
from travesia.labextension.handin import named_assignment
from travesia.labextension.handlers import PageHandler
from travesia.labextension.ledger import LEDGER
from travesia.language import translator


class OpenAssignmentHandler(PageHandler):
    """Makes sure of the person's folder of an assignment and shows its notebook."""

    @authenticated
    async def get(self, course: str, assignment: str) -> None:
        """Leads to the notebook, or shows a page that says why not."""
        _ = translator(self.language)
        try:
            notebook = await asyncio.to_thread(opened, self.home, course, assignment, self.language)
        except ServiceError as error:
            self.refuse(str(error), 502 if error.status is None else error.status)
        except OSError as error:
            self.log.exception("Fetching %s failed", assignment)
            message = _("The assignment could not be stored in your home ({reason}).")
            self.refuse(message.format(reason=error.strerror), 500)
        else:
            if notebook is None:
                message = _(
                    "Your folder “{folder}” holds no notebook of this assignment. Rename that "
                    "folder and open the assignment again from the campus."
                )
                self.refuse(message.format(folder=assignment))
            else:
                self.redirect(self.notebook_address(notebook))


def opened(home: Path, course: str, assignment: str, language: str) -> Path | None:
    """The notebook of an assignment in a home, fetched if its folder is not there.

    None if the folder is there and holds no notebook of this assignment: it is the learner's, and
    nothing is put into it.

    Raises:
        ServiceError: the assignment cannot be fetched, in the person's language.
        OSError: it cannot be stored.
    """
    folder = home / assignment
    if not folder.exists():
        _fetch(home, course, assignment, language)
    for notebook in sorted(folder.glob("*.ipynb")):
        if named_assignment(notebook) == (course, assignment):
            return notebook
    return None


def _fetch(home: Path, course: str, assignment: str, language: str) -> None:
    """Lays an assignment out beside its place and moves it there whole."""
    waiting = (home / LEDGER).parent
    waiting.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=waiting, prefix="fetch-") as room:
        folder = Path(room) / assignment
        folder.mkdir()
        with ExchangeClient.from_environment() as client:
            client.fetch_release(course, assignment, folder)
        for path in sorted(folder.rglob("*.ipynb")):
            notebook = choose_language(json.loads(path.read_bytes()), language)
            text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
            write_whole(path, text.encode())
        target = home / assignment
        if not target.exists():
            shutil.move(folder, target)
