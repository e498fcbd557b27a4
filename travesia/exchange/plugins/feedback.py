"""Feedback and marks: released by instructors, fetched by their learners."""

import json
from pathlib import Path

from nbgrader.exchange import abc
from pydantic import ValidationError

from travesia.exchange import disk
from travesia.exchange.errors import ServiceError
from travesia.exchange.plugins.base import Exchange, hidden_folder
from travesia.exchange.plugins.collect import receipt_of
from travesia.exchange.plugins.fetch import FEEDBACK
from travesia.exchange.receipt import MARKS, RECEIPT, Receipt
from travesia.language import translator


class ExchangeReleaseFeedback(Exchange, abc.ExchangeReleaseFeedback):
    """Releases generated feedback with its marks, each to the learner of its submission."""

    def copy_files(self) -> None:
        """Sends what was generated for each learner; one that fails does not stop the others."""
        _ = translator()
        failed = []
        left_out = set(self.coursedir.student_id_exclude.split(","))
        for folder in self._generated():
            student = folder.parent.name
            if student in left_out:
                continue
            try:
                self._release(folder, student)
            except ServiceError as error:
                self.log.error("%s: %s", student, error)  # noqa: TRY400 - the sentence says it all
                failed.append(student)
        if failed:
            self.refuse(
                _("The feedback of these learners was not released: {students}.").format(
                    students=", ".join(failed)
                )
            )

    def _generated(self) -> list[Path]:
        step = self.coursedir.feedback_directory
        if self.named_student:
            folders = [self.step_folder(step, self.named_student, self.assignment)]
        else:
            pattern = self.step_folder(step, "*", self.assignment)
            folders = sorted(pattern.parents[1].glob(f"*/{pattern.name}"))
        found = [folder for folder in folders if folder.is_dir()]
        if not found:
            self.log.warning("No generated feedback on '%s' to release", self.assignment)
        return found

    def _release(self, folder: Path, student: str) -> None:
        submission = submission_of(folder, student, self.assignment)
        graded = self.step_folder(self.coursedir.autograded_directory, student, self.assignment)
        # A submission may bring pages of its own: only those made from a notebook are feedback.
        pages = [folder / f"{path.stem}.html" for path in sorted(graded.glob("*.ipynb"))]
        files = [path for path in [*pages, folder / MARKS] if path.is_file()]
        self.client.release_feedback(self.course, submission, files)
        self.log.info("Feedback released: %s %s", student, self.assignment)


def submission_of(folder: Path, student: str, assignment: str) -> str:
    """The id of the submission that generated feedback is about."""
    _ = translator()
    try:
        receipt = Receipt.model_validate_json((folder / RECEIPT).read_bytes())
        marks = folder / MARKS
        marked = json.loads(marks.read_bytes())["submission"] if marks.is_file() else receipt.id
    except (OSError, ValidationError, ValueError, LookupError, TypeError) as error:
        raise ServiceError(
            _("“{folder}” does not say which submission it is about; grade it again.").format(
                folder=folder
            ),
            code="no_receipt",
        ) from error
    if (receipt.student, receipt.assignment, receipt.id) != (student, assignment, marked):
        raise ServiceError(
            _("The receipt in “{folder}” belongs to another submission; grade it again.").format(
                folder=folder
            ),
            code="other_receipt",
        )
    return receipt.id


class ExchangeFetchFeedback(Exchange, abc.ExchangeFetchFeedback):
    """Brings the learner's own feedback, in a folder for each submission it is about."""

    def init_src(self) -> None:
        """Finds the learner's submissions that have feedback."""
        self.require_self()
        entries = self.client.submissions(
            self.course, assignment=self.coursedir.assignment_id or None
        )
        self.entries = [entry for entry in entries if entry["feedback"]]

    def copy_files(self) -> None:
        """Puts the feedback in place of what was fetched before."""
        if not self.entries:
            _ = translator()
            self.log.warning(_("There is no feedback for you yet."))
        for entry in self.entries:
            receipt = receipt_of(entry)
            place = self.folder_of(self.course, receipt.assignment) / FEEDBACK
            target = place / receipt.timestamp
            with hidden_folder(target) as arrived:
                disk.repair(place)
                self.client.fetch_feedback(self.course, receipt.id, arrived)
                disk.replace(arrived, target)
            self.log.info("Fetched feedback: %s", target)
