"""What learners and instructors see of a graded submission, hostile output included."""

import json
import re
import sys
from html.parser import HTMLParser

import pytest
from nbformat.v4 import new_markdown_cell, new_raw_cell

EVIL = [
    "<script>alert(1)</script>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<img src=x onerror=alert(1)>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='https://evil.example/'>x</a>",
    "<style>body{display:none}</style>",
    "<div style='position:fixed;inset:0' class='modal btn' id='submission_id'>x</div>",
    "<form action='/hub/logout'><button>x</button></form>",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=//evil.example'>",
    "[x](javascript:alert(1)) ![x](https://evil.example/x.png)",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img onerror=a()&gt;'>",
]
KINDS = [
    "text/html",
    "image/svg+xml",
    "text/markdown",
    "text/latex",
    "text/plain",
    "application/javascript",
    "application/json",
    "application/vnd.jupyter.widget-view+json",
]
SHOW_EVIL = f"""
import sys
from IPython.display import display
evil = {EVIL!r}
for kind in {KINDS!r}:
    for text in evil:
        data = {{kind: {{"x": text}} if kind.endswith("json") else text}}
        display(data, raw=True, metadata={{"text/html": {{"isolated": True}}}})
        display(data, raw=True)
print(*evil)
print(*evil, file=sys.stderr)
raise ValueError(evil[0])
"""
ALLOWED_SCRIPTS = "/formgrader/static/"


class Dangers(HTMLParser):
    """Collects whatever in a page runs, loads or leads elsewhere."""

    def __init__(self):
        super().__init__()
        self.found = []
        self.loaded = []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag in {"iframe", "object", "embed", "base", "svg", "math", "form"}:
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in values if name.startswith("on")]
        for name in ("src", "href", "action", "xlink:href", "formaction"):
            value = (values.get(name) or "").strip()
            if value:
                self.loaded.append(value)
            if re.match(r"(javascript|data:text|https?:|//)", value, re.IGNORECASE):
                self.found.append(f"{tag} {name}={value}")


def dangers(html):
    parser = Dangers()
    parser.feed(html)
    return parser


def add_evil(notebook):
    notebook.cells += [new_markdown_cell(text) for text in EVIL]
    notebook.cells += [new_raw_cell(text, metadata={"raw_mimetype": "text/html"}) for text in EVIL]


def be_clumsy(notebook):
    notebook.cells = [cell for cell in notebook.cells if "bus" not in cell.source]
    notebook.metadata.kernelspec.name = "<b>other</b>"


FORMGRADER = """
import sys
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension

# As the extension makes its exporter, and its handler uses it.
extension = FormgradeExtension()
extension.root_dir = sys.argv[1]
extension.initialize([], root=sys.argv[1])
exporter = HTMLExporter(config=extension.config)
resources = dict(
    assignment_id="arrival", notebook_id="assignment", submission_id="s", index=0, total=1,
    base_url="", student="evil", last_name="", first_name="", notebook_path="x",
)
html, _ = exporter.from_filename(sys.argv[2], resources=resources)
sys.stdout.write("<!--page-->" + html)
"""


@pytest.fixture(scope="module")
def course(new_course, tmp_path_factory, right_values, run_first):
    course = new_course(tmp_path_factory.mktemp("feedback") / "human-security")
    wrong = {**right_values, "how-many": ("number", 7)}
    wrong["bus"] = ("case", {"role": "official", "path": ["let-pass", "write-later"]})
    course.hand_in("ana", right_values)
    course.hand_in("carol", wrong, language="en")
    course.hand_in("blank", None)
    course.hand_in("clumsy", right_values, be_clumsy)
    evil = {**right_values, "monday-plan": ("text", " ".join(EVIL))}
    course.hand_in("evil", evil, run_first(SHOW_EVIL), add_evil)
    course.run("autograde", "arrival")
    with course.gradebook() as gradebook:
        grade = gradebook.find_grade("monday-plan", "assignment", "arrival", "ana")
        grade.manual_score = 4.5
        comment = gradebook.find_comment("monday-plan", "assignment", "arrival", "ana")
        comment.manual_comment = "Well seen. **Who** is there?"
        gradebook.db.commit()
    course.run("generate_feedback", "arrival")
    return course


@pytest.fixture(scope="module")
def page(course):
    def page(student):
        path = course.root / "feedback" / student / "arrival" / "assignment.html"
        return path.read_text(encoding="utf-8")

    return page


@pytest.fixture(scope="module")
def marks(course):
    def marks(student):
        path = course.root / "feedback" / student / "arrival" / "marks.json"
        return json.loads(path.read_text(encoding="utf-8"))

    return marks


def items(document):
    return {item["id"]: item for item in document["items"]}


def test_marks_are_given_back_as_data(marks):
    document = marks("ana")
    assert {name: document[name] for name in document if name != "items"} == {
        "schema": 1,
        "assignment": "arrival",
        "student": "ana",
        "submission": "receipt-ana",
        "score": 19.5,
        "max_score": 20,
        "late": False,
    }
    assert items(document)["monday-plan"] == {
        "notebook": "assignment",
        "id": "monday-plan",
        "title": "What do you do on Monday?",
        "kind": "text",
        "points": 4.5,
        "max_points": 5,
        "outcome": "marked",
        "message": "Well seen. Who is there?",
    }


