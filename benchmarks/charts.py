"""What the flow map and the explorer cost, beside the same map in plotly, printed as JSON.

Both maps are opened in Chromium, in turns, from one file each with nothing else on the machine's
disk or network: bytes, milliseconds to the first picture, and frames a second while the map is
moved and while its periods play. The explorer runs in a JupyterLab of its own over a rollup of
synthetic records: random changes are made in its form, and each is timed from the change until map,
chart over time, corridors and table have been painted, kernel and connection included.
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
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import plotly.graph_objects as go
import pyarrow.parquet as pq
from playwright.sync_api import Browser, sync_playwright

from travesia.charts import FlowMap, regional_movements
from travesia.charts.map_view import MapView
from travesia.charts.outlines import outlines
from travesia.charts.places import coordinates
from travesia.charts.template import DATA
from travesia.flows.rollup import roll_up
from travesia.flows.synthetic import generate
from travesia.hub.launch import free_port

ROUNDS, SECONDS, WARM = 3, 2.5, 5
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SIZE = {"width": 1280, "height": 900}
FRAMES = """
async (moved, milliseconds) => {
  let frames = 0;
  const start = performance.now();
  while (performance.now() - start < milliseconds) {
    await moved(frames);
    await new Promise(requestAnimationFrame);
    frames += 1;
  }
  return frames / (performance.now() - start) * 1000;
}
"""


# Something else is chosen in the form, by chance that is the same in every run, and timed until the
# frame that shows the answer has been painted.
CHANGE = """
async (number) => {
  const root = document.querySelector(".tv-x");
  const form = root.querySelector('[data-part="form"]');
  let seed = number * 2654435761 % 4294967296;
  const chance = (below) => {
    seed = (seed * 1664525 + 1013904223) % 4294967296;
    return Math.floor(seed / 4294967296 * below);
  };
  const boxes = (name) => [...form.querySelectorAll(`input[name="${name}"]`)];
  const kind = chance(10);
  let act;
  if (kind < 3) {
    const field = form.elements[kind === 0 ? "start" : "end"];
    const year = kind === 0 ? 2018 + chance(3) : 2022 + chance(3);
    act = () => {
      field.value = `${year}-${String(1 + chance(12)).padStart(2, "0")}`;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    };
  } else {
    const name = kind < 7 ? "nationality" : ["sex", "age", "place"][kind - 7];
    const all = boxes(name);
    const checked = all.filter((box) => box.checked);
    const box = checked.length > 3 ? checked[0] : all[chance(all.length)];
    act = () => box.click();
  }
  const before = root.dataset.answered;
  return new Promise((done) => {
    const watch = new MutationObserver(() => {
      if (root.dataset.answered === before) return;
      watch.disconnect();
      requestAnimationFrame(() => {
        const painted = new MessageChannel();
        painted.port1.onmessage = () => done(performance.now() - start);
        painted.port2.postMessage(0);
      });
    });
    watch.observe(root, { attributes: true, attributeFilter: ["data-answered"] });
    const start = performance.now();
    act();
  });
}
"""


def page_of(widget: MapView, state: dict[str, object]) -> str:
    """A page that shows a widget as a notebook does, with a model that holds its state."""
    script = str(widget._esm).replace("export default { render };", "")  # noqa: SLF001
    held = json.dumps(state).replace("</", "<\\/")
    return f"""<!doctype html><meta charset="utf-8"><style>{widget._css}</style>
