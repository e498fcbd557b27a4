"""Grading in memory: nbgrader's own steps, made once, on one submission after the other."""

import logging
import shutil
import tempfile
import time
import weakref
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_notebook
from nbformat.v4 import writes as write_notebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from travesia.grading.bundle import (
    SERVICE_FILES,
    AssignmentBundle,
    Files,
    SubmissionBundle,
    check_steps,
    is_ignored,
    is_notebook,
    write_files,
)
from travesia.grading.graded import Graded
from travesia.grading.memory import DESK, Desk
from travesia.grading.mended import Mended, keep
from travesia.grading.notebooks import UNREADABLE, read_notebook
from travesia.grading.points import VALUED
from travesia.grading.printable import printable
from travesia.grading.record import RECORD_NAME
from travesia.grading.released import NOTEBOOK_SUFFIX
from travesia.learn.answers import FILE_NAME


class Pipeline:
    """Grades submissions of one assignment, one at a time, without a gradebook.

    It has a course directory of its own with nothing in it but this assignment and the submission
    at hand, so that nbgrader's steps find what they always find. Its folder is private and goes
    when it is closed, or when this process ends.
    """

    def __init__(self, bundle: AssignmentBundle, log: logging.Logger | None = None) -> None:
        self.bundle = bundle
        self._folder = Path(tempfile.mkdtemp(prefix="tv-"))
        self._clear = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self.keys_root = self._folder / "keys"
        write_files(self.keys_root, bundle.keys)
        write_files(self._folder / "source" / bundle.name, bundle.source)
        config = deepcopy(bundle.config)
        config.CoursePreprocessor.keys_root = str(self.keys_root)
        self._coursedir = CourseDirectory(
            config=Config(
                CourseDirectory={
                    "root": str(self._folder),
                    "course_id": bundle.course,
                    "db_url": "",
                    "ignore": list(bundle.ignored),
                }
            )
        )
        converter = Autograde(coursedir=self._coursedir, config=config)
        sanitizing = check_steps(converter.sanitize_preprocessors)
        grading = check_steps(converter.autograde_preprocessors)
        if log is not None:
            converter.log = log
        exporter = converter.exporter_class(parent=converter, config=config)
        self._sanitizing = [step(parent=exporter) for step in sanitizing]
        self._grading = [step(parent=exporter) for step in grading]
        self._log = converter.log
        self.valued: Mapping[str, list[str]] = {}
        """The tests by notebook that end in a value, as the solution told."""

    def close(self) -> None:
        """Takes its folder away."""
        self._clear()

    def grade(self, submission: SubmissionBundle) -> Graded:
        """The graded submission.

        Raises:
            GradingError: nothing may be booked, for a reason that is not the learner's.
        """
        began = time.monotonic()
        submitted = self._place("submitted", submission.student)
        autograded = self._place("autograded", submission.student)
        files, collided = self._without_collisions(submission.files)
        try:
            write_files(submitted, files)
            write_files(autograded, self._beside(files))
            desk = Desk(self.bundle.notebooks)
            notebooks: dict[str, bytes] = {}
            mended: dict[str, list[dict[str, Any]]] = {}
            changed: list[str] = []
            for name in self.bundle.notebooks:
                nb, problem = self._handed_in(name, files, submitted)
                if not notebooks:
                    keep(nb, [_left_out(each) for each in collided])
                graded = self._grade_notebook(nb, problem, name, submission.student, desk)
                notebooks[name] = f"{write_notebook(graded)}\n".encode()
                own = graded.metadata.get("travesia", {})
                mended[name] = list(own.get("mended", []))
                changed += own.get("changed", [])
            kept = sorted(
                path.relative_to(autograded).as_posix()
                for path in autograded.rglob("*")
                if path.is_file()
            )
        finally:
            for folder in (submitted, autograded):
                shutil.rmtree(folder, ignore_errors=True)
        return Graded(
            student=submission.student,
            notebooks=notebooks,
            kept=tuple(kept),
            grades=desk.grades,
            mended=mended,
            changed=tuple(changed),
            seconds=time.monotonic() - began,
        )

    def _place(self, step: str, student: str) -> Path:
        return self._folder / step / student / self.bundle.name

    def _without_collisions(self, files: Files) -> tuple[dict[str, bytes], list[str]]:
        """What was handed in that can lie beside the assignment's own files, and what can't.

        A folder with the name of a file of the assignment, or the reverse, has no place there.
        """
        own = {f"{name}{NOTEBOOK_SUFFIX}" for name in self.bundle.notebooks}
        own |= {RECORD_NAME, FILE_NAME} | SERVICE_FILES
        own |= self.bundle.source.keys() - self.bundle.kept
        folders = {folder for name in own for folder in _folders(name)}
        collided = {
            name: next((each for each in _folders(name) if each in own), "")
            or (name if name in folders else "")
            for name in files
        }
        kept = {name: data for name, data in files.items() if not collided[name]}
        return kept, sorted(set(filter(None, collided.values())))

    def _beside(self, files: Files) -> dict[str, bytes]:
        """The files beside the notebooks as nbgrader puts them together: the source's own win."""
        bundle = self.bundle
        handed_in = {
            name: data
            for name, data in files.items()
            if not name.endswith(NOTEBOOK_SUFFIX)
            and not any(is_ignored(part, bundle.ignored) for part in name.split("/"))
        }
        own = {
            name: data
            for name, data in bundle.source.items()
            if not name.endswith(NOTEBOOK_SUFFIX) and name not in bundle.kept
        }
        return {**handed_in, **own}

    def _grade_notebook(
        self, nb: NotebookNode, problem: str, name: str, student: str, desk: Desk
    ) -> NotebookNode:
        resources = self._resources(name, student)
        resources[DESK] = desk
        if problem:
            resources[UNREADABLE] = problem
        for step in self._sanitizing:
            nb, resources = _run(step, nb, resources)
        nb.metadata[VALUED] = list(self.valued.get(name, ()))
        resources = self._resources(name, student)
        resources[DESK] = desk
        for step in self._grading:
            nb, resources = _run(step, nb, resources)
        return nb

    def _handed_in(self, name: str, files: Files, submitted: Path) -> tuple[NotebookNode, str]:
        """The learner's notebook, under another name if that is the only one that it can be."""
        found = f"{name}{NOTEBOOK_SUFFIX}"
        if found in files:
            return read_notebook(submitted / found, self._folder)
        missing = [
            each for each in self.bundle.notebooks if f"{each}{NOTEBOOK_SUFFIX}" not in files
        ]
        strange = [
            each
            for each in files
            if is_notebook(each) and each.removesuffix(NOTEBOOK_SUFFIX) not in self.bundle.notebooks
        ]
        if missing == [name] and len(strange) == 1:
            nb, problem = read_notebook(submitted / strange[0], self._folder)
            what = f"The notebook was handed in as {printable(strange[0])}."
            keep(nb, [Mended("renamed", "", what)])
            return nb, problem
        nb = new_notebook()
        keep(nb, [Mended("missing", "", f"The notebook {found} was not handed in.")])
        return nb, ""

    def _resources(self, notebook: str, student: str) -> dict[str, Any]:
        """A conversion's resources as nbgrader's converter makes them."""
        return {
            "unique_key": notebook,
            "output_files_dir": f"{notebook}_files",
            "outputs": {},
            "metadata": {"name": notebook, "path": ""},
            "nbgrader": {
                "student": student,
                "assignment": self.bundle.name,
                "notebook": notebook,
                "db_url": "",
            },
        }


def _run(
    step: Preprocessor, nb: NotebookNode, resources: dict[str, Any]
) -> tuple[NotebookNode, dict[str, Any]]:
    done: tuple[NotebookNode, dict[str, Any]] = step(nb, resources)
    return done


def _folders(name: str) -> list[str]:
    """The folders that a file lies in, the outermost first."""
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _left_out(name: str) -> Mended:
    what = f"{printable(name)} was a folder where the assignment has a file, or the reverse"
    return Mended("collided", "", f"{what}; what was handed in there was left out.")
