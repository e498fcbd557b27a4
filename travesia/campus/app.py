"""The campus as one web application: pages for people, the exchange's interface for programs."""

import asyncio
import logging
import re
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.web import Application, RedirectHandler, URLSpec

from travesia.campus.handlers import (
    AssetHandler,
    CallbackHandler,
    FeedbackHandler,
    FeedbackPageHandler,
    HomeHandler,
    LanguageHandler,
    MissingHandler,
    TokensHandler,
)
from travesia.campus.pages import STATIC, TOKENS
from travesia.campus.service import Campus
from travesia.campus.settings import Settings
from travesia.exchange.service import handlers as exchange_handlers

log = logging.getLogger(__name__)

# A form of these pages is a few hundred bytes; the exchange sets its own limit for uploads.
LARGEST_FORM = 64 * 1024
# Unpacking and reading of files, beside the loop that answers everybody.
WORKERS = 4


def make_app(settings: Settings) -> Application:
    """The application that serves the campus and the exchange under the service's prefix."""
    worker = ThreadPoolExecutor(WORKERS, thread_name_prefix="campus")
    campus = Campus(settings, worker)
    campus.store.sweep()
    prefix = re.escape(settings.prefix)
    routes: list[Any] = [
        *exchange_handlers(
            campus.store,
            campus.identify,
            prefix=settings.prefix,
            worker=worker,
            attempts=campus.attempts,
            name_of=lambda person: campus.people.get(person).name,
        ),
        URLSpec(prefix, HomeHandler),
        URLSpec(re.escape(settings.prefix.rstrip("/")), RedirectHandler, {"url": settings.prefix}),
        URLSpec(f"{prefix}oauth_callback", CallbackHandler),
        URLSpec(f"{prefix}language", LanguageHandler),
        URLSpec(f"{prefix}feedback/([^/]+)/([^/]+)/", FeedbackHandler),
        URLSpec(f"{prefix}feedback/([^/]+)/([^/]+)/([^/]+)", FeedbackPageHandler),
        URLSpec(f"{prefix}static/{re.escape(TOKENS)}", TokensHandler),
        URLSpec(f"{prefix}static/(.*)", AssetHandler, {"path": str(STATIC)}),
    ]
    return Application(
        routes,
        default_handler_class=MissingHandler,
        campus=campus,
        cookie_secret=settings.key,
        xsrf_cookies=True,
        xsrf_cookie_kwargs={"httponly": True, "samesite": "Lax"},
    )


async def serve(settings: Settings) -> None:
    """Serve the campus at its address until the process is told to end."""
    application = make_app(settings)
    server = HTTPServer(application, xheaders=True, max_body_size=LARGEST_FORM)
    if settings.door is None:
        server.listen(settings.port, settings.host)
    else:
        door = socket.socket(fileno=settings.door)
        door.setblocking(False)  # noqa: FBT003 - the only way to call it
        server.add_socket(door)
    log.info("The campus listens at http://%s:%s%s", settings.host, settings.port, settings.prefix)
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, told.set)
    await told.wait()
    # What is on its way in is finished; nothing new is taken.
    server.stop()
    await server.close_all_connections()
    application.settings["campus"].close()
