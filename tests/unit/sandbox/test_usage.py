"""What a person's folders hold, each way to keep a file out of the count beside a plain one."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import accounts
import psutil
import pytest

from travesia.sandbox import tree
from travesia.sandbox.usage import UNMEASURED, Room, room_in

SIZE = 1_000_000
PLAIN = b"x" * SIZE
NUMBER, GROUP = (70908, 70908) if os.geteuid() == 0 else (os.geteuid(), os.getegid())


@pytest.fixture
def home(tmp_path):
    made = tmp_path / "home"
    made.mkdir()
    yield made
    # Python's own way of removing goes down by recursion, and so not this far.
    subprocess.run(["rm", "-rf", made], check=False)


def nested(home: Path, names: list[str]) -> int:
    """A descriptor of the innermost of folders within folders."""
    folder = os.open(home, os.O_RDONLY)
    for name in names:
        os.mkdir(name, dir_fd=folder)
        within = os.open(name, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = within
    return folder


def put(folder: int, name: str) -> None:
    file = os.open(name, os.O_CREAT | os.O_WRONLY, dir_fd=folder)
    os.write(file, PLAIN)
    os.close(file)
    os.close(folder)


def open_files() -> int:
    """How many this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_plain_file_counts(home):
    (home / "plain").write_bytes(PLAIN)
    assert SIZE <= room_in([home]).bytes < 1.1 * SIZE


def test_a_file_counts_below_a_path_longer_than_any_can_be(home):
    put(nested(home, ["long" * 50] * 25), "far-down")
    with pytest.raises(OSError, match="too long"):
        (home / Path(*["long" * 50] * 25)).stat()
    assert SIZE <= room_in([home]).bytes < 1.3 * SIZE


def test_any_depth_is_measured_with_few_open_files(home):
    put(nested(home, ["d"] * 2000), "far-down")
    before, most, seen = open_files(), 0, 0
    for _ in tree.below(home):
        most, seen = max(most, open_files()), seen + 1
    assert seen == 2001
    assert most <= before + tree.HELD + 3
    assert open_files() == before


def test_a_folder_that_is_moved_while_it_is_measured_ends_nothing(home):
    names = [str(number) for number in range(2 * tree.HELD)]
    put(nested(home, names), "far-down")
    before, seen = open_files(), 0
    for status in tree.below(home):
        seen += 1
        if status.st_size == SIZE:
            (home / Path(*names[:-5])).rename(home / "moved")
    assert seen == len(names) + 1
    assert open_files() == before


def test_a_folder_that_is_moved_ahead_is_entered_once(home):
    for name in ("one", "two"):
        (home / name).mkdir()
    (home / "one" / "moving").mkdir()
    (home / "one" / "moving" / "plain").write_bytes(PLAIN)
    measured = 0
    for status in tree.below(home):
        if status.st_size == SIZE:
            measured += 1
            there = next(home.glob("*/moving"))
            other = {"one": "two", "two": "one"}[there.parent.name]
            there.rename(home / other / "moving")
    assert measured == 1


MEASURE = """
import json, os, sys
from pathlib import Path
from travesia.sandbox import tree, usage
if {closed_again}:
    tree._make_readable = lambda folder: None
room = usage.room_in([Path({home!r})])
print(json.dumps([room.bytes, room.files]))
"""


def measured_by_its_owner(home: Path, *, closed_again: bool) -> Room:
    """What the hub of an ordinary account measures, whose all files are."""
    code = MEASURE.format(home=str(home), closed_again=closed_again)
    command = accounts.as_number([sys.executable, "-c", code], NUMBER, GROUP, readable=[home])
    if os.geteuid() != 0:
        command = [sys.executable, "-c", code]
    return Room(*json.loads(subprocess.check_output(command, timeout=60)))


@pytest.fixture
def owned(home):
    """A home with a file in a folder, all of an ordinary account's."""
    (home / "folder").mkdir()
    (home / "folder" / "plain").write_bytes(PLAIN)
    for path in (home / "folder" / "plain", home / "folder", home):
        os.chown(path, NUMBER, GROUP)
    for path in home.parents:
        if path.owner() == home.parent.owner() and path.name.startswith(
            ("pytest-", "popen-", "test_")
        ):
            path.chmod(0o755)
    yield home
    for path in (home, home / "folder"):
        path.chmod(0o700)


@pytest.mark.parametrize("mode", [0o700, 0o300, 0o400, 0])
@pytest.mark.parametrize("closed", ["folder", "."])
def test_a_folder_that_its_owner_closed_is_measured(owned, closed, mode):
    (owned / closed).chmod(mode)
    room = measured_by_its_owner(owned, closed_again=False)
    assert SIZE <= room.bytes < 1.1 * SIZE
    assert room.files == 2


@pytest.mark.parametrize("mode", [0o300, 0o400, 0])
def test_a_folder_that_is_closed_all_the_time_is_more_than_anybody_may_have(owned, mode):
    (owned / "folder").chmod(mode)
    assert measured_by_its_owner(owned, closed_again=True).bytes >= UNMEASURED


HOLDS = """
import os, sys
kept = [os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY)]
os.write(kept[0], b"x" * 1_000_000)
kept.append(os.dup(kept[0]))
if sys.argv[2:]:
    os.unlink(sys.argv[1])
print("up", flush=True)
input()
"""


@contextmanager
def holding(path: Path, *options: str):
    words = [sys.executable, "-c", HOLDS, str(path), *options]
    # What the tests print goes to a file without a name, which is none of this program's.
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(words, **streams) as process:
        assert process.stdout.readline() == b"up\n"
        yield psutil.Process(process.pid)
        process.stdin.close()


@pytest.mark.parametrize("options", [[], ["deleted"]], ids=["plain", "deleted"])
def test_a_file_counts_once_as_long_as_a_program_has_it_open(home, options):
    with holding(home / "open", *options) as process:
        assert SIZE <= room_in([home], [process]).bytes < 1.1 * SIZE
        assert room_in([home], [process]).files == 1
        # Without a look at what is open, a deleted file is nowhere.
        assert room_in([home]) == (Room() if options else room_in([home], [process]))


def test_a_deleted_file_of_another_disk_is_none_of_the_homes(home):
    with holding(Path("/dev/shm") / f"travesia-{os.getpid()}", "deleted") as process:
        assert room_in([home], [process]) == Room()
