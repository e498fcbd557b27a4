"""A fork bomb, a memory bomb and a disk filler in one workspace, and everybody else's work.

The bombs are real, and bounded in themselves: without any limit the first stops at 511 processes,
the second at 700 MB and the third at 250 MB.
"""

import time
from dataclasses import dataclass

import httpx
import psutil
import pytest
from accounts import CHECKOUT
from archives import archive
from scenes import ANSWERS, ASSIGNMENT, NOTEBOOK, SECRET

from travesia.sandbox.usage import memory_of, processes_below, room_in

PROCESSES, MEMORY, HOME = 120, 450_000_000, 60_000_000
LIMITS = {
    "processes": "120",
    "memory": "450 MB",
    "process_memory": "2 GB",
    "home": "60 MB",
    "file": "20 MB",
}
# Outside of what is counted: the steps that make a workspace.
OWN_STEPS = 6
SECONDS = 60


@pytest.fixture(scope="module")
def carol(scene):
    """A learner whose workspace has small limits, and a file of her own in it."""
    visitor = scene.hub.visitor("carol")
    lines = (CHECKOUT / "hub_config" / "limits.yaml").read_text().splitlines()
    others = next(n for n, line in enumerate(lines) if line.startswith("instructor:"))
    for number, line in enumerate(lines[:others]):
        name = line.partition(":")[0].strip()
        if line.startswith("  ") and name in LIMITS:
            lines[number] = f"  {name}: {LIMITS[name]}"
    visitor.stop_server()
    limits = scene.hub.data / "limits.yaml"
    limits.write_text("\n".join(lines))
    visitor.run(f"open('hostile-kept.txt', 'w').write({SECRET!r})")
    yield visitor
    limits.unlink()
    empty_home(scene)
    visitor.stop_server()


def empty_home(scene) -> None:
    for path in (scene.hub.data / "homes" / "carol").glob("hostile-*"):
        path.unlink()


@dataclass(frozen=True)
class Excess:
    """Code that asks for `{n}` of something, and how much is modest and how much is too much."""

    code: str
    modest: int
    excess: int


EXCESSES = {
    "processes": Excess(
        "import subprocess\nkept = []\n"
        "try:\n"
        "    while len(kept) < {n}: kept.append(subprocess.Popen(['sleep', '60']))\n"
        "    print('all')\n"
        "except OSError as error:\n    print(error.strerror)\n"
        "for each in kept: each.kill(); each.wait()",
        30,
        PROCESSES + 20,
    ),
    "a large file": Excess(
        "import os\n"
        "try:\n"
        "    with open('hostile-large', 'wb') as file: file.write(bytes({n}))\n"
        "    print('all')\n"
        "except OSError as error:\n    print(error.strerror)\n"
        "os.unlink('hostile-large')",
        10_000_000,
        30_000_000,
    ),
    # It is asked for and not touched: the machine need not have it.
    "one program's memory": Excess(
        "try:\n    len(bytearray({n}))\n    print('all')\nexcept MemoryError:\n    print('Memory')",
        100_000_000,
        2_500_000_000,
    ),
}


@pytest.mark.parametrize("wanted", EXCESSES.values(), ids=EXCESSES)
def test_a_limit_holds_what_no_limit_would_let_through(scene, carol, wanted):
    excess = wanted.code.format(n=wanted.excess)

    assert carol.run(excess) in {"Resource temporarily unavailable", "File too large", "Memory"}

    assert carol.run(wanted.code.format(n=wanted.modest)) == "all"
    assert scene.hub.exposed(f"import os; os.chdir('/tmp')\n{excess}") == "all"


def refusal(visitor) -> str:
    """The hub's sentence for not starting a person's workspace."""
    refused = visitor.hub_api("POST", f"users/{visitor.username}/server")
    assert refused.status_code == httpx.codes.INSUFFICIENT_STORAGE
    return refused.json()["message"]


