"""A twin of a hub's campus: the same program on a copy of the records, which asks the real hub.

An attack's second control takes one defence away. That is done to the twin, in the tests' own
process, so that the real campus is never without it.
"""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import accounts
from hubs import RunningHub
from jupyterhub.httpclient import JupyterHubHTTPClient
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from travesia.campus.app import make_app
from travesia.campus.service import Campus
from travesia.campus.settings import Settings


@dataclass
class Twin:
    """A running twin: its address as people see the campus's, and what it knows."""

    url: str
    campus: Campus


@contextmanager
def twin_of(hub: RunningHub, folder: Path) -> Iterator[Twin]:
    """A twin of a hub's campus, that keeps what it writes in a folder."""
    shutil.copytree(hub.data / "exchange", folder / "exchange")
    # It has the real one's secrets, and so understands the cookies that people really have.
    real = hub.environment_of("travesia.campus")
    application = make_app(
        Settings(
            exchange=folder / "exchange",
            people=hub.data / "people" / "people.json",
            course=accounts.CHECKOUT / "course.yaml",
            data=folder / "campus",
            key=real["TRAVESIA_CAMPUS_KEY"],
            api_url=real["JUPYTERHUB_API_URL"],
            api_token=real["JUPYTERHUB_API_TOKEN"],
        )
    )
    campus = application.settings["campus"]
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def begin() -> HTTPServer:
        server = HTTPServer(application)
        server.add_sockets(bind_sockets(0, "127.0.0.1"))
        return server

    async def end(server: HTTPServer) -> None:
        server.stop()
        await server.close_all_connections()
        await JupyterHubHTTPClient.loop_instance().close()

    server = asyncio.run_coroutine_threadsafe(begin(), loop).result(20)
    (socket,) = server._sockets.values()
    try:
        yield Twin(f"http://127.0.0.1:{socket.getsockname()[1]}/services/campus/", campus)
    finally:
        asyncio.run_coroutine_threadsafe(end(server), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()
        campus.close()
