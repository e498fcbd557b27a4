"""A new password for somebody the running hub knows already."""

import re

import httpx
import pytest
from visitors import Visitor, sign_in


def signed_in(hub, username: str, password: str) -> bool:
    with httpx.Client(base_url=hub.url, follow_redirects=True, timeout=60) as client:
        sign_in(client, username, password)
        return client.get("hub/api/user").status_code == httpx.codes.OK


def test_who_has_signed_in_before_signs_in_with_a_new_password(hub):
    first = hub.travesia("person", "add", "irma").stdout.split()[1]
    assert signed_in(hub, "irma", first)
    second = hub.travesia("person", "password", "irma").stdout.split()[1]
    assert signed_in(hub, "irma", second)
    assert not signed_in(hub, "irma", first)
    hub.travesia("person", "remove", "irma")


@pytest.fixture
def jose(hub):
    password = hub.travesia("person", "add", "jose").stdout.split()[1]
    visitor = Visitor(hub.url, "jose", password)
    yield visitor
    visitor.client.close()
    hub.travesia("person", "remove", "jose")


def asks_for(visitor, new: str, old: str | None = None) -> str:
    """What the page says of a new password."""
    visitor.client.get("hub/change-password").raise_for_status()
    form = {"old_password": old or visitor.password, "_xsrf": visitor.xsrf("/hub/")["X-XSRFToken"]}
    form |= {"new_password": new, "new_password_confirmation": new}
    answer = visitor.client.post("hub/change-password", data=form)
    answer.raise_for_status()
    return re.search(r'<p class="tv-note[^>]*role="\w+">(.*?)</p>', answer.text)[1]


def test_a_new_password_is_changed_or_the_page_says_why_not(jose):
    assert "la nueva es demasiado larga. Puede tener hasta 72" in asks_for(jose, "ñ" * 40)
    assert "Revisa la anterior" in asks_for(jose, "a longer one", old="ñ" * 40)
    assert asks_for(jose, "a longer one") == "Tu contraseña cambió."
