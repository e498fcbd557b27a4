"""The formgrader's pages write names as text, wherever the names come from."""

from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_markdown_cell, new_notebook
from nbgrader.server_extensions.formgrader.handlers import template_path
from traitlets.config import Config

from travesia.labextension.formgrader import EXPORTER, TEMPLATES, write_names_as_text

HOSTILE = "<img src=x onerror='taken()'>"


@pytest.fixture
def settings() -> dict[str, Any]:
    """What nbgrader's formgrader leaves in a server's settings."""
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [template_path]
    templates = Environment(loader=FileSystemLoader([template_path]))
    return {TEMPLATES: templates, EXPORTER: HTMLExporter(config=config)}


def listing(settings: dict[str, Any]) -> str:
    template = settings[TEMPLATES].get_template("manage_students_assignments.tpl")
    page: str = template.render(student_id=f'";taken();//{HOSTILE}', base_url="/user/rosa")
    return page


def marking(settings: dict[str, Any]) -> str:
    names = ("student", "first_name", "last_name", "notebook_id", "assignment_id", "notebook_path")
    resources = dict.fromkeys(names, HOSTILE) | {"index": 0, "total": 1, "base_url": "/user/rosa"}
    notebook = new_notebook(cells=[new_markdown_cell("# An *answer*")])
    page, _ = settings[EXPORTER].from_notebook_node(notebook, resources=resources)
    return str(page)


@pytest.mark.parametrize("page", [listing, marking])
def test_a_name_is_written_as_text(settings: dict[str, Any], page: Any) -> None:
    assert HOSTILE in page(settings)
    write_names_as_text(settings)
    assert HOSTILE not in page(settings)
    assert "&lt;img src=x" in page(settings)


def test_what_a_learner_wrote_is_still_drawn(settings: dict[str, Any]) -> None:
    before = marking(settings)
    write_names_as_text(settings)
    assert "<em>answer</em>" in before
    assert "<em>answer</em>" in marking(settings)


def test_a_server_without_the_formgrader_stays_as_it_is() -> None:
    settings: dict[str, Any] = {}
    write_names_as_text(settings)
    assert settings == {}
