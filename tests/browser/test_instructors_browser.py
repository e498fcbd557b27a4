"""What a hostile learner hands in, on the page where an instructor marks it: nothing happens.

Each attack has two controls. What a learner honestly hands in of the same kind is shown on the same
page; and the attack succeeds on the page that nbgrader itself draws, without the cleaning and
without the content policy. Each of the two is also tried alone.
"""

import re

import nbformat
import pytest
from hostile_work import ANSWER, HONEST_WORDS, KERNEL, LOOK_ALIKE, PIXEL
from nbformat.v4 import new_markdown_cell, new_notebook
from payloads import FAMILIES, POLICY, corpus, stock_page
from traitlets.config import Config

from travesia.grading.configure import nbgrader_config
from travesia.labextension.formgrader import SubmissionPage

# All that a page of the formgrader loads, but for what scripts in outputs count on.
STATIC = re.compile(r"/formgrader/static/(?!.*/jquery\.min\.js)")


def shown(rosa, handed_in) -> dict[str, str]:
    """The page where the submission is marked, open; its headers."""
    answer = rosa.page.goto(handed_in.page)
    rosa.page.locator("input.score").last.wait_for()
    return answer.headers


@pytest.fixture(scope="module")
def headers(instructor, handed_in):
    """The headers under which the hub gives that page."""
    return shown(instructor, handed_in)


@pytest.fixture(scope="module")
def stock(handed_in):
    """A function: the page that nbgrader itself draws of one payload."""
    resources = handed_in.resources()
    return lambda payload: stock_page(payload.cells, resources, payload.filter)


def nothing_was_taken(rosa, handed_in, before) -> None:
    rosa.watch.poke(rosa.page, 1000)
    assert rosa.watch.taken == set()
    for payload in corpus():
        assert not rosa.page.evaluate(payload.probe), payload.name
    assert rosa.page.url.partition("?")[0].endswith(handed_in.page)
    assert handed_in.grades() == before


def test_the_whole_corpus_does_nothing_and_what_is_honest_is_shown(handed_in, rosa):
    before = handed_in.grades()
    shown(rosa, handed_in)
    nothing_was_taken(rosa, handed_in, before)
    text = rosa.page.inner_text("#notebook")
    for words in (*HONEST_WORDS, ANSWER, "<script>"):
        assert words in text
    assert rosa.page.locator("#notebook td b", has_text="table").count() == 1
    assert rosa.page.locator(f'#notebook img[src*="{PIXEL[:40]}"]').count() == 1
    rosa.screenshot("formgrader-hostile")


def test_what_was_mended_stands_at_the_top_of_the_page_where_it_is_marked(handed_in, rosa):
    shown(rosa, handed_in)
    first = rosa.page.locator("#notebook .text_cell_render").first
    assert "Mended before grading" in first.inner_text()
    assert "was there 2 times; the first one counts." in first.inner_text()
    assert f"It named the kernel '{KERNEL}'." in first.inner_text()
    assert rosa.watch.taken == set()
    rosa.page.set_viewport_size({"width": 1200, "height": 900})
    rosa.screenshot("formgrader-mended")
    rosa.page.set_viewport_size({"width": 1200, "height": 3000})


def test_the_cleaning_alone_stops_all_of_it(handed_in, rosa):
    before = handed_in.grades()
    rosa.watch.without_policy(handed_in.page)
    assert POLICY not in shown(rosa, handed_in)
    nothing_was_taken(rosa, handed_in, before)


@pytest.mark.parametrize("family", FAMILIES)
def test_each_attack_succeeds_on_a_page_that_is_neither_cleaned_nor_held(
    handed_in, rosa, stock, family
):
    rosa.context.route(STATIC, lambda route: route.abort())
    failed = []
    for payload in (each for each in corpus() if each.family == family):
        address = f"{handed_in.page}{payload.name}"
        rosa.watch.stand_in(address, stock(payload), {})
        rosa.page.goto(address, wait_until="domcontentloaded")
        if not rosa.watch.succeeds(payload, rosa.page):
            failed.append(payload.name)
    assert failed == []


