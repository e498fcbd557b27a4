"""The exchange's disk: releases, submissions and feedback in nbgrader's layout.

Below the root lies `<course>/outbound/<assignment>/` for releases,
`<course>/inbound/<student>+<assignment>+<time>+<id>/` for submissions and
`<course>/feedback/<id>/` for what was released to the learner of a submission. nbgrader protects
feedback by the secrecy of its file names; here the service does, so a folder can hold the
feedback and the marks of one submission and be replaced as one.
"""

import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from travesia.exchange import disk
from travesia.exchange.archive import Ignore, Limits, files_of, packed, shown
from travesia.exchange.errors import N_, Refusal, no_room_is_told
from travesia.exchange.names import check_id, check_person, is_id
from travesia.exchange.receipt import (
    ANSWERS,
    MARKS,
    RELEASE,
    RESERVED,
    Marks,
    Receipt,
    Release,
    digest,
    digests,
    now,
)
from travesia.exchange.room import Filled, Room
from travesia.exchange.stored import read_marks, read_receipt, read_release, stamp
from travesia.exchange.upload import INCOMING, Upload
from travesia.sandbox.usage import room_in


@dataclass(frozen=True)
class Feedback:
    """What was released for one submission: files by name with their digests, and marks."""

    folder: Path
    files: Mapping[str, str]
    marks: Marks | None


