"""What the campus process holds for all of its handlers."""

from concurrent.futures import Executor
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from jupyterhub.services.auth import HubAuth, HubOAuth

from travesia.campus.overview import Overview
from travesia.campus.pages import Pages
from travesia.campus.people import People
from travesia.campus.preferences import Preferences
from travesia.campus.records import Records
from travesia.campus.settings import Settings
from travesia.course.localise import localiser
from travesia.course.manifest import Manifest
from travesia.exchange.attempts import Attempts
from travesia.exchange.identity import HubIdentity
from travesia.exchange.room import Room
from travesia.exchange.store import Store
from travesia.language import translations

# How long an answer of the hub about a person is trusted: a person taken out of a course, or
# signed out, is out after this many seconds at the latest.
IDENTITY_SECONDS = 30
CATALOGUES = "notebooks/locale"


class Campus:
    """The course, its people and its records, as one process serves them."""

    def __init__(self, settings: Settings, worker: Executor) -> None:
        self.settings = settings
        self.worker = worker
        self.course = Manifest.load(settings.course)
        self.people = People(settings.people)
        self.preferences = Preferences(settings.data / "campus.sqlite")
        room = Room(person=settings.submissions_bytes, reserve=settings.reserve_bytes)
        self.store = Store(settings.exchange, room=room)
        self.records = Records(self.store)
        self.pages = Pages(
            prefix=settings.prefix,
            hub=settings.hub_address,
            demonstration=settings.demonstration,
        )

    @cached_property
    def hub_auth(self) -> Any:
        """The hub's own client, which signs people in and vouches for them."""
        return HubOAuth(
            api_url=self.settings.api_url,
            api_token=self.settings.api_token,
            base_url=self.settings.prefix,
            hub_prefix=self.settings.hub_prefix,
            hub_host=self.settings.hub_host,
            oauth_client_id=self.settings.client_id,
            access_scopes=self._access,
            cache_max_age=IDENTITY_SECONDS,
        )

    @cached_property
    def identify(self) -> HubIdentity:
        """Gives the exchange the person whom a token in a request's header belongs to."""
        return HubIdentity(
            HubAuth(
                api_url=self.settings.api_url,
                api_token=self.settings.api_token,
                base_url=self.settings.prefix,
                access_scopes=self._access,
                cache_max_age=IDENTITY_SECONDS,
            )
        )

    @property
    def attempts(self) -> Attempts:
        """Which attempt at a test of the course opens after which."""
        return Attempts(self.course.id, self.course.pass_mark, self.course.attempts())

    @property
    def _access(self) -> set[str]:
        """What a token must allow to be of use here."""
        return {f"access:services!service={self.settings.service}"}

    def close(self) -> None:
        """End what runs beside the loop, once what it does is done."""
        self.worker.shutdown()

    def overview(self, language: str) -> Overview:
        """The reader of the course's records for this moment, in a language."""
        catalogue = translations(language, self.course.root / CATALOGUES)
        return Overview(
            course=self.course.localised(localiser(catalogue)),
            records=self.records,
            people=self.people,
            prefix=self.settings.prefix,
            hub=self.settings.hub_address,
            now=datetime.now(UTC),
        )
