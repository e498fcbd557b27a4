"""One browser for the tier; each person has a window of their own in it."""

import shutil
from pathlib import Path

import pytest
from hostile_work import hand_in
from payloads import Watch
from playwright.sync_api import sync_playwright
from windows import Window

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
# Chromium's own sandbox needs more than root in a container has; the pages are our own hub's.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# A page that a test puts in the place of the hub's would count as one of the public network.
ARGUMENTS += ["--disable-features=LocalNetworkAccessChecks"]


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium, driven by Playwright."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    assert program, "Chromium is missing: run 'python tests/browser_install.py'"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def window(chromium, story_hub):
    """A function that opens a window in which a person of the hub is signed in."""
    opened = []

    def open_window(username: str, **options) -> Window:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        made = Window(chromium, story_hub, username, SCREENSHOTS, **options)
        opened.append(made)
        return made

    yield open_window
    for made in opened:
        made.close()
        assert made.foreign == [], f"requests left the hub: {made.foreign}"


@pytest.fixture(scope="session")
def handed_in(story_hub):
    """A hostile submission on the story's hub; the story itself is told before."""
    return hand_in(story_hub)


@pytest.fixture(scope="session")
def instructor(chromium, story_hub):
    """One window in which the instructor is signed in, with a watch on it."""
    made = Window(
        chromium, story_hub, "rosa", SCREENSHOTS, viewport={"width": 1200, "height": 3000}
    )
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    made.watch = Watch(made.context)
    made.sign_in()
    yield made
    made.close()


@pytest.fixture
def rosa(instructor):
    """The instructor's window, in which nothing was taken and nothing is rerouted."""
    instructor.page.goto("about:blank")
    instructor.watch.begin()
    yield instructor
    instructor.watch.end()
