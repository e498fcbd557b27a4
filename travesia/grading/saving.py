"""The last steps of grading: what a notebook earned goes to the gradebook, or to who keeps it."""

from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.api import Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties

from travesia.grading.course import CoursePreprocessor, place_of
from travesia.grading.grades import read_grades
from travesia.grading.memory import desk_of


class SaveGrades(CoursePreprocessor):
    """Takes the grades of a graded notebook, in place of nbgrader's `SaveAutoGrades`.

    nbgrader's writes and commits each cell by itself; this writes the same values at once. In
    memory it hands them over instead.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook as it is."""
        place = place_of(resources)
        grades = read_grades(nb, self.log)
        if desk := desk_of(resources):
            desk.grades[place.notebook] = grades
            return nb, resources
        with Gradebook(place.db_url, self.coursedir.course_id) as gradebook:
            for name, points in grades.scores.items():
                grade = gradebook.find_grade(name, place.notebook, place.assignment, place.student)
                grade.auto_score = points
                grade.needs_manual_grade = grade.manual_score is not None or grades.waits(name)
            for name, words in grades.comments.items():
                comment = gradebook.find_comment(
                    name, place.notebook, place.assignment, place.student
                )
                comment.auto_comment = words
            gradebook.db.commit()
        return nb, resources


class LatePenalties(AssignLatePenalties):
    """nbgrader's step for late work; in memory it does nothing, the writer of the gradebook does.

    A worker knows neither the due date nor an extension.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook as it is."""
        if desk_of(resources):
            return nb, resources
        return super().preprocess(nb, resources)

    def assign(self, submission: SubmittedAssignment, notebook: SubmittedNotebook) -> None:
        """Sets the penalty of one notebook by nbgrader's plugin."""
        self.init_plugin()
        notebook.late_submission_penalty = None
        late = submission.total_seconds_late
        if late > 0:
            penalty = self.plugin_inst.late_submission_penalty(
                submission.student.id, notebook.score, late
            )
            if penalty is not None:
                penalty = self._check_late_penalty(notebook, penalty)
            notebook.late_submission_penalty = penalty
