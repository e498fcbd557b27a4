"""The clipboard of the browser, which a person has once allowed the hub's address to use.

Only the pages in which they write get it. A script that gets into any other, on either hub and
whatever let it in, neither reads it nor writes it.
"""

import pytest
from payloads import POLICY, Watch
from windows import Window

PERMISSIONS = "permissions-policy"
HERS = "what she has copied"
THEIRS = "theirs"
ATTACK = f"""<body><script>(async () => {{
  const tries = {{
    read: () => navigator.clipboard.readText(),
    write: () => navigator.clipboard.writeText("{THEIRS}"),
  }};
  for (const [name, attempt] of Object.entries(tries))
    try {{ taken(`${{name}}: ${{await attempt() ?? "done"}}`); }}
    catch (error) {{ taken(`${{name}}: ${{error.name}}`); }}
}})()</script>"""
REFUSED = {"read: NotAllowedError", "write: NotAllowedError"}
SUBMITTED = "course/human-security/submitted/beto/children/assignment.ipynb"
PLACES = {
    "another's server": "user/beto/api/status",
    "the formgrader": "user/rosa/formgrader/manage_submissions",
    "a file that was handed in": f"user/rosa/files/{SUBMITTED}",
    "a notebook that was handed in": f"user/rosa/nbconvert/html/{SUBMITTED}",
    "it in JupyterLab": f"user/rosa/lab/tree/{SUBMITTED}",
    "the campus": "services/campus/",
    "feedback": "services/campus/feedback/human-security/children/assignment.html",
    "the hub": "hub/token",
}


@pytest.fixture(scope="module")
def rosas(chromium, hub, tmp_path_factory):
    """Rosa's window on each hub, allowed to use her clipboard there."""
    for name in ("rosa", "beto"):
        hub.visitor(name).start_server()
    made = Window(chromium, hub, "rosa", tmp_path_factory.mktemp("clipboard"))
    made.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=hub.url)
    made.watch = Watch(made.context)
    made.sign_in()
    made.page.goto("user/rosa/lab")
    yield made
    made.close()


@pytest.fixture
def rosa(rosas):
    """Her window, with something in her clipboard."""
    rosas.watch.begin()
    in_her_own_page(rosas, f"navigator.clipboard.writeText('{HERS}')")
    yield rosas
    rosas.watch.end()


def in_her_own_page(rosa, asked: str) -> str:
    """What her own JupyterLab gets when it asks, without a key pressed."""
    rosa.page.goto("user/rosa/tree")
    rosa.page.bring_to_front()
    return rosa.page.evaluate(asked)


def attacked(rosa, place: str, *, without: tuple[str, ...]) -> set[str]:
    """What a script gets on a page of that address, under the headers that the hub really sends.

    That it runs there at all takes a hole in the cleaning and in the content policy.
    """

    def answer(route) -> None:
        real = route.fetch(max_redirects=0)
        kept = {name: value for name, value in real.headers.items() if name not in without}
        kept["content-type"] = "text/html"
        kept.pop("location", None)
        route.fulfill(status=200, body=ATTACK, headers=kept)

    rosa.watch.end()
    rosa.watch.begin()
    rosa.context.route(lambda url: url.partition("?")[0].endswith(place), answer)
    rosa.page.goto(place)
    rosa.page.bring_to_front()
    for _ in range(200):
        if len(rosa.watch.taken) == 2:
            break
        rosa.page.wait_for_timeout(50)
    return set(rosa.watch.taken)


def test_her_own_page_copies_and_pastes(rosa):
    assert in_her_own_page(rosa, "navigator.clipboard.readText()") == HERS


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_script_in_a_page_of_anothers_words_gets_nothing_of_the_clipboard(rosa, place):
    assert attacked(rosa, place, without=(POLICY,)) == REFUSED
    assert in_her_own_page(rosa, "navigator.clipboard.readText()") == HERS

    taken = attacked(rosa, place, without=(POLICY, PERMISSIONS))
    assert taken == {f"read: {HERS}", "write: done"}
    assert in_her_own_page(rosa, "navigator.clipboard.readText()") == THEIRS