def test_a_written_answer_waits_until_it_is_marked(marks):
    assert items(marks("carol"))["monday-plan"]["outcome"] == "waiting"


def test_a_blank_submission_is_given_back_as_not_answered(marks, page):
    assert marks("blank")["score"] == 0
    assert {item["outcome"] for item in marks("blank")["items"]} == {"blank"}
    assert page("blank").count("· sin responder") == len(marks("blank")["items"])


def test_the_page_is_in_the_learners_language(page):
    assert '<html lang="es">' in page("ana")
    assert "¿Quién decide si una niña o un niño está sin compañía?" in page("ana")
    assert '<html lang="en">' in page("carol")
    assert "Who decides whether a child is alone?" in page("carol")


def test_the_page_shows_marks_reasons_and_the_instructors_words(page):
    assert "<strong>Who</strong> is there?" in page("ana")
    assert "I ask who is there today." in page("ana")
    assert "19.5 de 20 puntos" in page("ana")
    assert "He stays with the man." in page("carol")


def test_the_page_shows_no_code_and_needs_nothing_from_elsewhere(page):
    html = page("ana")
    assert 'choice("who-decides")' not in html
    assert "<script" not in html
    assert "--tv-ink" in html
    found = dangers(html)
    assert (found.found, found.loaded) == ([], [])


def test_nothing_that_a_learner_printed_runs_in_the_feedback(page):
    html = page("evil")
    found = dangers(html)
    assert found.found == []
    assert "<script" not in html
    assert html.count("<style") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def formgrader_page(course, student):
    """The page on which an instructor marks a submission."""
    graded = course.root / "autograded" / student / "arrival" / "assignment.ipynb"
    said = course.execute([sys.executable, "-c", FORMGRADER, str(course.root), str(graded)])
    return said.split("<!--page-->", 1)[1]


@pytest.fixture(scope="module")
def shown(course):
    """The formgrader's page of an honest and of a hostile submission."""
    return {student: formgrader_page(course, student) for student in ("ana", "clumsy", "evil")}


def test_nothing_that_a_learner_printed_runs_in_the_formgrader(shown):
    html, own = shown["evil"], shown["ana"]
    found, usual = dangers(html), dangers(own)
    assert set(found.found) == set(usual.found)
    assert html.count("<script") == own.count("<script")
    assert html.count("<style") == own.count("<style")
    outside = [each for each in found.loaded if not each.startswith(("/formgrader/", "data:image"))]
    assert outside == [each for each in usual.loaded if not each.startswith("/formgrader/")]
    assert 'class="modal' not in html
    assert html.count('id="submission_id"') == 0


def test_the_formgrader_loads_nothing_from_another_origin(shown):
    assert dangers(shown["ana"]).found == ["span onclick"] * 2


def test_the_formgrader_shows_each_judgement_and_takes_marks(shown):
    html = shown["ana"]
    assert "¿Quién decide si una niña o un niño está sin compañía?" in html
    assert "I ask who is there today." in html
    assert 'id="monday-plan"' in html
    assert 'id="monday-plan-comment"' in html
    assert "&lt;div" not in html


def test_the_instructor_sees_what_to_look_for_and_the_learner_does_not(shown, page):
    rubric = "Names a person and a sentence that key-side readers look for."
    assert rubric in shown["ana"]
    assert rubric not in page("ana")


def test_the_instructor_sees_what_was_mended_and_the_learner_only_the_mark(shown, page):
    html = shown["clumsy"]
    assert html.index("Mended before grading") < html.index('id="monday-plan"')
    assert "The cell bus was missing and was put back." in html
    assert "It named the kernel '&lt;b&gt;other&lt;/b&gt;'." in html
    assert "Mended before grading" not in shown["ana"]
    assert "Mended before grading" not in page("clumsy")


def test_without_sanitising_the_attack_on_the_formgrader_succeeds(course):
    config = course.root / "nbgrader_config.py"
    text = config.read_text()
    undone = "c.HTMLExporter.sanitize_html = False\nc.HTMLExporter.filters = {}\n"
    try:
        config.write_text(f"{text}\n{undone}")
        assert "img onerror" in dangers(formgrader_page(course, "evil")).found
    finally:
        config.write_text(text)


def test_feedback_is_the_same_when_the_formgrader_makes_it(course, page):
    before = page("carol")
    program = (
        "from nbgrader.apps import NbGraderAPI\n"
        "from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension\n"
        f"root = {str(course.root)!r}\n"
        "extension = FormgradeExtension()\n"
        "extension.root_dir = root\n"
        "extension.initialize([], root=root)\n"
        "api = NbGraderAPI(extension.coursedir, extension.authenticator, parent=extension)\n"
        "done = api.generate_feedback('arrival', 'carol')\n"
        "assert done['success'], done\n"
    )
    course.execute([sys.executable, "-c", program])
    assert page("carol") == before
