"""A widget on a bare page: its own script in the browser, its own screen in Python, no hub.

What the page sends goes through the same reading of messages as in a notebook, and what it gets
back is the difference that a notebook gets. The page around notes every key that gets past the
widget.
"""

import json
from typing import Any

from playwright.sync_api import Browser, Locator, Page

from travesia.learn.difference import difference
from travesia.learn.messages import read_message
from travesia.learn.screen import Screen
from travesia.learn.view import View

PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Stage</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{css}</style></head>
<body data-jp-theme-light="{light}" style="margin:0;background:{ground}">
<script>window.escaped = [];
for (const type of ["keydown", "keyup", "keypress"]) {{
  document.addEventListener(type, e => window.escaped.push(e.key), true);
}}</script>
<main id="stage"></main></body></html>"""

MOUNT = """async ({source, view}) => {
  const address = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
  const widget = (await import(address)).default;
  const listeners = {};
  const tell = (event, content) => (listeners[event] ?? []).forEach(each => each(content));
  let state = view;
  const model = {
    get: () => state,
    set: (_, changed) => { state = changed; tell("change:view"); },
    on: (event, listener) => (listeners[event] ??= []).push(listener),
    off: () => {},
    send: async content => tell("msg:custom", await window.toPython(JSON.stringify(content))),
  };
  widget.initialize({model});
  widget.render({model, el: document.getElementById("stage")});
}"""


class Stage:
    """One screen of `travesia.learn` that a browser shows and operates."""

    def __init__(self, browser: Browser, screen: Screen, *, dark: bool = False, **options: Any):
        options.setdefault("viewport", {"width": 800, "height": 900})
        self.screen = screen
        self.context = browser.new_context(color_scheme="dark" if dark else "light", **options)
        self.page: Page = self.context.new_page()
        css = str(View._css) + "body { font-family: system-ui, sans-serif }"
        ground = "var(--jp-layout-color0, Canvas)"
        light = "false" if dark else "true"
        self.page.set_content(
            PAGE.format(language=screen.language, css=css, light=light, ground=ground)
        )
        self.page.expose_function("toPython", self._receive)
        source = str(View._esm)
        self.view = self._drawn(0, 0)
        self.page.evaluate(MOUNT, {"source": source, "view": self.view})

    def _receive(self, text: str) -> dict[str, Any]:
        message = read_message(json.loads(text))
        assert message is not None, f"the page sent what is no message: {text}"
        self.screen.act(message)
        before, self.view = self.view, self._drawn(message.serial, self.view["version"] + 1)
        changed = {name: each for name, each in self.view.items() if name != "html"}
        return {**changed, "difference": difference(before["html"], self.view["html"])}

    def _drawn(self, serial: int, version: int) -> dict[str, Any]:
        drawn = {"html": self.screen.html(), "focus": self.screen.focus}
        return {**drawn, "ack": serial, "version": version}

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    @property
    def widget(self) -> Locator:
        """The widget's root."""
        return self.page.locator("#stage")

    @property
    def escaped(self) -> list[str]:
        """The keys that reached the page around the widget."""
        return self.page.evaluate("window.escaped")

    def settled(self) -> None:
        """Wait until what was sent has been answered."""
        self.page.locator("#stage:not([data-tv-pending])").wait_for()
