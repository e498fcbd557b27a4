"""Who looks after running workspaces, tried on small programs in a workspace's shape."""

import asyncio
import errno
import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import yaml

from travesia.hub import folders, programs, room, warden
from travesia.hub.allowances import NICENESS
from travesia.hub.people import People, Person
from travesia.hub.place import Place
from travesia.hub.room import NoRoomError
from travesia.hub.settings import HubSettings
from travesia.hub.warden import Ward, Warden
from travesia.sandbox import terminals
from travesia.sandbox.usage import Room, memory_of

CHECKOUT = Path(__file__).resolve().parents[3]
SERVER = ["-m", "workspace"]
# The "server" starts what its arguments say, and waits.
SERVER_CODE = """
import os, subprocess, sys
kept = b"x" * int(os.environ.get("SERVER_HOLDS", "0"))
programs = [subprocess.Popen([sys.executable, "-c", code]) for code in sys.argv[1:]]
print("up", flush=True)
input()
for each in programs:
    each.kill()
"""
IDLE = "import time; time.sleep(600)"
HOLDS = "import time; kept = b'x' * 250_000_000; open('{flag}', 'w'); time.sleep(600)"
CHILDREN_HOLD = """
import subprocess, sys, time
for number in range({count}):
    subprocess.Popen([sys.executable, "-c", {code!r}.replace("FLAG", {flag!r} + str(number))])
time.sleep(600)
"""
WRITES = "import time; open('{file}', 'wb').write(b'x' * {size}); open('{flag}', 'w');{then}"


