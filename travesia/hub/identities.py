"""The identities that the hub gives to what it starts: people, the campus, the proxy."""

import os
from collections.abc import Sequence

from travesia.hub.people import Person
from travesia.hub.settings import CAMPUS_UID, PROXY_UID
from travesia.sandbox import Identity
from travesia.sandbox.bubblewrap import started_by_root


def of_person(person: Person) -> Identity:
    """The person's own numbers under root; this account's otherwise, namespaces keep them apart."""
    return _identity(person.username, person.uid, person.gid)


def of_campus() -> Identity:
    """The campus service's identity."""
    return _identity("campus", CAMPUS_UID, CAMPUS_UID)


def of_proxy() -> Identity:
    """The proxy's identity."""
    return _identity("proxy", PROXY_UID, PROXY_UID)


def without_root(who: Identity, argv: Sequence[str]) -> list[str]:
    """The command for a hub without isolation: never as root, and ended with the hub."""
    end = ["setpriv", "--no-new-privs", "--pdeathsig", "KILL"]
    if started_by_root():
        end += ["--reuid", str(who.uid), "--regid", str(who.gid), "--clear-groups"]
    return [*end, *argv]


def _identity(name: str, uid: int, gid: int) -> Identity:
    if started_by_root():
        return Identity(name, uid, gid)
    return Identity(name, os.getuid(), os.getgid())
