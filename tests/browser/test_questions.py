"""The questions in a real browser: by keyboard alone, on a narrow screen, in the dark, for axe.

Every kind, and every picture that one can be answered on: those of the lesson, and three more.
"""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from stages import Stage

from travesia.course.pack import build_pack, write_pack
from travesia.learn import prose
from travesia.learn.content import open_desk
from travesia.learn.kinds import SCREENS

LESSON = Path(__file__).parents[2] / "notebooks" / "children"
MORE = """
questions:
  - id: several
    kind: choice
    multiple: true
    outcome: out
    prompt: Choose several.
    options: [{id: a, text: One}, {id: b, text: Two, feedback: A reason.}, {id: c, text: Three}]
    correct: [a, b]
  - id: a-country
    kind: spot
    outcome: out
    prompt: Pick a country.
    picture:
      kind: map
      alt: Three countries
      areas: [{id: mex, text: México}, {id: gtm, text: Guatemala}, {id: hnd, text: Honduras}]
    correct: [gtm]
  - id: a-link
    kind: spot
    outcome: out
    prompt: Pick a link.
    picture:
      kind: links
      alt: Two links
      unit: returns
      areas:
        - {id: there, text: There, origin: mex, destination: hnd, value: 9}
        - {id: back, text: Back, origin: hnd, destination: mex, value: 4}
    correct: [there]
"""
# One of each kind, and each picture on which a question is answered.
NAMES = [
    "first-minute", "december-2023", "if-then", "which-word", "first-steps", "father-on-the-phone",
    "name-of-the-record", "the-year-of-the-break", "which-procuraduria", "several", "a-country",
    "a-link",
]  # fmt: skip
SMALLEST = """() => Math.min(...[
  ...document.querySelectorAll("button, select, .tv-option, .tv-field, summary")
].map(each => each.getBoundingClientRect().height))"""


@pytest.fixture(scope="session")
def pack(tmp_path_factory):
    """The questions as a learner's folder holds them, before anything is answered."""
    more = tmp_path_factory.mktemp("more")
    (more / "questions.yaml").write_text(MORE, encoding="utf-8")
    made = {"lesson": build_pack(LESSON), "more": build_pack(more)}

    def folder(name) -> Path:
        place = tmp_path_factory.mktemp("stage")
        write_pack(place / "content.json", made["more" if f"id: {name}" in MORE else "lesson"])
        return place

    return folder


