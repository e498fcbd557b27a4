"""The hub's own pages under their content policy: all of them work, and no other script runs."""

import re

import pytest
from payloads import POLICY, Watch

VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  violated(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))"""


@pytest.fixture
def visiting(window):
    """Opens a person's window in which nothing may go against a policy."""
    violations = []

    def visit(username: str):
        made = window(username)
        made.context.expose_binding("violated", lambda _source, said: violations.append(said))
        made.context.add_init_script(VIOLATIONS)
        made.page.on("pageerror", lambda error: violations.append(str(error)))
        return made

    yield visit
    assert violations == []


def test_sign_in_shows_the_reader_their_language_and_the_password(visiting):
    ana = visiting("ana")
    page = ana.page
    assert "script-src" in page.goto("hub/login").headers[POLICY]
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    page.locator("#password_input").fill("shown")
    page.locator("#eye").click()
    assert page.locator("#password_input").get_attribute("type") == "text"
    page.get_by_role("button", name="Español").click()
    ana.sign_in()


def test_a_wrong_password_is_told(visiting):
    page = visiting("ana").page
    page.goto("hub/login")
    page.locator("#username_input").fill("ana")
    page.locator("#password_input").fill("not hers")
    page.locator("#login_submit").click()
    page.locator("#login_error").wait_for()


def test_a_server_that_starts_is_waited_for_and_opens(visiting, story_hub):
    ana = visiting("ana")
    ana.sign_in()
    story_hub.visitor("ana").stop_server()
    ana.page.goto("user/ana/tree")
    ana.page.locator("#start").click()
    ana.page.locator("#progress-bar").wait_for()
    ana.page.wait_for_url("**/user/ana/**")


def test_the_pages_that_jupyterhub_itself_draws_work(visiting):
    ana = visiting("ana")
    ana.sign_in()
    ana.page.goto("hub/token", wait_until="networkidle")
    ana.page.locator("#request-token-form button[type=submit]").click()
    ana.page.locator("#token-result").filter(has_text=re.compile(r"\w{16}")).wait_for()
    ana.screenshot("hub-token")
    ana.page.goto("hub/home")
    ana.page.get_by_role("heading", level=1).wait_for()
    assert ana.page.goto("hub/no-such-page").status == 404
    ana.page.get_by_role("heading", level=1).wait_for()


def test_a_password_is_changed_and_the_person_signs_out(visiting, story_hub):
    story_hub.passwords["emma"] = story_hub.travesia("person", "add", "emma").stdout.split()[1]
    emma = visiting("emma")
    emma.sign_in()
    emma.page.goto("hub/change-password")
    emma.page.locator("#old_password_input").fill(story_hub.passwords["emma"])
    for field in ("#new_password_input", "#new_password_confirmation_input"):
        emma.page.locator(field).fill("a longer one of hers")
    emma.page.locator("form button[type=submit]").click()
    emma.page.get_by_role("status").wait_for()
    emma.page.locator("#logout").click()
    emma.page.locator("#login_submit").wait_for()
    story_hub.passwords["emma"] = "a longer one of hers"
    emma.sign_in()
    story_hub.travesia("person", "remove", "emma")


INJECTED = """<script>taken(`inline`)</script><img src="data:," onerror="taken(`handler`)">
<a href="javascript:taken(`link`)" id="link">x</a>
<script src="/services/campus/static/injected.js"></script>"""
EVERYTHING = {"inline", "handler", "link", "file"}


@pytest.mark.parametrize("place", ["hub/login", "hub/no-such-page"])
def test_what_gets_into_a_page_of_the_hubs_does_not_run(window, place):
    ana = window("ana")
    watch = Watch(ana.context)
    # A file of somebody's own at the same address, as a server gives it.
    ana.context.route("**/injected.js", lambda route: route.fulfill(body="taken(`file`)"))

    def injected(*, policy: bool):
        def answer(route) -> None:
            real = route.fetch()
            kept = {name: value for name, value in real.headers.items() if policy or name != POLICY}
            body = real.text().replace("</main>", f"{INJECTED}</main>")
            route.fulfill(response=real, headers=kept, body=body)

        ana.context.route(f"**/{place}", answer)
        ana.page.goto(place)
        ana.page.evaluate("document.getElementById('link').click()")
        watch.wait_for(EVERYTHING if not policy else set(), ana.page)
        ana.page.wait_for_timeout(300)
        ana.context.unroute(f"**/{place}")
        return set(watch.taken)

    assert injected(policy=True) == set()
    # The page's own script runs nevertheless.
    assert ana.page.locator("html").get_attribute("data-bs-theme")
    assert injected(policy=False) == EVERYTHING
