"""What a step of a case costs in a real JupyterLab, beside its peers, printed as JSON.

Chromium plays a case of 200 nodes from its first scene to an ending. A click is timed in the page,
from the browser's own time of the event until a MutationObserver sees the next step's heading with
the focus on it, and until the frame after that was painted. Every frame of the web sockets is
counted, both ways. Every answer is looked for on the disk in the moment in which it is
acknowledged.

The peers are the same steps in plain ipywidgets, in the same notebook, on the same engine and the
same file of answers; and the same case in H5P's Branching Scenario where npm has it, in the same
browser, without any server that would keep an answer.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
from case_course import CASE, ROLE, generated_case
from case_peers import H5PMissingError, h5p_page, plain_source
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from travesia.hub.launch import free_port
from travesia.learn.view import View
from travesia.scenarios import learner_form, read_case

CONNECTION = "travesia.labextension.prompt.PromptConnection"
H5P_STEPS = 12
PROMISE = {"click_ms_p95": 50, "page_kb": 60, "step_kb": 5}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
MEASURE = (Path(__file__).parent / "case.js").read_text(encoding="utf-8")


def main() -> None:
    """Plays the case in each form and each peer, and prints what it cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="as the others: JSON is all it prints")
    parser.add_argument("--layers", type=int, default=65, help="65 make 200 nodes")
    parser.add_argument("--form", help="practice or graded alone, without a peer")
    parser.add_argument("--stock", action="store_true", help="with Jupyter's own web socket")
    parser.add_argument("--without-h5p", action="store_true", help="leave out the peer from npm")
    asked = parser.parse_args()
    case = generated_case(asked.layers)
    report: dict[str, Any] = {"nodes": len(case["nodes"])}
    forms = [asked.form] if asked.form else ["practice", "graded"]
    with tempfile.TemporaryDirectory(prefix="travesia-case-") as place, browser() as chromium:
        folder = Path(place)
        with jupyterlab(folder, case, stock=asked.stock) as address:
            for form in forms:
                report[form] = played(chromium, address, folder, form)
            if not asked.form:
                report["ipywidgets"] = plainly_played(chromium, address)
        if not asked.form and not asked.without_h5p:
            try:
                with h5p_page(case, folder / "h5p") as page:
                    report["h5p"] = h5p_played(chromium, page, asked.layers)
            except H5PMissingError as error:
                report["h5p"] = {"missing": str(error)}
    sent = len(f"{View._esm}{View._css}".encode()) / 1000  # noqa: SLF001 - what is sent with a widget
    report["script_and_style_kb"] = round(sent, 1)
    report["promise"] = PROMISE
    report["kept"] = all(
        report[form]["click_ms"]["p95"] < PROMISE["click_ms_p95"]
        and report[form]["page_kb"] < PROMISE["page_kb"]
        and report[form]["step_kb"]["most"] < PROMISE["step_kb"]
        and report[form]["not_on_disk"] == 0
        for form in forms
    )
    print(json.dumps(report))


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield made
        made.close()


@contextmanager
def jupyterlab(folder: Path, case: dict[str, Any], *, stock: bool = False) -> Iterator[str]:
    """A JupyterLab that serves the case as a lesson, as an assignment, and in ipywidgets."""
    whole = read_case(case, CASE)
    contents = {"practice": whole.data(), "graded": learner_form(whole).data()}  # type: ignore[arg-type]
    for form, data in contents.items():
        content = {"questions": {}, "cases": {CASE: data}, "facts": {}}
        pack = {"schema": 1, "form": form, "by_language": {"en": content, "es": content}}
        (folder / form).mkdir()
        (folder / form / "content.json").write_text(json.dumps(pack), encoding="utf-8")
        write_notebook(folder / form, f'from travesia.learn import case\n\ncase("{CASE}")')
    shutil.copytree(folder / "practice", folder / "plain")
    write_notebook(folder / "plain", plain_source(CASE, ROLE))
    port = free_port()
    home = folder / "home"
    home.mkdir()
    environment = {
        **os.environ,
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "XDG_STATE_HOME": str(home / "state"),
        "TRAVESIA_LANGUAGE": "es",
    }
    environment.pop("NBGRADER_EXECUTION", None)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--allow-root", "--no-browser"),
        *(f"--ServerApp.port={port}", f"--ServerApp.root_dir={folder}"),
        *("--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"),
    ]
    if not stock:
        # As on the hub (travesia.labextension.jupyter_config).
        command.append(f"--ServerApp.kernel_websocket_connection_class={CONNECTION}")
    with (folder / "lab.log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{address}/api", server)
            yield address
        finally:
            server.terminate()
            server.wait(20)


