"""Where one hub's folders lie and how it is reached: everything its parts have to agree on."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

COURSE_ID = "human-security"
SETTINGS_VARIABLE = "TRAVESIA_SETTINGS"

# People and services have numbers of their own when root starts the hub. 65536-99999 lies between
# the accounts of a system and the ranges that are given to containers.
CAMPUS_UID = 70000
PROXY_UID = 70001
COURSE_GID = 70002
FIRST_PERSON_UID = 70100
LAST_PERSON_UID = 99999
CAMPUS_PATH = "/services/campus/"


@dataclass(frozen=True)
class HubSettings:
    """One hub's folders and address.

    Attributes:
        checkout: the project's folder, with lessons, sources, keys and `hub_config/`.
        data: homes, databases, secrets and logs.
        course_files: the folder that holds `source/ keys/ release/ exchange/`: the checkout, or
            the data folder when one is named, so that the checkout stays untouched.
        port, address: where people reach the hub.
        hub_port, proxy_api_port, campus_port: inner ports, all on loopback.
        language: the language of people who have chosen none.
        isolated: whether servers run in sandboxes.
        behind_proxy: whether a TLS proxy in front was declared.
        tls_key, tls_certificate: files for TLS, or empty.
        subdomains: the name below which each person's server and the campus have an address of
            their own, or empty: then all share one.
    """

    checkout: Path
    data: Path
    course_files: Path
    port: int = 8000
    address: str = "127.0.0.1"
    hub_port: int = 8081
    proxy_api_port: int = 8001
    campus_port: int = 8082
    language: str = "es"
    isolated: bool = True
    behind_proxy: bool = False
    tls_key: str = ""
    tls_certificate: str = ""
    subdomains: str = ""

    @property
    def people_file(self) -> Path:
        """The public part of the registry of people: no secret is in it."""
        return self.data / "people" / "people.json"

    @property
    def database(self) -> Path:
        """The hub's SQLite database, with the hashed passwords."""
        return self.data / "hub" / "jupyterhub.sqlite"

    @property
    def database_url(self) -> str:
        """The hub's database as SQLAlchemy names it."""
        return f"sqlite:///{self.database}"

    @property
    def homes(self) -> Path:
        """The folder with one home a person."""
        return self.data / "homes"

    @property
    def run(self) -> Path:
        """What is made anew at each start: sandbox files, configuration of servers."""
        return self.data / "run"

    @property
    def exchange(self) -> Path:
        """What only the campus service reads and writes."""
        return self.course_files / "exchange"

    @property
    def campus_data(self) -> Path:
        """What the campus keeps for itself: chosen languages, its cookie secret."""
        return self.data / "campus"

    def course_folder(self, course: str = COURSE_ID) -> Path:
        """The folder of what instructors make of a course: submitted, autograded, and so on."""
        return self.data / "course" / course

    @property
    def url(self) -> str:
        """The address where the proxy listens; people open it in a browser."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self._scheme}://{host}:{self.port}/"

    @property
    def public_url(self) -> str:
        """The address that people open in a browser, by the hub's name if it has one."""
        if not self.subdomains:
            return self.url
        if self.behind_proxy:
            return f"https://{self.subdomains}/"
        return f"{self._scheme}://{self.subdomains}:{self.port}/"

    @property
    def campus_address(self) -> str:
        """The campus as a browser reaches it from the hub's pages and from people's servers."""
        if not self.subdomains:
            return CAMPUS_PATH
        # The name that JupyterHub gives to a service.
        scheme, _, host = self.public_url.rstrip("/").partition("://")
        return f"{scheme}://campus--service.{host}{CAMPUS_PATH}"

    @property
    def other_addresses(self) -> str:
        """What all addresses but the hub's own look like, or empty where there are none."""
        return self.public_url.rstrip("/").replace("://", "://*.") if self.subdomains else ""

    @property
    def _scheme(self) -> str:
        return "https" if self.tls_certificate else "http"

    @property
    def campus_url(self) -> str:
        """The campus as servers and the proxy reach it, on loopback."""
        return f"http://127.0.0.1:{self.campus_port}{CAMPUS_PATH}"

    def save(self) -> Path:
        """The file that a hub process reads these settings back from."""
        path = self.run / "settings.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), default=str, indent=1), encoding="utf-8")
        return path

    @classmethod
    def load(cls, path: Path | None = None) -> "HubSettings":
        """The settings saved by the command that started this process.

        Raises:
            KeyError: `travesia hub` did not start it, so that no file is named.
        """
        source = path or Path(os.environ[SETTINGS_VARIABLE])
        stored: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
        for key in ("checkout", "data", "course_files"):
            stored[key] = Path(stored[key])
        return cls(**stored)
