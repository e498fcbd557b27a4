"""What the pages of a person's server may run and load: content policies that a browser enforces.

They stand behind the cleaning of what learners hand in, and hold where that has a hole: on a page
of the formgrader nothing runs but the formgrader's own script, a file that somebody handed in is
shown as a dead page in an origin of its own, and no page loads anything from elsewhere.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import OutputTransform

HEADER = "Content-Security-Policy"

# In an origin of its own, without script: it reads no cookie, sends nothing and opens nothing.
DEAD = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)

# Where what learners handed in lies, below an instructor's course.
HANDED_IN = re.compile(r"/(submitted|autograded|feedback)/")
# The servers' addresses that give files as they are, or turned into pages.
FILES = ("files/", "nbconvert/", "view/", "static-files/")
# The addresses that pictures of Jupyter's pages and of notebooks come from. An address that does
# something when it is fetched, such as signing out, is not among them.
PICTURES = ("files/", "static/", "lab/", "kernelspecs/", "travesia/", "api/contents/")

SUBMISSION_PAGE = re.compile(r"submissions/[^/]+/?")
SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)
HANDLER = re.compile(r"\son[a-z]+=\"([^\"{]*)\"", re.IGNORECASE)
VALUE = re.compile(r"\{\{.*?\}\}")
# What may stand where a template writes a value into a script: nothing that ends the string.
HARMLESS = r"[^\"\\<\n\r\u2028\u2029]*"


def jupyter_policy(host: str, base_url: str) -> str:
    """The policy of Jupyter's own pages: nothing from elsewhere, and pictures only from files.

    Jupyter needs inline script and `eval`; what it draws of a notebook that is not trusted it
    cleans itself, but leaves pictures and links in.
    """
    here = f"{host}{base_url}"
    pictures = " ".join(here + place for place in PICTURES)
    return (
        "default-src 'self' blob: data:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
        f"style-src 'self' 'unsafe-inline'; img-src data: blob: {pictures}; "
        f"media-src data: blob: {pictures}; "
        f"connect-src {here} ws://{here} wss://{here} {host}/hub/api/ blob: data:; "
        "object-src blob:; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


def formgrader_policy(host: str, base_url: str, allowed: Iterable[str]) -> str:
    """The policy of the formgrader's pages: its own files, its own interface, its own script.

    Args:
        host: the host and port of the page, as the browser named them.
        base_url: the server's base, which ends in a slash.
        allowed: the texts of the inline scripts and handlers that may run.
    """
    here = f"{host}{base_url}"
    static = f"{here}formgrader/static/ {here}travesia/formgrader/"
    hashes = " ".join(sorted({f"'{_digest(text)}'" for text in allowed}))
    return (
        f"default-src 'none'; script-src {static} 'unsafe-hashes' {hashes}; "
        f"style-src {static} 'unsafe-inline'; img-src data: {static}; "
        f"font-src {static} {here}formgrader/fonts/; connect-src {here}formgrader/api/; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class OwnScripts:
    """The inline scripts and handlers that a program's templates hold.

    They are read from the templates themselves, so that a newer version brings its own.
    """

    def __init__(self, templates: Sequence[Path]) -> None:
        self.patterns: list[re.Pattern[str]] = []
        self.handlers: set[str] = set()
        for template in templates:
            text = template.read_text(encoding="utf-8")
            for script in SCRIPT.finditer(text):
                if "src=" not in script["attributes"]:
                    fixed = map(re.escape, VALUE.split(script["text"]))
                    self.patterns.append(re.compile(HARMLESS.join(fixed)))
            self.handlers.update(HANDLER.findall(text))

    def allowed(self, page: str) -> list[str]:
        """The texts of a page that may run.

        A template's script counts once, where it stands first: in the head, before anything that a
        learner wrote.
        """
        left = list(self.patterns)
        texts = sorted(self.handlers)
        for script in SCRIPT.finditer(page):
            if "src=" in script["attributes"]:
                continue
            known = next((each for each in left if each.fullmatch(script["text"])), None)
            if known is not None:
                left.remove(known)
                texts.append(script["text"])
        return texts


@cache
def formgrader_scripts() -> OwnScripts:
    """The scripts of nbgrader's formgrader, as it is installed."""
    from nbgrader.server_extensions.formgrader.handlers import template_path  # noqa: PLC0415

    folder = Path(template_path)
    return OwnScripts(sorted([*folder.glob("*.tpl"), *folder.glob("formgrade/*.j2")]))


class ContentPolicy(OutputTransform):
    """Adds to each answer of a server the policy for what it is, beside those it has.

    Where two policies stand, a browser obeys both.
    """

    base_url = "/"

    def __init__(self, request: HTTPServerRequest) -> None:
        self.host = request.host
        self.place = unquote(urlsplit(request.uri or "").path).removeprefix(self.base_url)
        self.inner = self.place.removeprefix("formgrader").lstrip("/")
        own = self.inner.startswith(("static/", "fonts/", "submissions/components/"))
        self.formgrader = self.place.startswith("formgrader")
        self.made = self.formgrader and not own
        """Whether the answer is made for this request, not a file installed with nbgrader."""
        if self.made:
            request.headers.pop("If-None-Match", None)

    def transform_first_chunk(
        self,
        status_code: int,
        headers: HTTPHeaders,
        chunk: bytes,
        finishing: bool,  # noqa: FBT001 - tornado's signature
    ) -> tuple[int, HTTPHeaders, bytes]:
        """The answer as it was, with its policy."""
        headers.add(HEADER, self.policy(headers, chunk, whole=finishing))
        if self.made:
            # Its policy is made from its text, and "not modified" has none: a browser would hold
            # the page that it kept to an empty page's policy, and stop the formgrader's script.
            headers["Cache-Control"] = "no-store"
            headers.pop("Etag", None)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        return status_code, headers, chunk

    def policy(self, headers: HTTPHeaders, chunk: bytes, *, whole: bool) -> str:
        """The policy for an answer: by its address, and for the formgrader by its text."""
        if self.place.startswith(FILES) and HANDED_IN.search(self.place):
            return DEAD
        if not self.formgrader:
            return jupyter_policy(self.host, self.base_url)
        handed_in = self.inner.startswith("submissions/")
        if self.made and handed_in and not SUBMISSION_PAGE.fullmatch(self.inner):
            return DEAD
        page = headers.get("Content-Type", "").startswith("text/html") and whole
        text = chunk.decode("utf-8", "replace") if page else ""
        return formgrader_policy(self.host, self.base_url, formgrader_scripts().allowed(text))


def policy_for(base_url: str) -> type[ContentPolicy]:
    """The transform for a server whose addresses start so."""
    return type("ContentPolicy", (ContentPolicy,), {"base_url": base_url})
