"""Paths in requests are hostile: only what lies in the home is ever taken."""

from pathlib import Path

import pytest

from travesia.labextension.homepath import OutsideHomeError, in_home


@pytest.fixture
def notebook(home: Path) -> Path:
    path = home / "children" / "assignment.ipynb"
    path.parent.mkdir()
    path.write_text("{}", encoding="utf-8")
    return path


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    path = tmp_path / "outside.ipynb"
    path.write_text("{}", encoding="utf-8")
    return path


def test_a_notebook_of_the_home_is_taken(home: Path, notebook: Path) -> None:
    assert in_home(home, "children/assignment.ipynb", ".ipynb") == notebook


def test_a_link_to_a_notebook_of_the_home_is_taken_as_that_notebook(
    home: Path, notebook: Path
) -> None:
    (home / "shortcut.ipynb").symlink_to(notebook)
    assert in_home(home, "shortcut.ipynb", ".ipynb") == notebook


@pytest.mark.parametrize(
    "path",
    [
        "",
        "nothing.ipynb",
        "children",
        "/etc/passwd",
        "children/\0.ipynb",
        None,
        7,
        ["children"],
        {"path": "children/assignment.ipynb"},
    ],
)
def test_what_names_no_notebook_is_refused(home: Path, notebook: Path, path: object) -> None:
    with pytest.raises(OutsideHomeError):
        in_home(home, path, ".ipynb")


def test_a_way_out_of_the_home_is_refused(home: Path, notebook: Path, outside: Path) -> None:
    assert (home / "../outside.ipynb").is_file(), "without the check the way out leads somewhere"
    with pytest.raises(OutsideHomeError):
        in_home(home, "../outside.ipynb", ".ipynb")
    with pytest.raises(OutsideHomeError):
        in_home(home, str(outside), ".ipynb")


def test_a_link_out_of_the_home_is_refused(home: Path, outside: Path) -> None:
    (home / "linked.ipynb").symlink_to(outside)
    assert (home / "linked.ipynb").is_file(), "without the check the link leads somewhere"
    with pytest.raises(OutsideHomeError):
        in_home(home, "linked.ipynb", ".ipynb")


def test_a_linked_folder_out_of_the_home_is_refused(home: Path, outside: Path) -> None:
    (home / "linked").symlink_to(outside.parent)
    with pytest.raises(OutsideHomeError):
        in_home(home, "linked/outside.ipynb", ".ipynb")
