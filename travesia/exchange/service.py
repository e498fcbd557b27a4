"""The exchange's HTTP interface: tornado handlers for the campus service.

Who calls is known by the hub's token in the `Authorization` header alone. Cookies, tokens in
addresses, and names or times in a request's body are never looked at.
"""

import json
import re
from concurrent.futures import Executor
from datetime import datetime
from typing import Any
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError
from pydantic.types import AwareDatetime
from tornado.web import URLSpec

from travesia.exchange.api import ApiHandler, NameOf, UploadHandler
from travesia.exchange.archive import files_of, packed
from travesia.exchange.attempts import Attempts
from travesia.exchange.errors import N_, Refusal
from travesia.exchange.identity import Identify
from travesia.exchange.names import check_person
from travesia.exchange.receipt import RELEASE, Receipt, Release
from travesia.exchange.room import NOTICE_HEADER
from travesia.exchange.store import Store


def handlers(
    store: Store,
    identify: Identify,
    *,
    prefix: str = "/services/campus/",
    worker: Executor,
    attempts: Attempts | None = None,
    name_of: NameOf = str,
) -> list[URLSpec]:
    """The routes of the exchange below `<prefix>api/`.

    Args:
        store: Where the exchange lies; sweep it before serving.
        identify: Gives the person a token belongs to.
        prefix: The service's path on the hub.
        worker: Threads for unpacking and packing, so that others are served meanwhile.
        attempts: Which attempt at a test opens after which; without it every release is open.
        name_of: The name by which instructors know a learner; the hub's own by default.
    """
    parts = {
        "store": store,
        "identify": identify,
        "worker": worker,
        "attempts": attempts or Attempts(),
        "name_of": name_of,
    }
    name = r"([^/]+)"
    routes: list[tuple[str, type[ApiHandler]]] = [
        ("me", MeHandler),
        (f"courses/{name}/assignments", AssignmentsHandler),
        (f"courses/{name}/assignments/{name}/release", ReleaseHandler),
        (f"courses/{name}/assignments/{name}/submissions", SubmitHandler),
        (f"courses/{name}/submissions", SubmissionsHandler),
        (f"courses/{name}/submissions/{name}", SubmissionHandler),
        (f"courses/{name}/submissions/{name}/feedback", FeedbackHandler),
        (r".*", NothingHandler),
    ]
    return [URLSpec(f"{re.escape(prefix)}api/{path}", kind, parts) for path, kind in routes]


class MeHandler(ApiHandler):
    """Who the caller is, to the exchange."""

    def get(self) -> None:
        """Answers with the caller's name and courses."""
        self.finish(
            {
                "name": self.caller.name,
                "courses": sorted(self.caller.courses),
                "instructs": sorted(self.caller.instructs),
            }
        )


class AssignmentsHandler(ApiHandler):
    """The released assignments of a course that are open to the caller."""

    async def get(self, course: str) -> None:
        """Answers with each release and the caller's own latest submission."""
        self.require_member(course)
        releases = await self.in_thread(self._open_releases, course)
        own = {
            receipt.assignment: receipt
            for receipt in self.store.submissions(course, student=self.caller.name)
        }
        self.finish(
            {
                "assignments": [
                    release_json(release) | {"submitted": _json(own[release.assignment])}
                    if release.assignment in own
                    else release_json(release) | {"submitted": None}
                    for release in releases
                ]
            }
        )

    def _open_releases(self, course: str) -> list[Release]:
        return [each for each in self.store.releases(course) if self._open(course, each)]

    def _open(self, course: str, release: Release) -> bool:
        try:
            self.require_open(course, release.assignment)
        except Refusal:
            return False
        return True


class ReleaseHandler(UploadHandler):
    """One released assignment: its files for learners, its place for instructors."""

    def allow(self, course: str, _name: str) -> None:
        """Lets the course's instructors release."""
        self.require_instructor(course)

    async def get(self, course: str, assignment: str) -> None:
        """Answers with the files of the release."""
        self.require_member(course)
        folder = self.store.release_folder(course, assignment)
        await self.in_thread(self.require_open, course, assignment)
        files = [(name, path) for name, path in files_of(folder) if name != RELEASE]
        await self.send(packed(files))

    async def put(self, course: str, assignment: str) -> None:
        """Releases the archive in the body, due at `due`, with the titles in `title`."""
        upload = self.received()
        title, due = self._title(), self._due()
        replace = self.get_query_argument("replace", "") == "1"

        def publish() -> Release:
            return self.store.publish(
                course,
                assignment,
                upload,
                title=title,
                due=due,
                by=self.caller.name,
                replace=replace,
            )

        self.set_status(201)
        self.finish(release_json(await self.in_thread(publish)))

    async def delete(self, course: str, assignment: str) -> None:
        """Takes the release back."""
        self.require_instructor(course)
        await self.in_thread(self.store.withdraw, course, assignment)
        self.set_status(204)

    def _due(self) -> datetime | None:
        return self._argument("due", TypeAdapter(AwareDatetime | None).validate_python)

    def _title(self) -> dict[str, str]:
        read = TypeAdapter(dict[str, str]).validate_json
        return self._argument("title", read) or {}

    def _argument(self, name: str, read: Any) -> Any:
        given = self.get_query_argument(name, "")
        try:
            return read(given) if given else None
        except ValidationError as error:
            raise Refusal(
                400, "bad_argument", N_("“{name}” cannot be read in this request."), name=name
            ) from error


