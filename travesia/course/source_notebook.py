"""A notebook of the course's content: what its file holds, and its name in the catalogues."""

from pathlib import Path

import nbformat

from travesia.course.document import ContentError


def content_name(path: Path) -> str:
    """The name of a notebook in its catalogue: folder and file, without the ending."""
    return f"{path.parent.name}/{path.stem}"


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """The notebook in a file.

    Raises:
        ContentError: the file is no notebook.
    """
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError) as error:
        raise ContentError(
            f"{path} is not a notebook that can be read: restore it from the last commit."
        ) from error
