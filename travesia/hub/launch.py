"""Starting a hub: what has to hold before, said in one sentence where it does not."""

import errno
import fcntl
import ipaddress
import os
import re
import resource
import socket
import ssl
import sys
from pathlib import Path

from travesia.hub import allowances, proxy
from travesia.hub.people import People
from travesia.hub.settings import PROXY_UID, SETTINGS_VARIABLE, HubSettings
from travesia.sandbox import isolation
from travesia.sandbox.bubblewrap import started_by_root

# A name of two parts at least, and none of them a number: below an address nothing has a name.
NAME = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?")
# A name has room for 253 characters, and each person's stands before it.
LONGEST_NAME = 180
# What may lie in a data folder before the first start: an administrator's files, a disk's own.
BEFOREHAND = frozenset(
    {allowances.FILE, "lost+found", "source", "keys", "release", "exchange", "notebooks"}
)


class LaunchError(Exception):
    """Why the hub does not start, with the remedy."""


def check(settings: HubSettings) -> None:
    """Make sure that the hub can start here.

    Raises:
        LaunchError: it can't, or it would be unsafe; the message says what to do.
    """
    _check_checkout(settings)
    _check_data(settings)
    try:
        allowances.load(settings.checkout, settings.data)
    except allowances.AllowancesError as error:
        raise LaunchError(str(error)) from error
    _check_tls(settings)
    _check_address(settings)
    _check_name(settings)
    _check_port(settings)
    _check_key(settings)
    _check_certificate(settings)
    try:
        proxy.command()
    except proxy.ProxyError as error:
        raise LaunchError(str(error)) from error
    if not settings.isolated and started_by_root():
        raise LaunchError(
            "Started by root, a hub needs its sandboxes: without them its programs could not even "
            "enter their own folders. Start the demonstration from an ordinary account."
        )
    if settings.isolated:
        found = isolation()
        if not found.allowed:
            raise LaunchError(
                f"This machine does not allow sandboxes ({found.reason}). {found.remedy} For a "
                "demonstration without isolation, where everyone can read everything, start with "
                "'--no-isolation'."
            )


def free_port() -> int:
    """A port of loopback that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def held_port() -> int:
    """A port of loopback that this process, and the hub that it turns into, hold until they end."""
    held = bound()
    port: int = held.getsockname()[1]
    # The hub keeps it open through exec; the programs it starts do not inherit it.
    os.set_inheritable(held.detach(), True)  # noqa: FBT003 - the only way to call it
    return port


def bound() -> socket.socket:
    """A socket that keeps a port of loopback from every other account, and does not listen.

    `keeper` listens there, which shares the port by being the same account's. To everybody else it
    is taken, whether somebody listens or not.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind(("127.0.0.1", 0))
    return held


def hold(settings: HubSettings) -> None:
    """Hold the data folder for this process, and for the hub that it turns into, until it ends.

    Raises:
        LaunchError: another hub runs on the same data.
    """
    lock = os.open(settings.data / "hub" / "running.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise LaunchError(
            f"Another hub is running on {settings.data}: stop it first (Ctrl-C in its window), or "
            "name another folder with 'DATA=…'."
        ) from error
    # The hub keeps it open through exec; the programs it starts do not inherit it.
    os.set_inheritable(lock, True)  # noqa: FBT003 - the only way to call it


def become_hub(settings: HubSettings) -> None:
    """Turn this process into JupyterHub; it does not return."""
    saved = settings.save()
    config = settings.checkout / "hub_config" / "jupyterhub_config.py"
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith("JUPYTER")
    } | {SETTINGS_VARIABLE: str(saved), "PYTHONUNBUFFERED": "1"}
    # The hub forwards every person's connections: it may need all the files this account may open.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    os.chdir(settings.data)
    command = [sys.executable, "-m", "jupyterhub", "--config", str(config)]
    os.execve(sys.executable, command, environment)  # noqa: S606 - no shell is wanted


def _check_checkout(settings: HubSettings) -> None:
    for name in ("course.yaml", "hub_config/jupyterhub_config.py", "notebooks", "source", "keys"):
        if not (settings.checkout / name).exists():
            raise LaunchError(
                f"{settings.checkout / name} is missing: the hub needs the whole project; take a "
                "fresh clone, or get the file back with git."
            )


