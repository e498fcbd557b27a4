"""What tiers share: two hubs (root's and an ordinary account's), one browser."""

import os

import hubs
import pytest


@pytest.fixture(scope="session")
def root_hub():
    """A hub that root started, with the demonstration course."""
    if os.geteuid() != 0:
        reason = "a hub started by root is tried by root only"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with hubs.running_hub("root") as hub:
        yield hub


@pytest.fixture(scope="session")
def account_hub():
    """A hub that an ordinary account started, with the demonstration course."""
    with hubs.running_hub("account") as hub:
        yield hub


@pytest.fixture(scope="session")
def story_hub(request):
    """The hub of the browser's story: root's where root runs the tests, else the account's."""
    return request.getfixturevalue("root_hub" if os.geteuid() == 0 else "account_hub")


@pytest.fixture(scope="session", params=["root", "account"])
def hub(request):
    """Each of the two hubs in turn."""
    return request.getfixturevalue(f"{request.param}_hub")
