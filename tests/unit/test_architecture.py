"""Parts of the package import only parts above them in the architecture's list."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import travesia

PACKAGE = Path(travesia.__file__).parent
ORDER = (
    "scenarios",
    "flows",
    "charts",
    # An analyst's screen over figures and charts; it knows nothing of lessons and their answers.
    "explorer",
    "course",
    "learn",
    "sandbox",
    "exchange",
    "grading",
    "campus",
    # The hub configures people's servers, so it knows what runs in them; never the reverse.
    "labextension",
    "hub",
)
# What belongs to no part: every part may use these, and they use no part.
SHARED = {"language", "design", "quick", "templates"}
# The command is put together from the parts' own commands, each loaded when it is asked for.
TOP = {"cli"}
FORBIDDEN = {
    "scenarios": {"ipywidgets", "anywidget", "jupyterhub", "jupyter_server", "nbgrader", "httpx",
                  "tornado", "IPython"},
    "flows": {"ipywidgets", "anywidget", "jupyterhub", "jupyter_server", "nbgrader", "IPython"},
    "explorer": {"jupyterhub", "nbgrader"},
    "course": {"jupyterhub", "nbgrader"},
    "learn": {"jupyterhub", "nbgrader"},
    "sandbox": {"jupyterhub", "nbgrader"},
    "grading": {"jupyterhub", "tornado", "httpx"},
    "campus": {"nbformat", "nbgrader", "sqlalchemy"},
}  # fmt: skip


def modules(part: str) -> list[Path]:
    folder = PACKAGE / part
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [PACKAGE / f"{part}.py"]


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file, except for type checking alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module == "travesia":
                yield from (f"travesia.{alias.name}" for alias in node.names)


def parts_used(path: Path) -> set[str]:
    return {
        name.split(".")[1] for name in imports(path) if name.startswith("travesia.")
    }  # fmt: skip


def test_every_folder_of_the_package_has_a_place_in_the_order() -> None:
    found = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    found |= {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert found == {*ORDER, *SHARED, *TOP}


@pytest.mark.parametrize("part", ORDER)
def test_a_part_imports_only_parts_above_it(part: str) -> None:
    allowed = {*ORDER[: ORDER.index(part) + 1], *SHARED}
    downward = {
        str(path.relative_to(PACKAGE)): parts_used(path) - allowed
        for path in modules(part)
        if parts_used(path) - allowed
    }
    assert downward == {}


@pytest.mark.parametrize("part", sorted(SHARED))
def test_what_is_shared_uses_no_part(part: str) -> None:
    assert {name for path in modules(part) for name in parts_used(path)} <= SHARED


@pytest.mark.parametrize("part", sorted(FORBIDDEN))
def test_a_part_does_not_know_what_it_must_not_know(part: str) -> None:
    known = {
        (str(path.relative_to(PACKAGE)), name)
        for path in modules(part)
        for name in imports(path)
        if name.split(".")[0] in FORBIDDEN[part]
    }
    assert known == set()


def test_an_import_inside_a_function_counts_too(tmp_path: Path) -> None:
    path = tmp_path / "late.py"
    path.write_text("def run():\n    from travesia import hub\n    import travesia.grading.judge\n")
    assert parts_used(path) == {"hub", "grading"}