def write_notebook(folder: Path, source: str) -> None:
    """Puts a notebook of one cell into a folder."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata["kernelspec"] = kernel
    nbformat.write(notebook, folder / "case.ipynb")


def wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    """Returns when a server answers, and says so if it ends instead."""
    for _ in range(240):
        if server.poll() is not None:
            raise SystemExit(f"JupyterLab ended with {server.returncode} before it answered.")
        try:
            with urlopen(address, timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.25)
    raise SystemExit("JupyterLab did not answer within a minute.")


class Wire:
    """Everything that a page's web sockets carry, in bytes, since it was last asked."""

    def __init__(self, session: CDPSession) -> None:
        self._bytes = 0
        session.send("Network.enable")
        for event in ("Network.webSocketFrameSent", "Network.webSocketFrameReceived"):
            session.on(event, self._count)

    def _count(self, event: dict[str, Any]) -> None:
        frame = event["response"]
        data = frame["payloadData"]
        raw = b64decode(data) if frame["opcode"] == 2 else data.encode()
        self._bytes += len(raw)

    def settled(self, page: Page) -> int:
        """The bytes since the last call, once nothing has come for a second."""
        before = -1
        while before != self._bytes:
            before = self._bytes
            page.wait_for_timeout(1000)
        return self.taken()

    def taken(self) -> int:
        """The bytes since the last call."""
        taken, self._bytes = self._bytes, 0
        return taken


