from pathlib import Path

import pytest

QUESTIONS = """\
questions:
  - id: who-decides
    kind: choice
    prompt: Who decides?
    outcome: report-without-deciding
    options:
      - {id: court, text: A court, feedback: Not first.}
      - {id: procuraduria, text: The Procuraduría}
    correct: [procuraduria]
    points: 2
    feedback: {right: Yes., wrong: Look again.}
    references: [{instrument: LM, article: "112", as_of: 2026-02-08}]
  - id: how-many
    kind: number
    prompt: How many?
    outcome: report-without-deciding
    unit: children
    value: 12345
    tolerance: 5
  - id: monday
    kind: text
    prompt: What will you do on Monday?
    outcome: report-without-deciding
    rubric: One concrete step.
"""

SPANISH = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: es\\n"

msgctxt "question:who-decides/prompt"
msgid "Who decides?"
msgstr "¿Quién decide?"

msgctxt "question:who-decides/option/court"
msgid "A court"
msgstr "Un juzgado"

msgctxt "notebook:children/lesson#opening"
msgid "Two minutes"
msgstr "Dos minutos"
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A folder `notebooks/` with one module and a Spanish catalogue."""
    notebooks = tmp_path / "notebooks"
    (notebooks / "children").mkdir(parents=True)
    (notebooks / "children" / "questions.yaml").write_text(QUESTIONS, encoding="utf-8")
    (notebooks / "locale").mkdir()
    (notebooks / "locale" / "es.po").write_text(SPANISH, encoding="utf-8")
    return notebooks
