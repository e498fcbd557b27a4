"""Another's processes: their files, their environment, and signals to them."""

from urllib.parse import urlsplit

import psutil
import pytest
from scenes import NOTE, SECRET

from travesia.hub.settings import PROXY_UID

THROUGH_PROCESSES = f"""
import glob
for path in glob.glob("/proc/[0-9]*/root/home/ana/{NOTE}"):
    try:
        print(open(path).read())
        break
    except OSError:
        pass
else:
    print("nothing")
"""


def test_no_process_of_anothers_is_a_road_to_their_files(scene):
    scene.ana.run("1")

    assert scene.beto.run(THROUGH_PROCESSES) == "nothing"

    assert scene.ana.run(THROUGH_PROCESSES) == SECRET
    bare = {"number": scene.number("ana"), "options": ["--bare"]}
    assert scene.hub.exposed(THROUGH_PROCESSES, **bare) == SECRET


END = """
import os, signal
ended = 0
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        if open(f"/proc/{{pid}}/cmdline").read() == {cmdline!r}:
            os.kill(int(pid), signal.SIGKILL)
            ended += 1
    except OSError:
        pass
print(ended)
"""


def sleeper(scene, seconds: float) -> tuple[psutil.Process, str]:
    """A process that ana has started, and the code that looks for it and ends it."""
    # A hub beside this one has its sleepers too: the port tells them apart.
    words = ["sleep", f"{seconds}.{urlsplit(scene.hub.url).port}"]
    scene.ana.run(f"import subprocess; hostile_sleeper = subprocess.Popen({words!r})")
    (found,) = [p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == words]
    return found, END.format(cmdline="\0".join([*words, ""]))


def is_ended(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_no_signal_reaches_a_process_of_anothers(scene):
    first, attack = sleeper(scene, 86_401)

    assert scene.beto.run(attack) == "0"
    directly = f"import os; os.kill({first.pid}, 9)"
    assert scene.beto.run(directly).startswith("ProcessLookupError")
    assert not is_ended(first)

    assert scene.ana.run(attack) == "1"
    assert is_ended(first)
    second, attack = sleeper(scene, 86_402)
    scene.hub.exposed(attack, number=scene.number("beto"))
    assert not is_ended(second)
    bare = {"number": scene.number("ana"), "options": ["--bare"]}
    assert scene.hub.exposed(attack, **bare) == "1"
    assert is_ended(second)


ENVIRONMENTS = """
import glob
for path in glob.glob("/proc/[0-9]*/environ"):
    try:
        print(open(path).read().replace(chr(0), chr(10)))
    except OSError:
        pass
"""


@pytest.mark.parametrize(
    ("owner", "words", "secret"),
    [
        ("campus", "travesia.campus", "TRAVESIA_CAMPUS_KEY"),
        ("campus", "travesia.campus", "JUPYTERHUB_API_TOKEN"),
        ("ana", "jupyterhub.singleuser", "JUPYTERHUB_API_TOKEN"),
    ],
)
def test_no_secret_of_another_program_is_in_an_environment_that_can_be_read(
    scene, owner, words, secret
):
    scene.ana.run("1")
    username = None if owner == "campus" else owner
    value = scene.hub.environment_of(words, username)[secret]

    assert value not in scene.beto.run(ENVIRONMENTS)

    if owner == "ana":
        assert value in scene.ana.run(ENVIRONMENTS)
    # The owner's same request, and the attack without the sandbox: whoever has the number reads it.
    bare = {"number": scene.number(owner), "options": ["--bare"]}
    assert value in scene.hub.exposed(ENVIRONMENTS, **bare)


def test_the_proxys_token_is_in_nobodys_environment(scene):
    for_all = scene.beto.run(ENVIRONMENTS) + scene.rosa.run(ENVIRONMENTS)
    assert "CONFIGPROXY_AUTH_TOKEN" not in for_all
    # The hub gives it to the proxy, and whoever has the proxy's number reads it there.
    bare = {"number": (PROXY_UID, PROXY_UID), "options": ["--bare"]}
    assert "CONFIGPROXY_AUTH_TOKEN" in scene.hub.exposed(ENVIRONMENTS, **bare)
