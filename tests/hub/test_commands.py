"""nbgrader's own commands, in people's own places on a running hub, over its exchange."""

import json
import re

COURSE = "human-security"


def nbgrader(visitor, *words: str, folder: str = ".") -> str:
    """What an nbgrader command prints in a person's home, with its exit status in the end."""
    code = (
        "import subprocess, sys\n"
        f"done = subprocess.run([sys.executable, '-m', 'nbgrader', *{list(words)!r}],"
        f" cwd={folder!r}, capture_output=True, text=True)\n"
        "print(done.stdout + done.stderr, 'exit', done.returncode)"
    )
    return visitor.run(code)


def test_a_learner_lists_fetches_submits_and_finds_the_receipt(hub):
    carol = hub.visitor("carol")
    assert "human-security children" in nbgrader(carol, "list")
    fetched = carol.run("import os; print(os.path.exists('children/assignment.ipynb'))")
    if fetched == "False":
        assert "exit 0" in nbgrader(carol, "fetch_assignment", "children")
    assert "exit 0" in nbgrader(carol, "submit", "children")
    submitted = hub.data / "exchange" / COURSE / "inbound"
    receipts = [json.loads(path.read_text()) for path in submitted.glob("carol+*/receipt.json")]
    assert {receipt["student"] for receipt in receipts} == {"carol"}
    assert {receipt["language"] for receipt in receipts} == {"en"}


def test_the_fetched_assignment_is_in_the_persons_language(hub):
    said = hub.visitor("carol").run("print(open('children/assignment.ipynb').read())")
    assert "Assignment: migrant children and adolescents" in said
    assert "Siete ejercicios" not in said


def test_nobody_submits_in_anothers_name(hub):
    refused = nbgrader(hub.visitor("carol"), "submit", "children", "--student=ana")
    assert "exit 0" not in refused
    inbound = hub.data / "exchange" / COURSE / "inbound"
    newest = max(inbound.glob("*+children+*"), key=lambda path: path.stat().st_mtime)
    assert newest.name.startswith("carol+")


def test_a_learner_validates_the_assignment(hub):
    said = nbgrader(hub.visitor("carol"), "validate", "children/assignment.ipynb")
    assert "exit 0" in said
    assert "Traceback" not in said


def test_an_instructor_lists_and_collects(hub):
    rosa = hub.visitor("rosa")
    course = f"course/{COURSE}"
    assert re.search(r"carol children", nbgrader(rosa, "list", "--inbound", folder=course))
    assert "exit 0" in nbgrader(rosa, "collect", "children", "--update", folder=course)
    receipt = hub.data / "course" / COURSE / "submitted" / "carol" / "children" / "receipt.json"
    assert json.loads(receipt.read_text())["student"] == "carol"


def test_what_an_instructor_releases_again_is_what_learners_get(hub):
    rosa = hub.visitor("rosa")
    said = nbgrader(rosa, "release_assignment", "children", "--force", folder=f"course/{COURSE}")
    assert "exit 0" in said
    released = hub.data / "exchange" / COURSE / "outbound" / "children"
    assert (released / "content.json").is_file()
    assert not list(released.rglob("*.case.yaml"))
