"""An address of its own for each person's server: what a page of another's then is to a visitor.

Without, all pages of a hub are one another's in the browser: a program in the place of somebody's
server answers a visitor with a page that acts as that visitor everywhere.
"""

import os
import socket
from urllib.parse import urlsplit

import hubs
import pytest
from impostors import impostor
from windows import Window

NAME = "hub.localhost"
NOTE, WORDS, COPIED = "hostile-note.txt", "for nobody but ana", "what she has copied"
# Beto's page, which does this when its reader presses something.
PAGE = """<!doctype html><button>Read on</button><script>
const sleep = (ms) => new Promise((go) => setTimeout(go, ms));
const attacks = {
  note: async () => {
    const hers = open("HERStree");
    for (let i = 0; i < 200; i++) {
      if (hers.location.href !== "about:blank" && /_xsrf=/.test(hers.document.cookie)) break;
      await sleep(50);
    }
    const headers = { "X-XSRFToken": /_xsrf=([^;]+)/.exec(hers.document.cookie)[1] };
    const answer = await fetch("HERSapi/contents/NOTE", { headers, credentials: "include" });
    return (await answer.json()).content;
  },
  clipboard: async () => { focus(); return await navigator.clipboard.readText(); },
};
document.querySelector("button").onclick = async () => {
  for (const [name, attempt] of Object.entries(attacks).reverse())
    // A browser that asks its reader for leave may wait for ever.
    try { taken(name, String(await Promise.race([attempt(), sleep(12000)]))); }
    catch (error) { taken(name, error.name); }
};
</script>"""


@pytest.fixture(scope="module")
def apart():
    """A hub with an address for each: `*.localhost` is this machine to a browser."""
    account = "root" if os.geteuid() == 0 else "account"
    by_name = socket.getaddrinfo

    def resolved(host, *rest, **more):
        ours = isinstance(host, str) and host.endswith(NAME)
        return by_name(hubs.LOOPBACK if ours else host, *rest, **more)

    with pytest.MonkeyPatch.context() as patched:
        # To the tests' own requests too.
        patched.setattr(socket, "getaddrinfo", resolved)
        with hubs.running_hub(account, "--subdomains", NAME, name=NAME) as hub:
            yield hub


@pytest.fixture
def opened(chromium, tmp_path):
    """Opens a person's window on a hub, signed in."""
    made = []

    def open_window(hub, username: str) -> Window:
        window = Window(chromium, hub, username, tmp_path)
        made.append(window)
        window.sign_in()
        return window

    yield open_window
    for window in made:
        window.close()
        assert window.foreign == []


def address_of(hub, username: str) -> str:
    """Where a person's server is."""
    url = urlsplit(hub.url)
    host = f"{username}.{url.netloc}" if url.hostname == NAME else url.netloc
    return f"http://{host}/user/{username}/"


def started(window) -> None:
    """Open the person's workspace and wait until it answers."""
    window.page.goto("hub/spawn")
    window.page.wait_for_url(f"{address_of(window.hub, window.username)}**")


def attacked(hub, opened) -> dict[str, str]:
    """What a page of beto's gets of ana, who follows a link to it and presses its button."""
    ana = opened(hub, "ana")
    started(ana)
    home = hub.data / "homes" / "ana"
    (home / NOTE).write_text(WORDS)
    os.chown(home / NOTE, home.stat().st_uid, home.stat().st_gid)
    hers = address_of(hub, "ana")
    # What she has once allowed her own pages.
    for allowed in (hers, hub.url):
        ana.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=allowed)
    ana.page.bring_to_front()
    ana.page.evaluate(f"navigator.clipboard.writeText('{COPIED}')")
    asked = "async ([at, xsrf]) => (await (await fetch(at, {headers: {'X-XSRFToken':"
    asked += " /_xsrf=([^;]+)/.exec(document.cookie)[1]}})).json()).content"
    assert ana.page.evaluate(asked, [f"{hers}api/contents/{NOTE}", ""]) == WORDS
    assert ana.page.evaluate("navigator.clipboard.readText()") == COPIED

    taken = {}
    ana.context.expose_binding("taken", lambda _source, name, got: taken.update({name: got}))
    page = PAGE.replace("HERS", hers).replace("NOTE", NOTE)
    with impostor(hub, "beto", lambda _headers: page):
        ana.page.goto(f"{address_of(hub, 'beto')}anything")
        ana.page.get_by_role("button", name="Read on").click()
        for _ in range(800):
            if len(taken) == 2:
                break
            ana.page.wait_for_timeout(50)
    return taken


def test_anothers_page_acts_as_its_visitor_where_all_share_one_address(story_hub, opened):
    assert attacked(story_hub, opened) == {"note": WORDS, "clipboard": COPIED}


def test_anothers_page_gets_nothing_of_its_visitor_where_it_has_its_own(apart, opened):
    taken = attacked(apart, opened)
    assert taken.pop("clipboard") in {"NotAllowedError", "undefined"}
    assert taken == {"note": "SecurityError"}


def test_the_course_works_across_its_addresses(apart, opened):
    ana = opened(apart, "ana")
    page = ana.page
    assert urlsplit(page.url).hostname == f"campus--service.{NAME}"
    page.get_by_role("link", name="Abrir la lección").click()
    page.wait_for_url(f"{address_of(apart, 'ana')}notebooks/**")
    ana.wait_until_run()
    page.locator(".travesia-bar").get_by_role("link", name="Campus").click()
    page.wait_for_url(f"http://campus--service.{NAME}**")
    page.get_by_role("link", name="Salir").click()
    page.locator("#login_submit").wait_for()

    rosa = opened(apart, "rosa")
    with rosa.context.expect_page() as beside:
        rosa.page.get_by_role("link", name="Abrir el formgrader").click()
    beside.value.wait_for_url(f"{address_of(apart, 'rosa')}formgrader/**")
    beside.value.locator("td.collect a").first.wait_for()