<body data-jp-theme-light="true"><div id="place"></div><script type="module">{script}
const state = {held};
const model = {{
  get: (name) => state[name], on() {{}}, off() {{}}, send() {{}},
}};
render({{ model, el: document.getElementById("place") }});
requestAnimationFrame(() => requestAnimationFrame(() => (window.first = performance.now())));
</script>"""  # noqa: SLF001


def plotly_page(shown: FlowMap) -> str:
    """The same map as plotly draws it: outlines, a curve for each line of the period, names."""
    figure = go.Figure()
    for layer in ("land", "countries", "states"):
        longitudes, latitudes = [], []
        for line in outlines()[layer]:
            longitudes += [*(x for x, _y in line), None]
            latitudes += [*(y for _x, y in line), None]
        figure.add_scattergeo(lon=longitudes, lat=latitudes, mode="lines", line_width=0.8,
                              hoverinfo="skip")  # fmt: skip
    period = shown.periods[shown.start]
    largest = shown.flows[list(shown.periods)].max(axis=None)
    colours = {kind.id: DATA[kind.colour] for kind in shown.kinds if kind.shown}
    drawn = shown.flows[shown.flows["counted"].isin(list(colours)) & shown.flows[period].gt(0)]
    for row in drawn.itertuples(index=False, name=None):
        (x0, y0), (x1, y1) = coordinates()[row[0]], coordinates()[row[1]]
        bend = ((x0 + x1) / 2 + (y1 - y0) * 0.2, (y0 + y1) / 2 - (x1 - x0) * 0.2)
        steps = [step / 24 for step in range(25)]
        figure.add_scattergeo(
            lon=[(1 - t) ** 2 * x0 + 2 * t * (1 - t) * bend[0] + t * t * x1 for t in steps],
            lat=[(1 - t) ** 2 * y0 + 2 * t * (1 - t) * bend[1] + t * t * y1 for t in steps],
            mode="lines",
            line={"width": max(1.2, 30 * row[3 + shown.start] / largest), "color": colours[row[2]]},
        )
    places = sorted({*drawn["origin"], *drawn["destination"]})
    figure.add_scattergeo(
        lon=[coordinates()[code][0] for code in places],
        lat=[coordinates()[code][1] for code in places],
        text=[shown.name(code) for code in places],
        mode="markers+text",
    )
    figure.update_geos(visible=False, fitbounds=False, projection_type="equirectangular",
                       lonaxis_range=[-108, -59], lataxis_range=[-5, 27])  # fmt: skip
    figure.update_layout(height=620, showlegend=False, margin={"l": 0, "r": 0, "t": 0, "b": 0})
    page = figure.to_html(include_plotlyjs=True, config={"showSendToCloud": False}, div_id="place")
    watch = """<script>requestAnimationFrame(() => requestAnimationFrame(
      () => (window.first = performance.now())));</script>"""
    return page.replace("</body>", f"{watch}</body>")


def maps(browser: Browser, folder: Path) -> dict[str, float]:
    """Bytes, first picture and frames of both maps, measured in turns."""
    shown = regional_movements("es")
    widget = MapView(shown)
    ours = folder / "ours.html"
    ours.write_text(page_of(widget, {"html": widget.html, "document": widget.document}), "utf-8")
    theirs = folder / "plotly.html"
    theirs.write_text(plotly_page(shown), "utf-8")
    moved_ours = (
        "(n) => document.querySelector('canvas').dispatchEvent(new KeyboardEvent('keydown',"
        " {key: n % 60 < 30 ? 'ArrowRight' : 'ArrowLeft', bubbles: true}))"
    )
    moved_theirs = "(n) => Plotly.relayout('place', {'geo.center.lon': -83 + (n % 60) / 10})"
    played = "(n) => n || document.querySelector('[data-part=play]').click()"
    motion = "(n) => n || document.querySelector('[data-part=motion]').click()"
    found: dict[str, list[float]] = {}

    def measure(name: str, path: Path, movements: dict[str, str]) -> None:
        page = browser.new_page(viewport=SIZE)
        page.goto(path.as_uri())
        page.wait_for_function("window.first")
        found.setdefault(f"{name}_first_paint_ms", []).append(page.evaluate("window.first"))
        page.wait_for_timeout(700)
        for movement, script in movements.items():
            frames = page.evaluate(f"({FRAMES})({script}, {SECONDS * 1000})")
            found.setdefault(f"{name}_fps_{movement}", []).append(frames)
        page.close()

    for _round in range(ROUNDS):
        measure("map", ours, {"moved": moved_ours, "playing": played, "motion": motion})
        measure("plotly", theirs, {"moved": moved_theirs})
    result = {name: round(statistics.median(values), 1) for name, values in found.items()}
    sent = len(str(widget._esm).encode()) + len(str(widget._css).encode())  # noqa: SLF001
    sent += len(widget.html.encode())
    sent += len(json.dumps(widget.document, separators=(",", ":")).encode())
    return {
        "map_bytes": sent,
        "plotly_bytes": theirs.stat().st_size,
        **result,
        "bytes_vs_plotly": round(sent / theirs.stat().st_size, 4),
        "fps_vs_plotly": round(result["map_fps_moved"] / result["plotly_fps_moved"], 1),
    }


def notebook(records: Path, rollup: Path) -> dict[str, object]:
    """A notebook with one cell that opens the explorer over the records."""
    source = f"""from pathlib import Path
