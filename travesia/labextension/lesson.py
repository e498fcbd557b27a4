"""Opening lessons: the person's own copy, its state, and a fresh copy beside it."""

import asyncio
import os
from pathlib import Path
from typing import Any

from tornado.web import authenticated

from travesia.course.document import ContentError
from travesia.labextension.copies import LessonCopies, LessonError
from travesia.labextension.handlers import DataHandler, PageHandler, PersonHandler
from travesia.language import translator
from travesia.scenarios import CaseError

LESSONS_VARIABLE = "TRAVESIA_LESSONS"


class _LessonHandler(PersonHandler):
    @property
    def copies(self) -> LessonCopies:
        source = os.environ.get(LESSONS_VARIABLE)
        if not source:
            _ = translator(self.language)
            raise LessonError(_("This server was given no lessons. Tell your administrator."))
        return LessonCopies(Path(source), self.home, self.language)

    def content_is_wrong(self, error: Exception) -> str:
        self.log.error("A lesson's content is wrong: %s", error)
        _ = translator(self.language)
        return _("This lesson has a mistake in its files. Tell your instructor; nothing is lost.")


class OpenLessonHandler(_LessonHandler, PageHandler):
    """Makes sure of the person's copy of a lesson and shows it in Notebook 7."""

    @authenticated
    async def get(self, module: str) -> None:
        """Leads to the notebook, or shows a page that says why not."""
        try:
            notebook = await asyncio.to_thread(self.copies.open, module)
        except LessonError as error:
            self.refuse(str(error))
        except (ContentError, CaseError) as error:
            self.refuse(self.content_is_wrong(error), 500)
        else:
            self.redirect(self.notebook_address(notebook))


class LessonStateHandler(_LessonHandler, DataHandler):
    """Tells whether the course has a newer release of an open lesson."""

    @authenticated
    async def get(self) -> None:
        """Answers `{"newer": true}` or `{"newer": false}`."""
        notebook = self.requested_notebook(self.get_query_argument("path", ""))
        if notebook is None:
            return
        try:
            newer = await asyncio.to_thread(self.copies.newer, notebook)
        except LessonError as error:
            self.refuse(str(error))
        else:
            self.finish({"newer": newer})


class FreshCopyHandler(_LessonHandler, DataHandler):
    """Puts the newest release beside a copy that the learner changed."""

    @authenticated
    async def post(self) -> None:
        """Answers with the new notebook's address."""
        notebook = self.requested_notebook(self.requested_path())
        if notebook is None:
            return
        answer: dict[str, Any]
        try:
            copy = await asyncio.to_thread(self.copies.fresh_copy, notebook)
        except LessonError as error:
            self.refuse(str(error))
        except (ContentError, CaseError) as error:
            self.refuse(self.content_is_wrong(error), 500)
        else:
            answer = {"url": self.notebook_address(copy)}
            self.finish(answer)
