"""What a hostile learner may hand in, as notebooks; and a watch that tells when an attack succeeds.

Every payload tells that it ran, or that its address was fetched, by its own name. That is what the
tests look for: not for some markup in a page, but for what a browser did with it.
"""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from nbconvert.exporters import HTMLExporter
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)
from nbgrader.server_extensions.formgrader.handlers import template_path
from playwright.sync_api import BrowserContext, Page, Route
from traitlets.config import Config

CORPUS = Path(__file__).with_name("payloads.yaml")
POLICY = "content-security-policy"
TAKEN = re.compile(r"/taken/([a-z-]+)")
SECONDS = 5
# What a person does to a page while they read it, done to every element that a learner wrote.
POKE = """() => {
  const roots = '.rendered_html, .output, .input_area, .output_wrapper, .jp-OutputArea-output,'
    + ' .jp-RenderedMarkdown, main';
  for (const root of document.querySelectorAll(roots))
    for (const node of root.querySelectorAll('*:not(.panel-heading *)'))
      for (const type of ['mouseover', 'click'])
        node.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true }));
}"""


@dataclass(frozen=True)
class Payload:
    """One attack: its name, its family, and where in a notebook it stands.

    Attributes:
        probe: an expression that is true on a page where it succeeded without script or request.
        policy: whether a content policy stops it too, and not the cleaning alone.
        filter: the filter of nbconvert's that alone stops it on nbgrader's own page.
    """

    name: str
    family: str
    html: str = ""
    markdown: str = ""
    stream: str = ""
    error: str = ""
    source: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    cell: dict[str, Any] = field(default_factory=dict)
    attachments: dict[str, Any] = field(default_factory=dict)
    probe: str = "false"
    policy: bool = True
    filter: str = ""

    @property
    def cells(self) -> list[NotebookNode]:
        """The cells of a notebook that carries it: HTML in a Markdown cell and as an output."""
        if self.markdown:
            made = new_markdown_cell(self.markdown)
            if self.attachments:
                made["attachments"] = self.attachments
            return [made]
        if self.html:
            shown = new_code_cell("1", outputs=[_display({"text/html": self.html}, {})])
            return [shown, new_markdown_cell(self.html)]
        if self.stream:
            outputs = [new_output("stream", name="stdout", text=self.stream)]
        elif self.error:
            words = {"ename": self.error, "evalue": self.error, "traceback": [self.error]}
            outputs = [new_output("error", **words)]
        else:
            outputs = [_display(self.data, self.metadata)] if self.data else []
        return [new_code_cell(self.source or "1", metadata=self.cell, outputs=outputs)]


def _display(data: dict[str, Any], metadata: dict[str, Any]) -> NotebookNode:
    return new_output("display_data", data=data, metadata=metadata)


def corpus() -> list[Payload]:
    """Every payload, ready to be shown."""
    found = yaml.safe_load(CORPUS.read_text(encoding="utf-8"))
    return [Payload(name=name, **_named(name, entry)) for name, entry in found.items()]


def _named(name: str, entry: Any) -> Any:
    """An entry of the corpus with its own name in its script and address."""
    if isinstance(entry, dict):
        return {_named(name, key): _named(name, value) for key, value in entry.items()}
    if isinstance(entry, list):
        return [_named(name, value) for value in entry]
    if not isinstance(entry, str):
        return entry
    script = f"taken(`{name}`)"
    return re.sub(r"\bJS\b", script, re.sub(r"\bURL\b", f"/taken/{name}", entry))


# What only JupyterLab draws is no attack on a page of the formgrader.
LAB = "lab"
FAMILIES = sorted({payload.family for payload in corpus()} - {LAB})


def executed(payload: Payload) -> str:
    """The code by which a learner's own notebook prints what the payload's outputs are."""
    lines = ["from IPython.display import display"]
    for cell in payload.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                lines.append(f"print({output.text!r})")
            elif output.output_type == "error":
                lines.append(f"raise RuntimeError({output.evalue!r})")
            else:
                data, metadata = dict(output.data), json.loads(json.dumps(output.metadata))
                lines.append(f"display({data!r}, raw=True, metadata={metadata!r})")
    return "\n".join(lines)


