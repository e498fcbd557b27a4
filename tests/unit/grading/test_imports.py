"""What is loaded ahead is what the instructor's own notebooks import."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from travesia.grading.imports import CHARTS, imported_modules
from travesia.grading.loaded import Loaded


def imports_of(folder, *sources):
    cells = [new_markdown_cell("import nothing"), *map(new_code_cell, sources)]
    nbformat.write(new_notebook(cells=cells), folder / "lesson.ipynb")
    return imported_modules(folder)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import pandas as pd, json", ("pandas", "json")),
        ("from plotly import express", ("plotly",)),
        ("def f():\n    import decimal", ("decimal",)),
        ("%matplotlib inline\n!ls\nimport math", ("math",)),
        ("from . import other\nfrom .other import name", ()),
        ("this is no python", ()),
        ("# import antigravity", ()),
        ("from travesia.learn import chart\nchart('x')", ("travesia.learn", CHARTS)),
    ],
)
def test_imports_are_found_wherever_they_stand(tmp_path, source, found):
    assert imports_of(tmp_path, source) == found


def test_a_module_beside_the_notebook_is_the_learners_and_not_loaded(tmp_path):
    (tmp_path / "helper.py").write_text("")
    (tmp_path / "package").mkdir()
    assert imports_of(tmp_path, "import helper, package.part, math") == ("math",)


def test_each_is_named_once_in_its_order(tmp_path):
    assert imports_of(tmp_path, "import math", "import json, math") == ("math", "json")


def test_a_changed_notebook_is_read_again(tmp_path):
    assert imports_of(tmp_path, "import math") == ("math",)
    assert imports_of(tmp_path, "import json # longer") == ("json",)


def test_what_is_no_notebook_stops_nothing(tmp_path):
    (tmp_path / "broken.ipynb").write_text("[")
    assert imports_of(tmp_path, "import math") == ("math",)
    assert imported_modules(tmp_path / "missing") == ()


def test_a_module_that_calls_the_import_by_its_arguments_names_is_loaded(tmp_path, monkeypatch):
    """As compiled libraries do: matplotlib's reader of fonts is one."""
    (tmp_path / "caller.py").write_text(
        "found = __import__('json', globals=globals(), locals=None, fromlist=['dumps'], level=0)"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    loaded = Loaded()
    assert loaded.load(["caller"]) == []
    assert loaded.get("caller").found.dumps([1]) == "[1]"
