"""What a hostile learner hands in, on every other page where somebody meets it: nothing happens.

The formgrader's lists, the campus, the feedback, the files as they are, and JupyterLab. Each with
what is honest shown, and with the attack succeeding once the one defence is taken away.
"""

from pathlib import Path

import httpx
import pytest
from hostile_work import (
    ASSIGNMENT,
    COURSE,
    DRAWING,
    HONEST_WORDS,
    HOSTILE_NAME,
    PAGE,
    saved_notebook,
)
from jinja2 import Environment, FileSystemLoader
from nbgrader.server_extensions.formgrader.handlers import template_path
from payloads import POLICY, Watch, corpus, stock_page
from twins import twin_of

from travesia.campus import handlers

LISTS = (
    "manage_submissions/{assignment}",
    "gradebook/{assignment}/assignment",
    "manage_students",
    "manage_students/{username}",
    "manage_students/{username}/{assignment}",
)
# What names in a page's address would do where they were written into its scripts as they are.
ADDRESS = "user/rosa/formgrader/manage_students/"
IN_AN_ADDRESS = '";taken(`address`);"'
MEASURES = {"picture", "sound", "chart-with-a-picture"}
# A plain link does what it says where a reader presses it. JupyterLab turns one to an address of
# the hub into one to a file of the home, but only a moment after it is drawn.
PRESSED = {"link-to-a-new-window"}


# The formgrader's lists


@pytest.fixture
def named(handed_in):
    """The learner with a hostile name in the gradebook, as a class list may bring it."""
    names = {"first_name": HOSTILE_NAME, "last_name": "<script>taken(`name`)</script>"}
    handed_in.ask("PUT", f"student/{handed_in.username}", json=names | {"email": HOSTILE_NAME})
    yield handed_in
    nobody = dict.fromkeys(("first_name", "last_name", "email"))
    handed_in.ask("PUT", f"student/{handed_in.username}", json=nobody)


@pytest.mark.parametrize("place", LISTS)
def test_a_hostile_name_is_text_in_the_formgraders_lists(named, rosa, place):
    inner = place.format(assignment=ASSIGNMENT, username=named.username)
    rosa.page.goto(f"user/rosa/formgrader/{inner}", wait_until="networkidle")
    rosa.page.wait_for_timeout(200)
    assert rosa.watch.taken == set()
    assert rosa.page.locator("#main-table td").count() > 1
    assert rosa.page.locator("#main-table img, #main-table script").count() == 0
    if "{username}" not in place:
        assert HOSTILE_NAME in rosa.page.locator("body").text_content()


def test_a_hostile_name_is_text_above_the_work_that_is_marked(named, rosa):
    rosa.page.goto(named.page, wait_until="networkidle")
    assert HOSTILE_NAME in rosa.page.locator("nav .name-shown").first.text_content()
    assert rosa.watch.taken == set()

    rosa.watch.stand_in(
        named.page, stock_page([], named.resources(first_name=HOSTILE_NAME, last_name="x")), {}
    )
    rosa.page.goto(named.page)
    rosa.watch.wait_for({"name"}, rosa.page)
    assert rosa.watch.taken == {"name"}


def test_a_hostile_name_runs_where_a_list_writes_it_as_html(named, rosa):
    def written_as_html(route) -> None:
        real = route.fetch()
        route.fulfill(response=real, body=real.text().replace(".text(name)", ".html(name)"))

    rosa.watch.without_policy("formgrader/manage_students")
    rosa.context.route("**/js/manage_students.js", written_as_html)
    rosa.page.goto("user/rosa/formgrader/manage_students")
    rosa.watch.wait_for({"name"}, rosa.page)
    assert "name" in rosa.watch.taken


def stock_list() -> str:
    """The page that nbgrader itself makes of a hostile address."""
    templates = Environment(loader=FileSystemLoader([template_path]))
    page = templates.get_template("manage_students_assignments.tpl")
    return page.render(student_id=IN_AN_ADDRESS, base_url="/user/rosa")


