"""An analyst's own copies of the analysts' notebooks, there when their server first starts."""

from pathlib import Path

from travesia.course.analysts import FOLDER, copy_notebooks
from travesia.course.document import ContentError


def give_notebooks(lessons: Path, home: Path, language: str) -> str:
    """Puts the folder of notebooks into a home that has none; what could not be put, in a sentence.

    A folder that is there stays as it is, whatever is in it or was deleted from it.

    Args:
        lessons: the course's lessons, with the analysts' folder in them.
        home: the analyst's home.
        language: the language of the prose.
    """
    target = home / FOLDER
    if target.exists() or target.is_symlink():
        return ""
    try:
        copy_notebooks(lessons, target, language)
    except ContentError as error:
        return str(error)
    return ""
