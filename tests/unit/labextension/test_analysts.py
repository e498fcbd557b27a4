"""An analyst's home has the notebooks from the first start on, and keeps what was done to them."""

from pathlib import Path

from travesia.labextension.analysts import give_notebooks

LESSONS = Path(__file__).resolve().parents[3] / "notebooks"


def test_a_new_home_gets_the_notebooks_in_the_analysts_language(tmp_path: Path) -> None:
    assert give_notebooks(LESSONS, tmp_path, "es") == ""
    given = sorted(path.name for path in (tmp_path / "analysts").iterdir())
    assert given == sorted(path.name for path in (LESSONS / "analysts").glob("*.ipynb"))
    assert "explorer.ipynb" in given
    first = (tmp_path / "analysts" / given[0]).read_text(encoding="utf-8")
    assert "Conocer una serie" in first


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "analysts"
    own.mkdir()
    (own / "mine.txt").write_text("mine")
    assert give_notebooks(LESSONS, tmp_path, "es") == ""
    assert [path.name for path in own.iterdir()] == ["mine.txt"]


def test_a_home_without_room_starts_all_the_same_and_says_what_is_missing(tmp_path: Path) -> None:
    home = tmp_path / "no-folder"
    home.write_text("")
    assert "cannot be written" in give_notebooks(LESSONS, home, "es")
