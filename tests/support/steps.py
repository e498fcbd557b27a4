"""Steps of grading as they run, for a notebook that belongs to no course."""

from pathlib import Path
from types import SimpleNamespace

from travesia.grading.execute import SandboxedExecute
from travesia.grading.warm import Setting

PLACE = {"student": "ana", "assignment": "a", "notebook": "n", "db_url": ""}


class OfNoCourse:
    """What a step asks of its course, where there is none."""

    language = "es"
    preload: tuple[str, ...] = ()

    def submission(self, place):
        return SimpleNamespace(language=self.language)

    def key(self, assignment):
        return {}

    def setting(self, assignment):
        return Setting(preload=self.preload)

    def folder(self, step, place):
        return Path("/nowhere")


class Executed(OfNoCourse, SandboxedExecute):
    """Executes cells in the sandbox."""


def graded(points):
    """The metadata of a test."""
    own = {"grade_id": "test", "grade": True, "solution": False, "locked": True, "points": points}
    return {"nbgrader": own}