def _check_data(settings: HubSettings) -> None:
    """The data folder is closed to everybody but the hub: it may hold nothing else."""
    data = settings.data
    if settings.checkout.is_relative_to(data):
        raise LaunchError(
            f"{data} holds the project itself, and a hub closes its data folder to all others: "
            "name a folder of its own with 'DATA=…', such as data."
        )
    if not data.is_dir():
        return
    held = {each.name for each in data.iterdir()}
    if not held & {"hub", "people"} and held - BEFOREHAND:
        raise LaunchError(
            f"{data} holds something else than a hub's data ({min(held - BEFOREHAND)}), and would "
            "be closed to all others: name a new or an empty folder with 'DATA=…'."
        )


def _check_tls(settings: HubSettings) -> None:
    if bool(settings.tls_key) != bool(settings.tls_certificate):
        given, missing = (
            ("--tls-key", "--tls-cert") if settings.tls_key else ("--tls-cert", "--tls-key")
        )
        raise LaunchError(
            "A certificate and its key only encrypt together: name the other file with "
            f"'{missing}', or leave '{given}' out."
        )


def _check_address(settings: HubSettings) -> None:
    if _is_loopback(settings.address):
        return
    if not settings.behind_proxy and not (settings.tls_key and settings.tls_certificate):
        raise LaunchError(
            f"{settings.address} can be reached from other machines, and passwords would travel "
            "unencrypted: give '--tls-key' and '--tls-cert', or '--behind-proxy' if a proxy in "
            "front encrypts."
        )
    demo = [
        person.username for person in People(settings.people_file).all().values() if person.demo
    ]
    if demo:
        raise LaunchError(
            f"The demonstration's accounts ({', '.join(demo)}) may not be reached from other "
            "machines: remove them with 'travesia person remove', or use another data folder."
        )


def _check_name(settings: HubSettings) -> None:
    name = settings.subdomains
    if name and not (NAME.fullmatch(name) and len(name) <= LONGEST_NAME):
        raise LaunchError(
            f"'{name}' is no name that others can stand below: give '--subdomains' the machine's "
            "name alone, such as hub.example.org, without 'https://' and port."
        )


def _is_loopback(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _check_port(settings: HubSettings) -> None:
    family = socket.AF_INET6 if ":" in settings.address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.address, settings.port))
        except PermissionError as error:
            raise LaunchError(
                f"This account may not use port {settings.port}: choose one above 1023 with "
                "'PORT=8000'."
            ) from error
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise LaunchError(
                    f"Port {settings.port} is taken by another program: choose another with "
                    f"'PORT={settings.port + 1}'."
                ) from error
            raise LaunchError(
                f"The hub can't listen on {settings.address} ({error.strerror}): name an address "
                "of this machine with '--address'."
            ) from error


def _check_key(settings: HubSettings) -> None:
    """The proxy reads the key, and under root it is not root that reads it."""
    if not settings.tls_key or not started_by_root():
        return
    for name in (settings.tls_key, settings.tls_certificate):
        status = Path(name).stat()
        readable = status.st_mode & (0o400 if status.st_uid == PROXY_UID else 0o004)
        if not readable:
            raise LaunchError(
                f"The proxy, number {PROXY_UID}, can't read {name}: give it a copy of its own with "
                f"'install -o {PROXY_UID} -m 400 {name} NEW-PLACE', and name that."
            )


def _check_certificate(settings: HubSettings) -> None:
    """The proxy would end at once with a pair that can't encrypt."""
    if not settings.tls_key:
        return
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # Nobody is there to type a passphrase.
        context.load_cert_chain(settings.tls_certificate, settings.tls_key, password="")
    except (ssl.SSLError, OSError) as error:
        raise LaunchError(
            f"{settings.tls_certificate} and {settings.tls_key} can't encrypt "
            f"({error.strerror or error}): name a certificate and its own key, both in PEM and "
            "the key without a passphrase."
        ) from error


def find_checkout(start: Path) -> Path:
    """The project's folder at or above a folder.

    Raises:
        LaunchError: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / "course.yaml").is_file() and (folder / "hub_config").is_dir():
            return folder
    raise LaunchError(
        f"{start} is not in the project's folder: change to that folder and try again."
    )
