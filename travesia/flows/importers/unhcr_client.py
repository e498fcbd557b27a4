"""UNHCR's API, page by page: each page is kept as it arrives, so that a cut costs one page.

`maxPages` in an answer is the number of pages for `limit=1`, which is the number of items: asked
with a limit of 1 it is right, and says how many pages there are with any other.
"""

import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from math import ceil
from pathlib import Path
from typing import Any

import httpx
from filelock import FileLock, Timeout

from travesia.flows.importers.files import replace
from travesia.flows.importers.problems import Refusal

ADDRESS = "https://api.unhcr.org/population/v1/"
TABLES = ("asylum-applications", "asylum-decisions", "population")
LIMIT = 10_000
MOST_PAGES = 200
MOST_PAGE_BYTES = 32 * 1024 * 1024
TRIES = 6
LONGEST_WAIT = 120.0
_TIMEOUT = httpx.Timeout(60.0, connect=15.0)
_AGAIN = {408, 425, 429, 500, 502, 503, 504}


@dataclass(frozen=True)
class Query:
    """What is asked for.

    Attributes:
        table: one of `TABLES`.
        first: the first year.
        last: the last year.
        asylum: countries of asylum by ISO code; all of them if empty.
        origin: countries of origin by ISO code; all of them if empty.
    """

    table: str
    first: int
    last: int
    asylum: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()

    @property
    def parameters(self) -> dict[str, str]:
        """The query's parameters, without the page."""
        asked = {"yearFrom": str(self.first), "yearTo": str(self.last)}
        for name, codes in (("coa", self.asylum), ("coo", self.origin)):
            if codes:
                asked |= {name: ",".join(sorted(codes)), "cf_type": "ISO"}
            else:
                asked[f"{name}_all"] = "true"
        return asked

    @property
    def name(self) -> str:
        """A name for its folder, another for each query."""
        digest = sha256(json.dumps([self.table, self.parameters]).encode()).hexdigest()[:12]
        return f"{self.table}-{self.first}-{self.last}-{digest}"


