"""The campus's pages over HTTP: who asks, and what they may see."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import unquote

from babel import negotiate_locale
from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated, UserNotAllowed
from tornado.web import HTTPError, RequestHandler, StaticFileHandler

from travesia import design
from travesia.campus import permissions
from travesia.campus.dates import Moments, known_zone
from travesia.campus.overview import Overview
from travesia.campus.pages import error_words, instructor_lead, learner_lead
from travesia.campus.people import Person
from travesia.campus.service import Campus
from travesia.language import available_languages, translator

log = logging.getLogger(__name__)

Result = TypeVar("Result")

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Feedback holds what a learner wrote and what their cells drew: it is shown as a dead page, in an
# origin of its own, that can load nothing and send nothing.
FEEDBACK_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
ZONE_COOKIE = "campus-zone"


@dataclass(frozen=True)
class Identity:
    """Who asks, as the hub vouches for them."""

    name: str
    groups: frozenset[str]


class Guarded(RequestHandler):
    """A handler whose every answer carries the headers that keep a browser careful."""

    def set_default_headers(self) -> None:
        """Set what holds for a page; a handler loosens or tightens it for its own kind."""
        self.clear_header("Server")
        self.set_header("Content-Security-Policy", PAGE_POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.set_header(permissions.HEADER, permissions.NOTHING)
        self.set_header("Cache-Control", "no-store")


class CampusHandler(HubOAuthenticated, Guarded):
    """A handler that knows its reader: identity from the hub, language, time zone."""

    identity: Identity | None = None

    @property
    def campus(self) -> Campus:
        """What the process knows."""
        return self.settings["campus"]

    @property
    def hub_auth(self) -> Any:
        """The hub's own client, which turns a cookie into a person."""
        return self.campus.hub_auth

    def get_current_user(self) -> Identity | None:
        """Who asks; asked of the hub once, in `prepare`, so that no request blocks another."""
        return self.identity

    async def identify(self) -> None:
        """Ask the hub who sends this request.

        Raises:
            HTTPError: 403 for somebody whom the hub knows but does not let in here.
        """
        model = await self.hub_auth.get_user(self, sync=False)
        if not model:
            return
        try:
            self.check_hub_user(model)
        except UserNotAllowed as error:
            raise HTTPError(403, "%s", str(error)) from error
        if model.get("kind") != "user":
            raise HTTPError(403, "only persons have pages here")
        self.identity = Identity(model["name"], frozenset(model.get("groups") or ()))

    @cached_property
    def person(self) -> Person | None:
        """The reader's entry in the registry."""
        return self.campus.people.get(self.identity.name) if self.identity else None

    @cached_property
    def language(self) -> str:
        """The language to answer in: chosen here, registered, the browser's, or the hub's."""
        served = available_languages()
        if self.identity and self.person:
            for choice in (
                self.campus.preferences.language(self.identity.name),
                self.person.language,
            ):
                if choice in served:
                    return choice
        asked = [
            part.split(";")[0].strip()
            for part in self.request.headers.get("Accept-Language", "").split(",")
        ]
        short = [each.partition("-")[0] for each in asked]
        return negotiate_locale(short, served) or self.campus.settings.language

    @property
    def moments(self) -> Moments:
        """The writer of times for this reader."""
        sent = unquote(self.get_cookie(ZONE_COOKIE) or "")
        zone = known_zone(sent, self.campus.settings.zone)
        return Moments(self.language, zone, datetime.now(UTC))

    def show(self, template: str, **values: Any) -> None:
        """Answer with a page."""
        token = self.xsrf_token.decode() if self.identity else ""
        self.set_header("Content-Language", self.language)
        self.finish(
            self.campus.pages.render(
                template,
                self.moments,
                {"person": self.person, "xsrf": token, "here": self.request.path, **values},
            )
        )

    def write_error(self, status_code: int, **_details: Any) -> None:
        """Answer with a page that says what to do, in the reader's language."""
        heading, what_to_do = error_words(status_code, translator(self.language))
        self.show("error.html", heading=heading, what_to_do=what_to_do, status=status_code)