class SubmitHandler(UploadHandler):
    """Where a learner hands an assignment in."""

    def allow(self, course: str, name: str) -> None:
        """Lets members of the course hand in what is released."""
        self.require_member(course)
        check_person(self.caller.name)
        self.store.release_folder(course, name)
        self.require_open(course, name)
        self.require_not_over(course, name)

    def student(self) -> str:
        """Whose submission this is: the caller's, whatever the request says."""
        return self.caller.name

    async def post(self, course: str, assignment: str) -> None:
        """Stores the archive in the body and answers with its receipt."""
        upload = self.received()

        def submit() -> Receipt:
            # Its marks may have been released while it was on its way.
            self.require_not_over(course, assignment)
            return self.store.submit(
                course, assignment, self.student(), upload, language=self.language
            )

        receipt = await self.in_thread(submit)
        filled = await self.in_thread(self.store.filled, course, self.student(), upload)
        notice = filled.notice(self.store.limits, self.store.room, self.translate)
        if notice:
            self.set_header(NOTICE_HEADER, quote(notice))
        self.set_status(201)
        self.finish(_json(receipt))


class SubmissionsHandler(ApiHandler):
    """Receipts, with what was released for each."""

    async def get(self, course: str) -> None:
        """Answers with the caller's own submissions, or with everybody's to an instructor."""
        self.require_member(course)
        student: str | None = self.caller.name
        everybody = self.get_query_argument("everybody", "") == "1"
        if everybody:
            self.require_instructor(course)
            student = self.get_query_argument("student", None)
        assignment = self.get_query_argument("assignment", None)

        def listed() -> list[dict[str, Any]]:
            found = self.store.submissions(course, assignment=assignment, student=student)
            entries = [submission_json(self.store, receipt) for receipt in found]
            if everybody:
                for entry in entries:
                    entry["student_name"] = self.name_of(entry["student"])
            return entries

        self.finish({"submissions": await self.in_thread(listed)})


class SubmissionHandler(ApiHandler):
    """One submission's files, for its learner and the course's instructors."""

    async def get(self, course: str, submission: str) -> None:
        """Answers with what was handed in and what the service wrote beside it."""
        self.require_member(course)
        receipt = self.store.submission(course, submission)
        self.require_owner(receipt)
        await self.send(packed(files_of(self.store.submission_folder(receipt))))


class FeedbackHandler(UploadHandler):
    """The feedback and marks of one submission."""

    def allow(self, course: str, name: str) -> None:
        """Lets the course's instructors release feedback."""
        self.require_instructor(course)
        self.store.submission(course, name)

    async def get(self, course: str, submission: str) -> None:
        """Answers with the released files."""
        self.require_member(course)
        receipt = self.store.submission(course, submission)
        self.require_owner(receipt)
        feedback = self.store.feedback(receipt)
        if feedback is None:
            raise Refusal(404, "no_feedback", N_("There is no feedback on this submission yet."))
        await self.send(packed(files_of(feedback.folder)))

    async def put(self, course: str, submission: str) -> None:
        """Releases the archive in the body to the submission's learner."""
        upload = self.received()
        receipt = self.store.submission(course, submission)
        await self.in_thread(self.store.release_feedback, receipt, upload)
        self.set_status(204)


class NothingHandler(ApiHandler):
    """Answers for addresses that are none of the exchange's."""

    async def prepare(self) -> None:
        """Refuses, whoever calls."""
        raise Refusal(404, "no_address", N_("There is nothing at this address."))


def release_json(release: Release) -> dict[str, Any]:
    """A release as the interface gives it."""
    return _json(release)


def submission_json(store: Store, receipt: Receipt) -> dict[str, Any]:
    """A receipt as the interface lists it, with its notebooks and its feedback's files."""
    names = [name for name, _ in files_of(store.submission_folder(receipt))]
    feedback = store.feedback(receipt)
    return _json(receipt) | {
        "timestamp": receipt.timestamp,
        "notebooks": [name for name in names if name.endswith(".ipynb")],
        "feedback": dict(feedback.files) if feedback else None,
        "marks": feedback.marks.model_dump(mode="json", by_alias=True)
        if feedback and feedback.marks
        else None,
    }


def _json(record: Receipt | Release) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(record.model_dump_json(by_alias=True))
    return found
