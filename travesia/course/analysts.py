"""The analysts' notebooks, copied for a person in their language."""

from pathlib import Path

import nbformat

from travesia.course.document import ContentError
from travesia.course.localise import localise_notebook
from travesia.course.source_notebook import content_name, read_notebook
from travesia.language import translations

FOLDER = "analysts"


def copy_notebooks(lessons: Path, target: Path, language: str) -> tuple[list[Path], list[Path]]:
    """The notebooks that were written into a folder, and those that were there and were left.

    Args:
        lessons: the folder of lessons, with the analysts' folder and the catalogues in it.
        target: the folder to copy into; it is made if need be.
        language: the language of the prose; code is the same in each.

    Raises:
        ContentError: the lessons are not there, or the folder cannot be written.
    """
    sources = sorted((lessons / FOLDER).glob("*.ipynb"))
    if not sources:
        raise ContentError(f"{lessons / FOLDER} holds no notebooks: name the lessons with --from.")
    catalogue = translations(language, lessons / "locale")
    written: list[Path] = []
    left: list[Path] = []
    try:
        target.mkdir(parents=True, exist_ok=True)
        for source in sources:
            notebook = localise_notebook(read_notebook(source), catalogue, content_name(source))
            path = target / source.name
            try:
                # What somebody has worked in is never written over.
                with path.open("x", encoding="utf-8") as copy:
                    copy.write(nbformat.writes(notebook) + "\n")
            except FileExistsError:
                left.append(path)
            else:
                written.append(path)
    except OSError as error:
        raise ContentError(
            f"{target} cannot be written ({error.strerror}): choose another folder."
        ) from error
    return written, left