class PersonalHandler(CampusHandler):
    """A page that only somebody who signed in may see."""

    async def prepare(self) -> None:
        """Send whoever has not signed in to the hub's sign-in, and back here afterwards."""
        await self.identify()
        if self.identity:
            return
        if self.request.method in {"GET", "HEAD"}:
            self.redirect(self.get_login_url())
            return
        raise HTTPError(403, "nobody is signed in")

    @property
    def reader(self) -> Identity:
        """Who asks; `prepare` let nobody else through."""
        if self.identity is None:
            raise HTTPError(403, "nobody is signed in")
        return self.identity

    @property
    def overview(self) -> Overview:
        """The reader of the course's records, in this person's language."""
        return self.campus.overview(self.language)

    async def aside(self, function: Callable[..., Result], *args: Any) -> Result:
        """Read from the disk without holding up other people's requests."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.campus.worker, function, *args)


class HomeHandler(PersonalHandler):
    """Where everyone lands: lessons and assignment for a learner, the desk for an instructor."""

    async def get(self) -> None:
        """Show what the reader's groups at the hub entitle them to."""
        _ = translator(self.language)
        overview = self.overview
        course = overview.course
        learner = instructor = tests = None
        lead = _("Welcome to the campus.")
        if f"nbgrader-{course.id}" in self.reader.groups:
            learner = await self.aside(overview.modules, self.reader.name)
            lead = learner_lead(learner, self.moments, _)
        if f"formgrade-{course.id}" in self.reader.groups:
            instructor = await self.aside(overview.desks)
            tests = await self.aside(overview.tests_to_release)
            lead = instructor_lead(instructor, _)
        self.show(
            "home.html",
            course=course,
            lead=lead,
            learner=learner,
            instructor=instructor,
            tests_to_release=tests,
            room=self.campus.people.room_used(self.reader.name),
        )


class FeedbackHandler(PersonalHandler):
    """A learner's own mark, answer by answer.

    No address names a learner: whose feedback is shown follows from who asks.
    """

    async def get(self, course_id: str, assignment_id: str) -> None:
        """Show the marks that were released to the reader."""
        overview = self.overview
        work = await self.aside(overview.work, assignment_id, self.reader.name)
        if course_id != overview.course.id or work is None or work.record.marks is None:
            raise HTTPError(404, "no marks released")
        self.show("feedback.html", work=work)


class FeedbackPageHandler(PersonalHandler):
    """A learner's own marked notebook, as a dead page."""

    async def get(self, course_id: str, assignment_id: str, name: str) -> None:
        """Send the notebook's feedback as nbgrader made it."""
        overview = self.overview
        if course_id != overview.course.id or assignment_id not in overview.course.assignments():
            raise HTTPError(404, "no such assignment")
        record = await self.aside(
            self.campus.records.record, course_id, assignment_id, self.reader.name
        )
        page = record.page(name)
        if page is None:
            raise HTTPError(404, "no feedback of that name")
        self.set_header("Content-Security-Policy", FEEDBACK_POLICY)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(page)


class LanguageHandler(PersonalHandler):
    """Where a person chooses the language of the campus."""

    def post(self) -> None:
        """Keep the choice and go back to the page it was made on."""
        chosen = self.get_body_argument("language", "")
        if chosen not in available_languages():
            raise HTTPError(400, "not a language served here")
        self.campus.preferences.set_language(self.reader.name, chosen)
        back = self.get_body_argument("next", "")
        prefix = self.campus.settings.prefix
        self.redirect(back if _stays_below(back, prefix) else prefix, status=303)


class MissingHandler(CampusHandler):
    """Whatever has no other handler."""

    async def prepare(self) -> None:
        """Say that the page does not exist, in the language of whoever signed in."""
        await self.identify()
        raise HTTPError(404, "no such page")


class CallbackHandler(HubOAuthCallbackHandler, CampusHandler):
    """The last step of signing in, where the hub sends the browser back."""

    @property
    def hub_auth(self) -> Any:
        """The hub's own client."""
        return self.campus.hub_auth

    async def prepare(self) -> None:
        """Know whoever has signed in already: an old tab may come back a second time."""
        await self.identify()


class AssetHandler(Guarded, StaticFileHandler):
    """The campus's own style sheets, script and pictures."""

    def set_extra_headers(self, path: str) -> None:  # noqa: ARG002 - tornado's signature
        """Let a browser keep what has its content's fingerprint in its address."""
        self.set_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        fingerprinted = self.get_argument("v", "")
        keep = "public, max-age=31536000, immutable" if fingerprinted else "no-cache"
        self.set_header("Cache-Control", keep)


class TokensHandler(Guarded):
    """The design tokens as a style sheet."""

    def get(self) -> Awaitable[None]:
        """Send the tokens; their address changes with them."""
        self.set_header("Content-Type", "text/css; charset=utf-8")
        self.set_header("Cache-Control", "public, max-age=31536000, immutable")
        return self.finish(design.tokens_css())


def _stays_below(path: str, prefix: str) -> bool:
    """Whether a path from a form is one of the campus's own, and no other site's address."""
    return path.startswith(prefix) and "\\" not in path and ".." not in path and path.isprintable()
