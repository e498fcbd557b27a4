"""Which pages of a person's server may use the reader's clipboard."""

from unittest.mock import Mock

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine

from travesia.campus.permissions import CLIPBOARD_ONLY, HEADER, NOTHING
from travesia.labextension.permissions import permissions_for

BASE = "/user/rosa/"


def said(path: str, status: int = 200) -> str:
    line = RequestStartLine("GET", BASE + path, "HTTP/1.1")
    request = HTTPServerRequest(
        start_line=line, headers=HTTPHeaders(Host="hub.example"), connection=Mock()
    )
    transform = permissions_for(BASE)(request)
    return transform.transform_first_chunk(status, HTTPHeaders(), b"", finishing=True)[1][HEADER]


@pytest.mark.parametrize(
    "path", ["lab", "lab/tree/notes.ipynb", "tree?x", "notebooks/lessons/one.ipynb", "edit/a.py"]
)
def test_where_people_write_they_copy_and_paste(path: str) -> None:
    assert said(path) == CLIPBOARD_ONLY
    assert "clipboard-read=(self)" in CLIPBOARD_ONLY


@pytest.mark.parametrize(
    "path",
    [
        "formgrader/submissions/0123abc/",
        "formgrader/manage_submissions/children",
        "files/notes/page.html",
        "lab/tree/course/human-security/submitted/beto/children/assignment.ipynb",
        "lab/tree/course/human-security/submitted%2Fbeto/children/assignment.ipynb",
        "edit/course/human-security/feedback/beto/children/assignment.html",
        "nbconvert/html/course/human-security/autograded/beto/children/assignment.ipynb",
        "laboratory",
        "api/contents/notes.ipynb",
        "oauth_callback",
    ],
)
def test_a_page_of_what_others_wrote_and_any_other_gets_nothing(path: str) -> None:
    assert said(path) == NOTHING


def test_a_refusal_gets_nothing() -> None:
    assert said("lab", 403) == NOTHING
