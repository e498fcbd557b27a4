import json
import os
import signal
import subprocess
import sys

import pytest

from travesia.learn.answers import LARGEST_ANSWER, LARGEST_FILE, AnswersError, AnswerStore
from travesia.sandbox.bubblewrap import find_bwrap

GOOD = {"schema": 1, "answers": {"old": {"kind": "text", "version": "1", "value": "a", "at": "t"}}}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "answers.json"


@pytest.fixture
def store(path):
    return AnswerStore(path)


def python(script, *arguments, prefix=()):
    command = [*prefix, sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_an_answer_is_found_again(store, path):
    store.set("who-decides", "choice", "1", ["court"])

    answer = AnswerStore(path).get("who-decides")

    assert (answer.kind, answer.version, answer.value) == ("choice", "1", ["court"])
    assert answer.at.endswith("+00:00")


def test_nothing_is_found_where_nothing_was_answered(store, path):
    assert store.get("who-decides") is None
    assert not path.exists()


def test_what_is_not_understood_is_carried_along(store, path):
    unknown = {
        "schema": 1,
        "answers": {"map": {"kind": "drawing", "value": [1]}, "odd": 7},
        "later": {"x": 1},
    }
    path.write_text(json.dumps(unknown))

    store.set("new", "number", "1", 3)

    kept = json.loads(path.read_text())
    assert kept["answers"].pop("new")["value"] == 3
    assert kept == unknown
    assert store.get("map") is None
    assert store.get("odd") is None


def test_a_number_beyond_any_costs_no_other_answer(store, path):
    entry = {"kind": "number", "version": "1", "at": "t"}
    text = json.dumps({**GOOD, "answers": {**GOOD["answers"], "huge": {**entry, "value": 1}}})
    path.write_text(text.replace('"value": 1', '"value": 1e400'))
    assert store.get("huge").value is None
    store.set("who-decides", "choice", "1", ["court"])
    again = AnswerStore(path)
    assert again.get("old").value == "a"
    assert again.get("who-decides").value == ["court"]


def test_an_answer_can_be_forgotten_without_touching_others(store):
    store.set("one", "text", "1", "a")
    store.set("two", "text", "1", "b")

    store.remove("one")

    assert store.get("one") is None
    assert store.get("two").value == "b"


def test_nothing_is_written_while_the_notebook_is_graded(store, path, monkeypatch):
    path.write_text(json.dumps(GOOD))
    before = path.read_bytes()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")

    with pytest.raises(AnswersError):
        store.set("new", "text", "1", "b")

    assert store.get("old").value == "a"
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    monkeypatch.delenv("NBGRADER_EXECUTION")
    store.set("new", "text", "1", "b")
    assert path.read_bytes() != before


DAMAGE = {
    "cut off": b'{"schema": 1, "answers": {"a"',
    "no text": b"\xff\xfe\x00",
    "empty": b"",
    "a list": b"[]",
    "no answers": b'{"schema": 1}',
    "answers are a list": b'{"schema": 1, "answers": []}',
    "schema is a word": b'{"schema": "1", "answers": {}}',
    "not a number": b'{"schema": 1, "answers": {"a": NaN}}',
    "too deep": b'{"schema": 1, "answers": ' + b"[" * 200_000,
    "too large": b" " * (LARGEST_FILE + 1),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_kept_and_the_learner_is_told(store, path, damage):
    path.write_bytes(damage)

    assert store.get("a") is None

    aside = path.with_name("answers.damaged-1.json")
    assert aside.read_bytes() == damage
    assert not path.exists()
    (notice,) = store.notices
    assert "answers.json" in notice
    assert aside.name in notice
    store.set("a", "text", "1", "again")
    assert AnswerStore(path).get("a").value == "again"


def test_each_damaged_file_gets_a_name_of_its_own(store, path):
    for number in (1, 2):
        path.write_text(f"damage {number}")
        store.get("a")

    assert path.with_name("answers.damaged-1.json").read_text() == "damage 1"
    assert path.with_name("answers.damaged-2.json").read_text() == "damage 2"


def test_a_damaged_file_stays_where_it_is_while_the_notebook_is_graded(store, path, monkeypatch):
    path.write_text("damage")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")

    assert store.get("a") is None

    assert path.read_text() == "damage"
    assert len(store.notices) == 1


def test_a_link_is_not_followed(store, path, tmp_path):
    other = tmp_path / "other.json"
    other.write_text(json.dumps(GOOD))
    path.symlink_to(other)

    assert store.get("old") is None
    store.set("new", "text", "1", "b")

    assert json.loads(other.read_text()) == GOOD
    assert not path.is_symlink()
    path.unlink()
    path.write_bytes(other.read_bytes())
    assert store.get("old").value == "a"


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_set_aside(store, path, make):
    make(path)

    assert store.get("a") is None
    store.set("a", "text", "1", "b")

    assert store.get("a").value == "b"


def test_a_file_of_a_newer_version_is_left_alone(store, path):
    path.write_text(json.dumps(GOOD | {"schema": 2}))
    before = path.read_bytes()

    with pytest.raises(AnswersError, match="newer version"):
        store.set("new", "text", "1", "b")

    assert path.read_bytes() == before


def test_a_huge_answer_is_refused_and_the_old_one_stands(store):
    store.set("a", "text", "1", "small")

    with pytest.raises(AnswersError, match="too long"):
        store.set("a", "text", "1", "x" * LARGEST_ANSWER)

    assert store.get("a").value == "small"


@pytest.mark.parametrize("identifier", ["", "../a", "A", "a" * 65, "a\n", "-a"])
def test_only_identifiers_name_answers(store, identifier):
    with pytest.raises(ValueError, match="identifier"):
        store.set(identifier, "text", "1", "b")


WRITE = """
import sys
from pathlib import Path
from travesia.learn.answers import AnswerStore
store = AnswerStore(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    store.set(f"{sys.argv[2]}-{number}", "number", "1", number)
    print(number, flush=True)
"""


def test_two_kernels_that_write_at_once_lose_nothing(path):
    kernels = [python(WRITE, path, name, 40) for name in ("one", "two")]

    for kernel in kernels:
        kernel.communicate()

    assert [kernel.returncode for kernel in kernels] == [0, 0]
    assert len(json.loads(path.read_text())["answers"]) == 80


def test_a_kernel_killed_while_writing_leaves_a_whole_file(path):
    kernel = python(WRITE, path, "a", 100_000)
    for _ in range(20):
        kernel.stdout.readline()
    kernel.send_signal(signal.SIGKILL)
    kernel.communicate()

    store = AnswerStore(path)

    assert store.get("a-19").value == 19
    assert store.notices == []
    store.set("next", "text", "1", "b")
    assert store.get("next").value == "b"


FILL = """
import os, sys
from pathlib import Path
from travesia.learn.answers import AnswersError, AnswerStore
folder = Path(sys.argv[1])
store = AnswerStore(folder / "answers.json")
store.set("a", "text", "1", "before")
with (folder / "filler").open("wb", buffering=0) as filler:
    try:
        while True:
            filler.write(b"x" * 4096)
    except OSError:
        pass
try:
    store.set("b", "text", "1", "y" * 20_000)
except AnswersError as error:
    print(error)
print(store.get("a").value, store.get("b"))
print(sorted(each.name for each in folder.iterdir()))
(folder / "filler").unlink()
print(store.set("b", "text", "1", "y" * 20_000).kind)
"""


def test_a_full_disk_is_said_and_the_old_answers_stand(tmp_path):
    small_disk = [find_bwrap(), "--dev-bind", "/", "/", "--size", "131072", "--tmpfs", tmp_path]
    run = python(FILL, tmp_path, prefix=list(map(str, small_disk)))

    said, kept, files, later = run.communicate()[0].splitlines()

    assert "no space left" in said
    assert kept == "before None"
    assert files == "['.answers.json.lock', 'answers.json', 'filler']"
    assert later == "text"


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path):
    script = """
import os, sys
from pathlib import Path
from travesia.learn.answers import AnswersError, AnswerStore
try:
    AnswerStore(Path(sys.argv[1]) / "answers.json").set("a", "text", "1", "b")
except AnswersError as error:
    print(error)
"""
    read_only = [find_bwrap(), "--dev-bind", "/", "/", "--ro-bind", tmp_path, tmp_path]

    said = python(script, tmp_path, prefix=list(map(str, read_only))).communicate()[0]

    assert f"the folder {tmp_path.name} cannot be written to" in said


def test_an_answer_to_another_version_stays_beside_the_new_one(store, path):
    store.set("who-decides", "choice", "1", ["court"])
    store.set("who-decides", "choice", "2", ["authority"])
    store.set("who-decides", "choice", "2", ["court", "authority"])

    entry = json.loads(path.read_text())["answers"]["who-decides"]

    assert (entry["version"], entry["value"]) == ("2", ["court", "authority"])
    assert [(each["version"], each["value"]) for each in entry["earlier"]] == [("1", ["court"])]


def test_only_the_last_versions_are_kept_so_that_answers_stay_small(store, path):
    for version in range(9):
        store.set("who-decides", "choice", str(version), ["court"])

    earlier = json.loads(path.read_text())["answers"]["who-decides"]["earlier"]

    assert [each["version"] for each in earlier] == ["5", "6", "7"]
