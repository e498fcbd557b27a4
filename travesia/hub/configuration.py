"""JupyterHub's configuration, one function a concern; `hub_config/` only composes them."""

import logging
import secrets
import sys
from pathlib import Path
from typing import Any

from travesia.campus import hub_pages
from travesia.campus.hub_policy import OwnScripts, hub_policy_for
from travesia.hub import allowances, identities, keeper, proxy
from travesia.hub.authenticator import CourseAuthenticator
from travesia.hub.settings import COURSE_ID, HubSettings
from travesia.hub.spawner import SandboxSpawner
from travesia.sandbox import Sandbox

# What a person's own server may ask of the hub and of the campus, and nothing else.
SERVER_SCOPES = [
    "access:servers!server",
    "access:services!service=campus",
    "read:users:groups!user",
    "read:users:name!user",
    "users:activity!user",
]
# What the campus learns of who signs in to its pages.
CAMPUS_CLIENT_SCOPES = [
    "access:services!service=campus",
    "read:users:groups!user",
    "read:users:name!user",
]
# What a signed-in person may do: use their own server, and the campus.
PERSON_SCOPES = ["self", "access:services!service=campus"]

LOG_BYTES, LOG_FILES = 5_000_000, 3


def update_address(c: Any, settings: HubSettings) -> None:
    """Set where people reach the hub; its inner parts stay on loopback."""
    c.JupyterHub.bind_url = settings.url
    c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{settings.hub_port}"
    # Each person's server and the campus then stand in an origin of their own in the browser.
    if settings.subdomains:
        c.JupyterHub.subdomain_host = settings.public_url.rstrip("/")
    c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{settings.proxy_api_port}"
    if settings.tls_certificate:
        c.JupyterHub.ssl_cert = settings.tls_certificate
        c.JupyterHub.ssl_key = settings.tls_key


