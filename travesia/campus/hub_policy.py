"""The content policy of the hub's own pages: no script runs but what their templates hold.

JupyterHub's pages have inline scripts with values in them, so no hash would fit. Instead each
answer has a number of its own (a nonce), and whoever writes a template has it written into every
`<script>` there: what comes into a page as a value is never given it.
"""

import re
import secrets
from contextvars import ContextVar

from jinja2.ext import Extension
from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import OutputTransform

from travesia.campus import permissions

HEADER = "Content-Security-Policy"
SCRIPT = re.compile(r"<script\b")
# A transform is made for each request before its handler begins, in the context the handler gets.
_nonce: ContextVar[str] = ContextVar("nonce", default="")


def nonce() -> str:
    """The number that this answer's own scripts carry."""
    return _nonce.get()


class OwnScripts(Extension):
    """Gives every script that stands in a template the answer's number, `tv_nonce`.

    It works on the templates' text, before any value is in it.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's signature
        """The template with the number's place in each of its scripts."""
        return SCRIPT.sub('<script nonce="{{ tv_nonce }}"', source)


def policy(hub: str, number: str, beyond: str = "") -> str:
    """The policy of an answer of the hub's.

    Args:
        hub: the hub's address as the browser names it, without a scheme: `host:port/hub/`.
        number: what the answer's own scripts carry.
        beyond: other addresses to which the answer to a form may lead on: sign-in does.
    """
    static = f"{hub}static/"
    return (
        f"default-src 'none'; script-src {static} 'nonce-{number}'; "
        f"style-src {static} 'unsafe-inline'; img-src data: {hub}; font-src {static}; "
        f"connect-src {hub}; form-action 'self' {beyond}; base-uri 'none'; frame-ancestors 'none'"
    )


class HubPolicy(OutputTransform):
    """Adds to each answer of the hub its content policy, beside the one JupyterHub gives it."""

    prefix = "/hub/"
    beyond = ""

    def __init__(self, request: HTTPServerRequest) -> None:
        self.request = request
        self.number = secrets.token_urlsafe(16)
        _nonce.set(self.number)

    def transform_first_chunk(
        self,
        status_code: int,
        headers: HTTPHeaders,
        chunk: bytes,
        finishing: bool,  # noqa: ARG002, FBT001 - tornado's signature
    ) -> tuple[int, HTTPHeaders, bytes]:
        """The answer as it was, with what keeps a browser careful."""
        hub = f"{self.request.host}{self.prefix}"
        headers.add(HEADER, policy(hub, self.number, self.beyond))
        headers[permissions.HEADER] = permissions.NOTHING
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        return status_code, headers, chunk


def hub_policy_for(beyond: str) -> type[HubPolicy]:
    """The transform for a hub from which forms may lead on: `https://*.example.org`, or empty."""
    return type("HubPolicy", (HubPolicy,), {"beyond": beyond})