@pytest.mark.parametrize("family", FAMILIES)
def test_the_policy_alone_stops_what_runs_or_loads(handed_in, rosa, stock, headers, family):
    rosa.context.route(STATIC, lambda route: route.abort())
    for payload in (each for each in corpus() if each.family == family and each.policy):
        address = f"{handed_in.page}{payload.name}"
        rosa.watch.stand_in(address, stock(payload), {POLICY: headers[POLICY]})
        rosa.page.goto(address, wait_until="domcontentloaded")
        rosa.watch.poke(rosa.page)
        assert rosa.watch.taken == set(), payload.name


# One script that takes all it can


def test_a_script_that_takes_all_it_can_takes_nothing(handed_in, rosa, headers):
    """It stands in the submission too, where the tests above found it asleep."""
    token = handed_in.rosa.run("import os; print(os.environ['JUPYTERHUB_API_TOKEN'])")
    before = handed_in.grades()
    page = stock_page([new_markdown_cell(handed_in.theft)], handed_in.resources())
    shown(rosa, handed_in)

    rosa.watch.stand_in(handed_in.page, page, {POLICY: headers[POLICY]})
    rosa.page.goto(handed_in.page)
    rosa.page.wait_for_timeout(1500)
    assert rosa.watch.taken == set()
    assert handed_in.grades() == before

    rosa.watch.end()
    rosa.watch.stand_in(handed_in.page, page, {})
    rosa.page.goto(handed_in.page)
    everything = {"mark", "window", f"token {token}"}
    rosa.watch.wait_for(everything, rosa.page)
    assert rosa.watch.taken >= everything
    assert handed_in.grades() != before
    handed_in.put_back(before)
    assert handed_in.grades() == before


# A button that looks like the formgrader's own


def marked(handed_in, text: str) -> nbformat.NotebookNode:
    """A written answer with words in it, as the cell in which an instructor marks it."""
    cell = new_markdown_cell(text)
    cell.metadata["nbgrader"] = {
        "grade_id": "monday-plan", "grade": True, "solution": True, "locked": False, "task": False,
        "points": 5, "schema_version": 3, "cell_type": "markdown",
    }  # fmt: skip
    return cell


def press(rosa) -> None:
    """Press whatever in the answer looks like a button."""
    rosa.page.wait_for_load_state("networkidle")
    for button in rosa.page.locator(".rendered_html button").all():
        button.click()
    rosa.page.wait_for_timeout(500)


def test_a_button_in_an_answer_gives_no_full_credit(handed_in, rosa, headers, tmp_path):
    before = handed_in.grades()
    cells = [marked(handed_in, f"My plan. {LOOK_ALIKE}")]
    config = Config()
    nbgrader_config(config, course_root=tmp_path, keys_root=tmp_path)
    config.HTMLExporter.template_name = "formgrade"
    ours, _ = SubmissionPage(config=config).from_notebook_node(
        new_notebook(cells=cells), resources=handed_in.resources()
    )

    rosa.watch.stand_in(handed_in.page, ours, {POLICY: headers[POLICY]})
    rosa.page.goto(handed_in.page)
    press(rosa)
    assert handed_in.grades() == before
    # The real one works on the very same page, under the policy.
    rosa.page.locator("button.full-credit").first.click()
    rosa.page.wait_for_load_state("networkidle")
    assert handed_in.grades() != before
    handed_in.put_back(before)

    rosa.watch.end()
    stock = stock_page(cells, handed_in.resources())
    rosa.watch.stand_in(handed_in.page, stock, {POLICY: headers[POLICY]})
    rosa.page.goto(handed_in.page)
    press(rosa)
    assert handed_in.grades() != before
    handed_in.put_back(before)


def test_the_keyboard_moves_from_mark_to_mark_under_the_policy(handed_in, rosa):
    shown(rosa, handed_in)
    place = "document.activeElement.id"
    rosa.page.locator("input.score").first.focus()
    first = rosa.page.evaluate(place)
    rosa.page.keyboard.press("Tab")
    second = rosa.page.evaluate(place)
    rosa.page.keyboard.press("Shift+Tab")
    assert second not in {"", first}
    assert rosa.page.evaluate(place) == first
