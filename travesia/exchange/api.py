"""What every handler of the exchange's interface does: know the caller, refuse in sentences."""

import asyncio
import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from typing import Any

from tornado.web import HTTPError, RequestHandler, stream_request_body

from travesia.exchange.attempts import Attempts
from travesia.exchange.errors import N_, Refusal
from travesia.exchange.identity import Caller, Identify
from travesia.exchange.receipt import Receipt
from travesia.exchange.store import Store
from travesia.exchange.upload import Upload
from travesia.language import SOURCE_LANGUAGE, Translate, available_languages, translator

_log = logging.getLogger(__name__)
_TOKEN = re.compile(r"(?:token|bearer)\s+(\S+)\s*", re.IGNORECASE)
_DRAIN = 1024**4
"""Bytes read and thrown away after a refusal: a closed connection would swallow its sentence."""
UPLOAD_SECONDS = 15 * 60
NameOf = Callable[[str], str]
"""The name by which a person is known to others, of a hub user name."""


class ApiHandler(RequestHandler):
    """Knows the caller before anything else happens, and answers refusals as sentences."""

    caller: Caller

    def initialize(
        self,
        store: Store,
        identify: Identify,
        worker: Executor,
        attempts: Attempts,
        name_of: NameOf,
    ) -> None:
        """Takes what the routes were made with."""
        self.store = store
        self.name_of = name_of
        self.attempts = attempts
        self._identify = identify
        self._worker = worker

    def set_default_headers(self) -> None:
        """Keeps answers out of caches and of guesses about their kind."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")

    def check_xsrf_cookie(self) -> None:
        """Needs no check: a browser never sends the token by itself, and cookies do not count."""

    async def prepare(self) -> None:
        """Finds out who calls."""
        self.caller = await self._who_calls()

    async def _who_calls(self) -> Caller:
        token = _TOKEN.fullmatch(self.request.headers.get("Authorization", ""))
        try:
            caller = await self._identify(token.group(1)) if token else None
        except HTTPError as error:
            raise Refusal(
                503, "hub_silent", N_("The hub does not answer; please try again in a moment.")
            ) from error
        if caller is None:
            raise Refusal(
                401, "no_caller", N_("The course does not know you here; please sign in again.")
            )
        return caller

    @property
    def language(self) -> str:
        """The first language the caller asks for that there is a catalogue for."""
        known = available_languages()
        for wanted in self.request.headers.get("Accept-Language", "").split(","):
            code = wanted.split(";")[0].strip().lower().split("-")[0]
            if code in known:
                return code
        return SOURCE_LANGUAGE

    @property
    def translate(self) -> Translate:
        """Gives sentences in the caller's language."""
        return translator(self.language)

    def require_member(self, course: str) -> None:
        """Lets only learners and instructors of the course go on."""
        if course not in self.caller.courses | self.caller.instructs:
            raise Refusal(403, "not_enrolled", N_("You are not enrolled in this course."))

    def require_instructor(self, course: str) -> None:
        """Lets only instructors of the course go on."""
        if course not in self.caller.instructs:
            raise Refusal(403, "not_instructor", N_("Only instructors of this course may do this."))

    def require_open(self, course: str, assignment: str) -> None:
        """Lets a learner go on only to an attempt at a test that is theirs to take."""
        if course not in self.caller.instructs:
            self.attempts.check_open(self.store, course, assignment, self.caller.name)

    def require_not_over(self, course: str, assignment: str) -> None:
        """Lets nobody hand an attempt at a test in after its marks were released to them."""
        self.attempts.check_not_over(self.store, course, assignment, self.caller.name)

    def require_owner(self, receipt: Receipt) -> None:
        """Lets only the submission's learner and the course's instructors go on.

        Others get the answer for a submission that is not there, so that ids tell nothing.
        """
        if receipt.student != self.caller.name and receipt.course not in self.caller.instructs:
            raise Refusal(404, "no_submission", N_("There is no such submission in this course."))

    async def in_thread(self, function: Any, *args: Any) -> Any:
        """Runs what touches much of the disk without holding up other people's requests."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, function, *args)

    async def send(self, chunks: Iterator[bytes]) -> None:
        """Answers with an archive, chunk by chunk, as fast as the caller reads it."""
        self.set_header("Content-Type", "application/gzip")
        while (chunk := await self.in_thread(next, chunks, None)) is not None:
            self.write(chunk)
            await self.flush()

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Gives a refusal its own status."""
        error = (kwargs.get("exc_info") or (None, None))[1]
        super().send_error(error.status if isinstance(error, Refusal) else status_code, **kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answers with a sentence in the caller's language, whatever went wrong."""
        error = (kwargs.get("exc_info") or (None, None))[1]
        if not isinstance(error, Refusal):
            error = _unforeseen(status_code)
        sentence = error.sentence(self.translate)
        self.finish({"error": {"code": error.code, "message": sentence}})

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Notes refusals in one line; anything else is a defect and keeps its traceback."""
        if isinstance(value, Refusal):
            _log.info("%s %s: %s", self.request.method, self.request.path, value.code)
        else:
            super().log_exception(typ, value, tb)


def _unforeseen(status: int) -> Refusal:
    if status < 500:
        return Refusal(status, "bad_request", N_("This request cannot be understood."))
    return Refusal(
        status,
        "defect",
        N_(
            "Something went wrong on the course's side; nothing was changed."
            " Please tell your instructor."
        ),
    )


@stream_request_body
class UploadHandler(ApiHandler):
    """Takes an archive as it arrives; a refusal waits until the sender can read it."""

    refusal: Refusal | None = None
    upload: Upload | None = None
    whole = False

    def allow(self, course: str, name: str) -> None:
        """Refuses callers who may not send an archive here."""
        raise NotImplementedError

    async def prepare(self) -> None:
        """Finds out who calls and makes room, before the first byte of the body is read."""
        if self.request.method not in {"POST", "PUT"}:
            await super().prepare()
            return
        connection = self.request.connection
        connection.set_max_body_size(_DRAIN)
        connection.set_body_timeout(UPLOAD_SECONDS)
        try:
            await super().prepare()
            self.allow(*self.path_args)
            self.upload = self.store.receive(self.path_args[0])
        except Refusal as refusal:
            self.refusal = refusal

    def data_received(self, chunk: bytes) -> None:
        """Keeps the next bytes, or throws them away once the upload is refused."""
        if self.refusal or self.upload is None:
            return
        try:
            self.upload.write(chunk)
        except Refusal as refusal:
            self.refusal = refusal
            self.upload.discard()

    def received(self) -> Upload:
        """The archive that has arrived; raises what refused it."""
        if self.refusal:
            raise self.refusal
        if self.upload is None:
            raise HTTPError(400)
        self.whole = True
        return self.upload

    def finish(self, chunk: Any = None) -> Any:
        """Removes what was not stored, then answers."""
        if self.upload:
            self.upload.discard()
        return super().finish(chunk)

    def on_connection_close(self) -> None:
        """Removes what had arrived when the caller went away before the end.

        A whole archive is being stored at this time: it must not lose files under way.
        """
        if self.upload and not self.whole:
            self.upload.discard()
        super().on_connection_close()