def test_an_address_that_somebody_made_up_writes_no_script(handed_in, rosa):
    """Anybody can send an instructor a link."""
    answer = rosa.page.goto(ADDRESS + IN_AN_ADDRESS, wait_until="networkidle")
    assert rosa.watch.taken == set()
    assert IN_AN_ADDRESS in rosa.page.locator(".breadcrumb").text_content()

    # Each of the two defences alone, then neither.
    rosa.watch.without_policy("formgrader/manage_students/")
    rosa.page.goto(ADDRESS + IN_AN_ADDRESS, wait_until="networkidle")
    assert rosa.watch.taken == set()
    for headers, expected in (({POLICY: answer.headers[POLICY]}, set()), ({}, {"address"})):
        rosa.watch.end()
        rosa.watch.stand_in("stock", stock_list(), headers)
        rosa.page.goto(ADDRESS + "stock", wait_until="networkidle")
        assert rosa.watch.taken == expected


# The campus


def test_a_hostile_name_is_text_on_the_campus(handed_in, rosa, window):
    for visitor in (rosa, window(handed_in.username)):
        if visitor is not rosa:
            visitor.sign_in()
        answer = visitor.page.goto("services/campus/")
        assert "script-src 'self'" in answer.headers[POLICY]
        assert HOSTILE_NAME in visitor.page.locator("body").text_content()
        assert visitor.page.locator("img[onerror]").count() == 0
    assert rosa.watch.taken == set()


def test_a_hostile_name_runs_on_a_campus_without_its_two_defences(
    handed_in, rosa, tmp_path, monkeypatch
):
    with twin_of(handed_in.hub, tmp_path) as twin:
        environment = twin.campus.pages._environment
        monkeypatch.setattr(environment, "autoescape", False)
        environment.cache.clear()
        rosa.page.goto(twin.url)
        rosa.page.wait_for_timeout(300)
        assert rosa.page.locator("img[onerror]").count() > 0
        assert rosa.watch.taken == set()
        monkeypatch.setattr(handlers, "PAGE_POLICY", "")
        rosa.page.goto(twin.url)
        rosa.watch.wait_for({"name"}, rosa.page)
        assert "name" in rosa.watch.taken


# The feedback


FEEDBACK = f"feedback/{COURSE}/{ASSIGNMENT}/assignment.html"


def test_feedback_is_a_dead_page_for_learner_and_instructor(handed_in, rosa, window):
    reader = window(handed_in.username)
    reader.sign_in()
    places = {
        reader: f"services/campus/{FEEDBACK}",
        rosa: f"user/rosa/files/course/{COURSE}/feedback/{handed_in.username}/"
        f"{ASSIGNMENT}/assignment.html",
    }
    for visitor, place in places.items():
        answer = visitor.page.goto(place)
        assert "sandbox;" in answer.headers[POLICY]
        visitor.page.wait_for_timeout(500)
        text = visitor.page.locator("body").text_content()
        for words in HONEST_WORDS:
            assert words in text
        assert visitor.page.locator("script, iframe, object, form, [onerror], a[href]").count() == 0
    assert rosa.watch.taken == set()
    reader.screenshot("feedback-hostile")


def test_feedback_that_was_not_cleaned_is_held_by_its_origin(
    handed_in, chromium, tmp_path, monkeypatch
):
    """On a twin of the campus, with what nbgrader would have written in the page's place."""
    visitor = handed_in.hub.visitor(handed_in.username)
    visitor.client.get("services/campus/")
    with twin_of(handed_in.hub, tmp_path) as twin:
        (written,) = (
            path
            for path in (tmp_path / "exchange" / COURSE / "feedback").glob("*/assignment.html")
            if handed_in.username in marks_beside(path)
        )
        attacks = [each for each in corpus() if each.family == "scripts"]
        cells = [cell for payload in attacks for cell in payload.cells]
        written.write_text(stock_page(cells, handed_in.resources()), encoding="utf-8")
        for policy, succeeds in ((handlers.FEEDBACK_POLICY, False), ("", True)):
            monkeypatch.setattr(handlers, "FEEDBACK_POLICY", policy)
            answer = httpx.get(twin.url + FEEDBACK, cookies=visitor.client.cookies, timeout=60)
            assert answer.status_code == httpx.codes.OK
            taken = taken_on(chromium, answer)
            assert taken == ({each.name for each in attacks} if succeeds else set())


