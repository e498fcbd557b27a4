"""What tiers share: two hubs (root's and an ordinary account's), and the halves they are run in."""

import os

import hubs
import pytest


def pytest_addoption(parser):
    parser.addoption(
        "--half",
        choices=["root", "account"],
        help="only the tests that need root's hub, or only the others: so that two processes side "
        "by side start each hub once",
    )


def pytest_collection_modifyitems(config, items):
    half = config.getoption("--half")
    if half is None:
        return
    left_out = [item for item in items if half_of(item) != half]
    items[:] = [item for item in items if half_of(item) == half]
    config.hook.pytest_deselected(items=left_out)


def half_of(item) -> str:
    """Which half of the tests one belongs to: that of the hub it needs."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    if "hub" in parameters:
        return parameters["hub"]
    story = {"root_hub", "story_hub"} & set(item.fixturenames)
    return "root" if story else "account"


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
