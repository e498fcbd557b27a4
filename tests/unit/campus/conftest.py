"""A campus on a real port, beside a stand-in for the hub that knows a few tokens."""

import asyncio
import gzip
import io
import json
import tarfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from jupyterhub.httpclient import JupyterHubHTTPClient
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler, create_signed_value

from travesia.campus.app import make_app
from travesia.campus.settings import Settings
from travesia.exchange.receipt import Receipt
from travesia.exchange.store import Store

ROOT = Path(__file__).parents[3]
COURSE, ASSIGNMENT = "human-security", "children"
LEARNERS, INSTRUCTORS = f"nbgrader-{COURSE}", f"formgrade-{COURSE}"
KEY = "k" * 40
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
PEOPLE: dict[str, dict[str, Any]] = {
    "rosa": {"name": "Rosa Ixchel Méndez", "language": "es", "kind": "instructor"},
    "ana": {"name": "Ana Lucía Tzul", "language": "es", "kind": "learner"},
    "beto": {"name": "Beto Hernández", "language": "es", "kind": "learner"},
    "carol": {"name": "Carol Joseph", "language": "en", "kind": "learner"},
    "mal": {"name": HOSTILE, "language": "en", "kind": "learner"},
    "ines": {"name": "Inés Arriaga", "language": "en", "kind": "analyst"},
}
for _entry in PEOPLE.values():
    if _entry["kind"] != "analyst":
        _entry["courses"] = {COURSE: _entry["kind"]}
GROUPS = {LEARNERS: ["ana", "beto", "carol", "mal"], INSTRUCTORS: ["rosa"]}


class WhoHandler(RequestHandler):
    """The hub's answer about the person a token belongs to."""

    def get(self) -> None:
        token = self.request.headers["Authorization"].removeprefix("token ")
        name = token.removeprefix("token-of-")
        if name not in PEOPLE:
            self.set_status(403)
            self.finish({})
            return
        scopes = [] if name == "ines" and self.settings["closed"] else [
            "access:services!service=campus"
        ]  # fmt: skip
        groups = [group for group, members in GROUPS.items() if name in members]
        self.finish({"name": name, "kind": "user", "groups": groups, "scopes": scopes})


@dataclass
class Town:
    """A running campus, and what a test may do to it."""

    url: str
    settings: Settings
    store: Store
    application: Application
    hub: Application

    @property
    def campus(self) -> Any:
        return self.application.settings["campus"]

    def cookie(self, name: str) -> str:
        client = self.settings.client_id
        return create_signed_value(KEY, client, f"token-of-{name}").decode()

    def client(self, name: str | None = None, **headers: str) -> httpx.Client:
        cookies = {self.settings.client_id: self.cookie(name)} if name else {}
        return httpx.Client(base_url=self.url, cookies=cookies, headers=headers, trust_env=False)

    def get(self, name: str | None, path: str = "", **headers: str) -> httpx.Response:
        with self.client(name, **headers) as client:
            return client.get(self.settings.prefix + path)

    def release(self, due: datetime | None = None, assignment: str = ASSIGNMENT) -> None:
        upload = self._upload({"assignment.ipynb": b"{}"})
        self.store.publish(COURSE, assignment, upload, title={}, due=due, by="rosa", replace=True)

    def hand_in(self, name: str, assignment: str = ASSIGNMENT) -> Receipt:
        upload = self._upload({"assignment.ipynb": b"{}", "answers.json": b"{}"})
        return self.store.submit(COURSE, assignment, name, upload, language="es")

    def mark(self, receipt: Receipt, page: bytes = b"<h1>marked</h1>", **changes: Any) -> None:
        marks = {
            "schema": 1,
            "assignment": ASSIGNMENT,
            "student": receipt.student,
            "submission": receipt.id,
            "score": 18.5,
            "max_score": 25,
            "late": False,
            "items": [
                {"id": "who-decides", "title": "Who decides", "kind": "choice", "points": 2,
                 "max_points": 2, "outcome": "o", "message": "Right: the Procuraduría decides."},
                {"id": "monday-plan", "title": "Your plan", "kind": "text", "points": 3.5,
                 "max_points": 5, "outcome": "o", "message": "A clear first step.\nWho is told?"},
            ],
        } | changes  # fmt: skip
        upload = self._upload({"assignment.html": page, "marks.json": json.dumps(marks).encode()})
        self.store.release_feedback(receipt, upload)

    def _upload(self, files: dict[str, bytes]) -> Any:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for name, content in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
        upload = self.store.receive(COURSE)
        upload.write(gzip.compress(packed.getvalue()))
        return upload


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    people = tmp_path / "people.json"
    people.write_text(json.dumps({"people": PEOPLE}), encoding="utf-8")
    return Settings(
        exchange=tmp_path / "exchange",
        people=people,
        course=ROOT / "course.yaml",
        data=tmp_path / "campus",
        key=KEY,
        api_url="",
        api_token="service-token",
    )


@pytest.fixture
def start(settings: Settings) -> Iterator[Callable[..., Town]]:
    """Starts a campus with settings changed as asked."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    servers: list[HTTPServer] = []
    towns: list[Town] = []

    def listen(application: Application) -> int:
        async def begin() -> int:
            server = HTTPServer(application, max_body_size=64 * 1024)
            (socket,) = bind_sockets(0, "127.0.0.1")
            server.add_sockets([socket])
            servers.append(server)
            return int(socket.getsockname()[1])

        return asyncio.run_coroutine_threadsafe(begin(), loop).result(10)

    def begin(**changes: Any) -> Town:
        routes = [(r"/hub/api/user", WhoHandler)]
        hub = Application(routes, closed=False, log_function=lambda _handler: None)
        changed = replace(settings, api_url=f"http://127.0.0.1:{listen(hub)}/hub/api", **changes)
        application = make_app(changed)
        url = f"http://127.0.0.1:{listen(application)}"
        town = Town(url, changed, application.settings["campus"].store, application, hub)
        towns.append(town)
        return town

    yield begin

    async def end() -> None:
        for server in servers:
            server.stop()
            await server.close_all_connections()
        await JupyterHubHTTPClient.loop_instance().close()

    asyncio.run_coroutine_threadsafe(end(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()
    for town in towns:
        town.campus.close()


@pytest.fixture
def town(start: Callable[..., Town]) -> Town:
    """A campus with one released assignment, due in six days."""
    running = start()
    running.release(due=datetime.now(UTC) + timedelta(days=6))
    return running
