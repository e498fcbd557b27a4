"""Putting a screen into a notebook: as a live view, or as a page that nobody can operate."""

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from travesia.design import tokens_css
from travesia.learn.answers import executing
from travesia.learn.difference import difference
from travesia.learn.messages import read_message
from travesia.learn.screen import Screen, Summary

_HERE = Path(__file__).parent


class View(anywidget.AnyWidget):
    """A screen in the browser. All that is shown comes from here; the browser only reports.

    The trait holds what is shown, whole, for a page that opens. A page that is open already gets
    what has changed in it, which is a few kilobytes however long a case grows.
    """

    _esm = _HERE / "view.js"
    _css = tokens_css() + (_HERE / "view.css").read_text(encoding="utf-8")

    view = traitlets.Dict().tag(sync=True)

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        super().__init__(view=self._drawn(0, 0))
        self.on_msg(self._receive)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Takes nothing: a browser may report what was done, never say what is so."""

    def send_state(self, key: Any = None) -> None:
        """Sends the state as ever; a changed screen has gone out as a difference already."""
        if key != "view":
            super().send_state(key)

    def _receive(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if content == {"action": "whole"}:
            super().send_state("view")
            return
        message = read_message(content)
        if message is None:
            return
        self.screen.act(message)
        before = self.view
        self.view = self._drawn(message.serial, before["version"] + 1)
        changed = {name: each for name, each in self.view.items() if name != "html"}
        self.send({**changed, "difference": difference(before["html"], self.view["html"])})

    def _drawn(self, serial: int, version: int) -> dict[str, Any]:
        return {
            "html": self.screen.html(),
            "ack": serial,
            "focus": self.screen.focus,
            "version": version,
        }


class Page:
    """A summary as a cell's output."""

    def __init__(self, summary: Summary) -> None:
        self.summary = summary

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.summary.html, "text/plain": self.summary.text}


def present(screen: Screen) -> View | Page:
    """A screen as a cell's output: live for a learner, still while the notebook is graded."""
    return Page(screen.summary()) if executing() else View(screen)
