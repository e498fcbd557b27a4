"""A case in a real browser: keyboard, screen readers, small and large screens, few bytes a step."""

import json
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from stage import Stage

from travesia.course.pack import build_pack, write_pack
from travesia.learn.case_screen import CaseScreen
from travesia.learn.content import open_desk

ROOT = Path(__file__).resolve().parents[2]
CASE = "two-at-the-station"
ROAD = ["interpreter-by-phone", "presume", "both-accounts", "climb-and-stay", "point-to-publisher"]
STEP_IN_BYTES = 5_000


@pytest.fixture(scope="module")
def packs(tmp_path_factory):
    """The course's own cases, as the hub gives them: a lesson's and an assignment's folder."""
    place = tmp_path_factory.mktemp("packs")
    for name, form in (("notebooks", "practice"), ("keys", "graded")):
        (place / form).mkdir()
        facts = ROOT / "notebooks" / "facts.yaml"
        pack = build_pack(ROOT / name / "children", form=form, facts=facts)
        write_pack(place / form / "content.json", pack)
    return place


@pytest.fixture
def staged(chromium, packs, tmp_path, monkeypatch):
    """Opens a case in a window of its own, in Spanish unless said otherwise."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("JUPYTERHUB_USER", "ana")
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    opened = []

    def open_case(case=CASE, form="practice", *, dark=False, language="es", **options):
        folder = tmp_path / form
        if not folder.exists():
            shutil.copytree(packs / form, folder)
        options.setdefault("viewport", {"width": 1000, "height": 900})
        context = chromium.new_context(**options)
        context.set_default_timeout(15_000)
        opened.append(context)
        screen = CaseScreen(open_desk(folder, language), case)
        return Stage(context.new_page(), screen, dark=dark)

    yield open_case
    for context in opened:
        context.close()


def serious(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:120]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_in_any_scene(staged, dark):
    stage = staged(dark=dark)
    found = {"role": serious(stage.page)}
    stage.press("role", "civil")
    found["note"] = serious(stage.page)
    stage.go_on()
    found["node"] = serious(stage.page)
    stage.decide("aunt-interprets")
    found["consequence"] = serious(stage.page)
    stage.press("pause")
    found["pause"] = serious(stage.page)
    stage.press("leave")
    found["leave"] = serious(stage.page)
    stage.press("return")
    stage.go_on()
    stage.decide("adults-list")
    stage.go_on()
    stage.open("road")
    stage.open("others")
    stage.open("roads")
    found["debrief"] = serious(stage.page)
    stage.press("read", "0")
    found["earlier"] = serious(stage.page)
    assert {name: each for name, each in found.items() if each} == {}


def test_a_case_is_played_to_its_end_by_keyboard_and_no_key_gets_out(staged):
    stage = staged()
    page = stage.page

    def tab_to(selector):
        for _ in range(60):
            if page.evaluate("s => document.activeElement?.matches(s)", selector):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {selector}")

    def enter():
        before = stage.scene.get_attribute("data-key")
        page.keyboard.press("Enter")
        page.locator(f'.tv-scene:not([data-key="{before}"])').wait_for()

    tab_to('button[value="volunteer"]')
    enter()
    for choice in ROAD:
        while page.locator('button[data-action="continue"]').count():
            tab_to('button[data-action="continue"]')
            enter()
        tab_to('input[type="radio"]')
        page.keyboard.press("Space")
        for _ in range(6):
            if page.evaluate("c => document.activeElement.value === c", choice):
                break
            page.keyboard.press("ArrowDown")
        for shortcut in ("b", "x", "d"):
            page.keyboard.press(shortcut)
        assert page.locator(f'input[value="{choice}"]').is_checked()
        tab_to('button[type="submit"]')
        enter()
    tab_to('button[data-action="continue"]')
    enter()
    page.get_by_text("Final: Mediodía").wait_for()
    inside = set(page.evaluate("window.keysOutside")) - {"Tab"}
    assert inside == set()


def test_each_new_step_moves_the_focus_to_its_heading(staged):
    stage = staged()
    heading = "document.activeElement.tagName + ': ' + document.activeElement.textContent"
    told = []
    stage.press("role", "official")
    told.append(stage.page.evaluate(heading))
    stage.go_on()
    told.append(stage.page.evaluate(heading))
    stage.decide(ROAD[0])
    told.append(stage.page.evaluate(heading))
    assert told == ["H3: Antes de seguir", "H3: Paso 1", "H3: Lo que trae tu decisión"]


def test_what_happens_is_said_in_live_regions(staged):
    stage = staged()
    stage.press("role", "official")
    stage.go_on()
    stage.page.locator('button[type="submit"]').click()
    stage.page.locator('[role="alert"]').get_by_text("Elige").wait_for()
    stage.decide(ROAD[0])
    stage.page.locator('[role="status"]').get_by_text("Guardado").wait_for()


def test_everything_that_is_pressed_is_large_enough_for_a_finger(staged):
    stage = staged(viewport={"width": 320, "height": 700})
    stage.press("role", "official")
    stage.go_on()
    stage.decide(ROAD[0])
    stage.go_on()
    stage.open("road")
    small = stage.page.evaluate(
        """() => [...document.querySelectorAll("button, summary, .tv-option")]
        .map((each) => [each.textContent.trim(), each.getBoundingClientRect()])
        .filter(([, box]) => box.height && (box.height < 44 || box.width < 44))
        .map(([text]) => text)"""
    )
    assert small == []


@pytest.mark.parametrize(
    ("width", "zoom"), [(320, 1), (640, 2)], ids=["a phone of 320 px", "text at 200 %"]
)
@pytest.mark.parametrize("case", [CASE, "a-place-at-school"])
def test_nothing_is_cut_off(staged, width, zoom, case):
    stage = staged(case, viewport={"width": width, "height": 700})
    stage.page.add_style_tag(content=f"html {{ font-size: {zoom * 100}% }}")
    widths = []
    stage.press("role", "official")
    stage.go_on()
    widths.append(stage.page.evaluate("document.scrollingElement.scrollWidth"))
    first = stage.page.locator('input[type="radio"]').first.get_attribute("value")
    stage.decide(first)
    stage.open("road")
    widths.append(stage.page.evaluate("document.scrollingElement.scrollWidth"))
    stage.page.screenshot(path=screenshot(f"case-{case}-{width}"), full_page=True)
    assert max(widths) <= width


def screenshot(name: str) -> Path:
    folder = ROOT / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.png"


def test_who_asks_for_less_motion_gets_none(staged):
    stage = staged(reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll(".tv-widget *")].filter((each) => {
      const style = getComputedStyle(each);
      return [style.transitionDuration, style.animationDuration].some((time) => parseFloat(time));
    }).length"""
    assert stage.page.evaluate(moving) == 0


