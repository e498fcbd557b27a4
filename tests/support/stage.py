"""A screen in a real browser without a notebook around it: our JavaScript, our Python, no hub."""

from pathlib import Path

from playwright.sync_api import Locator, Page

import travesia.learn
from travesia.learn.screen import Screen
from travesia.learn.view import View

SCRIPT = Path(travesia.learn.__file__).with_name("view.js")
PAGE = """<!DOCTYPE html><html lang="en"><head><title>A stage</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body {{ margin: 0; background: var(--tv-sand); }} {css}</style></head>
<body data-jp-theme-light="{light}"><main><h1 hidden>A stage</h1><div id="el"></div></main></body>
</html>"""
MOUNT = """async ([source, view]) => {
  const { default: widget } = await import(
    URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const listeners = {};
  const fire = (name, ...rest) => (listeners[name] ?? []).forEach((each) => each(...rest));
  const state = { view };
  window.keysOutside = [];
  document.addEventListener("keydown", (event) => window.keysOutside.push(event.key));
  const model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; fire(`change:${name}`); },
    on: (name, act) => (listeners[name] ??= []).push(act),
    off: () => {},
    send: async (content) => {
      for (const each of await window.toPython(content)) fire("msg:custom", each);
    },
  };
  widget.initialize({ model });
  widget.render({ model, el: document.getElementById("el") });
}"""


class _Staged(View):
    """A view whose messages are handed on by the stage."""

    def __init__(self, screen: Screen) -> None:
        self.sent: list[dict] = []
        super().__init__(screen)

    def send(self, content: dict, buffers: object = None) -> None:
        self.sent.append(content)


class Stage:
    """A page with one screen on it.

    Attributes:
        messages: everything that Python sent after the first drawing.
    """

    def __init__(self, page: Page, screen: Screen, *, dark: bool = False) -> None:
        self.page = page
        self.view = _Staged(screen)
        self.messages: list[dict] = []
        page.expose_function("toPython", self._take)
        # A module needs an origin; nothing is fetched from it.
        page.route("http://stage.test/", lambda route: route.fulfill(
            content_type="text/html",
            body=PAGE.format(css=View._css, light="false" if dark else "true"),
        ))  # fmt: skip
        page.goto("http://stage.test/")
        page.evaluate(MOUNT, [SCRIPT.read_text(encoding="utf-8"), self.view.view])

    def _take(self, content: dict) -> list[dict]:
        self.view._handle_custom_msg(content, [])
        sent, self.view.sent = self.view.sent, []
        self.messages += sent
        return sent

    @property
    def scene(self) -> Locator:
        """What the learner is looking at."""
        return self.page.locator(".tv-scene")

    def press(self, action: str, value: str = "") -> None:
        """Press a button, and wait until the case has moved on."""
        wanted = self.page.locator(f'button[data-action="{action}"]:visible')
        wanted = self.page.locator(
            f'button[data-action="{action}"][value="{value}"]:visible'
        ) if value else wanted  # fmt: skip
        before = self.scene.get_attribute("data-key")
        wanted.first.click()
        self.page.locator(f'.tv-scene:not([data-key="{before}"])').wait_for()

    def decide(self, choice: str) -> None:
        """Take a decision and read on to the next scene."""
        self.page.locator(f'input[value="{choice}"]').check()
        before = self.scene.get_attribute("data-key")
        self.page.locator('button[type="submit"]').click()
        self.page.locator(f'.tv-scene:not([data-key="{before}"])').wait_for()

    def go_on(self) -> None:
        """Leave consequences and content notes behind."""
        while self.page.locator('button[data-action="continue"]:visible').count():
            self.press("continue")

    def open(self, name: str) -> None:
        """Open a part that is fetched only then."""
        part = self.page.locator(f'details[data-name="{name}"]')
        part.locator("summary").first.click()
        part.locator(".tv-hint[aria-hidden]").first.wait_for(state="detached")