@dataclass
class Client:
    """Asks UNHCR's API politely: one request at a time, and waits as it is told.

    Attributes:
        folder: where pages are kept; an interrupted query goes on from there.
        address: the API's address.
        say: is told what happens, a sentence at a time.
        sleep: waits some seconds.
    """

    folder: Path
    address: str = ADDRESS
    say: Callable[[str], None] = lambda _: None
    sleep: Callable[[float], None] = time.sleep
    limit: int = LIMIT
    _http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self._http = httpx.Client(
            timeout=_TIMEOUT,
            follow_redirects=True,
            headers={"User-Agent": "travesia-flows (human-security curriculum)",
                     "Accept": "application/json"},
        )  # fmt: skip

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def fetch(self, query: Query) -> Path:
        """The file with every item of the query, as the API would answer it in one page.

        Raises:
            Refusal: the API cannot be reached, answers something else, or changed meanwhile; the
                pages that came are kept, and the same query goes on with the next.
        """
        kept = self.folder / query.name
        kept.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(kept / ".lock", timeout=1):
                return self._fetch(query, kept)
        except Timeout as error:
            raise Refusal(f"This query is being fetched already ({kept}); wait for it.") from error

    def _fetch(self, query: Query, kept: Path) -> Path:
        items = self._count(query)
        pages = ceil(items / self.limit)
        if pages > MOST_PAGES:
            raise Refusal(f"{items:,} items are too many for one query; ask for fewer years.")
        self._forget_older(kept, items)
        for page in range(1, pages + 1):
            path = kept / f"page-{page:03}.json"
            if _whole(path) is not None:
                self.say(f"Page {page} of {pages} is here already.")
                continue
            answer = self._get(query, {"limit": str(self.limit), "page": str(page)})
            replace(path, json.dumps(answer).encode("utf-8"))
            self.say(f"Page {page} of {pages}: {len(answer['items']):,} items.")
        return self._joined(query, kept, pages, items)

    def _count(self, query: Query) -> int:
        """How many items there are, by the API's own way of counting pages."""
        answer = self._get(query, {"limit": "1", "page": "1"})
        told = str(answer.get("maxPages"))[:20]
        if not (told.isascii() and told.isdigit()):
            raise Refusal(f"UNHCR's API does not say how many items there are ({told}).")
        if not int(told) or not answer["items"]:
            raise Refusal(
                f"UNHCR has no {query.table} for {query.first} to {query.last} and these countries."
            )
        return int(told)

    def _forget_older(self, kept: Path, items: int) -> None:
        """Drop pages of an earlier edition: their items would be mixed with the newer ones."""
        state = kept / "state.json"
        asked = {"items": items, "limit": self.limit}
        try:
            before = json.loads(state.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            before = None
        if before is None or {key: before.get(key) for key in asked} != asked:
            for path in kept.glob("page-*.json"):
                path.unlink()
        replace(state, json.dumps(asked).encode())

    def _joined(self, query: Query, kept: Path, pages: int, items: int) -> Path:
        found: list[Any] = []
        for page in range(1, pages + 1):
            found += _whole(kept / f"page-{page:03}.json") or []
        if len(found) != items:
            for path in kept.glob("page-*.json"):
                path.unlink()
            raise Refusal(
                f"UNHCR's API told of {items:,} items and gave {len(found):,}: its figures changed "
                "meanwhile; ask again."
            )
        now = datetime.now(UTC)
        joined = self.folder / f"unhcr-{query.name}-{now:%Y-%m-%d}.json"
        replace(joined, json.dumps({"page": 1, "maxPages": items, "items": found}).encode("utf-8"))
        for path in kept.glob("*.json"):
            path.unlink()
        return joined

    def _get(self, query: Query, page: dict[str, str]) -> dict[str, Any]:
        """One answer, with patience for a busy server and a cut line.

        Raises:
            Refusal: it does not come, or is something else.
        """
        address = f"{self.address.rstrip('/')}/{query.table}/"
        wrong = ""
        for attempt in range(TRIES):
            if attempt:
                self.say(f"{wrong}; trying again.")
            try:
                return self._once(address, query.parameters | page)
            except _Busy as error:
                wrong = str(error)
                self._wait(attempt, error.seconds)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                wrong = "No connection"
                if attempt >= 2:
                    raise Refusal(
                        f"UNHCR's API at {self.address} cannot be reached: this needs the "
                        "internet. Without it, download the table elsewhere and use “travesia "
                        "flows import”."
                    ) from error
                self._wait(attempt, None)
            except httpx.HTTPError as error:
                # Cut in the middle of the body, a time-out, a protocol error.
                wrong = f"The answer was cut ({type(error).__name__})"
                self._wait(attempt, None)
        raise Refusal(
            f"UNHCR's API did not answer after {TRIES} tries ({wrong}). What came is kept: run the "
            "same command again later, and it goes on from there."
        )

    def _once(self, address: str, parameters: dict[str, str]) -> dict[str, Any]:
        with self._http.stream("GET", address, params=parameters) as response:
            if response.status_code in _AGAIN:
                raise _Busy(response.status_code, _seconds(response.headers.get("Retry-After")))
            if response.status_code != httpx.codes.OK:
                raise Refusal(
                    f"UNHCR's API answers {response.status_code} to "
                    f"{response.url.copy_with(query=None)}: the address or the query is not known "
                    "there."
                )
            body = b"".join(_bounded(response.iter_bytes()))
        try:
            answer = json.loads(body)
            items = answer["items"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise _Busy(200, None) from error
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise _Busy(200, None)
        return dict(answer)

    def _wait(self, attempt: int, told: float | None) -> None:
        # A little chance, so that many who were cut at once do not come back at once.
        seconds = told if told is not None else 2.0**attempt * random.uniform(0.5, 1.0)  # noqa: S311
        self.sleep(min(seconds, LONGEST_WAIT))


class _Busy(Exception):  # noqa: N818 - the server is not wrong, it is busy
    """The server asks to come back, or answered something that is no page."""

    def __init__(self, status: int, seconds: float | None) -> None:
        words = "answered something that is no page" if status == 200 else f"answered {status}"
        super().__init__(f"The server {words}")
        self.seconds = seconds


def _bounded(blocks: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for block in blocks:
        size += len(block)
        if size > MOST_PAGE_BYTES:
            raise Refusal("A page of UNHCR's API is larger than any it gives; nothing was kept.")
        yield block


def _seconds(told: str | None) -> float | None:
    """How long `Retry-After` asks to wait: seconds, or until a moment."""
    if not told:
        return None
    if told.strip().isdigit():
        return float(told)
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _whole(path: Path) -> list[Any] | None:
    """The items of a page that was kept; `None` if it is not there, or damaged."""
    try:
        items = json.loads(path.read_bytes())["items"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return items if isinstance(items, list) else None
