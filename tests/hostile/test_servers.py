"""Another's server: over HTTP and a websocket, through the proxy and past it."""

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import pytest
import websocket
from scenes import NOTE, SECRET

ACCESS = "access:servers!user=ana"


def token(value: str) -> dict[str, str]:
    return {"Authorization": f"token {value}"}


def cookies(visitor) -> dict[str, str]:
    """A person's session as their browser sends it, to whatever path."""
    visitor.start_server()
    visitor.client.get(f"user/{visitor.username}/api/status")
    jar = visitor.client.cookies.jar
    return {"Cookie": "; ".join(f"{each.name}={each.value}" for each in jar)}


CREDENTIALS: dict[str, Callable] = {
    "own token": lambda scene: token(scene.beto.token),
    "server's token": lambda scene: token(scene.server_token("beto")),
    "session": lambda scene: cookies(scene.beto),
}


@pytest.fixture
def addresses(scene) -> list[str]:
    """Ana's server through the proxy, and at the port where the proxy finds it."""
    scene.ana.run("1")
    own = scene.hub.server_port("ana")
    return [f"{scene.hub.url}user/ana/", f"http://127.0.0.1:{own}/user/ana/"]


@pytest.mark.parametrize("credentials", CREDENTIALS.values(), ids=CREDENTIALS)
def test_anothers_server_answers_nobody_else(scene, addresses, credentials):
    for address in addresses:

        def ask(headers: dict[str, str], address: str = address) -> httpx.Response:
            url = f"{address}api/contents/{NOTE}"
            return httpx.get(url, headers=headers, follow_redirects=True, timeout=60)

        refused = ask(credentials(scene))
        assert refused.status_code == 403
        assert SECRET not in refused.text

        assert ask(token(scene.ana.token)).json()["content"] == SECRET
        # What refuses is that the caller's token lacks this one scope.
        assert ask(token(scene.minted("ana", "read:users:name!user=ana"))).status_code == 403
        assert ask(token(scene.minted("ana", ACCESS))).json()["content"] == SECRET


@pytest.mark.parametrize("credentials", CREDENTIALS.values(), ids=CREDENTIALS)
def test_anothers_kernel_listens_to_nobody_else(scene, addresses, credentials):
    for address in addresses:
        place = urlsplit(f"{address}api/kernels/{scene.ana.kernel}/channels")

        def opens(headers: dict[str, str], url=f"ws://{place.netloc}{place.path}") -> bool:
            try:
                websocket.create_connection(url, header=headers, timeout=60).close()
            except websocket.WebSocketBadStatusException as refused:
                return refused.status_code not in {302, 403}
            return True

        assert not opens(credentials(scene))

        assert opens(token(scene.ana.token))
        assert not opens(token(scene.minted("ana", "read:users:name!user=ana")))
        assert opens(token(scene.minted("ana", ACCESS)))


def test_the_proxys_own_interface_obeys_only_the_hub(scene):
    settings = json.loads((scene.hub.data / "run" / "settings.json").read_text())
    url = f"http://127.0.0.1:{settings['proxy_api_port']}/api/routes"

    def attack(known: str) -> str:
        return (
            "import urllib.error, urllib.request\n"
            f"request = urllib.request.Request({url!r}, headers={token(known)!r})\n"
            "try:\n    print(urllib.request.urlopen(request).status)\n"
            "except urllib.error.HTTPError as error:\n    print(error.code)\n"
        )

    betos = attack(scene.server_token("beto"))
    assert "Connection refused" in scene.beto.run(betos)
    # Even where the network were the machine's, the token would not do.
    assert scene.hub.exposed(betos) == "403"

    (hubs_own,) = {
        value
        for process in scene.hub.processes()
        if (value := process.environ().get("CONFIGPROXY_AUTH_TOKEN"))
    }
    assert httpx.get(url, headers=token(hubs_own)).is_success
    assert scene.hub.exposed(attack(hubs_own)) == "200"
