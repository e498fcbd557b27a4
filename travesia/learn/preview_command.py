"""The command `travesia case preview`: a case in the browser, drawn anew whenever it is saved."""

import threading
import time
import webbrowser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click

from travesia.learn.preview import preview_page, watched
from travesia.scenarios.commands import plainly

ADDRESS = "127.0.0.1"
SECONDS_BETWEEN_LOOKS = 0.3


@click.command("preview")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the page into a file instead of serving it.",
)
@click.option(
    "--port",
    default=0,
    type=click.IntRange(0, 65535),
    help="The port on this machine; a free one by default.",
)
@click.option("--browser/--no-browser", default=True, help="Whether to open the browser.")
@plainly
def preview(file: Path, output: Path | None, port: int, *, browser: bool) -> None:
    """Show a case in the browser, and again each time the file is saved.

    The page holds the key, and nothing but the page is needed to read it: keep it from learners.
    """
    if output is not None:
        if output.exists() and output.samefile(file):
            raise click.ClickException(f"{output} is the case itself: name another file.")
        output.write_text(preview_page(file), encoding="utf-8")
        click.echo(f"{output} written.")
        return
    try:
        server = serve(file, port)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise click.ClickException(f"Port {port}: {reason}; choose another.") from error
    address = f"http://{ADDRESS}:{server.server_port}/"
    click.echo(f"{file.name} at {address} (Ctrl+C ends it)")
    if browser:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("Ended.")
    finally:
        server.server_close()


def serve(file: Path, port: int = 0) -> ThreadingHTTPServer:
    """A server of a case's page for this machine alone; the caller starts and closes it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            own = server.server_port
            # A page elsewhere may have its name point here; it would still ask for that name.
            if self.headers.get("Host") not in {f"{ADDRESS}:{own}", f"localhost:{own}"}:
                self.send_error(403)
            elif self.path == "/":
                self._answer("text/html; charset=utf-8", preview_page(file, live=True).encode())
            elif self.path == "/changes":
                self._tell_changes()
            else:
                self.send_error(404)

        def _answer(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _tell_changes(self) -> None:
            """Says once that a file changed; the page then loads again and asks anew."""
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            before = watched(file)
            try:
                while watched(file) == before:
                    self.wfile.write(b": waiting\n\n")
                    self.wfile.flush()
                    time.sleep(SECONDS_BETWEEN_LOOKS)
                self.wfile.write(b"data: changed\n\n")
            except OSError:
                # The page was closed, or the file is being replaced: it asks again if it is there.
                return

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Says nothing: the terminal is the author's."""

    server = ThreadingHTTPServer((ADDRESS, port), Handler)
    server.daemon_threads = True
    return server