def runs(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def end_of(process: psutil.Process) -> bool:
    """Whether a process ends in a while."""
    deadline = time.monotonic() + 20
    while runs(process) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not runs(process)


class Workspace:
    """A running workspace of programs, and the ward that it is."""

    def __init__(self, place: Place, folder: Path, *programs: str) -> None:
        (folder / "workspace.py").write_text(SERVER_CODE)
        self.process = subprocess.Popen(
            [sys.executable, *SERVER, *programs],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self.process.stdout.readline() == b"up\n"
        self.programs = psutil.Process(self.process.pid).children()
        self.ward = Ward(place, self.process.pid, SERVER)
        self.warden = Warden()
        self.warden._wards["ana"] = self.ward

    def running(self) -> list[bool]:
        """Whether the server runs, and each program it started."""
        return [self.process.poll() is None, *map(runs, self.programs)]

    def after(self, ends: int) -> list[bool]:
        """Whether each runs, when so many have ended and others have had the time to."""
        deadline = time.monotonic() + 20
        while self.running().count(False) < ends and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.2)
        return self.running()

    def close(self) -> None:
        for each in self.programs:
            with suppress(psutil.NoSuchProcess):
                for program in (*each.children(recursive=True), each):
                    program.kill()
        self.process.kill()
        if not self.process.stdin.closed:
            self.process.communicate()


@pytest.fixture
def place(tmp_path):
    settings = HubSettings(
        checkout=CHECKOUT, data=tmp_path / "data", course_files=tmp_path, isolated=False
    )
    limits = yaml.safe_load((CHECKOUT / "hub_config" / "limits.yaml").read_text())
    limits["learner"] |= {"memory": "200 MB", "home": "40 MB", "home_files": 200}
    limits["reserve"] = 0
    for folder in ("people", "campus", "logs"):
        (settings.data / folder).mkdir(parents=True)
    (settings.data / "limits.yaml").write_text(yaml.safe_dump(limits))
    made = Place(settings, Person("ana", "Ana", "en", "learner", os.geteuid() or 70900))
    made.notices.mkdir(parents=True)
    made.own_folders[0].mkdir(parents=True, exist_ok=True)
    return made


@pytest.fixture
def workspace(place, tmp_path):
    """Makes a workspace of programs."""
    made = []

    def make(*programs: str) -> Workspace:
        made.append(Workspace(place, tmp_path, *programs))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def flag(tmp_path):
    return tmp_path / "flag"


def wait_for(*flags: Path) -> None:
    deadline = time.monotonic() + 30
    while not all(flag.exists() for flag in flags):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ended(place: Place) -> str | None:
    path = place.notices / "ended.json"
    return json.loads(path.read_text())["kind"] if path.exists() else None


def home(place: Place) -> Path:
    return place.own_folders[0]


def fill(place: Place, size: int) -> None:
    (home(place) / "full").write_bytes(b"x" * size)


def test_within_its_limits_nothing_of_a_workspace_is_touched(workspace, place):
    one = workspace(IDLE, IDLE)
    one.warden.look()
    assert one.running() == [True] * 3
    assert ended(place) is None


def test_a_session_of_its_own_does_not_step_out_of_line(workspace, place):
    """Where the kernel shares processors by session, each of a workspace's steps back."""
    if not Path("/proc/self/autogroup").exists():
        pytest.skip("this kernel does not share processors by session")
    one = workspace(f"import os; os.setsid(); {IDLE}")
    session = Path(f"/proc/{one.programs[0].pid}/autogroup")
    deadline = time.monotonic() + 20
    while f"nice {NICENESS}" not in session.read_text():
        assert time.monotonic() < deadline
        one.warden.look()
        time.sleep(0.15)


def test_the_program_that_takes_most_memory_is_ended_and_the_others_go_on(workspace, place, flag):
    one = workspace(IDLE, HOLDS.format(flag=flag), IDLE)
    wait_for(flag)
    one.warden.look()
    assert one.after(1) == [True, True, False, True]
    assert ended(place) == "memory"


def holders(flag: Path, count: int, size: int) -> str:
    """A program that starts others, each of which holds memory."""
    code = f"import time; kept = b'x' * {size}; open('FLAG', 'w'); time.sleep(600)"
    return CHILDREN_HOLD.format(count=count, code=code, flag=str(flag))


def test_what_takes_most_ends_and_what_started_it_goes_on(workspace, place, flag):
    """As one submission of many that one program grades."""
    one = workspace(IDLE, holders(flag, 1, 250_000_000))
    wait_for(Path(f"{flag}0"))
    (child,) = one.programs[1].children()
    one.warden.look()
    assert end_of(child)
    assert one.running() == [True] * 3


def test_where_that_was_not_enough_all_that_it_belongs_to_ends(workspace, place, flag):
    one = workspace(IDLE, holders(flag, 5, 80_000_000))
    wait_for(*(Path(f"{flag}{number}") for number in range(5)))
    children = one.programs[1].children()
    one.warden.look()
    assert one.running() == [True] * 3
    one.warden.look()
    assert one.after(1) == [True, True, False]
    assert all(map(end_of, children))


def test_many_small_programs_are_below_the_limit_within_three_looks(workspace, place, flag):
    code = "import time; kept = b'x' * 15_000_000; open('{}', 'w'); time.sleep(600)"
    flags = [Path(f"{flag}{number}") for number in range(40)]
    one = workspace(*(code.format(each) for each in flags))
    wait_for(*flags)
    everything = [psutil.Process(one.process.pid), *one.programs]
    assert memory_of(everything) > 600_000_000
    for _ in range(3):
        one.warden.look()
        time.sleep(0.2)
    assert memory_of(everything) < 200_000_000
    server, *others = one.running()
    assert server
    assert any(others), "no more is ended than has to be"


def test_what_comes_back_as_often_as_it_is_ended_ends_with_its_workspace(
    workspace, place, flag, monkeypatch
):
    one = workspace(IDLE, HOLDS.format(flag=flag))
    wait_for(flag)
    with monkeypatch.context() as as_if_started_anew:
        as_if_started_anew.setattr(programs, "end", lambda _group: None)
        for _ in range(warden.STRIKES):
            one.warden.look()
    one.warden.look()
    assert one.after(3) == [False, False, False]
    assert ended(place) == "memory"


def test_the_server_goes_on_although_it_takes_more_than_each_program(
    workspace, place, flag, monkeypatch
):
    """With it everything would end, and what came beyond the limit is another's."""
    monkeypatch.setenv("SERVER_HOLDS", "150000000")
    holds = HOLDS.format(flag=flag).replace("250_000_000", "90_000_000")
    one = workspace(IDLE, holds)
    wait_for(flag)
    one.warden.look()
    assert one.after(1) == [True, True, False]
    assert ended(place) == "memory"


def test_a_server_that_takes_it_all_by_itself_is_ended(workspace, place, monkeypatch):
    monkeypatch.setenv("SERVER_HOLDS", "250000000")
    one = workspace(IDLE)
    one.warden.look()
    one.process.wait(10)
    assert one.running() == [False, True]
    assert ended(place) == "memory"


def test_who_goes_on_writing_into_a_full_home_is_ended(workspace, place, flag):
    fill(place, 41_000_000)
    written = {"file": home(place) / "more", "size": 20_000_000, "flag": flag}
    waits = f"import os, time\nwhile not os.path.exists({str(flag) + '-go'!r}): time.sleep(0.01)\n"
    one = workspace(IDLE, waits + WRITES.format(**written, then=IDLE))
    one.warden.look()
    assert one.running() == [True] * 3
    Path(f"{flag}-go").touch()
    wait_for(flag)
    one.ward._measured = 0.0
    # Not far beyond: it is what the program has written that ends it.
    (home(place) / "more").unlink()
    one.warden.look()
    assert one.after(1) == [True, True, False]
    assert ended(place) == "room"


def test_who_writes_much_while_the_disk_is_nearly_full_is_ended(place, workspace, flag):
    limits = place.settings.data / "limits.yaml"
    limits.write_text(limits.read_text().replace("reserve: 0", "reserve: 9 EB"))
    written = {"file": home(place) / "more", "size": 20_000_000, "flag": flag}
    waits = f"import os, time\nwhile not os.path.exists({str(flag) + '-go'!r}): time.sleep(0.01)\n"
    one = workspace(IDLE, waits + WRITES.format(**written, then=IDLE))
    one.warden.look()
    Path(f"{flag}-go").touch()
    wait_for(flag)
    one.ward._measured = 0.0
    one.warden.look()
    assert one.after(1) == [True, True, False]
    assert ended(place) == "disk"
    assert (home(place) / "more").stat().st_size == 20_000_000


def test_far_beyond_its_room_everything_is_ended_and_nothing_deleted(workspace, place):
    fill(place, 51_000_000)
    one = workspace(IDLE)
    one.warden.look()
    assert one.after(2) == [False, False]
    assert (home(place) / "full").stat().st_size == 51_000_000
    with pytest.raises(NoRoomError, match=r"Your files take 51 MB and may take 40 MB"):
        room.check(place)


def test_a_deleted_file_fills_a_home_as_long_as_it_is_open(workspace, place, flag):
    file = home(place) / "gone"
    holds = (
        f"import os, time\nkept = open({str(file)!r}, 'wb', 0); kept.write(b'x' * 51_000_000)\n"
        f"os.unlink({str(file)!r}); open({str(flag)!r}, 'w'); time.sleep(600)"
    )
    one = workspace(holds)
    wait_for(flag)
    assert room.home_of(place).bytes < 1_000_000
    one.warden.look()
    assert one.after(2) == [False, False]
    assert ended(place) == "room"


def test_very_many_files_are_too_much_too(place):
    for number in range(260):
        (home(place) / str(number)).touch()
    with pytest.raises(NoRoomError):
        room.check(place)


def test_a_workspace_that_has_ended_by_itself_is_looked_after_no_longer(workspace):
    one = workspace(IDLE)
    one.warden.look()
    assert list(one.warden._wards) == ["ana"]
    one.close()
    one.warden.look()
    assert one.warden._wards == {}


def test_the_campus_and_the_workspace_learn_how_full_a_home_is(workspace, place):
    fill(place, 37_000_000)
    workspace(IDLE).warden.look()
    told = json.loads((place.notices / "room.json").read_text())
    assert told["used"] / told["allowed"] > 0.9
    published = place.settings.people_file.with_name("room.json")
    assert json.loads(published.read_text())["ana"] > 0.9


def test_what_an_earlier_hub_measured_stays_told(workspace, place):
    published = place.settings.people_file.with_name("room.json")
    published.write_text('{"beto": 0.93, "ana": 0.95}')
    fill(place, 4_000_000)
    workspace(IDLE).warden.look()
    assert json.loads(published.read_text()) == {"beto": 0.93, "ana": 0.1}


def test_nothing_is_started_while_the_disk_is_nearly_full(place, monkeypatch):
    room.check(place)
    limits = place.settings.data / "limits.yaml"
    limits.write_text(limits.read_text().replace("reserve: 0", "reserve: 9 EB"))
    with pytest.raises(NoRoomError, match="disk is nearly full"):
        room.check(Place(place.settings, place.person))


TERMINALS = """
import os, time
kept = [os.open("/dev/ptmx", os.O_RDWR) for _ in range({count})]
open("{flag}", "w"); time.sleep(600)
"""


@pytest.fixture
def taken(monkeypatch, tmp_path):
    """Makes it seem that so many terminals of a machine's 3072 are taken."""

    def set_taken(number: int) -> None:
        folder = tmp_path / "pty"
        folder.mkdir()
        for name, value in (("max", 4096), ("reserve", 1024), ("nr", number)):
            (folder / name).write_text(f"{value}\n")
        monkeypatch.setattr(terminals, "KERNEL", folder)

    return set_taken


@pytest.mark.parametrize(("number", "goes_on"), [(1500, True), (1600, False)])
def test_who_holds_very_many_terminals_is_ended_where_few_are_left(
    workspace, place, flag, taken, number, goes_on
):
    taken(number)
    flags = [Path(f"{flag}{number}") for number in range(2)]
    few, many = (
        TERMINALS.format(count=count, flag=each)
        for count, each in zip((30, 80), flags, strict=True)
    )
    one = workspace(few, many)
    wait_for(*flags)
    one.warden.look()
    assert one.after(not goes_on) == [True, True, goes_on]
    assert ended(place) == (None if goes_on else "terminals")


def test_who_hides_what_it_has_open_counts_as_holding_many(workspace, taken, monkeypatch):
    taken(1600)
    one = workspace(IDLE, IDLE)
    real, hidden = terminals.held_by, one.programs[1].pid
    monkeypatch.setattr(
        terminals, "held_by", lambda each: None if each.pid == hidden else real(each)
    )
    one.warden.look()
    assert one.after(1) == [True, True, False]


def test_a_removed_persons_workspace_ends_and_their_home_does_not_come_back(workspace, place):
    people = People(place.settings.people_file)
    people.add("ana", name="Ana", language="en")
    fill(place, 4_000_000)
    one = workspace(IDLE)
    one.warden.look()
    assert one.running() == [True, True]
    folders.keep_aside(place.settings, people.remove("ana"))
    one.ward._measured = 0.0
    one.warden.look()
    assert one.after(2) == [False, False]
    assert not home(place).exists()


def test_a_home_is_measured_without_being_made(place):
    home(place).rmdir()
    assert room.home_of(place) == Room()
    assert not home(place).exists()


def test_while_the_registry_cannot_be_read_nobody_is_taken_for_removed(workspace, place):
    place.settings.people_file.write_text("{")
    one = workspace(IDLE)
    one.warden.look()
    assert one.running() == [True, True]


def full_disk(place: Place) -> None:
    """Let every notice of the hub's meet a disk without room."""
    for told in ("ended", "room"):
        (place.notices / f"{told}.new").symlink_to("/dev/full")
    place.settings.people_file.with_name("room.new").symlink_to("/dev/full")


def test_on_a_full_disk_a_home_that_is_too_full_ends_its_workspace(workspace, place):
    full_disk(place)
    fill(place, 51_000_000)
    one = workspace(IDLE)
    one.warden.look()
    assert one.after(2) == [False, False]


SHORT_LOOK = 0.05
HOLDS_LATER = (
    "import os, time\n"
    "while not os.path.exists('{flag}-go'): time.sleep(0.01)\n"
    "kept = b'x' * 250_000_000; time.sleep(600)"
)


def watched(one: Workspace, flag: Path, seconds: float) -> list[bool]:
    """What runs of a workspace whose third program takes memory after some looks have passed."""

    async def story() -> None:
        one.warden.watch(one.ward)
        await asyncio.sleep(10 * SHORT_LOOK)
        Path(f"{flag}-go").touch()
        deadline = time.monotonic() + seconds
        while runs(one.programs[1]) and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        one.warden.forget("ana")
        await asyncio.gather(one.warden._task, return_exceptions=True)

    asyncio.run(story())
    return one.running()


def fails_at_first(real):
    """A look that fails once, as where the disk can't even be asked."""
    failures = iter([OSError(errno.EIO, "the disk")])

    def look(*args):
        for error in failures:
            raise error
        return real(*args)

    return look


def test_a_full_disk_does_not_end_the_watch(workspace, place, flag, monkeypatch):
    monkeypatch.setattr(warden, "SECONDS", SHORT_LOOK)
    monkeypatch.setattr(room, "free_bytes", fails_at_first(room.free_bytes))
    full_disk(place)
    fill(place, 4_000_000)
    one = workspace(IDLE, HOLDS_LATER.format(flag=flag))
    assert watched(one, flag, seconds=20) == [True, True, False]


def test_a_watch_that_one_failure_ends_would_leave_the_memory_taken(
    workspace, place, flag, monkeypatch
):
    async def watch_all(self):
        while self._wards:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(SHORT_LOOK)

    monkeypatch.setattr(Warden, "_watch_all", watch_all)
    monkeypatch.setattr(room, "free_bytes", fails_at_first(room.free_bytes))
    fill(place, 4_000_000)
    one = workspace(IDLE, HOLDS_LATER.format(flag=flag))
    assert watched(one, flag, seconds=2) == [True, True, True]


def test_a_link_is_not_followed_and_a_second_name_counts_once(place, tmp_path):
    (tmp_path / "elsewhere").write_bytes(b"x" * 1_000_000)
    (home(place) / "link").symlink_to(tmp_path / "elsewhere")
    fill(place, 1_000_000)
    (home(place) / "second-name").hardlink_to(home(place) / "full")
    assert 1_000_000 <= room.home_of(place).bytes < 1_100_000
