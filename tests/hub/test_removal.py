"""What becomes of a removed person's running server, on root's hub."""

import time

import httpx
from visitors import Visitor


def test_a_removed_persons_own_server_soon_refuses_them(story_hub):
    password = story_hub.travesia("person", "add", "nora").stdout.split()[1]
    nora = story_hub.visitors["nora"] = Visitor(story_hub.url, "nora", password)
    nora.start_server()
    assert nora.server_api("GET", "api/kernels").status_code == httpx.codes.OK
    story_hub.travesia("person", "remove", "nora")
    deadline = time.monotonic() + 120
    while nora.server_api("GET", "api/kernels").status_code == httpx.codes.OK:
        assert time.monotonic() < deadline, "the server goes on answering somebody who was removed"
        time.sleep(2)
