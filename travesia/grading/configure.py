"""The grading side of nbgrader's configuration, as one function."""

from pathlib import Path
from typing import Any

import nbgrader

from travesia.grading import JUPYTER_DATA
from travesia.grading.record import RECORD_NAME

TEMPLATES = JUPYTER_DATA / "nbconvert" / "templates"
FORMGRADER_TEMPLATES = Path(nbgrader.__file__).parent / "server_extensions/formgrader/templates"
NBGRADER, OURS = "nbgrader.preprocessors", "travesia.grading"

NEVER_COPIED = ("answers.json", "answers.damaged-*.json", ".answers.json.*", RECORD_NAME)
"""Saved answers: an instructor's own would be released, a learner's lie where their code runs.

And the record of grading, which is the instructor's.
"""


def nbgrader_config(
    c: Any,
    *,
    course_root: Path,
    keys_root: Path,
    course_id: str = "human-security",
    facts: Path | None = None,
    fallback_language: str = "es",
    isolation: bool = True,
) -> None:
    """Sets everything that releasing, grading and feedback need on nbgrader's configuration.

    Args:
        c: the traitlets Config of an `nbgrader_config.py`.
        course_root: nbgrader's course directory, with source/, release/ and the others.
        keys_root: the folder of the keys, `<keys_root>/<assignment>/`, outside source/.
        course_id: the course.
        facts: the file of dated records that questions cite; by default none but
            `<keys_root>/facts.yaml`.
        fallback_language: the language of a learner whose receipt names none.
        isolation: whether submissions run in a sandbox. Without, their code runs as the
            instructor.
    """
    _set_course(c, course_root, keys_root, course_id, fallback_language)
    _set_release(c, facts)
    _set_autograding(c, isolation=isolation)
    _set_feedback(c)


def _set_course(
    c: Any, course_root: Path, keys_root: Path, course_id: str, fallback_language: str
) -> None:
    c.CourseDirectory.root = str(course_root)
    c.CourseDirectory.course_id = course_id
    c.CourseDirectory.db_url = f"sqlite:///{course_root / 'gradebook' / 'gradebook.db'}"
    c.CourseDirectory.ignore.extend(NEVER_COPIED)
    c.CoursePreprocessor.keys_root = str(keys_root)
    c.CoursePreprocessor.fallback_language = fallback_language


def _set_release(c: Any, facts: Path | None) -> None:
    # nbgrader's own list and order; one step knows items, and the last writes what they need.
    c.GenerateAssignment.preprocessors = [
        f"{NBGRADER}.IncludeHeaderFooter",
        f"{NBGRADER}.InstantiateTests",
        f"{NBGRADER}.LockCells",
        f"{OURS}.release.ClearOtherSolutions",
        f"{NBGRADER}.ClearOutput",
        f"{NBGRADER}.CheckCellMetadata",
        f"{NBGRADER}.ComputeChecksums",
        f"{NBGRADER}.SaveCells",
        f"{NBGRADER}.ClearHiddenTests",
        f"{NBGRADER}.ClearMarkScheme",
        f"{NBGRADER}.ComputeChecksums",
        f"{NBGRADER}.CheckCellMetadata",
        f"{OURS}.release.ReleaseContent",
    ]
    if facts is not None:
        c.ReleaseContent.facts = str(facts)


def _set_autograding(c: Any, *, isolation: bool) -> None:
    c.Autograde.exporter_class = f"{OURS}.notebooks.SubmissionExporter"
    c.Autograde.create_student = True
    c.Autograde.sanitize_preprocessors = [
        f"{OURS}.guard.CanaryFirst",
        f"{OURS}.mend.MendCells",
        f"{NBGRADER}.ClearOutput",
    ]
    # What MendCells leaves is nbgrader's own metadata on cells that occur once, of the type and
    # source of the release: the steps that nbgrader checks and repairs that with are not needed.
    c.Autograde.autograde_preprocessors = [
        f"{OURS}.execute.SandboxedExecute",
        f"{NBGRADER}.IgnorePattern",
        "nbconvert.preprocessors.ClearMetadataPreprocessor",
        f"{OURS}.room.LimitLines",
        f"{OURS}.judging.JudgeAnswers",
        f"{OURS}.verdict.JudgeTests",
        f"{OURS}.saving.SaveGrades",
        f"{OURS}.saving.LatePenalties",
        f"{OURS}.guard.KeepRecord",
    ]
    c.SandboxedExecute.isolation = isolation


def _set_feedback(c: Any) -> None:
    c.GenerateFeedback.exporter_class = f"{OURS}.feedback.FeedbackExporter"
    c.GenerateFeedback.preprocessors = [f"{OURS}.feedback.CollectMarks"]
    # The formgrader draws submissions with the same exporter class and its own template.
    c.HTMLExporter.preprocessors = [f"{OURS}.marking.ShowMended"]
    c.HTMLExporter.sanitize_html = True
    c.HTMLExporter.filters = {
        "clean_html": "travesia.grading.safety.clean_html",
        "markdown2html": "travesia.grading.safety.markdown_html",
    }
    c.HTMLExporter.extra_template_basedirs = [str(TEMPLATES), str(FORMGRADER_TEMPLATES)]