class Store:
    """Keeps the exchange below one folder; one process writes it, in any number of threads."""

    def __init__(
        self,
        root: Path,
        *,
        limits: Limits | None = None,
        room: Room | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.root = root
        self.limits = limits or Limits()
        self.room = room or Room()
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[Path, Receipt] = {}

    def sweep(self) -> None:
        """Removes what a killed service left half done; call it once, before serving."""
        for course in sorted(self.root.glob("*/")):
            shutil.rmtree(course / INCOMING, ignore_errors=True)
            for part in ("outbound", "feedback"):
                if (course / part).is_dir():
                    disk.repair(course / part)

    def receive(self, course: str) -> Upload:
        """A place for an archive to arrive in; refuses while the disk is nearly full."""
        self.room.check_disk(self.root)
        return Upload(self._course(course), self.limits)

    # Releases

    def publish(
        self,
        course: str,
        assignment: str,
        upload: Upload,
        *,
        title: Mapping[str, str],
        due: datetime | None,
        by: str,
        replace: bool = False,
    ) -> Release:
        """Makes an assignment available to the learners of a course."""
        target = self._course(course) / "outbound" / check_id(assignment)
        names = upload.unpack({RELEASE})
        release = Release(
            assignment=assignment,
            title=dict(title),
            due=due,
            released=self._clock(),
            released_by=by,
            notebooks=[name for name in names if name.endswith(".ipynb")],
        )
        if not release.notebooks:
            raise Refusal(
                400,
                "no_notebook",
                N_("There is no notebook in “{assignment}”; generate the assignment first."),
                assignment=assignment,
            )
        with no_room_is_told(), self._lock:
            disk.write_file(upload.files / RELEASE, release.json_bytes())
            if target.exists() and not replace:
                raise Refusal(
                    409,
                    "already_released",
                    N_("“{assignment}” is released already; add --force to replace it."),
                    assignment=assignment,
                )
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            disk.replace(upload.files, target)
        return release

    def publish_folder(
        self,
        course: str,
        assignment: str,
        folder: Path,
        *,
        title: Mapping[str, str],
        due: datetime | None,
        by: str,
        replace: bool = False,
        ignore: Ignore | None = None,
    ) -> Release:
        """Makes an assignment available from a folder on this machine, without the service."""
        upload = self.receive(course)
        try:
            for chunk in packed(files_of(folder, ignore), self.limits):
                upload.write(chunk)
            return self.publish(
                course, assignment, upload, title=title, due=due, by=by, replace=replace
            )
        finally:
            upload.discard()

    def withdraw(self, course: str, assignment: str) -> None:
        """Takes a release back; what was handed in stays."""
        target = self.release_folder(course, assignment)
        aside = self.receive(course)
        try:
            with self._lock:
                target.rename(aside.files / assignment)
        finally:
            aside.discard()

    def releases(self, course: str) -> list[Release]:
        """The released assignments of a course, sorted by name."""
        outbound = self._course(course) / "outbound"
        found = sorted(path for path in outbound.glob("*/") if is_id(path.name))
        read = (read_release(path) for path in found)
        return [release for release in read if release is not None]

    def release(self, course: str, assignment: str) -> Release:
        """One released assignment; refuses with "not found" if there is none."""
        release = read_release(self.release_folder(course, assignment))
        if release is None:
            raise _no_assignment(assignment)
        return release

    def release_folder(self, course: str, assignment: str) -> Path:
        """The folder of a released assignment; refuses with "not found" if there is none."""
        folder = self._course(course) / "outbound" / check_id(assignment)
        if not (folder / RELEASE).is_file():
            raise _no_assignment(assignment)
        return folder

    # Submissions

    def submit(
        self, course: str, assignment: str, student: str, upload: Upload, *, language: str
    ) -> Receipt:
        """Stores what a learner hands in and gives the receipt; the latest one counts."""
        self.release_folder(course, assignment)
        check_person(student)
        names = upload.unpack(RESERVED)
        if not names:
            raise Refusal(400, "empty", N_("There is no file to hand in."))
        files = digests(upload.files)
        inbound = self._course(course) / "inbound"
        with no_room_is_told(), self._lock:
            self.room.check_person(self._handed_in(course, student), upload.files)
            inbound.mkdir(parents=True, exist_ok=True, mode=0o700)
            receipt = Receipt(
                id=upload.id,
                course=course,
                assignment=assignment,
                student=student,
                sha256=digest(files),
                answers_sha256=files.get(ANSWERS),
                language=language,
                time=self._later_than_before(course, assignment, student),
            )
            stamp(upload.files, receipt)
            disk.place(upload.files, inbound / receipt.folder)
        return receipt

    def filled(self, course: str, student: str, upload: Upload) -> Filled:
        """How full a person's submission has made what it went through."""
        return Filled(upload.received, room_in(self._handed_in(course, student)).bytes)

    def submissions(
        self, course: str, *, assignment: str | None = None, student: str | None = None
    ) -> list[Receipt]:
        """The receipts of a course, of one assignment or learner if named, oldest first."""
        found = [
            receipt
            for receipt in self._receipts(course)
            if assignment in {None, receipt.assignment} and student in {None, receipt.student}
        ]
        return sorted(found, key=lambda receipt: receipt.time)

    def submission(self, course: str, submission: str) -> Receipt:
        """The receipt with an id; refuses with "not found" if there is none."""
        for receipt in self._receipts(course):
            if receipt.id == submission:
                return receipt
        raise Refusal(404, "no_submission", N_("There is no such submission in this course."))

    def submission_folder(self, receipt: Receipt) -> Path:
        """The folder with everything a receipt was given for."""
        return self._course(receipt.course) / "inbound" / receipt.folder

    # Feedback

    def release_feedback(self, receipt: Receipt, upload: Upload) -> Feedback:
        """Makes feedback and marks readable for the learner of one submission."""
        for name in upload.unpack(()):
            if not (name == MARKS or (PurePosixPath(name).suffix == ".html" and "/" not in name)):
                raise Refusal(
                    400,
                    "not_feedback",
                    N_("“{name}” is no feedback; only pages (.html) and marks.json are."),
                    name=shown(name),
                )
        marks = read_marks(upload.files)
        if marks and (marks.submission, marks.student, marks.assignment) != (
            receipt.id,
            receipt.student,
            receipt.assignment,
        ):
            raise Refusal(
                409,
                "other_submission",
                N_("These marks belong to another submission; generate the feedback again."),
            )
        target = self._feedback_folder(receipt)
        with no_room_is_told(), self._lock:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            disk.replace(upload.files, target)
        return Feedback(target, digests(target), marks)

    def feedback(self, receipt: Receipt) -> Feedback | None:
        """What was released for a submission, if anything was."""
        folder = self._feedback_folder(receipt)
        if not folder.is_dir():
            return None
        return Feedback(folder, digests(folder), read_marks(folder))

    def _feedback_folder(self, receipt: Receipt) -> Path:
        return self._course(receipt.course) / "feedback" / receipt.id

    def _course(self, course: str) -> Path:
        return self.root / check_id(course)

    def _handed_in(self, course: str, student: str) -> list[Path]:
        return [self.submission_folder(own) for own in self.submissions(course, student=student)]

    def _later_than_before(self, course: str, assignment: str, student: str) -> datetime:
        """The time now, but never before an earlier submission: a clock may be set back."""
        earlier = self.submissions(course, assignment=assignment, student=student)
        time = self._clock()
        return max(time, earlier[-1].time + timedelta(microseconds=1)) if earlier else time

    def _receipts(self, course: str) -> list[Receipt]:
        found = []
        for folder in (self._course(course) / "inbound").glob("*/"):
            receipt = self._known.get(folder) or read_receipt(folder)
            if receipt is not None:
                self._known[folder] = receipt
                found.append(receipt)
        return found


def _no_assignment(assignment: str) -> Refusal:
    return Refusal(
        404,
        "no_assignment",
        N_("There is no released assignment “{assignment}” in this course."),
        assignment=shown(assignment),
    )
