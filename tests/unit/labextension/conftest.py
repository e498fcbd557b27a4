import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from travesia.exchange.client import ExchangeClient
from travesia.exchange.identity import Caller
from travesia.exchange.service import handlers
from travesia.exchange.store import Store
from travesia.labextension import write_config

COURSE = "human-security"
TOKEN = "the-person's-own"
PATIENCE = 60

QUESTION = """\
questions:
  - id: who-decides
    kind: choice
    prompt: {prompt}
    outcome: report-without-deciding
    options:
      - {{id: court, text: The court}}
      - {{id: ask, text: The Procuraduría}}
    correct: [ask]
    points: 2
    feedback: {{right: Yes., wrong: No.}}
"""
SPANISH = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgctxt "notebook:children/lesson#title"
msgid "# At the station"
msgstr "# En la estación"
"""


def cell(identifier: str, source: str, kind: str = "markdown") -> dict[str, Any]:
    made: dict[str, Any] = {
        "cell_type": kind,
        "id": identifier,
        "metadata": {},
        "source": source,
    }
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def notebook(title: str, **travesia: str) -> dict[str, Any]:
    return {
        "cells": [cell("title", title), cell("who-decides", 'choice("who-decides")', "code")],
        "metadata": {
            "travesia": {"course": COURSE, "module": "children", **travesia},
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


@dataclass
class Course:
    """The course's lessons, as an author writes and rewrites them."""

    root: Path

    def write(self, title: str = "# At the station", prompt: str = "Who decides?") -> None:
        folder = self.root / "children"
        folder.mkdir(parents=True, exist_ok=True)
        self.put("children/lesson.ipynb", json.dumps(notebook(title, kind="lesson")))
        self.put("children/questions.yaml", QUESTION.format(prompt=prompt))
        (self.root / "locale").mkdir(exist_ok=True)
        self.put("locale/es.po", SPANISH)

    def put(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")


@pytest.fixture
def course(tmp_path: Path) -> Course:
    made = Course(tmp_path / "lessons")
    made.write()
    return made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@dataclass
class Person:
    """One person's home and running server, with the requests that a browser makes of it."""

    home: Path
    url: str

    @contextmanager
    def browser(self) -> Iterator[httpx.Client]:
        """Signed in by cookie, as a browser is."""
        with httpx.Client(base_url=self.url, trust_env=False, timeout=PATIENCE) as client:
            client.get("login")
            client.get("login", params={"token": TOKEN})
            yield client

    def post(self, path: str, body: object) -> httpx.Response:
        with self.browser() as client:
            headers = {"X-XSRFToken": client.cookies.get("_xsrf", "")}
            return client.post(path, json=body, headers=headers)

    def get(self, path: str, **query: str) -> httpx.Response:
        with self.browser() as client:
            return client.get(path, params=query)


@contextmanager
def running(
    folder: Path, lessons: Path, campus: str, *arguments: str, language: str = "es"
) -> Iterator[Person]:
    """A learner's real Jupyter server, with the configuration that the hub writes for it."""
    folder.mkdir()
    home = folder / "home"
    home.mkdir()
    # Short, as sockets need it, however deep pytest's own folders lie.
    runtime = Path(tempfile.mkdtemp(prefix="tv-"))
    variables = write_config(
        folder / "jupyter",
        kind="learner",
        language=language,
        home=str(home),
        runtime_dir=str(runtime),
    )
    environment = os.environ | variables
    environment |= {
        "HOME": str(home),
        "TRAVESIA_LANGUAGE": language,
        "TRAVESIA_LESSONS": str(lessons),
        "TRAVESIA_CAMPUS_URL": campus,
        "JUPYTERHUB_API_TOKEN": "ana",
    }
    command = [sys.executable, "-m", "jupyter_server", "--port=0", "--allow-root"]
    command += [f"--IdentityProvider.token={TOKEN}", *arguments]
    log = folder / "server.log"
    with log.open("wb") as sink:
        server = subprocess.Popen(
            command, cwd=home, env=environment, stdout=sink, stderr=subprocess.STDOUT
        )
    try:
        yield Person(home, address(runtime, server, log))
    finally:
        server.terminate()
        server.wait(PATIENCE)
        shutil.rmtree(runtime, ignore_errors=True)


def address(runtime: Path, server: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        for record in runtime.glob("jpserver-*.json"):
            try:
                return str(json.loads(record.read_text("utf-8"))["url"]).replace(
                    "localhost", "127.0.0.1"
                )
            except ValueError:
                break
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The exchange's real service: the token `ana` is a learner's, `rosa` an instructor's."""
    people = {
        "ana": Caller("ana", frozenset({COURSE}), frozenset()),
        "rosa": Caller("rosa", frozenset(), frozenset({COURSE})),
    }
    store = Store(tmp_path_factory.mktemp("exchange"))
    started = threading.Event()
    found: list[str] = []
    stop: list[Callable[[], object]] = []

    async def identify(token: str) -> Caller | None:
        return people.get(token)

    async def serve() -> None:
        with ThreadPoolExecutor(2) as worker:
            server = HTTPServer(Application(handlers(store, identify, worker=worker)))
            sockets = bind_sockets(0, "127.0.0.1")
            found.append(f"http://127.0.0.1:{sockets[0].getsockname()[1]}/services/campus/")
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
    started.wait(PATIENCE)
    yield found[0]
    stop[0]()
    thread.join(PATIENCE)


@pytest.fixture(scope="module")
def released(exchange: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The exchange with one assignment released, its prose carrying Spanish."""
    folder = tmp_path_factory.mktemp("release")
    made = notebook("# The assignment", kind="assignment", assignment="children")
    made["cells"][0]["metadata"] = {"travesia": {"text": {"es": "# La tarea"}}}
    (folder / "assignment.ipynb").write_text(json.dumps(made), encoding="utf-8")
    with ExchangeClient(exchange, "rosa", language="en") as client:
        client.publish(COURSE, "children", folder)
    return exchange


@pytest.fixture(scope="module")
def person(released: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """A learner's running server, with one lesson and one assignment to open."""
    root = tmp_path_factory.mktemp("person")
    Course(root / "lessons").write()
    with running(root / "ana", root / "lessons", released) as server:
        yield server


@pytest.fixture(scope="module")
def careless_person(released: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """The same server without the check of where a request comes from."""
    root = tmp_path_factory.mktemp("careless")
    Course(root / "lessons").write()
    off = "--ServerApp.disable_check_xsrf=True"
    with running(root / "ana", root / "lessons", released, off) as server:
        yield server
