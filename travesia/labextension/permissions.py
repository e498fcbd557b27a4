"""Which pages of a person's server may use their clipboard: those in which they write."""

import re
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import OutputTransform

from travesia.campus import permissions
from travesia.labextension.policy import HANDED_IN

# Jupyter's own pages. All others show something as it is, or something of others'.
WRITTEN_IN = re.compile(r"(lab|tree|notebooks|edit|consoles|terminals|doc)(/|$)")


class Permissions(OutputTransform):
    """Says on each answer of a server what its page may ask of the reader's browser."""

    base_url = "/"

    def __init__(self, request: HTTPServerRequest) -> None:
        self.request = request

    def transform_first_chunk(
        self,
        status_code: int,
        headers: HTTPHeaders,
        chunk: bytes,
        finishing: bool,  # noqa: ARG002, FBT001 - tornado's signature
    ) -> tuple[int, HTTPHeaders, bytes]:
        """The answer as it was, with the words for its page."""
        is_page = status_code == HTTPStatus.OK
        headers[permissions.HEADER] = self.policy() if is_page else permissions.NOTHING
        return status_code, headers, chunk

    def policy(self) -> str:
        """What the page at this address may ask for."""
        path = unquote(urlsplit(self.request.uri or "").path)
        place = path.removeprefix(self.base_url)
        if WRITTEN_IN.match(place) and not HANDED_IN.search(f"{path}/"):
            return permissions.CLIPBOARD_ONLY
        return permissions.NOTHING


def permissions_for(base_url: str) -> type[Permissions]:
    """The transform for a server whose addresses start so."""
    return type("Permissions", (Permissions,), {"base_url": base_url})