@pytest.fixture
def stage(chromium, pack, monkeypatch):
    """Puts a question of the lesson on a bare page."""
    monkeypatch.setenv("JUPYTERHUB_USER", "ana")
    opened = []

    def show(name: str, **options) -> Stage:
        desk = open_desk(pack(name), "es")
        screen = SCREENS[desk.questions[name]["kind"]](desk, name)
        opened.append(Stage(chromium, screen, **options))
        return opened[-1]

    yield show
    for each in opened:
        each.context.close()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious(stage, name, dark):
    shown = stage(name, dark=dark)
    shown.page.locator("button[type=submit]").first.click()
    shown.settled()
    found = Axe().run(shown.page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []


@pytest.mark.parametrize("name", NAMES)
def test_all_fits_a_narrow_screen_with_targets_a_thumb_can_hit(stage, name):
    shown = stage(name, viewport={"width": 320, "height": 800})
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert shown.page.evaluate(SMALLEST) >= 44


@pytest.mark.parametrize("name", NAMES)
def test_all_that_is_operated_has_a_name_and_the_question_is_read_with_it(stage, name):
    shown = stage(name)
    for part in shown.page.locator("input, select, textarea, button").all():
        named = part.evaluate(
            """part => part.getAttribute("aria-label") || part.textContent.trim()
            || [...part.labels ?? []].map(each => each.textContent.trim()).join(" ")"""
        )
        assert named
    asked = " ".join(str(prose.inline(shown.screen.asked).striptags()).split())
    group = shown.page.locator("fieldset").first
    if group.count():
        assert asked in " ".join(group.locator("legend").first.inner_text().split())
    else:
        assert asked in " ".join(shown.page.locator("label.tv-asked").inner_text().split())


@pytest.mark.parametrize("name", NAMES)
def test_what_is_chosen_shows_where_a_person_has_set_the_colours(stage, name):
    shown = stage(name, forced_colors="active")
    before = shown.page.screenshot()
    if shown.page.locator("select").count():
        shown.page.locator("select").first.select_option(index=1)
    elif shown.page.locator("input[type=text], textarea").count():
        shown.page.locator("input[type=text], textarea").first.fill("12")
    elif shown.page.locator("input").count():
        shown.page.locator("input").first.check()
    else:
        shown.page.locator("[data-action=down]").first.click()
    shown.settled()
    shown.page.mouse.move(0, 0)
    assert shown.page.screenshot() != before


def test_a_state_is_picked_on_the_map_in_the_list_and_closer(stage):
    shown = stage("which-procuraduria")
    shown.page.locator('[data-pick="mx-oax"]').click()
    shown.settled()
    assert shown.screen.value == "mx-oax"
    assert shown.page.locator("select").input_value() == "mx-oax"
    shown.page.get_by_role("button", name="Ver más grandes los estados pequeños").press("Enter")
    shown.settled()
    assert shown.page.evaluate("document.activeElement.dataset.action") == "closer"
    shown.page.locator('[data-pick="mx-tla"]').click()
    shown.settled()
    assert shown.screen.value == "mx-tla"
    assert shown.page.locator("[data-chosen]").get_attribute("data-pick") == "mx-tla"


def test_a_state_is_picked_with_the_keyboard_alone(stage):
    shown = stage("which-procuraduria")
    for _ in range(2):
        shown.page.keyboard.press("Tab")
    shown.page.keyboard.type("tla")
    shown.settled()
    assert shown.screen.value == "mx-tla"
    shown.page.keyboard.press("ArrowDown")
    shown.settled()
    assert shown.screen.value == "mx-ver"
    assert shown.escaped == ["Tab"], "a key after the one that led in"


def test_a_state_is_picked_with_a_thumb_on_a_narrow_screen(stage):
    shown = stage("which-procuraduria", viewport={"width": 320, "height": 800}, has_touch=True)
    shown.page.get_by_role("button", name="Ver más grandes los estados pequeños").tap()
    shown.settled()
    for state in ("mx-cmx", "mx-mor", "mx-tla"):
        area = shown.page.locator(f'[data-pick="{state}"]')
        box = area.bounding_box()
        assert min(box["width"], box["height"]) >= 20
        area.tap()
        shown.settled()
        assert shown.screen.value == state


def test_a_short_answer_with_a_sign_of_a_real_person_waits_for_a_second_look(stage):
    shown = stage("name-of-the-record")
    shown.page.locator(".tv-short").press_sequentially("llamo al 962 123 4567")
    shown.page.get_by_text("Todavía no se ha guardado").wait_for()
    assert shown.screen.value is None
    shown.page.keyboard.press("Tab")
    shown.settled()
    assert shown.screen.value == "llamo al 962 123 4567"


def test_an_order_is_made_with_the_keyboard_and_no_key_leaves_the_widget(stage):
    shown = stage("first-steps")
    keys = shown.page.keyboard
    first = shown.screen.steps[0]["id"]
    shown.page.locator(f'button[data-action="down"][value="{first}"]').focus()
    for key in ("Enter", "Space", "ArrowUp", "b", "x"):
        keys.press(key)
        shown.settled()
    assert [step["id"] for step in shown.screen.steps].index(first) == 2
    focused = shown.page.evaluate(
        "[document.activeElement.dataset.action, document.activeElement.value]"
    )
    assert focused == ["down", first]
    assert "ahora es el número 3 de 5" in shown.page.locator("[data-key=moved]").inner_text()
    assert shown.escaped == []


def test_pairs_are_chosen_from_lists_with_the_keyboard(stage):
    shown = stage("which-word")
    first = shown.page.locator("select").first
    first.focus()
    shown.page.keyboard.press("ArrowDown")
    shown.settled()
    (chosen,) = [partner for partner in shown.screen.value.values() if partner]
    assert first.input_value() == chosen
    assert shown.escaped == []


def test_a_click_in_the_picture_and_a_choice_in_the_list_are_the_same(stage):
    shown = stage("the-year-of-the-break")
    shown.page.locator('[data-pick="y2020"] .tv-reach').click(position={"x": 20, "y": 20})
    shown.settled()
    assert shown.screen.value == "y2020"
    assert shown.page.locator('input[value="y2020"]').is_checked()
    shown.page.locator('input[value="y2021"]').focus()
    shown.page.keyboard.press("Space")
    shown.settled()
    assert shown.screen.value == "y2021"
    assert shown.page.locator("[data-chosen]").get_attribute("data-pick") == "y2021"


def test_a_hint_is_read_out_and_takes_nothing_away(stage):
    shown = stage("name-of-the-record")
    shown.page.locator(".tv-short").fill("oficio")
    shown.page.get_by_role("button", name="Una pista").click()
    shown.settled()
    assert shown.page.locator(".tv-hints[aria-live=polite]").inner_text().startswith("Tiene tres")
    assert shown.page.locator(".tv-short").input_value() == "oficio"


def test_a_second_look_shows_what_was_answered(stage):
    shown = stage("father-on-the-phone")
    shown.page.locator('input[value="false"]').check()
    shown.settled()
    shown.page.locator('input[value="best-interests"]').check()
    shown.settled()
    again = SCREENS["truth"](shown.screen.desk, "father-on-the-phone")
    assert again.value == {"holds": False, "reason": "best-interests"}
    shown.page.get_by_role("button", name="Revisar mi respuesta").click()
    shown.page.get_by_text("Sí, así es.").wait_for()
