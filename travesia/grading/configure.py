"""The grading side of nbgrader's configuration, as one function."""

from pathlib import Path
from typing import Any

from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ComputeChecksums,
    DeduplicateIds,
    GetGrades,
    IgnorePattern,
    IncludeHeaderFooter,
    InstantiateTests,
    LimitOutput,
    LockCells,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
    SaveCells,
)
from nbgrader.server_extensions.formgrader.handlers import template_path

from travesia.grading.execute import SandboxedExecute
from travesia.grading.feedback import TEMPLATES, CollectMarks, FeedbackExporter
from travesia.grading.judging import JudgeAnswers
from travesia.grading.mend import MendCells
from travesia.grading.notebooks import SubmissionExporter
from travesia.grading.release import ClearOtherSolutions, ReleaseContent

NEVER_COPIED = ("answers.json", "answers.damaged-*.json", ".answers.json.*")
"""Saved answers: an instructor's own would be released, a learner's lie where their code runs."""


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
        IncludeHeaderFooter,
        InstantiateTests,
        LockCells,
        ClearOtherSolutions,
        ClearOutput,
        CheckCellMetadata,
        ComputeChecksums,
        SaveCells,
        ClearHiddenTests,
        ClearMarkScheme,
        ComputeChecksums,
        CheckCellMetadata,
        ReleaseContent,
    ]
    if facts is not None:
        c.ReleaseContent.facts = str(facts)


def _set_autograding(c: Any, *, isolation: bool) -> None:
    c.Autograde.exporter_class = SubmissionExporter
    c.Autograde.create_student = True
    c.Autograde.sanitize_preprocessors = [
        MendCells,
        ClearOutput,
        DeduplicateIds,
        OverwriteKernelspec,
        OverwriteCells,
        CheckCellMetadata,
    ]
    c.Autograde.autograde_preprocessors = [
        SandboxedExecute,
        IgnorePattern,
        ClearMetadataPreprocessor,
        LimitOutput,
        JudgeAnswers,
        SaveAutoGrades,
        AssignLatePenalties,
        CheckCellMetadata,
    ]
    c.OverwriteCells.add_missing_cells = True
    c.SandboxedExecute.isolation = isolation


def _set_feedback(c: Any) -> None:
    c.GenerateFeedback.exporter_class = FeedbackExporter
    c.GenerateFeedback.preprocessors = [GetGrades, CollectMarks]
    # The formgrader draws submissions with the same exporter class and its own template.
    c.HTMLExporter.sanitize_html = True
    c.HTMLExporter.filters = {
        "clean_html": "travesia.grading.safety.clean_html",
        "markdown2html": "travesia.grading.safety.markdown_html",
    }
    c.HTMLExporter.extra_template_basedirs = [str(TEMPLATES), template_path]
