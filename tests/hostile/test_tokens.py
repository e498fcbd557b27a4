"""The hub's interface, asked with a learner's tokens for what they are not meant for."""

import httpx
import pytest

REQUESTS = {
    "what tokens they have": ("GET", "users/ana/tokens", "read:tokens!user=ana", {}),
    "a token of theirs": ("POST", "users/ana/tokens", "tokens!user=ana", {"note": "tests"}),
    "to start their server": ("POST", "users/ana/server", "servers!user=ana", {}),
    "to speak of their activity": (
        "POST",
        "users/ana/activity",
        "users:activity!user=ana",
        {"last_activity": "2026-01-01T00:00:00Z"},
    ),
}
REFUSED = {httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND}


def ask(scene, token: str, method: str, path: str, body: dict) -> int:
    """The hub's answer, as a number: a server that runs already is not started twice (400)."""
    headers = {"Authorization": f"token {token}"}
    more = {"json": body} if method == "POST" else {}
    url = f"{scene.hub.url}hub/api/{path}"
    return httpx.request(method, url, headers=headers, timeout=60, **more).status_code


@pytest.mark.parametrize(("method", "path", "scope", "body"), REQUESTS.values(), ids=REQUESTS)
def test_a_learners_tokens_do_nothing_in_anothers_name(scene, method, path, scope, body):
    scene.ana.start_server()
    for token in (scene.server_token("beto"), scene.beto.token):
        assert ask(scene, token, method, path, body) in REFUSED

    granted = ask(scene, scene.ana.token, method, path, body)
    assert granted in {200, 201, 400}
    unscoped = scene.minted("ana", "access:services!service=campus")
    assert ask(scene, unscoped, method, path, body) in REFUSED
    assert ask(scene, scene.minted("ana", scope), method, path, body) == granted


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "users"), ("POST", "users/mallory"), ("GET", "proxy"), ("POST", "shutdown")],
)
def test_no_token_of_a_learner_or_an_instructor_administers_the_hub(scene, method, path):
    for name in ("beto", "rosa"):
        for token in (scene.server_token(name), scene.hub.visitor(name).token):
            assert ask(scene, token, method, path, {}) == httpx.codes.FORBIDDEN


def test_a_servers_token_makes_no_wider_token(scene):
    path, body = "users/beto/tokens", {"note": "tests"}

    assert ask(scene, scene.server_token("beto"), "POST", path, body) == httpx.codes.FORBIDDEN

    assert ask(scene, scene.beto.token, "POST", path, body) == httpx.codes.CREATED
    wider = scene.minted("beto", "tokens!user=beto")
    assert ask(scene, wider, "POST", path, body) == httpx.codes.CREATED