def work(payloads: list[Payload], released: NotebookNode) -> NotebookNode:
    """A released notebook with every payload in it, as a hostile learner hands it in."""
    made = new_notebook(cells=list(released.cells), metadata=released.metadata)
    for payload in payloads:
        for cell in payload.cells:
            if cell.cell_type == "code":
                source = payload.source or executed(payload)
                made.cells.append(new_code_cell(source, metadata=payload.cell))
            else:
                made.cells.append(cell)
    return made


def stock_page(cells: list[NotebookNode], resources: dict[str, Any], without: str = "") -> str:
    """What nbgrader's own formgrader draws of these cells, as nbgrader is installed.

    Args:
        cells: what a learner handed in.
        resources: what the formgrader tells its template.
        without: a filter that is taken away, so that it gives back what it is given.
    """
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [template_path]
    config.HTMLExporter.filters = {without: _as_it_is} if without else {}
    notebook = new_notebook(cells=cells)
    page, _ = HTMLExporter(config=config).from_notebook_node(notebook, resources=dict(resources))
    return str(page)


def _as_it_is(text: object) -> str:
    """A filter that is taken away. (A class in its place would be instantiated.)"""
    return str(text)


class Watch:
    """Tells which payloads succeeded in one person's browser, whatever way they took."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.taken: set[str] = set()
        context.expose_binding("taken", lambda _source, name: self.taken.add(str(name)))
        context.on("dialog", self._asked)
        context.on("page", self._opened)
        self._watch_requests()

    def _watch_requests(self) -> None:
        # What a content policy stops never gets here.
        self.context.route(TAKEN, self._fetched)

    def _fetched(self, route: Route) -> None:
        self.taken.update(TAKEN.findall(route.request.url))
        route.fulfill(status=204)

    def _asked(self, dialog: Any) -> None:
        if dialog.type == "beforeunload":
            # JupyterLab's own question, about a notebook that the poking has changed.
            dialog.accept()
            return
        self.taken.add("dialog")
        dialog.dismiss()

    def _opened(self, page: Page) -> None:
        self.taken.add("window")
        page.close()

    def begin(self) -> None:
        """Forget what was taken before."""
        self.taken.clear()

    def end(self) -> None:
        """Take back every page that stood in for another."""
        self.context.unroute_all(behavior="ignoreErrors")
        self._watch_requests()

    def stand_in(self, address: str, page: str, headers: Mapping[str, str]) -> None:
        """Answer an address of the hub with another page, under headers of one's own."""
        kept = dict(headers) | {"content-type": "text/html; charset=utf-8"}
        self.context.route(
            lambda url: url.partition("?")[0].endswith(address),
            lambda route: route.fulfill(status=200, body=page, headers=kept),
        )

    def without_policy(self, address: str) -> None:
        """Let the hub answer an address as it does, but for the content policies."""

        def answer(route: Route) -> None:
            real = route.fetch()
            kept = {name: value for name, value in real.headers.items() if name != POLICY}
            route.fulfill(response=real, headers=kept)

        self.context.route(lambda url: address in url, answer)

    def poke(self, page: Page, milliseconds: int = 150) -> None:
        """Do to the page what a reader does, and give what it set off time to happen."""
        page.evaluate(POKE)
        page.wait_for_timeout(milliseconds)

    def succeeds(self, payload: Payload, page: Page) -> bool:
        """Whether a payload succeeds on a page within some seconds of a reader's reading it."""
        page.evaluate(POKE)
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            if payload.name in self.taken or page.evaluate(payload.probe):
                return True
            page.wait_for_timeout(25)
        return False

    def wait_for(self, names: set[str], page: Page) -> None:
        """Wait some seconds until all of these were taken."""
        deadline = time.monotonic() + 4 * SECONDS
        while not names <= self.taken and time.monotonic() < deadline:
            page.wait_for_timeout(50)
