"""A page that cannot be saved for a while, or was saved in another window."""

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


WRITTEN = """
import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ran = new_code_cell("1 + 1", metadata={"nbgrader": {"grade_id": "given", "locked": True}})
graded = {"grade_id": "own", "grade": True, "solution": True, "locked": False, "points": 1,
          "schema_version": 3, "task": False}
own = new_markdown_cell("Escribe aquí.", metadata={"nbgrader": graded})
kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
metadata = {"travesia": {"kind": "lesson", "id": "own"}, "kernelspec": kernel}
nbformat.write(new_notebook(cells=[ran, own], metadata=metadata), "written.ipynb")
"""


def test_what_somebody_wrote_is_not_dropped_for_what_another_window_saved(window, story_hub):
    story_hub.visitor("ana").run(WRITTEN)
    here, there = window("ana"), window("ana")
    for each in (here, there):
        each.sign_in().goto("user/ana/notebooks/written.ipynb")
        each.wait_until_run()
    # The other has been saved as well by now: a page is, a second and a half after it ran.
    there.page.wait_for_timeout(2500)
    cell = here.page.locator(".jp-MarkdownCell")
    cell.dblclick()
    cell.locator(".cm-content").click()
    here.page.keyboard.type("Lo que pienso.")
    # JupyterLab asks which of the two to keep.
    here.page.locator(".jp-Dialog").wait_for()
