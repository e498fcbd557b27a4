"""The notice of a hub without isolation, on every page of a person's server, whoever draws it."""

from html import escape

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import OutputTransform

from travesia.language import current_language, translator

STYLE = (
    "position:fixed;left:0;right:0;bottom:0;z-index:10000;margin:0;padding:.4rem 1rem;"
    "background:#b8482f;color:#fff;font:600 14px system-ui;text-align:center;pointer-events:none"
)


def notice() -> bytes:
    """The notice in the person's language, as an HTML element that needs no style sheet."""
    language = current_language()
    _ = translator(language)
    sentence = _("Demonstration: isolation is off.")
    return (
        f'<p id="travesia-demonstration" role="note" lang="{escape(language)}" style="{STYLE}">'
        f"{escape(sentence)}</p>"
    ).encode()


class DemonstrationNotice(OutputTransform):
    """Puts the notice at the end of each page that a server answers with, nbgrader's included."""

    def __init__(self, request: HTTPServerRequest) -> None:
        self.request = request

    def transform_first_chunk(
        self,
        status_code: int,
        headers: HTTPHeaders,
        chunk: bytes,
        finishing: bool,  # noqa: FBT001 - tornado's signature
    ) -> tuple[int, HTTPHeaders, bytes]:
        """The answer as it was, with the notice in it if it is a whole page."""
        page = headers.get("Content-Type", "").startswith("text/html")
        head, end, tail = chunk.rpartition(b"</body>")
        if finishing and page and end:
            chunk = head + notice() + end + tail
            if "Content-Length" in headers:
                headers["Content-Length"] = str(len(chunk))
        return status_code, headers, chunk
