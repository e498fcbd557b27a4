"""UNHCR's API as its description says it answers: quirks, cuts, patience, going on after a cut."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import published
import pytest
from click.testing import CliRunner

from travesia.cli import main
from travesia.flows.importers import Refusal, read
from travesia.flows.importers.unhcr_client import MOST_PAGE_BYTES, Client, Query

NAMES = published.APPLICATIONS.split(",")
QUERY = Query("asylum-applications", 2018, 2024, asylum=("MEX",))


def item(number: int) -> dict[str, Any]:
    """An application count from one country in one year, as the API gives it."""
    code = ("HND", "CUB", "HTI", "VEN", "GTM")[number % 5]
    cells = [2018 + number // 5, code, code, code, "Mexico", "MEX", "MEX", "G", "N", "FA", "P"]
    return dict(zip(NAMES, [*cells, 100 + number], strict=True)) | {"coo_id": 1, "coa_id": 2}


class Api:
    """A server that answers as UNHCR's API does, and misbehaves where it is told.

    Attributes:
        trouble: what happens to the next requests, one each: a status, a status and headers,
            `cut` (in the middle of the body), `page` (not JSON), `close` (no answer at all).
    """

    def __init__(self, items: list[dict[str, Any]]) -> None:
        self.items = items
        self.trouble: list[Any] = []
        self.asked: list[dict[str, str]] = []
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                api.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/population/v1/"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append(asked | {"path": parts.path})
        trouble = self.trouble.pop(0) if self.trouble else None
        if trouble == "close":
            request.connection.close()
            return
        status, headers = trouble if isinstance(trouble, tuple) else (trouble, {})
        if isinstance(status, int):
            request.send_response(status)
            for name, value in headers.items():
                request.send_header(name, value)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        limit, page = int(asked["limit"]), int(asked["page"])
        chosen = self.items[(page - 1) * limit : page * limit]
        # The quirk: maxPages is counted as if the limit were 1, whatever it is.
        body = json.dumps({"page": page, "maxPages": len(self.items), "items": chosen}).encode()
        if trouble == "page":
            body = b"<html>Just a moment...</html>"
        request.send_response(200)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[: len(body) // 2] if trouble == "cut" else body)

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def api() -> Iterator[Api]:
    server = Api([item(number) for number in range(33)])
    yield server
    server.close()


class Patience:
    """Waits without waiting, and remembers how long it should have."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)


def fetch(api: Api, folder: Path, patience: Patience | None = None, limit: int = 10) -> Path:
    sleep = patience or Patience()
    with Client(folder, address=api.address, sleep=sleep, limit=limit) as client:
        return client.fetch(QUERY)


def total(path: Path) -> int:
    (reading,) = read(path)
    return int(reading.total)


WHOLE = sum(100 + number for number in range(33))


def test_every_page_is_asked_for_once_and_joined(api: Api, tmp_path: Path) -> None:
    path = fetch(api, tmp_path)
    assert total(path) == WHOLE
    assert [asked["page"] for asked in api.asked] == ["1", "1", "2", "3", "4"]
    assert len(api.asked) == 1 + ceil(33 / 10)
    assert api.asked[1] == {
        "path": "/population/v1/asylum-applications/", "limit": "10", "page": "1",
        "yearFrom": "2018", "yearTo": "2024", "coa": "MEX", "cf_type": "ISO", "coo_all": "true",
    }  # fmt: skip


def test_a_busy_server_is_asked_again_when_it_says(api: Api, tmp_path: Path) -> None:
    api.trouble = [None, (429, {"Retry-After": "7"}), 503, 500]
    patience = Patience()
    assert total(fetch(api, tmp_path, patience)) == WHOLE
    assert patience.waited[0] == 7
    assert patience.waited[1] <= 2 < patience.waited[2] <= 4 or patience.waited[1] <= 2
    assert len(patience.waited) == 3


def test_a_moment_to_come_back_is_understood_and_bounded(api: Api, tmp_path: Path) -> None:
    api.trouble = [(429, {"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"})]
    patience = Patience()
    fetch(api, tmp_path, patience)
    assert patience.waited == [120]


