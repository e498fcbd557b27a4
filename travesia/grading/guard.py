"""What `nbgrader autograde` and the formgrader do around a submission, as `travesia grade` does."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from nbformat.notebooknode import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters.base import BaseConverter

from travesia.grading.bundle import AssignmentBundle, read_assignment, read_submission_files
from travesia.grading.canary import check_canary
from travesia.grading.course import CoursePreprocessor, Place, place_of
from travesia.grading.errors import CanaryError, GradingError
from travesia.grading.memory import desk_of
from travesia.grading.pipeline import Pipeline
from travesia.grading.points import VALUED
from travesia.grading.record import RECORD_NAME, Record, read_record

_batches: "WeakKeyDictionary[BaseConverter, _Batch]" = WeakKeyDictionary()


class _Batch:
    """One run of nbgrader's converter, which is over when the converter is gone."""

    def __init__(self, bundle: AssignmentBundle) -> None:
        self.bundle = bundle
        self.problem = ""
        self.valued: Mapping[str, list[str]] = {}


class _BatchStep(CoursePreprocessor):
    """A step that knows in which run of the converter it is; in memory it does nothing."""

    def batch(self, place: Place) -> _Batch:
        """The run at hand: at its first submission the instructor's solution is graded.

        Raises:
            GradingError: the assignment can't be graded at all.
        """
        converter = self.parent.parent
        if converter not in _batches:
            with Gradebook(place.db_url, self.coursedir.course_id) as gradebook:
                bundle = read_assignment(
                    gradebook, self.coursedir, converter.config, place.assignment
                )
            batch = _Batch(bundle)
            pipeline = Pipeline(bundle, self.log)
            try:
                check_canary(pipeline)
                batch.valued = pipeline.valued
            except GradingError as error:
                batch.problem = str(error)
            finally:
                pipeline.close()
            _batches[converter] = batch
        return _batches[converter]


class CanaryFirst(_BatchStep):
    """Lets no submission be graded before the instructor's own solution has earned full marks."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook, which carries what was learnt from the solution."""
        if desk_of(resources) is None:
            place = place_of(resources)
            batch = self.batch(place)
            if batch.problem:
                raise CanaryError(batch.problem)
            nb.metadata[VALUED] = list(batch.valued.get(place.notebook, ()))
        return nb, resources


class KeepRecord(_BatchStep):
    """Writes beside the graded notebook what `travesia grade` needs to leave it alone next time."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook as it is."""
        if desk_of(resources) is not None:
            return nb, resources
        place = place_of(resources)
        handed_in = read_submission_files(self.folder("submitted", place), place.student)
        submission, version = handed_in.fingerprint, self.batch(place).bundle.version
        record = read_record(Path(self.folder("autograded", place)))
        if record is None or not record.covers(submission, version, []):
            record = Record(submission, version, {})
        mended = nb.metadata.get("travesia", {}).get("mended", [])
        record = record.with_notebook(place.notebook, mended)
        resources.setdefault("outputs", {})[RECORD_NAME] = record.to_bytes()
        return nb, resources
