"""One browser for the tier; each person has a window of their own in it."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from windows import Window

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
# Chromium's own sandbox needs more than root in a container has; the pages are our own hub's.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


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