def marks_beside(page: Path) -> str:
    """The marks that were released with a page; other tests release some without."""
    marks = page.with_name("marks.json")
    return marks.read_text(encoding="utf-8") if marks.is_file() else ""


def taken_on(chromium, answer: httpx.Response) -> set[str]:
    """What is taken in a browser that gets this answer."""

    context = chromium.new_context(base_url="http://campus.test/")
    page = context.new_page()
    watch = Watch(context)
    watch.stand_in("feedback", answer.text, {POLICY: answer.headers.get(POLICY, "")})
    page.goto("feedback", wait_until="domcontentloaded")
    watch.poke(page, 500)
    context.close()
    return watch.taken


# Files as they are


def test_a_file_that_was_handed_in_is_a_dead_page(handed_in, rosa):
    course = f"user/rosa/files/course/{COURSE}/submitted/{handed_in.username}/{ASSIGNMENT}"
    rosa.page.goto(f"{course}/page.html")
    rosa.page.get_by_role("heading", name="Mine").wait_for()
    rosa.page.goto(f"{course}/drawing.svg")
    rosa.page.wait_for_timeout(500)
    assert rosa.watch.taken == set()
    # nbconvert's rendering of the same submission.
    rosa.page.goto(f"user/rosa/nbconvert/html/{course.partition('files/')[2]}/assignment.ipynb")
    rosa.page.wait_for_timeout(500)
    assert rosa.watch.taken == set()

    # The same files of the instructor's own are live, though in an origin of their own.
    home = handed_in.hub.data / "homes" / "rosa"
    for name, content in (("hostile-page.html", PAGE), ("hostile-drawing.svg", DRAWING)):
        (home / name).write_text(content, encoding="utf-8")
        rosa.page.goto(f"user/rosa/files/{name}")
    rosa.watch.wait_for({"file", "drawing"}, rosa.page)
    assert rosa.watch.taken == {"file", "drawing"}
    for path in home.glob("hostile-*"):
        path.unlink()


# JupyterLab


@pytest.fixture
def saved(handed_in):
    """A submitted notebook with outputs and widgets saved in it, as it was collected."""
    path = handed_in.folder("submitted") / "saved.ipynb"
    path.write_text(saved_notebook(), encoding="utf-8")
    path.chmod(0o666)
    return f"course/{COURSE}/submitted/{handed_in.username}/{ASSIGNMENT}/saved.ipynb"


def opened_in_jupyterlab(rosa, path: str) -> None:
    rosa.page.goto(f"user/rosa/lab/tree/{path}")
    rosa.page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    # Only what is in the window is drawn: go through all of it, as a reader does.
    rosa.page.locator(".jp-Notebook").first.hover()
    for _ in range(12):
        rosa.watch.poke(rosa.page, 100)
        rosa.page.mouse.wheel(0, 2000)
    rosa.watch.poke(rosa.page, 500)


def test_a_submitted_notebook_does_nothing_in_jupyterlab(saved, rosa):
    opened_in_jupyterlab(rosa, saved)
    assert rosa.watch.taken - PRESSED == set()
    for payload in corpus():
        if payload.family == "lab":
            assert not rosa.page.evaluate(payload.probe), payload.name
    rosa.page.locator(".jp-Notebook").first.press("Control+Home")
    rosa.page.get_by_role("heading", name="A plan of mine").wait_for()


def test_its_pictures_are_fetched_without_the_policy(saved, rosa):
    rosa.watch.without_policy("user/rosa/lab/tree/")
    opened_in_jupyterlab(rosa, saved)
    assert rosa.watch.taken >= MEASURES
    assert "script-element" not in rosa.watch.taken