def open_notebook(chromium: Browser, address: str, folder: str) -> tuple[Page, Wire]:
    """A window in which a notebook is open, with a kernel that is ready."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.add_init_script(MEASURE)
    wire = Wire(context.new_cdp_session(page))
    page.goto(f"{address}/lab/tree/{folder}/case.ipynb?reset")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for()
    return page, wire


def run_cells(page: Page) -> None:
    """Runs the notebook."""
    page.locator(".jp-Notebook .jp-CodeCell .jp-Editor").first.click()
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")


def played(chromium: Browser, address: str, folder: Path, form: str) -> dict[str, Any]:
    """What it cost to play the case in one of its forms, click by click."""
    page, wire = open_notebook(chromium, address, form)
    wire.settled(page)
    run_cells(page)
    page.locator(".tv-widget .tv-scene").wait_for()
    opened = wire.settled(page)
    answers = folder / form / "answers.json"
    missing, steps, clicks, marks = 0, [], [], []
    for number in range(500):
        button = page.locator(
            '.tv-widget button[data-action="role"], .tv-widget button[data-action="continue"],'
            ' .tv-widget button[type="submit"]'
        ).first
        if not button.count():
            break
        option = page.locator(".tv-widget input[type=radio]")
        decides = option.count() > 0
        if decides:
            option.nth(number % option.count()).check()
            page.wait_for_timeout(30)
        page.evaluate("window.clicked('.tv-scene', 'h3')")
        button.click()
        clicks.append(page.evaluate("window.answered"))
        if decides:
            missing += len(saved_path(answers)) != len(marks) + 1
            marks.append(number)
        page.wait_for_timeout(60)
        steps.append(wire.taken())
    page.context.close()
    # The last is the debrief of the whole road.
    return {
        "steps": len(marks),
        "clicks": len(clicks),
        "click_ms": spread([click["focused"] for click in clicks]),
        "painted_ms": spread([click["painted"] for click in clicks]),
        "where_ms": where(clicks),
        "step_kb": kilobytes(steps[:-1]),
        "last_step_kb": round(steps[-1] / 1000, 2),
        "page_kb": round(opened / 1000, 1),
        "not_on_disk": missing,
    }


def saved_path(answers: Path) -> list[str]:
    """The decisions that are on the disk now."""
    document = json.loads(answers.read_bytes())
    path: list[str] = document["answers"][CASE]["value"]["path"]
    return path


def plainly_played(chromium: Browser, address: str) -> dict[str, Any]:
    """What the same steps cost in plain ipywidgets."""
    page, wire = open_notebook(chromium, address, "plain")
    wire.settled(page)
    run_cells(page)
    page.locator(".plain-case h3").wait_for()
    opened = wire.settled(page)
    clicks, steps = [], []
    for number in range(500):
        options = page.locator(".plain-case input[type=radio]")
        button = page.locator(".plain-case button").first
        if not button.count() or not button.is_visible():
            break
        if options.count():
            options.nth(number % options.count()).check()
            page.wait_for_timeout(30)
        page.evaluate("window.clicked('.plain-case', 'h3')")
        button.click()
        clicks.append(page.evaluate("window.answered"))
        page.wait_for_timeout(60)
        steps.append(wire.taken())
    page.context.close()
    return {
        "clicks": len(clicks),
        "click_ms": spread([click["drawn"] for click in clicks]),
        "painted_ms": spread([click["painted"] for click in clicks]),
        "step_kb": kilobytes(steps[1:]),
        "page_kb": round(opened / 1000, 1),
    }


def h5p_played(chromium: Browser, address: str, layers: int) -> dict[str, Any]:
    """What the same steps cost in H5P's Branching Scenario, which keeps no answer here."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.add_init_script(MEASURE)
    loaded: list[int] = []
    page.on("response", lambda answer: loaded.append(len(answer.body()) if answer.ok else 0))
    page.goto(address)
    page.frame_locator("iframe").first.locator(".h5p-start-button").wait_for()
    inner = page.frames[1]
    inner.evaluate(MEASURE)
    inner.locator(".h5p-start-button").click()
    page.wait_for_timeout(1500)
    feedback, following = [], []
    for _ in range(min(layers, H5P_STEPS)):
        options = inner.locator(".h5p-branching-question-alternative:visible")
        options.first.wait_for()
        inner.evaluate("window.clicked('.h5p-branching-scenario', '.h5p-feedback-content')")
        options.first.click()
        feedback.append(inner.evaluate("window.answered"))
        inner.evaluate("window.clicked('.h5p-branching-scenario', '.h5p-multichoice-wrapper')")
        inner.locator(".h5p-feedback-content button").first.click()
        following.append(inner.evaluate("window.answered"))
        page.wait_for_timeout(1000)
    context.close()
    return {
        "clicks": len(feedback) + len(following),
        "click_ms": spread([click["drawn"] for click in feedback + following]),
        "painted_ms": spread([click["painted"] for click in feedback + following]),
        "page_kb": round(sum(loaded) / 1000, 1),
    }


def spread(times: list[float]) -> dict[str, float]:
    """The middle, the 95th percentile and the longest of some times."""
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return {
        "p50": round(statistics.median(ordered), 1),
        "p95": round(p95, 1),
        "most": round(ordered[-1], 1),
    }


def where(clicks: list[dict[str, float]]) -> dict[str, float]:
    """Where the middle click goes: the page before, the way and the kernel, the page after."""
    parts = {
        "until_sent": [click["sent"] for click in clicks],
        "server_and_kernel": [click["heard"] - click["sent"] for click in clicks],
        "until_focused": [click["focused"] - click["heard"] for click in clicks],
        "until_painted": [click["painted"] - click["focused"] for click in clicks],
    }
    return {name: round(statistics.median(each), 1) for name, each in parts.items()}


def kilobytes(steps: list[int]) -> dict[str, float]:
    """The middle and the most of some steps' bytes."""
    return {
        "p50": round(statistics.median(steps) / 1000, 2),
        "most": round(max(steps) / 1000, 2),
    }


if __name__ == "__main__":
    main()
