"""The content policy of the hub's own pages: their templates' scripts run, and no other."""

import asyncio
import re
from pathlib import Path
from unittest.mock import Mock

import pytest
from jinja2 import DictLoader, Environment
from jupyterhub._data import DATA_FILES_PATH
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine

from travesia.campus import hub_pages, permissions
from travesia.campus.hub_policy import HEADER, HubPolicy, OwnScripts, nonce

JUPYTERHUBS = sorted((Path(DATA_FILES_PATH) / "templates").glob("*.html"))
OURS = sorted(hub_pages.TEMPLATES.glob("*.html"))
NUMBER = re.compile(r"'nonce-([\w-]{22})'")


def transform() -> HubPolicy:
    line = RequestStartLine("GET", "/hub/login", "HTTP/1.1")
    sent = HTTPHeaders(Host="hub.example:8000")
    return HubPolicy(HTTPServerRequest(start_line=line, headers=sent, connection=Mock()))


def headers_of(made: HubPolicy) -> HTTPHeaders:
    given = HTTPHeaders({HEADER: "frame-ancestors 'none'"})
    return made.transform_first_chunk(200, given, b"", finishing=True)[1]


def drawn(template: str, **values: object) -> str:
    loader = DictLoader({"page": template})
    page = Environment(autoescape=True, loader=loader, extensions=[OwnScripts]).get_template("page")
    return page.render(tv_nonce="n", **values)


@pytest.mark.parametrize("path", [*JUPYTERHUBS, *OURS], ids=lambda path: path.name)
def test_every_script_of_a_template_carries_the_answers_number(path) -> None:
    made = OwnScripts(Environment()).preprocess(path.read_text(encoding="utf-8"), path.name)
    assert made.count("<script") == made.count('<script nonce="{{ tv_nonce }}"')


@pytest.mark.parametrize("path", [*JUPYTERHUBS, *OURS], ids=lambda path: path.name)
def test_no_template_needs_a_handler_in_an_attribute(path) -> None:
    """The policy would stop it, and its page would not work."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\son[a-z]+=|javascript:", text)


def test_a_script_that_comes_in_as_a_value_is_not_given_the_number() -> None:
    page = drawn("<script>own()</script>{{ value | safe }}", value="<script>taken()</script>")
    assert page == '<script nonce="n">own()</script><script>taken()</script>'


def test_the_number_is_new_for_each_answer_and_known_to_its_template_alone() -> None:
    async def answered() -> tuple[str, str]:
        made = transform()
        # What draws the page runs in a task of its own, as a handler does.
        drawn_with = await asyncio.create_task(asyncio.to_thread(nonce))
        return drawn_with, NUMBER.search(headers_of(made).get_list(HEADER)[1])[1]

    async def both() -> list[tuple[str, str]]:
        return await asyncio.gather(answered(), answered())

    (first, said), (second, also_said) = asyncio.run(both())
    assert first == said
    assert second == also_said
    assert first != second


def test_a_page_runs_its_own_scripts_and_the_hubs_files_and_no_other() -> None:
    jupyterhubs, ours = headers_of(transform()).get_list(HEADER)
    assert jupyterhubs == "frame-ancestors 'none'"
    directives = dict(part.strip().split(" ", 1) for part in ours.split(";"))
    assert NUMBER.sub("", directives["script-src"]) == "hub.example:8000/hub/static/ "
    assert directives["default-src"] == "'none'"
    assert directives["connect-src"] == "hub.example:8000/hub/"
    assert directives["form-action"] == "'self'"


def test_the_hubs_pages_get_nothing_of_the_readers_browser() -> None:
    assert headers_of(transform())[permissions.HEADER] == permissions.NOTHING
    assert "clipboard-read=(), clipboard-write=()" in permissions.NOTHING