@pytest.mark.parametrize("trouble", ["cut", "page", "close"])
def test_an_answer_that_is_cut_or_no_page_is_asked_for_again(
    api: Api, tmp_path: Path, trouble: str
) -> None:
    api.trouble = [None, None, trouble]
    assert total(fetch(api, tmp_path)) == WHOLE
    assert [asked["page"] for asked in api.asked] == ["1", "1", "2", "2", "3", "4"]


def test_after_giving_up_the_same_query_goes_on_where_it_was(api: Api, tmp_path: Path) -> None:
    api.trouble = [None, None, None, *["cut"] * 6]
    with pytest.raises(Refusal, match=r"did not answer after 6 tries .* it goes on from there"):
        fetch(api, tmp_path)
    api.asked.clear()
    assert total(fetch(api, tmp_path)) == WHOLE
    assert [asked["page"] for asked in api.asked] == ["1", "3", "4"]


def test_a_page_that_was_damaged_on_disk_is_asked_for_again(api: Api, tmp_path: Path) -> None:
    api.trouble = [None, None, None, *["cut"] * 6]
    with pytest.raises(Refusal):
        fetch(api, tmp_path)
    (page,) = tmp_path.rglob("page-001.json")
    page.write_bytes(page.read_bytes()[:50])
    assert total(fetch(api, tmp_path)) == WHOLE


def test_pages_of_two_editions_are_never_mixed(api: Api, tmp_path: Path) -> None:
    api.trouble = [None, None, None, *["cut"] * 6]
    with pytest.raises(Refusal):
        fetch(api, tmp_path)
    api.items = [item(number) | {"applied": 1} for number in range(34)]
    assert total(fetch(api, tmp_path)) == 34


def test_figures_that_change_while_they_are_fetched_are_refused(api: Api, tmp_path: Path) -> None:
    class Shrinking(Patience):
        def __call__(self, seconds: float) -> None:
            api.items = api.items[:31]

    api.trouble = [None, None, 503]
    with pytest.raises(Refusal, match="told of 33 items and gave 31: its figures changed"):
        fetch(api, tmp_path, Shrinking())
    assert total(fetch(api, tmp_path)) == sum(100 + number for number in range(31))


def test_an_unknown_table_and_an_empty_answer_are_said(api: Api, tmp_path: Path) -> None:
    api.trouble = [404]
    with pytest.raises(Refusal, match=r"answers 404 to http://[^?]*asylum-applications/: the"):
        fetch(api, tmp_path)
    api.items = []
    with pytest.raises(Refusal, match="has no asylum-applications for 2018 to 2024"):
        fetch(api, tmp_path)


def test_an_endless_answer_is_not_read_to_its_end(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("travesia.flows.importers.unhcr_client.MOST_PAGE_BYTES", 300)
    with pytest.raises(Refusal, match="larger than any it gives"):
        fetch(api, tmp_path)
    assert MOST_PAGE_BYTES > 300


def test_without_the_internet_one_sentence_says_so(tmp_path: Path) -> None:
    patience = Patience()
    with (
        Client(tmp_path, address="http://127.0.0.1:9/", sleep=patience) as client,
        pytest.raises(Refusal, match="cannot be reached: this needs the internet"),
    ):
        client.fetch(QUERY)
    assert len(patience.waited) == 2


def test_the_command_fetches_and_imports(api: Api, tmp_path: Path) -> None:
    arguments = ["flows", "fetch", "unhcr", "asylum-applications", "--years", "2018-2024",
                 "--asylum", "mex", "--address", api.address, "--into", str(tmp_path)]  # fmt: skip
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert 'flows.load("imported-unhcr-asylum-applications")' in result.output
    again = CliRunner().invoke(main, arguments)
    assert "This file was imported before" in again.output


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--years", "soon"], "“soon” is no span of years"),
        (["--years", "2024-2018"], "is no span of years"),
        (["--years", "2024", "--origin", "HON"], "“HON” is no ISO code of a country"),
    ],
)
def test_what_cannot_be_asked_is_said(tmp_path: Path, options: list[str], says: str) -> None:
    arguments = ["flows", "fetch", "unhcr", "population", "--into", str(tmp_path), *options]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert says in result.output
