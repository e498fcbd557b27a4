import base64
import json
import os
import subprocess
import sys

import pytest

from travesia import learn
from travesia.charts.map_view import MapView
from travesia.learn import chart_output
from travesia.learn.view import Page, View

CALLS = {
    "who-decides": lambda: learn.choice("who-decides"),
    "detected-2024": lambda: learn.number("detected-2024"),
    "monday-plan": lambda: learn.text("monday-plan"),
    "two-at-the-station": lambda: learn.case("two-at-the-station"),
}


@pytest.fixture
def notebook(folder, monkeypatch):
    """A notebook's folder in which the kernel runs."""

    def enter(form="practice"):
        place = folder(form)
        monkeypatch.chdir(place)
        return place

    return enter


def says(view, content):
    """What arrives when a browser sends something over a widget's channel."""
    view._handle_custom_msg(content, [])


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_each_item_is_a_live_view_in_the_learners_language(notebook, call):
    notebook()

    assert isinstance(call(), View)
    assert 'lang="en"' in call().view["html"]


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_each_item_is_a_still_page_while_the_notebook_is_graded(notebook, call, monkeypatch):
    place = notebook("graded")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")

    page = call()

    assert isinstance(page, Page)
    bundle = page._repr_mimebundle_()
    assert "Not answered." in bundle["text/plain"]
    assert "Not answered." in bundle["text/html"]
    assert not (place / "answers.json").exists()


def test_a_click_is_saved_and_acknowledged(notebook):
    place = notebook()
    view = learn.choice("who-decides")

    says(view, {"action": "answer", "serial": 5, "values": ["officer"]})

    assert view.view["ack"] == 5
    assert 'value="officer" checked' in view.view["html"]
    assert json.loads((place / "answers.json").read_text())["answers"].keys() == {"who-decides"}


@pytest.mark.parametrize(
    "content",
    [
        None,
        "answer",
        {"action": "answer"},
        {"action": "__init__", "serial": 1},
        {"action": "save", "serial": 1, "values": ["officer"]},
        {"action": "answer", "serial": 1, "values": ["nobody"]},
        {"action": "answer", "serial": 1, "values": [7]},
    ],
)
def test_a_hostile_browser_saves_nothing(notebook, content):
    place = notebook()

    says(learn.choice("who-decides"), content)

    assert not (place / "answers.json").exists()


def test_a_browser_cannot_say_what_is_shown(notebook):
    notebook()
    view = learn.choice("who-decides")
    before = dict(view.view)

    view._handle_msg(
        {
            "content": {
                "data": {
                    "method": "update",
                    "state": {"view": {"html": "<script>", "ack": 9}, "_esm": "x"},
                    "buffer_paths": [],
                }
            },
            "buffers": [],
        }
    )

    assert dict(view.view) == before


@pytest.mark.parametrize("identifier", ["no-such", "", 7, None, "<script>"])
@pytest.mark.parametrize("call", [learn.choice, learn.number, learn.text, learn.case, learn.fact])
def test_an_unknown_item_is_a_sentence_that_names_it_and_the_folder(notebook, call, identifier):
    notebook()

    page = call(identifier)

    assert str(identifier) in page.summary.text
    assert "the folder practice" in page.summary.text
    assert "<script>" not in page.summary.html


def test_a_question_of_another_kind_is_unknown(notebook):
    notebook()

    assert "who-decides" in learn.number("who-decides").summary.text


def test_an_unknown_chart_is_a_sentence():
    assert "no chart called nowhere" in learn.chart("nowhere").summary.text


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"schema": 9, "by_language": {}}'])
def test_damaged_content_is_a_sentence(notebook, damage):
    (notebook() / "content.json").write_text(damage)

    assert "cannot be read" in learn.choice("who-decides").summary.text


def test_a_folder_without_content_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    text = learn.choice("who-decides").summary.text

    assert "content.json is missing" in text
    assert tmp_path.name in text


def test_damaged_answers_are_reported_beside_the_question(notebook):
    (notebook() / "answers.json").write_text("damage")

    assert "answers.damaged-1.json" in learn.choice("who-decides").view["html"]


def test_an_author_in_source_sees_the_keys_content_and_leaves_no_answers_there(
    tmp_path, monkeypatch, content
):
    keys, source = tmp_path / "keys" / "children", tmp_path / "source" / "children"
    for folder in (keys, source):
        folder.mkdir(parents=True)
    (keys / "questions.yaml").write_bytes((content / "questions.yaml").read_bytes())
    monkeypatch.chdir(source)
    view = learn.choice("who-decides")

    says(view, {"action": "answer", "serial": 1, "values": ["officer"]})

    assert 'value="officer" checked' in learn.choice("who-decides").view["html"]
    assert "as its author" in view.view["html"]
    assert list(source.iterdir()) == []


def test_a_chart_says_the_same_in_words_and_a_table(monkeypatch):
    chart = learn.chart("children-detected")

    html = chart.words.view["html"]

    assert "events, not persons" in html
    assert '<th scope="col"' in html
    assert '<th scope="row">' in html
    assert "<caption>" in html
    assert "Source" in html


def test_a_chart_on_paper_has_its_tables_open(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")

    assert "<details open>" in learn.chart("children-detected").words.summary.html


def shown(monkeypatch, output):
    """What an output gives the notebook to show, piece by piece."""
    pieces = []
    monkeypatch.setattr(chart_output, "_show", lambda piece, **_: pieces.append(piece))
    output._ipython_display_()
    return pieces


@pytest.mark.parametrize("name", ["children-detected", "movements", "routes"])
def test_a_chart_on_paper_is_a_picture_with_its_words_and_tables(monkeypatch, name):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    picture, words = shown(monkeypatch, learn.chart(name))

    assert base64.b64decode(picture["image/png"]).startswith(b"\x89PNG")
    assert "<script" not in words.summary.html
    assert "<table>" in words.summary.html


def test_a_flow_map_is_one_widget_that_brings_its_words(monkeypatch):
    (map_view,) = shown(monkeypatch, learn.chart("movements"))

    assert isinstance(map_view, MapView)
    assert "Events, not people." in map_view.html


def test_what_an_author_tried_out_is_gone_with_the_program(tmp_path):
    code = """
from pathlib import Path
from travesia.learn import content
(content._preview_folder(Path("source")) / "answers.json").write_text("{}")
print(len(list(Path().iterdir())))
"""
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert ran.stdout == "1\n"
    assert list(tmp_path.iterdir()) == []
