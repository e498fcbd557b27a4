"""Who may sign in, and what their tokens may do, on a running hub."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest
from visitors import Visitor, sign_in

from travesia.hub.configuration import SERVER_SCOPES


def signs_in(hub, username: str, password: str) -> bool:
    with httpx.Client(base_url=hub.url, follow_redirects=True, timeout=60) as client:
        sign_in(client, username, password)
        return client.get("hub/api/user").status_code == httpx.codes.OK


def test_everybody_of_the_demonstration_has_a_password_of_their_own(hub):
    assert sorted(hub.passwords) == ["ana", "beto", "carol", "rosa"]
    assert len(set(hub.passwords.values())) == 4
    assert all(signs_in(hub, name, password) for name, password in hub.passwords.items())


def test_a_learners_password_does_not_sign_in_as_the_instructor(hub):
    assert not signs_in(hub, "rosa", hub.passwords["ana"])


def test_a_learner_and_an_instructor_are_in_the_groups_of_their_role(hub):
    groups = {
        name: hub.visitor(name).hub_api("GET", "user").json()["groups"] for name in ("ana", "rosa")
    }
    assert groups == {"ana": ["nbgrader-human-security"], "rosa": ["formgrade-human-security"]}


def test_a_person_is_added_enrolled_and_removed_while_the_hub_runs(hub):
    added = hub.travesia("person", "add", "dora", "--language", "en")
    password = added.stdout.split()[1]
    assert hub.travesia("course", "enrol", "human-security", "dora").returncode == 0
    dora = hub.visitors["dora"] = Visitor(hub.url, "dora", password)
    assert dora.hub_api("GET", "user").json()["groups"] == ["nbgrader-human-security"]
    assert hub.travesia("person", "remove", "dora").returncode == 0
    assert not signs_in(hub, "dora", password)
    assert dora.hub_api("GET", "user").status_code == httpx.codes.FORBIDDEN


def test_a_new_password_ends_the_old_one(hub):
    before = hub.travesia("person", "add", "elena").stdout.split()[1]
    after = hub.travesia("person", "password", "elena").stdout.split()[1]
    assert signs_in(hub, "elena", after)
    assert not signs_in(hub, "elena", before)
    hub.travesia("person", "remove", "elena")


@pytest.mark.parametrize("password", ["a" * 73, "ñ" * 40])
def test_a_password_longer_than_any_can_be_is_a_wrong_one(hub, password):
    with httpx.Client(base_url=hub.url, follow_redirects=True, timeout=60) as client:
        answer = sign_in(client, "beto", password)
    assert answer.status_code == httpx.codes.FORBIDDEN
    assert 'id="login_error"' in answer.text


def test_the_same_person_signs_in_many_times_at_once(hub):
    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(lambda _: signs_in(hub, "beto", hub.passwords["beto"]), range(8))
    assert list(answers) == [True] * 8


def token_in_environment(hub, of: str, user: str = "ana") -> str:
    """The hub's token in the environment of a process that the hub started."""
    for process in hub.processes():
        try:
            words, environment = process.cmdline(), process.environ()
        except psutil.Error:
            continue
        mine = environment.get("JUPYTERHUB_USER") == user or "travesia.campus" in words
        if of in words and mine and "JUPYTERHUB_API_TOKEN" in environment:
            return environment["JUPYTERHUB_API_TOKEN"]
    raise AssertionError(f"no process {of} holds a token")


def live_scopes(hub, token: str) -> list[str]:
    headers = {"Authorization": f"token {token}"}
    answer = httpx.get(f"{hub.url}hub/api/user", headers=headers, timeout=30)
    return answer.json()["scopes"]


def with_what_they_imply(scopes: list[str]) -> set[str]:
    """Scopes and the narrower ones that the hub lists with them."""
    implied = {"users:activity": "read:users:activity"}
    found = set(scopes)
    for scope in scopes:
        name, _, filtered = scope.partition("!")
        if name in implied:
            found.add(f"{implied[name]}!{filtered}")
    return found


def test_a_servers_live_token_carries_the_scopes_that_are_written_down(hub):
    hub.visitor("ana").start_server()
    scopes = live_scopes(hub, token_in_environment(hub, "jupyterhub.singleuser"))
    expected = [
        scope.replace("!user", "!user=ana").replace("!server", "!server=ana/")
        for scope in SERVER_SCOPES
    ]
    assert set(scopes) == with_what_they_imply(expected)


def test_the_campuss_live_token_may_ask_nothing(hub):
    assert live_scopes(hub, token_in_environment(hub, "travesia.campus")) == []


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ("users", httpx.codes.FORBIDDEN),
        ("groups", httpx.codes.FORBIDDEN),
        ("services", httpx.codes.FORBIDDEN),
        ("proxy", httpx.codes.FORBIDDEN),
        # Not even whether there is such a person.
        ("users/beto", httpx.codes.NOT_FOUND),
    ],
)
def test_a_servers_token_asks_nothing_about_others(hub, path, refused):
    hub.visitor("ana").start_server()
    token = token_in_environment(hub, "jupyterhub.singleuser")
    headers = {"Authorization": f"token {token}"}
    answer = httpx.get(f"{hub.url}hub/api/{path}", headers=headers, timeout=30)
    assert answer.status_code == refused