from travesia.explorer import Choice, Explorer
from travesia.explorer.cube import in_background
cubes = {{"mexico-events": in_background(Path({str(records)!r}), Path({str(rollup)!r}))}}
Explorer(Choice("mexico-events"), "es", cubes)"""
    cell = {"cell_type": "code", "id": "explorer", "metadata": {}, "source": source,
            "outputs": [], "execution_count": None}  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": [cell]}


@contextmanager
def lab(folder: Path) -> Iterator[str]:
    """The address of a JupyterLab that serves a folder."""
    port = free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
               f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=",
               f"--ServerApp.root_dir={folder}"]  # fmt: skip
    own = {"JUPYTER_CONFIG_DIR": str(folder / "config"), "XDG_CACHE_HOME": str(folder / "cache")}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, env={**os.environ, **own}, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{address}/api", timeout=5).close()
                break
            except OSError:
                time.sleep(0.3)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def explored(browser: Browser, folder: Path, records: Path, asked: int) -> dict[str, float]:
    """Milliseconds from a change in the explorer's form to its answer on the screen."""
    start = time.perf_counter()
    rollup = roll_up(records, folder / "rollup.parquet")
    made = time.perf_counter() - start
    (folder / "explorer.ipynb").write_text(json.dumps(notebook(records, rollup.path)), "utf-8")
    received: list[int] = []
    times, sizes = [], []
    with lab(folder) as address:
        page = browser.new_page(viewport=SIZE)
        page.on("websocket", lambda socket: socket.on(
            "framereceived", lambda payload: received.append(len(payload))))  # fmt: skip
        page.goto(f"{address}/lab/tree/explorer.ipynb")
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=90_000)
        page.locator(".jp-Notebook .jp-InputArea-editor").first.click()
        page.keyboard.press("Shift+Enter")
        page.locator(".tv-x[data-answered]").wait_for(timeout=90_000)
        page.wait_for_timeout(2000)
        for number in range(asked + WARM):
            received.clear()
            took = page.evaluate(CHANGE, number)
            page.wait_for_timeout(150)
            if number >= WARM:
                times.append(took)
                sizes.append(sum(received))
        page.close()
    return {
        "rows": pq.ParquetFile(records).metadata.num_rows,
        "rollup_s": round(made, 2),
        "rollup_rows": int(rollup.table.count().execute()),
        "explorer_kb_p50": round(statistics.median(sizes) / 1000, 1),
        "explorer_ms_p50": round(statistics.median(times), 1),
        "explorer_ms_p95": round(statistics.quantiles(times, n=20)[-1], 1),
        "explorer_ms_max": round(max(times), 1),
    }


def main() -> None:
    """Measures and prints one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="as the others: JSON is all it prints")
    parser.add_argument("--rows", type=int, default=10_000_000, help="synthetic records")
    parser.add_argument("--records", type=Path, help="a file of them, instead of making one")
    parser.add_argument("--asked", type=int, default=100, help="choices made in the explorer")
    options = parser.parse_args()
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        found = maps(browser, Path(place))
        records = options.records or generate(Path(place) / "records.parquet", options.rows, seed=1)
        found |= explored(browser, Path(place), records, options.asked)
        browser.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
