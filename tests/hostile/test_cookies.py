"""What a person's browser gives away when it visits another's address: not their session."""

import http.cookiejar

import httpx
import pytest
from impostors import impostor

SENT = "What I was sent: "

PLACES = {
    "her server": "user/ana/lab",
    "the campus": "services/campus/",
    "the hub": "hub/home",
}


@pytest.fixture
def stolen(scene) -> str:
    """What beto's program is sent when ana's browser comes to his address."""
    scene.ana.start_server()
    for place in PLACES.values():
        scene.ana.client.get(place).raise_for_status()
    with impostor(scene.hub, "beto", lambda headers: f"{SENT}{headers.get('Cookie', '')}"):
        answered = scene.ana.client.get("user/beto/anything").text
    assert answered.startswith(SENT)
    return answered.removeprefix(SENT)


def opens(scene, place: str, cookies: str) -> bool:
    """Whether somebody with these cookies is let in as ana."""
    answer = httpx.get(f"{scene.hub.url}{place}", headers={"Cookie": cookies}, timeout=60)
    return answer.status_code == httpx.codes.OK


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_what_anothers_program_is_sent_opens_nothing(scene, stolen, place):
    assert not opens(scene, place, stolen)

    everything = list(scene.ana.client.cookies.jar)
    sent = "; ".join(f"{each.name}={each.value}" for each in everything)
    assert scene.ana.client.get(place).status_code == httpx.codes.OK
    # What keeps them from him is the path that each was made for.
    assert opens(scene, place, without_paths(everything, place, sent))


def without_paths(jar: list[http.cookiejar.Cookie], place: str, sent: str) -> str:
    """All of a browser's cookies, as it would send them if each were for every path."""
    mine = [each for each in jar if f"/{place}".startswith(each.path)]
    return "; ".join([*(f"{each.name}={each.value}" for each in mine), sent])
