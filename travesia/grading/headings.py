"""What a graded cell is called for people: the heading that it stands below."""

import re
from collections.abc import Sequence

from nbformat.notebooknode import NotebookNode
from nbgrader import utils

from travesia.grading import markup

# The first level is the notebook's own title, which tells nothing of one of its parts.
_HEADING = re.compile(r"^#{2,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)


def titles(cells: Sequence[NotebookNode]) -> dict[str, str]:
    """The title of each graded cell by its id: the heading above it, or its id if there is none.

    A heading in an answer is the learner's own and names nothing.
    """
    found: dict[str, str] = {}
    heading = ""
    for cell in cells:
        if utils.is_grade(cell) or utils.is_task(cell):
            name = str(cell.metadata["nbgrader"]["grade_id"])
            found[name] = heading or name
        if cell.cell_type == "markdown" and not utils.is_solution(cell):
            above = [markup.title(text) for text in _HEADING.findall(cell.source)]
            heading = next(reversed(list(filter(None, above))), heading)
    return found