def test_in_forced_colours_a_marked_option_still_looks_marked(staged):
    stage = staged(forced_colors="active")
    stage.press("role", "official")
    stage.go_on()
    option = stage.page.locator(".tv-option").first
    option.locator("input").check()
    outline = option.evaluate("each => getComputedStyle(each).outlineStyle")
    other = stage.page.locator(".tv-option").nth(1)
    assert outline == "solid"
    assert other.evaluate("each => getComputedStyle(each).outlineStyle") == "none"


def test_an_option_that_is_marked_stays_marked_until_it_is_decided(staged):
    stage = staged()
    stage.press("role", "official")
    stage.go_on()
    option = stage.page.locator('input[type="radio"]').nth(1)
    option.check()
    before = len(stage.messages)
    stage.page.locator('button[data-action="plain"]').click()
    stage.page.locator("[data-plain]").wait_for()
    assert option.is_checked()
    assert len(stage.messages) == before + 1
    stage.decide(option.get_attribute("value"))
    stage.press("back")
    assert stage.page.locator('input[type="radio"]:checked').count() == 0


def test_the_end_draws_the_roads_that_hold_beside_the_one_taken_and_tells_them(staged):
    stage = staged()
    stage.press("role", "civil")
    stage.go_on()
    stage.decide("aunt-interprets")
    stage.go_on()
    stage.decide("adults-list")
    stage.go_on()
    stage.open("road")
    drawn = stage.page.locator(".tv-mapped > svg")
    assert drawn.get_attribute("role") == "img"
    assert "que se sostienen" in drawn.get_attribute("aria-label")
    assert drawn.locator("path.holds").count() > 0
    assert stage.page.locator(".tv-legend").inner_text().split("\n")[0].strip() == "Tu camino"


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_text_says_in_which_language_it_is(staged, language):
    stage = staged(language=language)
    assert stage.page.locator("section.tv-card").get_attribute("lang") == language


def test_nothing_counts_down_or_sounds_by_itself(staged):
    stage = staged("the-uncle", "graded")
    stage.press("role", "official")
    stage.go_on()
    before = stage.page.locator("section.tv-card").inner_text()
    stage.page.wait_for_timeout(1500)
    assert stage.page.locator("section.tv-card").inner_text() == before
    assert stage.page.locator("audio, video, [autoplay], marquee, progress").count() == 0


def test_plain_text_has_every_word_and_no_picture(staged):
    stage = staged("a-place-at-school")
    stage.press("role", "official")
    stage.go_on()
    words = stage.page.locator(".tv-prose").first.inner_text()
    assert stage.page.locator(".tv-picture svg").count() == 1
    stage.page.locator('button[data-action="plain"]').click()
    stage.page.locator("[data-plain]").wait_for()
    assert stage.page.locator("section svg").count() == 0
    assert stage.page.locator(".tv-prose").first.inner_text() == words
    stage.page.get_by_text("En el dibujo: Un pupitre").wait_for()
    assert serious(stage.page) == []


@pytest.mark.parametrize(
    ("case", "form"),
    [(CASE, "practice"), ("a-place-at-school", "practice"), ("the-uncle", "graded")],
)
def test_a_step_sends_less_than_five_kilobytes(staged, case, form):
    stage = staged(case, form)
    stage.press("role", "civil")
    for _ in range(12):
        stage.go_on()
        options = stage.page.locator('input[type="radio"]')
        if not options.count():
            break
        stage.decide(options.first.get_attribute("value"))
    sizes = [len(json.dumps(each, ensure_ascii=False).encode()) for each in stage.messages]
    ends = stage.page.locator('details[data-name="others"]').count()
    steps = sizes[: len(sizes) - 1] if ends else sizes
    assert len(steps) > 4
    assert max(steps) < STEP_IN_BYTES
