"""A lesson's page that cannot be saved for a while."""

import re

CONTENTS = re.compile("/api/contents/")
# The page tries four times a minute, and JupyterLab by itself twice.
BOTH_HAVE_TRIED = 4
SECONDS = 90


def test_a_page_that_cannot_be_saved_says_so_in_its_own_words_alone(window):
    ana = window("ana")
    page = ana.sign_in()
    ana.open_notebook("Abrir la lección")
    tried = []

    def refuse(route) -> None:
        if route.request.method == "PUT":
            tried.append(route.request.url)
            route.fulfill(status=424, json={"message": "JupyterHub server no longer running"})
        else:
            route.continue_()

    ana.context.route(CONTENTS, refuse)
    page.get_by_role("button", name="Volver a cargar").click()
    notice = page.locator(".travesia-bar").get_by_text("La página no se pudo guardar")
    notice.wait_for()
    dialog = page.locator(".jp-Dialog")
    for _ in range(SECONDS):
        if len(tried) >= BOTH_HAVE_TRIED:
            break
        page.wait_for_timeout(1000)
        if dialog.count():
            # JupyterLab opens one for a moment.
            page.wait_for_timeout(500)
            assert dialog.count() == 0
    assert len(tried) >= BOTH_HAVE_TRIED
    ana.context.unroute(CONTENTS)
    notice.wait_for(state="hidden")