def update_files(c: Any, settings: HubSettings) -> None:
    """Set where the hub keeps its database, secrets and log: in the data folder alone."""
    folder = settings.data / "hub"
    c.JupyterHub.db_url = settings.database_url
    c.JupyterHub.cookie_secret_file = str(folder / "cookie_secret")
    c.JupyterHub.pid_file = str(settings.run / "hub.pid")
    c.ConfigurableHTTPProxy.pid_file = str(settings.run / "proxy.pid")
    # The window shows what needs somebody; the file has the rest.
    c.JupyterHub.logging_config = {
        "formatters": {"file": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {
            "console": {"level": "ERROR"},
            "file": {
                "class": "logging.handlers.RotatingFileHandler",
                "level": "INFO",
                "formatter": "file",
                "filename": str(settings.data / "logs" / "hub.log"),
                "maxBytes": LOG_BYTES,
                "backupCount": LOG_FILES,
            },
        },
        "loggers": {"JupyterHub": {"handlers": ["console", "file"]}},
    }
    c.JupyterHub.log_level = logging.INFO


def update_sign_in(c: Any, settings: HubSettings) -> None:
    """Set who may sign in: people of the registry, each with a password of their own."""
    c.JupyterHub.authenticator_class = CourseAuthenticator
    c.CourseAuthenticator.people_file = str(settings.people_file)
    c.CourseAuthenticator.allow_all = True
    c.CourseAuthenticator.manage_groups = True
    c.CourseAuthenticator.enable_signup = False
    c.CourseAuthenticator.allowed_failed_logins = 10
    c.CourseAuthenticator.seconds_before_next_try = 60
    c.CourseAuthenticator.minimum_password_length = 10
    c.CourseAuthenticator.check_common_password = True
    # An enrolment or a removal holds within seconds, without a restart.
    c.CourseAuthenticator.auth_refresh_age = 15
    c.CourseAuthenticator.refresh_pre_spawn = True


def update_roles(c: Any, settings: HubSettings) -> None:  # noqa: ARG001 - one signature for all
    """Set the least scopes that do it; no token of anybody is an administrator's."""
    c.JupyterHub.load_roles = [
        {
            "name": "user",
            "description": "A person: their own server, and the campus",
            "scopes": PERSON_SCOPES,
        },
        # The campus asks nothing in its own name: what it learns of people comes with their tokens,
        # and the class list from the registry. So it has no role.
        # Naming the course's groups in a role makes them known from the first start.
        {
            "name": "course",
            "scopes": [],
            "groups": [f"nbgrader-{COURSE_ID}", f"formgrade-{COURSE_ID}"],
        },
    ]
    c.Spawner.server_token_scopes = SERVER_SCOPES


def update_servers(c: Any, settings: HubSettings) -> None:
    """Set how a person's server starts: in its sandbox, unless the hub is a demonstration."""
    c.JupyterHub.spawner_class = SandboxSpawner
    c.SandboxSpawner.settings = settings
    c.Spawner.http_timeout = 60
    c.Spawner.start_timeout = 90
    # A server that ended by itself is noticed while its person still looks at the page.
    c.Spawner.poll_interval = 3
    c.LocalProcessSpawner.interrupt_timeout = 5
    c.LocalProcessSpawner.term_timeout = 3
    c.JupyterHub.cleanup_servers = True
    c.JupyterHub.cleanup_proxy = True
    c.JupyterHub.allow_named_servers = False


def update_proxy(c: Any, settings: HubSettings) -> None:
    """Set the proxy's command, confined like everything else the hub starts."""
    # Not in the command: JupyterHub adds its own word for it behind, which is the one that holds.
    c.ConfigurableHTTPProxy.log_level = "warn"
    command = proxy.command()
    if settings.isolated:
        sandbox = Sandbox(
            identity=identities.of_proxy(),
            state=settings.run / "proxy",
            read_only=_tls_files(settings),
            network=True,
        )
        command = sandbox.command(command)
    else:
        command = identities.without_root(identities.of_proxy(), command)
    c.ConfigurableHTTPProxy.command = _logged(command, settings, "proxy")


def update_campus(c: Any, settings: HubSettings) -> None:
    """Set the campus up as the hub's one service, and as the page where everybody lands."""
    inside = {"exchange": "/srv/exchange", "campus": "/srv/campus", "people": "/srv/people"}
    inside |= {"course": "/srv/course.yaml"}
    machine = {
        "exchange": settings.exchange,
        "campus": settings.campus_data,
        "people": settings.people_file.parent,
        "course": settings.checkout / "course.yaml",
    }
    command = [sys.executable, "-m", "travesia.campus"]
    limits = allowances.load(settings.checkout, settings.data)
    seen = {name: inside[name] if settings.isolated else str(machine[name]) for name in inside}
    if settings.isolated:
        sandbox = Sandbox(
            identity=identities.of_campus(),
            state=settings.run / "campus",
            read_only={inside[name]: machine[name] for name in ("people", "course")}
            # The course's titles in the reader's language lie beside its manifest.
            | {"/srv/notebooks/locale": settings.checkout / "notebooks" / "locale"},
            writable={inside[name]: machine[name] for name in ("exchange", "campus")},
            network=True,
        )
        command = sandbox.command(command)
    else:
        command = identities.without_root(identities.of_campus(), command)
    environment = {
        "HOME": seen["campus"],
        "LANG": "C.UTF-8",
        "TRAVESIA_EXCHANGE": seen["exchange"],
        "TRAVESIA_PEOPLE": f"{seen['people']}/people.json",
        "TRAVESIA_COURSE": seen["course"],
        "TRAVESIA_CAMPUS_DATA": seen["campus"],
        "TRAVESIA_CAMPUS_KEY": secrets.token_hex(32),
        "TRAVESIA_CAMPUS_DOOR": str(keeper.DOOR),
        "TRAVESIA_LANGUAGE": settings.language,
        "TRAVESIA_SUBMISSIONS_BYTES": str(int(limits.submissions)),
        "TRAVESIA_RESERVE_BYTES": str(int(limits.reserve)),
    }
    if not settings.isolated:
        environment["TRAVESIA_DEMONSTRATION"] = "1"
    c.JupyterHub.services = [
        {
            "name": "campus",
            "url": f"http://127.0.0.1:{settings.campus_port}",
            "command": _kept(_logged(command, settings, "campus"), settings.campus_port),
            "environment": environment,
            "oauth_no_confirm": True,
            "oauth_client_allowed_scopes": CAMPUS_CLIENT_SCOPES,
        }
    ]
    c.JupyterHub.default_url = settings.campus_address


def update_pages(c: Any, settings: HubSettings) -> None:
    """Set the hub's own pages in our look and languages, with a strict content policy."""
    c.JupyterHub.template_paths = [str(hub_pages.TEMPLATES)]
    c.JupyterHub.template_vars = hub_pages.template_vars(
        settings.people_file,
        campus_data=settings.campus_data,
        campus=settings.campus_address,
        language=settings.language,
        demonstration=not settings.isolated,
    )
    c.JupyterHub.jinja_environment_options = {"extensions": [OwnScripts]}
    c.JupyterHub.tornado_settings = {"transforms": [hub_policy_for(settings.other_addresses)]}


def _logged(command: list[str], settings: HubSettings, name: str) -> list[str]:
    """The command with its messages in a file of the log folder, not in the hub's window."""
    log = str(settings.data / "logs" / f"{name}.log")
    return ["/bin/sh", "-c", 'log=$1; shift; exec "$@" >>"$log" 2>&1', "sh", log, *command]


def _kept(command: list[str], port: int) -> list[str]:
    """The command of a service that is started again when it has ended, and ends with the hub."""
    program = str(Path(keeper.__file__).resolve())
    ends = ["setpriv", "--pdeathsig", "KILL"]
    return [*ends, sys.executable, "-I", "-S", program, str(port), "--", *command]


def _tls_files(settings: HubSettings) -> dict[str, Path]:
    return {name: Path(name) for name in (settings.tls_key, settings.tls_certificate) if name}
