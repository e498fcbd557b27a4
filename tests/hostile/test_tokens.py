"""The hub's interface, asked with a learner's tokens for what they are not meant for."""

import httpx
import pytest
import sqlalchemy
from jupyterhub import orm
from sqlalchemy.orm import Session

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


@pytest.fixture(scope="module")
def administrators_token(hub):
    """The token of somebody whom the hub's own database makes an administrator: nobody is one."""
    hub.travesia("person", "add", "admina")
    engine = sqlalchemy.create_engine(f"sqlite:///{hub.data / 'hub' / 'jupyterhub.sqlite'}")
    with Session(engine) as session:
        admina = orm.User(name="admina", admin=True)
        admina.roles = session.query(orm.Role).filter(orm.Role.name.in_(["user", "admin"])).all()
        session.add(admina)
        session.flush()
        token = admina.new_api_token(note="tests", roles=["admin"])
        session.commit()
    engine.dispose()
    yield token
    hub.travesia("person", "remove", "admina")


ADMINISTRATION = {
    "who there is": ("GET", "users", {}),
    "a new person": ("POST", "users/mallory", {}),
    "where the proxy leads": ("GET", "proxy", {}),
    # Whoever may ask it is told that this is no answer, and the hub goes on.
    "the end of the hub": ("POST", "shutdown", {"proxy": "neither yes nor no"}),
}


@pytest.mark.parametrize(("method", "path", "body"), ADMINISTRATION.values(), ids=ADMINISTRATION)
def test_no_token_of_a_learner_or_an_instructor_administers_the_hub(
    scene, administrators_token, method, path, body
):
    for name in ("beto", "rosa"):
        for token in (scene.server_token(name), scene.hub.visitor(name).token):
            assert ask(scene, token, method, path, body) == httpx.codes.FORBIDDEN
            assert ask(scene, token, "GET", "user", {}) == httpx.codes.OK

    assert ask(scene, administrators_token, method, path, body) in {200, 201, 400}
    if "mallory" in path:
        assert ask(scene, administrators_token, "DELETE", path, {}) == httpx.codes.NO_CONTENT


def test_a_servers_token_makes_no_wider_token(scene):
    path, body = "users/beto/tokens", {"note": "tests"}

    assert ask(scene, scene.server_token("beto"), "POST", path, body) == httpx.codes.FORBIDDEN

    assert ask(scene, scene.beto.token, "POST", path, body) == httpx.codes.CREATED
    wider = scene.minted("beto", "tokens!user=beto")
    assert ask(scene, wider, "POST", path, body) == httpx.codes.CREATED
