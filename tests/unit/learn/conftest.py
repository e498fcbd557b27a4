import json
from pathlib import Path

import pytest

from travesia.course.pack import build_pack, write_pack
from travesia.learn.content import open_desk
from travesia.learn.messages import Message

CONTENT = Path(__file__).parent / "content"


@pytest.fixture(autouse=True)
def _learner(monkeypatch, tmp_path):
    """A learner at work, in a home of their own: nothing is being graded."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.delenv("TRAVESIA_LANGUAGE", raising=False)
    monkeypatch.setenv("JUPYTERHUB_USER", "ana")


@pytest.fixture
def content():
    """The folder of questions and a case that these tests use."""
    return CONTENT


@pytest.fixture
def folder(tmp_path):
    """Makes a notebook's folder with its content, in practice or in graded form."""

    def make(form="practice"):
        place = tmp_path / form
        place.mkdir(exist_ok=True)
        write_pack(place / "content.json", build_pack(CONTENT, form=form))
        return place

    return make


@pytest.fixture
def desk(folder):
    """Opens a desk with the content of these tests."""

    def open_it(form="practice"):
        return open_desk(folder(form))

    return open_it


@pytest.fixture
def saved():
    """Reads what lies on the disk."""

    def read(desk):
        path = desk.folder / "answers.json"
        return json.loads(path.read_text())["answers"] if path.exists() else {}

    return read


@pytest.fixture
def do():
    """Does on a screen what a learner does in the browser."""

    def act(screen, action, *values, value="", text="", final=False):
        screen.act(Message(action, 1, str(value), values, text, final))
        return screen

    return act
