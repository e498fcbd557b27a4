"""Services that are killed and disks that are full: a submission is there whole or not at all."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from travesia.exchange import disk
from travesia.exchange.client import ExchangeClient
from travesia.exchange.errors import Refusal, ServiceError
from travesia.exchange.receipt import matches
from travesia.exchange.store import Store
from travesia.sandbox.bubblewrap import find_bwrap

COURSE = "human-security"

SERVICE = """
import asyncio, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from travesia.exchange.identity import Caller
from travesia.exchange.service import handlers
from travesia.exchange.store import Store

{before}
store = Store(Path(sys.argv[1]))
store.sweep()
store.publish_folder(
    "human-security", "children", Path(sys.argv[2]), title={{}}, due=None, by="rosa", replace=True
)

async def identify(token):
    return Caller(token, frozenset({{"human-security"}}), frozenset())

async def serve():
    routes = handlers(store, identify, worker=ThreadPoolExecutor(2))
    server = HTTPServer(Application(routes))
    sockets = bind_sockets(0, "127.0.0.1")
    server.add_sockets(sockets)
    print(f"http://127.0.0.1:{{sockets[0].getsockname()[1]}}/services/campus/", flush=True)
    await asyncio.Event().wait()

asyncio.run(serve())
"""

DIE_BEFORE = """
import os, signal
import travesia.exchange.{module} as module
def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)
module.{function} = die
"""


class Running:
    """A service in a process of its own."""

    def __init__(self, root: Path, assignment: Path, before: str, prefix: list[str]) -> None:
        script = SERVICE.format(before=before)
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-c", script, str(root), str(assignment)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)
        if self.process.stdout:
            self.process.stdout.close()


@pytest.fixture
def run(tmp_path: Path, assignment: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def running(before: str = "", prefix: list[str] | None = None) -> Running:
        started.append(Running(tmp_path / "exchange", assignment, before, prefix or []))
        return started[-1]

    yield running
    for service in started:
        service.kill()


def half_an_upload(url: str, archive: bytes) -> socket.socket:
    """Sends the first half of a chunked upload and keeps the connection open."""
    parts = urlsplit(url)
    connection = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20)
    path = f"{parts.path}api/courses/{COURSE}/assignments/children/submissions"
    half = archive[: len(archive) // 2]
    connection.sendall(
        f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: token ana\r\n"
        f"Transfer-Encoding: chunked\r\n\r\n{len(half):x}\r\n".encode()
        + half
        + b"\r\n"
    )
    return connection


def wait_for(found: Callable[[], object]) -> None:
    deadline = 2000
    while not found():
        deadline -= 1
        assert deadline, "it did not happen"
        signal.sigtimedwait([], 0.01)


def test_a_service_killed_in_an_upload_leaves_the_previous_submission(
    run: Callable[..., Running],
    work: Callable[..., Path],
    tar: Callable[..., bytes],
    tmp_path: Path,
) -> None:
    service = run()
    with ExchangeClient(service.url, "ana") as ana:
        first = ana.submit(COURSE, "children", work())
    course = tmp_path / "exchange" / COURSE
    archive = tar(("assignment.ipynb", b"{}"), ("data.bin", os.urandom(500_000)))
    with half_an_upload(service.url, archive):
        wait_for(lambda: any(p.stat().st_size for p in course.glob(".incoming/*/archive.tar")))
        service.kill()
    assert [path.name for path in (course / "inbound").iterdir()] == [first.folder]
    assert list((course / ".incoming").iterdir())

    again = run()

    assert not (course / ".incoming").exists() or not list((course / ".incoming").iterdir())
    with ExchangeClient(again.url, "ana") as ana:
        assert [entry["id"] for entry in ana.submissions(COURSE)] == [first.id]
        assert ana.submit(COURSE, "children", work()).time > first.time


@pytest.mark.parametrize(
    ("module", "function"),
    [("store", "digests"), ("store", "stamp"), ("disk", "place"), ("disk", "sync_folders")],
)
def test_a_service_killed_while_it_stores_leaves_no_half_submission(
    module: str,
    function: str,
    run: Callable[..., Running],
    work: Callable[..., Path],
    tmp_path: Path,
) -> None:
    before = run()
    with ExchangeClient(before.url, "ana") as ana:
        first = ana.submit(COURSE, "children", work())
    before.kill()
    deadly = run(
        # The release at the start goes the same way, so death waits until it is out.
        "import threading, travesia.exchange.store as s\n"
        "original = s.Store.submit\n"
        "def submit(self, *arguments, **named):\n"
        + "".join(
            f"    {line}\n"
            for line in DIE_BEFORE.format(module=module, function=function).strip().splitlines()
        )
        + "    return original(self, *arguments, **named)\n"
        "s.Store.submit = submit\n"
    )

    with ExchangeClient(deadly.url, "ana") as ana, pytest.raises(ServiceError) as failed:
        ana.submit(COURSE, "children", work(answer="police"))

    assert failed.value.code == "broken"
    assert "hand in again if it is not there" in str(failed.value)
    assert deadly.process.wait(20) == -signal.SIGKILL
    after = run()
    with ExchangeClient(after.url, "ana") as ana:
        assert [entry["id"] for entry in ana.submissions(COURSE)] == [first.id]
    (folder,) = (tmp_path / "exchange" / COURSE / "inbound").iterdir()
    assert matches(first, folder)


def test_a_caller_who_goes_away_leaves_nothing(
    service: object, released: Path, store: Store, tar: Callable[..., bytes]
) -> None:
    incoming = store.root / COURSE / ".incoming"
    archive = tar(("assignment.ipynb", b"{}"), ("data.bin", os.urandom(300_000)))

    with half_an_upload(service.url, archive):
        wait_for(lambda: list(incoming.iterdir()))

    wait_for(lambda: not list(incoming.iterdir()))
    assert store.submissions(COURSE) == []


def test_a_full_disk_is_told_and_the_previous_submission_stands(
    run: Callable[..., Running], work: Callable[..., Path], tmp_path: Path
) -> None:
    small_disk = ["--dev-bind", "/", "/", "--size", "3000000", "--tmpfs"]
    (tmp_path / "exchange").mkdir()
    service = run(
        prefix=[
            str(find_bwrap()),
            "--die-with-parent",
            *small_disk,
            str(tmp_path / "exchange"),
            "--",
        ]
    )
    with ExchangeClient(service.url, "ana") as ana:
        first = ana.submit(COURSE, "children", work())
        data = work() / "data.bin"
        # Once while the archive arrives, once while it is unpacked beside itself.
        for size in (5_000_000, 2_000_000):
            data.write_bytes(os.urandom(size))
            with pytest.raises(ServiceError, match="disk is full, so nothing was stored") as told:
                ana.submit(COURSE, "children", work())
            assert (told.value.status, told.value.code) == (507, "no_room")
            assert [entry["id"] for entry in ana.submissions(COURSE)] == [first.id]

        data.write_bytes(os.urandom(1_000_000))
        second = ana.submit(COURSE, "children", work())
        assert [entry["id"] for entry in ana.submissions(COURSE)] == [first.id, second.id]


def test_a_replacement_that_was_cut_short_is_ended_at_the_next_start(
    store: Store, released: Path, tmp_path: Path
) -> None:
    outbound = store.root / COURSE / "outbound"
    before = store.release(COURSE, "children")
    (outbound / "children").rename(outbound / ".replaced-children")
    assert store.releases(COURSE) == []

    store.sweep()
    assert store.releases(COURSE) == [before]

    (outbound / ".replaced-children").mkdir()
    store.sweep()
    assert store.releases(COURSE) == [before]
    assert [path.name for path in outbound.iterdir()] == ["children"]


def test_a_folder_is_replaced_as_one(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_text(name)

    disk.replace(tmp_path / "new", tmp_path / "old")

    assert [path.name for path in tmp_path.rglob("*")] == ["old", "new"]


def test_a_folder_that_nobody_handed_in_is_no_submission(
    store: Store, released: Path, caplog: pytest.LogCaptureFixture
) -> None:
    forged = store.root / COURSE / "inbound" / "beto+children+2030-01-01 00:00:00.000000 UTC+1"
    forged.mkdir(parents=True)
    (forged / "assignment.ipynb").write_text("{}")
    assert store.submissions(COURSE) == []

    (forged / "receipt.json").write_text(json.dumps({"student": "beto"}))
    assert store.submissions(COURSE) == []
    assert "is no submission the service stored" in caplog.text


def test_a_damaged_release_hides_only_itself(
    store: Store, released: Path, assignment: Path
) -> None:
    store.publish_folder(COURSE, "other", assignment, title={}, due=None, by="rosa")
    (store.root / COURSE / "outbound" / "other" / ".release.json").write_text("{")

    assert [release.assignment for release in store.releases(COURSE)] == ["children"]
    with pytest.raises(Refusal, match="no released assignment “other”"):
        store.release(COURSE, "other")
