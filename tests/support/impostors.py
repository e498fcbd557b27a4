"""A program of a person's own in the place of their server: it answers as it likes."""

import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from hubs import RunningHub


@contextmanager
def answering(server: socketserver.BaseServer) -> Iterator[None]:
    """A server answers in a thread of its own, and is closed."""
    with server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def impostor(
    hub: RunningHub, username: str, answer: Callable[[Mapping[str, str]], str]
) -> Iterator[None]:
    """Whatever is asked of a person's server is answered by `answer`, from the request's headers.

    Their server is started anew before: the proxy would go on with connections that it has.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = answer(self.headers).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def address_string(self):
            return "somebody"

        def log_message(self, *_):
            pass

    visitor = hub.visitor(username)
    visitor.stop_server()
    visitor.start_server()
    socket = hub.data / "run" / "people" / username / "sockets" / "server"
    kept = socket.rename(socket.with_name("kept"))
    try:
        server = socketserver.ThreadingUnixStreamServer(str(socket), Handler)
        # Whichever account the hub runs as, it connects.
        socket.chmod(0o777)
        with answering(server):
            yield
    finally:
        kept.replace(socket)
        # The proxy has connections to the impostor now.
        visitor.stop_server()
