"""A new password for somebody the running hub knows already."""

import httpx
from visitors import sign_in


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
