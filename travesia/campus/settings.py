"""What the campus process is told when it starts, read from its environment once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from babel.dates import get_timezone

from travesia.language import LANGUAGE_VARIABLE, SOURCE_LANGUAGE

SHORTEST_KEY = 32
DEFAULT_ZONE = "America/Mexico_City"


class SettingsError(Exception):
    """Something the campus was not told, or told wrongly: one sentence with the remedy."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The places, addresses and secrets of one campus process.

    `door` is the descriptor of a socket that listens at its address already, if it was given one.
    """

    exchange: Path
    people: Path
    course: Path
    data: Path
    key: str
    api_url: str
    api_token: str
    prefix: str = "/services/campus/"
    hub_prefix: str = "/hub/"
    hub_host: str = ""
    service: str = "campus"
    client_id: str = "service-campus"
    host: str = "127.0.0.1"
    port: int = 0
    door: int | None = None
    zone: str = DEFAULT_ZONE
    language: str = SOURCE_LANGUAGE
    demonstration: bool = False
    submissions_bytes: int = 10**9
    reserve_bytes: int = 0

    @property
    def hub_address(self) -> str:
        """The hub as a browser reaches it: a path, or a whole address where it has another host."""
        return f"{self.hub_host}{self.hub_prefix}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """The settings as the hub gives them to the service it manages.

        Raises:
            SettingsError: the variable that is missing or wrong, and what belongs there.
        """
        given = os.environ if environment is None else environment
        address = urlsplit(_required(given, "JUPYTERHUB_SERVICE_URL"))
        if address.port is None:
            raise SettingsError(
                f"JUPYTERHUB_SERVICE_URL is {address.geturl()!r}, which names no port: give the "
                "service an address such as http://127.0.0.1:10101."
            )
        base = given.get("JUPYTERHUB_BASE_URL", "/")
        return cls(
            exchange=Path(_required(given, "TRAVESIA_EXCHANGE")),
            people=Path(_required(given, "TRAVESIA_PEOPLE")),
            course=Path(_required(given, "TRAVESIA_COURSE")),
            data=Path(_required(given, "TRAVESIA_CAMPUS_DATA")),
            key=_key(_required(given, "TRAVESIA_CAMPUS_KEY")),
            api_url=_required(given, "JUPYTERHUB_API_URL"),
            api_token=_required(given, "JUPYTERHUB_API_TOKEN"),
            prefix=given.get("JUPYTERHUB_SERVICE_PREFIX", "/services/campus/"),
            hub_prefix=f"{base.rstrip('/')}/hub/",
            hub_host=given.get("JUPYTERHUB_HOST", ""),
            service=given.get("JUPYTERHUB_SERVICE_NAME", "campus"),
            client_id=given.get("JUPYTERHUB_CLIENT_ID", "service-campus"),
            host=address.hostname or "127.0.0.1",
            port=address.port,
            door=int(given["TRAVESIA_CAMPUS_DOOR"]) if "TRAVESIA_CAMPUS_DOOR" in given else None,
            zone=_zone(given.get("TRAVESIA_TIMEZONE", DEFAULT_ZONE)),
            language=given.get(LANGUAGE_VARIABLE, SOURCE_LANGUAGE),
            demonstration=given.get("TRAVESIA_DEMONSTRATION") == "1",
            submissions_bytes=int(given.get("TRAVESIA_SUBMISSIONS_BYTES", 10**9)),
            reserve_bytes=int(given.get("TRAVESIA_RESERVE_BYTES", 0)),
        )


def _required(given: Mapping[str, str], name: str) -> str:
    value = given.get(name)
    if not value:
        raise SettingsError(
            f"The campus needs {name} in its environment: start it through the hub's service "
            "'campus', which sets it."
        )
    return value


def _key(value: str) -> str:
    """The secret itself, or what the file of that name holds."""
    key = value
    if os.sep in value:
        try:
            key = Path(value).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(
                f"TRAVESIA_CAMPUS_KEY names {value}, which cannot be read "
                f"({error.strerror}): make the file, or let the account of the campus read it."
            ) from error
    if len(key) < SHORTEST_KEY:
        raise SettingsError(
            f"The campus key has {len(key)} characters: TRAVESIA_CAMPUS_KEY needs a random one of "
            f"at least {SHORTEST_KEY}."
        )
    return key


def _zone(name: str) -> str:
    try:
        get_timezone(name)
    except LookupError as error:
        raise SettingsError(
            f"TRAVESIA_TIMEZONE is {name!r}, which is no time zone: write a name such as "
            f"{DEFAULT_ZONE}."
        ) from error
    return name
