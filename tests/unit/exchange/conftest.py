import asyncio
import io
import json
import os
import tarfile
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from travesia.exchange.archive import GZIP, Limits
from travesia.exchange.attempts import Attempts
from travesia.exchange.client import ExchangeClient
from travesia.exchange.identity import Caller
from travesia.exchange.receipt import Receipt
from travesia.exchange.service import handlers
from travesia.exchange.store import Store

COURSE = "human-security"
MEMBERS = frozenset({COURSE})
NOBODY: frozenset[str] = frozenset()
PEOPLE = {
    "ana": Caller("ana", MEMBERS, NOBODY),
    "beto": Caller("beto", MEMBERS, NOBODY),
    "rosa": Caller("rosa", NOBODY, MEMBERS),
    "otto": Caller("otto", frozenset({"other"}), NOBODY),
    "olga": Caller("olga", NOBODY, frozenset({"other"})),
}


@dataclass
class Service:
    """A real HTTP server with the exchange's handlers, its tokens being `<name>-token`."""

    store: Store
    url: str = ""
    people: dict[str, Caller] = field(default_factory=lambda: dict(PEOPLE))

    async def identify(self, token: str) -> Caller | None:
        return self.people.get(token.removesuffix("-token"))

    def client(self, name: str, language: str = "en") -> ExchangeClient:
        return ExchangeClient(self.url, f"{name}-token", language=language)


@pytest.fixture
def limits() -> Limits:
    return Limits()


@pytest.fixture
def store(tmp_path: Path, limits: Limits) -> Store:
    return Store(tmp_path / "exchange", limits=limits)


@pytest.fixture
def attempts() -> Attempts:
    """Which attempt at a test opens after which: no release is one."""
    return Attempts()


@pytest.fixture
def service(store: Store, attempts: Attempts) -> Iterator[Service]:
    running = Service(store)
    started = threading.Event()
    stop: list[Callable[[], object]] = []

    async def serve() -> None:
        with ThreadPoolExecutor(2) as worker:
            routes = handlers(
                store,
                running.identify,
                worker=worker,
                attempts=attempts,
                name_of={"ana": "Ana Paz Ríos"}.get,
            )
            server = HTTPServer(Application(routes, xsrf_cookies=True))
            sockets = bind_sockets(0, "127.0.0.1")
            running.url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}/services/campus/"
            server.add_sockets(sockets)
            ended = asyncio.Event()
            loop = asyncio.get_running_loop()
            stop.append(lambda: loop.call_soon_threadsafe(ended.set))
            started.set()
            await ended.wait()
            server.stop()
            await server.close_all_connections()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert started.wait(20)
    yield running
    stop[0]()
    thread.join(20)


@pytest.fixture
def connect(service: Service) -> Iterator[Callable[..., ExchangeClient]]:
    clients: list[ExchangeClient] = []

    def connected(name: str, language: str = "en") -> ExchangeClient:
        clients.append(service.client(name, language))
        return clients[-1]

    yield connected
    for client in clients:
        client.close()


@pytest.fixture
def assignment(tmp_path: Path) -> Path:
    folder = tmp_path / "release" / "children"
    folder.mkdir(parents=True)
    (folder / "assignment.ipynb").write_text(notebook())
    (folder / "content.json").write_text("{}")
    return folder


@pytest.fixture
def released(store: Store, assignment: Path) -> Path:
    store.publish_folder(COURSE, "children", assignment, title={}, due=None, by="rosa")
    return assignment


@pytest.fixture
def work(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder that a learner hands in."""

    def made(name: str = "ana", *, answer: str = "court") -> Path:
        folder = tmp_path / "homes" / name / "children"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "assignment.ipynb").write_text(notebook())
        (folder / "answers.json").write_text(json.dumps({"schema": 1, "answers": {"a": answer}}))
        return folder

    return made


@pytest.fixture
def tar() -> Callable[..., bytes]:
    """Makes a compressed archive of members that are given as (TarInfo or name, content)."""

    def made(*members: tuple[tarfile.TarInfo | str, bytes], compress: bool = True) -> bytes:
        target = io.BytesIO()
        with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for about, content in members:
                info = tarfile.TarInfo(about) if isinstance(about, str) else about
                if info.isreg():
                    info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return gzipped(target.getvalue()) if compress else target.getvalue()

    return made


@pytest.fixture
def gzipper() -> Callable[[bytes], bytes]:
    return gzipped


def gzipped(content: bytes) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, GZIP)
    return squeeze.compress(content) + squeeze.flush()


def notebook() -> str:
    cells = [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# Children\n\nText."}
    ]
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document)


@pytest.fixture
def tree() -> Callable[[Path], set[str]]:
    """Gives the names of everything below a folder, hidden things too."""

    def listed(folder: Path) -> set[str]:
        return {
            os.path.relpath(Path(place, name), folder)
            for place, folders, names in os.walk(folder)
            for name in [*folders, *names]
        }

    return listed


@pytest.fixture
def marks(tmp_path: Path) -> Callable[..., Path]:
    """Makes the marks of a submission as grading writes them."""

    def made(receipt: Receipt, **changed: object) -> Path:
        item = {"id": "a", "title": "A", "kind": "choice", "points": 1, "max_points": 2}
        document = {
            "schema": 1,
            "assignment": receipt.assignment,
            "student": receipt.student,
            "submission": receipt.id,
            "score": 1,
            "max_score": 2,
            "late": False,
            "items": [item | {"outcome": "o", "message": "Almost."}],
        }
        path = tmp_path / "marks.json"
        path.write_text(json.dumps(document | changed))
        return path

    return made
