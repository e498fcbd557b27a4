"""The content policies of a person's server: which answer gets which, and what may run."""

import base64
import hashlib
from pathlib import Path
from unittest.mock import Mock

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine

from travesia.labextension import policy
from travesia.labextension.policy import DEAD, OwnScripts, formgrader_scripts, policy_for

BASE = "/user/rosa/"
HERE = "hub.example:8000/user/rosa/"
PAGE = b'<!doctype html><script>\n  var base_url = "/user/rosa";\n  </script>'


def answered(path: str, body: bytes = b"") -> HTTPHeaders:
    """The headers of a server's answer at a path below its base."""
    line = RequestStartLine("GET", BASE + path, "HTTP/1.1")
    sent = HTTPHeaders(Host="hub.example:8000")
    request = HTTPServerRequest(start_line=line, headers=sent, connection=Mock())
    headers = HTTPHeaders({"Content-Type": "text/html", policy.HEADER: "frame-ancestors 'none'"})
    headers["Etag"] = '"1"'
    transform = policy_for(BASE)(request)
    return transform.transform_first_chunk(200, headers, body, finishing=True)[1]


def digest(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def test_a_policy_stands_beside_those_that_the_answer_has() -> None:
    assert answered("lab").get_list(policy.HEADER)[0] == "frame-ancestors 'none'"
    assert len(answered("lab").get_list(policy.HEADER)) == 2


@pytest.mark.parametrize(
    "path",
    [
        "files/course/human-security/submitted/beto/children/page.html",
        "files/course/human-security/submitted/b%2F..%2Fbeto/children/page.html",
        "files/course/human-security/autograded/beto/children/page.svg?download=0",
        "files/course/human-security/feedback/beto/children/assignment.html",
        "nbconvert/html/course/human-security/submitted/beto/children/assignment.ipynb",
        "formgrader/submissions/0123abc/page.html",
        "formgrader/submissions/0123abc/folder/page.html",
    ],
)
def test_what_was_handed_in_is_a_dead_page(path: str) -> None:
    assert answered(path).get_list(policy.HEADER)[1] == DEAD
    assert answered(path)["X-Content-Type-Options"] == "nosniff"


def test_ones_own_files_are_not() -> None:
    assert answered("files/notes/page.html").get_list(policy.HEADER)[1] != DEAD


def test_jupyters_pages_load_nothing_from_elsewhere() -> None:
    said = answered("lab/tree/course").get_list(policy.HEADER)[1]
    assert f"connect-src {HERE} ws://{HERE} wss://{HERE}" in said
    assert "https:" not in said
    assert "*" not in said
    # An address that does something when a picture is fetched from it is no picture's.
    assert f"{HERE}files/" in said
    for kind in ("img-src", "media-src"):
        assert f" {HERE} " not in said.partition(kind)[2].partition(";")[0]


def test_the_formgraders_page_runs_its_own_script_alone() -> None:
    said = answered("formgrader/gradebook", PAGE).get_list(policy.HEADER)[1]
    script = said.partition("script-src")[2].partition(";")[0]
    assert "'unsafe-inline'" not in script
    assert "'unsafe-eval'" not in script
    assert "'self'" not in script
    assert digest('\n  var base_url = "/user/rosa";\n  ') in script
    assert digest("toggleAllNames()") in script


@pytest.mark.parametrize("path", ["formgrader/", "formgrader/manage_submissions/children"])
def test_no_browser_keeps_a_page_whose_policy_is_made_from_its_text(path: str) -> None:
    """Asked again for a page it kept, it would be told "not modified", with no text's policy."""
    headers = answered(path, PAGE)
    assert headers["Cache-Control"] == "no-store"
    assert "Etag" not in headers


def test_a_page_kept_from_before_is_given_whole() -> None:
    sent = HTTPHeaders({"Host": "hub.example", "If-None-Match": '"1"'})
    line = RequestStartLine("GET", f"{BASE}formgrader/", "HTTP/1.1")
    request = HTTPServerRequest(start_line=line, headers=sent, connection=Mock())
    policy_for(BASE)(request)
    assert "If-None-Match" not in request.headers


@pytest.mark.parametrize("path", ["formgrader/static/js/utils.js", "files/figure.svg"])
def test_what_does_not_change_with_the_page_may_be_kept(path: str) -> None:
    assert "Etag" in answered(path)


@pytest.mark.parametrize(
    "injected",
    [
        "taken()",
        '\n  var base_url = "x";taken();"";\n  ',
        '\n  var base_url = "\\";taken();//";\n  ',
        '\n  var base_url = "x\n";taken();\n  ',
    ],
)
def test_a_script_that_is_not_the_formgraders_own_is_not_allowed(injected: str) -> None:
    page = f"<script>{injected}</script>"
    assert injected not in formgrader_scripts().allowed(page)
    # What is refused is what differs: the formgrader's own script is known.
    own = '\n  var base_url = "x";\n  '
    assert own in formgrader_scripts().allowed(f"<script>{own}</script>")


def test_a_script_counts_once_where_it_stands_first(tmp_path: Path) -> None:
    template = tmp_path / "page.tpl"
    template.write_text('<script>var id = "{{ id }}";</script><b onclick="show()">x</b>', "utf-8")
    page = '<script>var id = "mine";</script><script>var id = "another\'s";</script>'
    assert OwnScripts([template]).allowed(page) == ["show()", 'var id = "mine";']


def test_every_inline_script_and_handler_of_the_formgrader_is_known() -> None:
    scripts = formgrader_scripts()
    assert len(scripts.patterns) >= 8
    assert scripts.handlers >= {"toggleAllNames()", "toggle_name(true);", "toggle_name(false);"}
    assert not any("{{" in handler for handler in scripts.handlers)
