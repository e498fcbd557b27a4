"""Grading works in a course directory, with whoever shares it, and nowhere else."""

import stat
from types import SimpleNamespace

import pytest

from travesia.grading.batch import LOCK_NAME, one_driver
from travesia.grading.errors import GradingError
from travesia.grading.settings import read_settings


@pytest.mark.parametrize("inside", ["", "source"])
def test_a_folder_that_is_no_course_directory_is_refused_and_stays_as_it_is(
    tmp_path, monkeypatch, inside
):
    folder = tmp_path / inside
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    for named in (None, folder):
        with pytest.raises(GradingError, match="is no course directory, it has no folder source/"):
            read_settings(named)
    assert list(folder.iterdir()) == []


def test_a_course_directory_is_taken(tmp_path):
    (tmp_path / "source").mkdir()
    assert read_settings(tmp_path).coursedir.root == str(tmp_path)


def test_the_lock_is_one_that_the_group_can_take(tmp_path):
    with one_driver(SimpleNamespace(coursedir=SimpleNamespace(root=str(tmp_path)))):
        assert stat.S_IMODE((tmp_path / LOCK_NAME).stat().st_mode) == 0o664
