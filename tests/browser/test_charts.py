"""The flow map and the explorer in JupyterLab: by mouse, by keyboard, in words, on a phone."""

import json
import os
import subprocess
import sys
import time
import urllib.request
import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe

from travesia.charts import regional_movements
from travesia.charts.map_view import drawing, skeleton, style
from travesia.hub.launch import free_port

CELLS = [
    'from travesia.learn import chart\nchart("movements")',
    'from travesia.explorer import explorer\nexplorer("mexico-events", nationality=["HTI"])',
    'chart("children-detected")',
]
SECONDS = 60


def notebook() -> dict:
    cells = [
        {"cell_type": "code", "id": uuid.uuid4().hex[:8], "metadata": {}, "source": source,
         "outputs": [], "execution_count": None}
        for source in CELLS
    ]  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab of nobody's, with one notebook in it."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "charts.ipynb").write_text(json.dumps(notebook()))
    port = free_port()
    own = {"TRAVESIA_LANGUAGE": "es", "XDG_CACHE_HOME": str(folder / "cache"),
           "JUPYTER_CONFIG_DIR": str(folder / "config")}  # fmt: skip
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
               f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=",
               f"--ServerApp.root_dir={folder}"]  # fmt: skip
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, env={**os.environ, **own}, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{address}/api", timeout=5).close()
                break
            except OSError:
                assert time.monotonic() < deadline, (folder / "log").read_text()
                time.sleep(0.3)
        yield address
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture(scope="module")
def page(chromium, lab):
    """The notebook after its cells have run; no request may leave the server's address."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1000}, locale="es-MX")
    context.set_default_timeout(SECONDS * 1000)
    foreign = []
    inside = (lab, lab.replace("http", "ws"), "data:", "blob:")
    context.on("request", lambda asked: asked.url.startswith(inside) or foreign.append(asked.url))
    opened = context.new_page()
    opened.goto(f"{lab}/lab/tree/charts.ipynb")
    opened.locator(".jp-Notebook .jp-CodeCell").nth(len(CELLS) - 1).wait_for()
    for number in range(len(CELLS)):
        run(opened.locator(".jp-Notebook .jp-CodeCell").nth(number))
    opened.locator('.tv-x [data-panel="table"] tbody tr').first.wait_for()
    opened.locator(".js-plotly-plot .main-svg").first.wait_for(state="attached")
    yield opened
    context.close()
    assert foreign == [], f"requests left the server: {foreign}"


def run(cell) -> None:
    """Runs a cell of the notebook; it has been sent to the kernel when this ends.

    A cell that is run before there is a kernel is passed over without a word, and JupyterLab says
    "idle" before there is one.
    """
    deadline = time.monotonic() + SECONDS
    while cell.locator(".jp-InputPrompt").inner_text() in {"", "[ ]:"}:
        assert time.monotonic() < deadline, "the notebook has no kernel"
        cell.locator(".jp-InputArea-editor").click()
        cell.page.keyboard.press("Control+Enter")
        cell.page.wait_for_timeout(500)


def serious(page, within: str) -> list[str]:
    found = Axe().run(page, context=within).response["violations"]
    return [
        f"{each['id']}: {each['help']} {each['nodes'][0]['html'][:120]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]


def cells(page) -> int:
    return page.locator(".jp-Notebook .jp-Cell").count()


def test_the_flow_map_is_read_by_keyboard_and_never_moves_the_notebook(page):
    shown = page.locator(".tv-map").first
    canvas = shown.locator("canvas")
    canvas.scroll_into_view_if_needed()
    shown.get_by_text("Eventos, no personas.").wait_for()
    assert shown.locator('[data-part="period"]').inner_text() == "2024"
    before = cells(page)
    canvas.focus()
    for key in ("b", "x", "d", "d", "a", "ArrowRight", "+", "n"):
        page.keyboard.press(key)
    assert cells(page) == before
    shown.locator(".tv-map-tip").get_by_text("361,203").wait_for()
    assert "Venezuela" in shown.locator('[data-part="voice"]').text_content()


def test_the_periods_are_gone_through_and_played_and_the_table_follows(page):
    shown = page.locator(".tv-map").first
    slider = shown.locator("input[type=range]")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert slider.get_attribute("aria-valuetext") == "2023"
    play = shown.locator('[data-part="play"]')
    assert play.get_attribute("aria-pressed") == "false"
    play.press("Enter")
    shown.locator('[data-part="period"]', has_text="2024").wait_for()
    play.press("Enter")
    assert play.get_attribute("aria-pressed") == "false"
    shown.locator("summary").last.click()
    assert shown.locator("tbody tr").count() > 5
    assert shown.locator("caption").inner_text() == "2024"


def test_nothing_on_the_map_moves_by_itself(page):
    shown = page.locator(".tv-map").first
    assert shown.locator('[data-part="motion"]').get_attribute("aria-pressed") == "false"
    page.emulate_media(reduced_motion="reduce")
    shown.locator('[data-part="motion"]').click()
    shown.locator("h3").hover()
    canvas = shown.locator("canvas")
    canvas.screenshot()
    assert canvas.screenshot() == canvas.screenshot()
    page.emulate_media(reduced_motion="no-preference")


def test_the_map_and_the_explorer_have_nothing_that_axe_finds(page):
    assert serious(page, ".tv-map") == []
    assert serious(page, ".tv-x") == []


def test_the_explorer_answers_a_choice_with_all_that_it_shows(page):
    screen = page.locator(".tv-x")
    assert screen.locator('[data-panel="table"] tbody tr').count() == 1
    before = cells(page)
    venezuela = screen.locator('input[value="VEN"]')
    venezuela.focus()
    page.keyboard.press("Space")
    for key in ("b", "x"):
        page.keyboard.press(key)
    screen.locator('[data-panel="table"] tbody tr').nth(1).wait_for()
    assert cells(page) == before
    # A letter goes on to the next name that begins with it.
    assert page.evaluate("document.activeElement.name") == "nationality"
    line = screen.locator('[data-part="line"]').inner_text()
    assert "HTI" in line
    assert "VEN" in line
    for drawn in ('[data-panel="sankey"] svg', '[data-panel="series"] .tv-x-year', "canvas"):
        screen.locator(drawn).first.wait_for(state="attached")
    screen.locator('button[data-action="citation"]').click()
    screen.locator('[data-part="said"]', has_text="mexico-events-citation").wait_for()
    screen.locator('select[name="series"]').select_option("darien-transits")
    screen.locator('[data-part="line"]', has_text='"darien-transits"').wait_for()


def test_a_list_of_the_explorer_is_one_stop_of_the_tab_key_and_is_gone_through_by_arrows(page):
    screen = page.locator(".tv-x")
    screen.locator('select[name="series"]').select_option("mexico-events")
    screen.locator('[data-part="line"]', has_text='"mexico-events"').wait_for()
    boxes = screen.locator('input[name="nationality"]')
    boxes.first.focus()
    in_hand = "document.activeElement.value ?? ''"
    first = page.evaluate(in_hand)
    page.keyboard.press("ArrowDown")
    assert page.evaluate(in_hand) != first
    page.keyboard.press("h")
    assert page.evaluate(in_hand) in {"HND", "HTI"}
    page.keyboard.press("Home")
    assert page.evaluate(in_hand) == first
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.action") == "reset"
    assert boxes.count() > 20


@pytest.mark.parametrize("width", [1280, 1500, 1800])
def test_no_picture_of_the_explorer_is_cut_off(page, width):
    page.set_viewport_size({"width": width, "height": 1000})
    pictures = page.locator(".tv-x .tv-x-picture")
    assert pictures.count() == 2
    for picture in pictures.all():
        wide, room = picture.evaluate("each => [each.scrollWidth, each.clientWidth]")
        assert wide <= room
    page.set_viewport_size({"width": 1280, "height": 1000})


def test_a_map_that_is_made_out_of_the_page_has_its_colours_when_it_is_shown(chromium):
    shown = regional_movements("es")
    document, html = json.dumps(shown.document()), json.dumps(skeleton(shown))
    script = f"""{drawing()}
        const host = document.createElement("div");
        host.innerHTML = {html};
        flowMap(host.querySelector(".tv-map"), GEOMETRY).show({document});
        setTimeout(() => document.body.append(host), 50);"""
    context = chromium.new_context()
    opened = context.new_page()
    opened.set_content(f'<style>{style()}</style><script type="module">{script}</script>')
    canvas = opened.locator(".tv-map canvas")
    canvas.wait_for()
    opened.wait_for_function(
        """() => {
            const canvas = document.querySelector(".tv-map canvas");
            const corner = canvas.getContext("2d").getImageData(3, canvas.height - 3, 1, 1).data;
            return corner[3] === 255 && corner[0] > 200 && corner[2] > 200;
        }"""
    )
    context.close()


def test_the_map_fits_a_phone(chromium, page):
    page.set_viewport_size({"width": 400, "height": 800})
    page.evaluate("document.querySelector('.tv-map').parentElement.style.width = '300px'")
    page.locator(".tv-map").first.scroll_into_view_if_needed()
    box = page.locator(".tv-map").first.evaluate("map => [map.scrollWidth, map.clientWidth]")
    assert box[0] <= box[1]