FORK_BOMB = f"""
import os, time
end, depth = time.monotonic() + {SECONDS}, 0
while time.monotonic() < end and depth < 8:
    try:
        for _ in range(2):
            if os.fork() == 0:
                depth += 1
                break
        else:
            time.sleep(end - time.monotonic())
    except OSError:
        sum(range(10_000))
"""
MEMORY_BOMB = f"""
import time
end, kept = time.monotonic() + {SECONDS}, []
while time.monotonic() < end:
    if len(kept) < 35:
        kept.append(b"x" * 20_000_000)
    time.sleep(0.05)
"""
DISK_FILLER = f"""
import time
end, made = time.monotonic() + {SECONDS}, 0
while time.monotonic() < end:
    if made < 100:
        open(f"hostile-fill-{{made}}", "wb").write(b"x" * 2_500_000)
        made += 1
    time.sleep(0.2)
"""
BOMBS = {"forks": FORK_BOMB, "memory": MEMORY_BOMB, "disk": DISK_FILLER}


def light(bombs: dict[str, str]) -> str:
    """Code that starts each bomb beside the kernel, as a program that nobody waits for."""
    return (
        "import subprocess, sys\n"
        f"for name, code in {bombs!r}.items():\n"
        "    subprocess.run(['sh', '-c', '\"$0\" -c \"$1\" \"$2\" >/dev/null 2>&1 &',"
        " sys.executable, code, 'bomb-' + name])\n"
    )


def workspace_of(scene, name: str) -> list[psutil.Process]:
    """Every process of a person's workspace."""
    state = str(scene.hub.data / "run" / "people" / name)
    started = scene.hub.first.children()
    roots = [each.pid for each in started if any(w.startswith(state) for w in words(each))]
    return [process for below in processes_below(roots).values() for process in below]


def words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def bombs_in(processes: list[psutil.Process]) -> set[str]:
    said = {word for each in processes for word in words(each) if word.startswith("bomb-")}
    return {word.removeprefix("bomb-") for word in said}


def test_three_bombs_in_one_workspace_leave_everybody_else_at_work(scene, carol):
    before = len(scene.submissions("ana"))
    carol.run(light(BOMBS))
    end, seen, rounds, most, memory = time.monotonic() + SECONDS, set(), 0, 0, 0
    while time.monotonic() < end:
        running = workspace_of(scene, "carol")
        lit = bombs_in(running)
        if seen and not lit:
            break
        seen, most, memory = seen | lit, max(most, len(running)), max(memory, memory_of(running))

        assert scene.ana.hub_api("GET", "users/ana").json()["name"] == "ana"
        assert scene.ana.run("print(sum(range(10)))") == "45"
        path = f"assignments/{ASSIGNMENT}/submissions"
        handed_in = scene.exchange("ana", "POST", path, content=archive(NOTEBOOK, ANSWERS))
        assert handed_in.status_code == httpx.codes.CREATED
        rounds += 1

    # The three did run, the hub ended what went beyond, and everybody else was served meanwhile.
    assert seen == set(BOMBS)
    assert rounds > 1
    assert len(scene.submissions("ana")) == before + rounds
    assert PROCESSES / 2 < most <= PROCESSES + OWN_STEPS
    assert memory < 1.5 * MEMORY
    home = scene.hub.data / "homes" / "carol"
    assert HOME < room_in([home]).bytes < 2 * HOME
    assert (home / "hostile-kept.txt").read_text() == SECRET
    log = (scene.hub.data / "logs" / "hub.log").read_text()
    assert "A program of carol was ended: room" in log

    # A home far beyond its room stays closed until somebody has made room in it, and every home
    # while the disk is nearly full; who works goes on working.
    assert "Your files take" in refusal(carol)
    empty_home(scene)
    limits = scene.hub.data / "limits.yaml"
    enough = limits.read_text()
    limits.write_text(enough.replace("reserve: 2 GB", "reserve: 9 EB"))
    assert "disk is nearly full" in refusal(carol)
    assert scene.ana.run("print(sum(range(10)))") == "45"
    limits.write_text(enough)
    carol.__dict__.pop("kernel", None)
    assert carol.run("print('at work')") == "at work"
