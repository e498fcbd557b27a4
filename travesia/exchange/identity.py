"""Who calls the exchange, as the hub says."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jupyterhub.services.auth import HubAuth

from travesia.exchange.errors import N_, Refusal

LEARNERS = "nbgrader-"
INSTRUCTORS = "formgrade-"
CACHE_SECONDS = 30


@dataclass(frozen=True)
class Caller:
    """A person and the courses that person learns and teaches in."""

    name: str
    courses: frozenset[str]
    instructs: frozenset[str]

    @classmethod
    def of(cls, model: Mapping[str, Any]) -> "Caller":
        """The caller that a user model of the hub describes, its groups taken as courses."""
        groups = model.get("groups") or []
        return cls(
            name=model["name"],
            courses=_after(LEARNERS, groups),
            instructs=_after(INSTRUCTORS, groups),
        )


def _after(prefix: str, groups: list[str]) -> frozenset[str]:
    return frozenset(
        group.removeprefix(prefix)
        for group in groups
        if group.startswith(prefix) and group != prefix
    )


Identify = Callable[[str], Awaitable[Caller | None]]
"""Gives the person a token belongs to, or none if it belongs to nobody."""


class HubIdentity:
    """Asks the hub whose token it is, and remembers the answer for a short while.

    The token itself must carry `read:users:name!user` and `read:users:groups!user`, and
    `access:services!service=<this service>`, so that a token that was made for something else
    hands nothing in.
    """

    def __init__(self, auth: HubAuth | None = None) -> None:
        self._auth = auth or HubAuth(cache_max_age=CACHE_SECONDS)

    async def __call__(self, token: str) -> Caller | None:
        """The person whom the hub knows by this token.

        Raises:
            Refusal: if the token may not be used for this service.
        """
        model = await self._auth.user_for_token(token, sync=False)
        if model is None or model.get("kind") != "user" or "name" not in model:
            return None
        if not self._auth.check_scopes(self._auth.access_scopes, model):
            raise Refusal(
                403,
                "no_scope",
                N_("Your access token is not meant for handing in or fetching course work."),
            )
        return Caller.of(model)
