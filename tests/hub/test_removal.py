"""What becomes of a removed person's running server, on root's hub."""

import time

import httpx
import psutil
from visitors import Visitor

# A few looks of who looks after workspaces, and the time to end.
SECONDS = 15


def test_a_removed_persons_own_server_ends_and_their_home_stays_away(story_hub):
    password = story_hub.travesia("person", "add", "nora").stdout.split()[1]
    nora = story_hub.visitors["nora"] = Visitor(story_hub.url, "nora", password)
    nora.start_server()
    assert nora.server_api("GET", "api/kernels").status_code == httpx.codes.OK
    home = story_hub.data / "homes" / "nora"
    assert home.is_dir()
    running = [each for each in story_hub.processes() if "nora" in " ".join(each.cmdline())]
    assert running
    story_hub.travesia("person", "remove", "nora")
    _, alive = psutil.wait_procs(running, timeout=SECONDS)
    assert alive == []
    deadline = time.monotonic() + SECONDS
    while nora.server_api("GET", "api/kernels").status_code == httpx.codes.OK:
        assert time.monotonic() < deadline, "something goes on answering somebody who was removed"
        time.sleep(0.5)
    assert not home.exists()
