"""Who a token belongs to, asked of a server that answers as JupyterHub's `/user` does."""

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from jupyterhub.services.auth import HubAuth
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler

from travesia.exchange.errors import Refusal
from travesia.exchange.identity import Caller, HubIdentity

SCOPE = "access:services!service=campus"
ANA = {
    "kind": "user",
    "name": "ana",
    "groups": ["nbgrader-human-security", "formgrade-other", "nbgrader-", "staff"],
    "scopes": [SCOPE, "read:users:name!user=ana", "read:users:groups!user=ana"],
}


class Hub:
    """Answers for each token with a user model, and counts the questions."""

    def __init__(self) -> None:
        self.models: dict[str, dict[str, Any]] = {}
        self.asked = 0

    @asynccontextmanager
    async def identity(self) -> Any:
        hub = self

        class UserHandler(RequestHandler):
            def get(self) -> None:
                hub.asked += 1
                token = self.request.headers["Authorization"].removeprefix("token ")
                if token not in hub.models:
                    raise HTTPError(403)
                self.finish(hub.models[token])

        server = HTTPServer(Application([("/hub/api/user", UserHandler)]))
        sockets = bind_sockets(0, "127.0.0.1")
        server.add_sockets(sockets)
        url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}/hub/api"
        try:
            yield HubIdentity(HubAuth(api_url=url, api_token="own", access_scopes={SCOPE}))
        finally:
            server.stop()
            await server.close_all_connections()


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def identify(hub: Hub) -> Callable[..., list[Caller | None]]:
    """Asks for the callers of some tokens, one after the other."""

    def identified(*tokens: str) -> list[Caller | None]:
        async def ask() -> list[Caller | None]:
            async with hub.identity() as identity:
                return [await identity(token) for token in tokens]

        return asyncio.run(ask())

    return identified


def test_groups_are_courses(hub: Hub, identify: Callable[..., list[Caller | None]]) -> None:
    hub.models["t"] = ANA

    assert identify("t") == [Caller("ana", frozenset({"human-security"}), frozenset({"other"}))]


def test_the_answer_is_remembered(hub: Hub, identify: Callable[..., list[Caller | None]]) -> None:
    hub.models["t"] = ANA

    assert len(identify("t", "t", "t")) == 3
    assert hub.asked == 1


def test_an_unknown_token_is_nobodys(identify: Callable[..., list[Caller | None]]) -> None:
    assert identify("forged") == [None]


def test_a_services_token_is_nobodys(
    hub: Hub, identify: Callable[..., list[Caller | None]]
) -> None:
    hub.models["t"] = ANA | {"kind": "service"}

    assert identify("t") == [None]


def test_a_token_for_something_else_is_refused(
    hub: Hub, identify: Callable[..., list[Caller | None]]
) -> None:
    hub.models["t"] = ANA | {"scopes": ["read:users:name!user=ana", "access:services!service=x"]}

    with pytest.raises(Refusal, match="not meant for handing in"):
        identify("t")


def test_a_token_that_may_not_tell_groups_is_in_no_course(
    hub: Hub, identify: Callable[..., list[Caller | None]]
) -> None:
    hub.models["t"] = {name: value for name, value in ANA.items() if name != "groups"}

    assert identify("t") == [Caller("ana", frozenset(), frozenset())]


def test_a_hub_that_is_away_is_an_error_for_the_service_to_tell() -> None:
    async def ask() -> object:
        auth = HubAuth(api_url="http://127.0.0.1:9/hub/api", api_token="x", access_scopes={SCOPE})
        return await HubIdentity(auth)("t")

    with pytest.raises(HTTPError):
        asyncio.run(ask())
