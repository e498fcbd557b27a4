"""Collecting what learners handed in."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange import abc
from nbgrader.utils import parse_utc

from travesia.exchange import disk
from travesia.exchange.names import check_id, check_person
from travesia.exchange.plugins.base import Exchange, hidden_folder
from travesia.exchange.receipt import RECEIPT, TIMESTAMP, Receipt, matches
from travesia.language import translator

LONGEST_NAME = 128
"""As much as nbgrader's gradebook holds."""


class ExchangeCollect(Exchange, abc.ExchangeCollect):
    """Brings each learner's newest submission, by the service's time, with its receipt."""

    def init_src(self) -> None:
        """Finds the submission of each learner that counts."""
        entries = self.client.submissions(
            self.course, assignment=self.assignment, everybody=True, student=self.named_student
        )
        by_student: dict[str, list[Receipt]] = {}
        self.names: dict[str, str] = {}
        for entry in entries:
            receipt = receipt_of(entry)
            self.names[receipt.student] = str(entry.get("student_name") or "")
            by_student.setdefault(receipt.student, []).append(receipt)
        due = due_date(self) if self.before_duedate else None
        self.counting = [chosen(receipts, due) for _, receipts in sorted(by_student.items())]

    def copy_files(self) -> None:
        """Puts each submission into `submitted/`, whole, over an older one if told to update."""
        if not self.counting:
            self.log.warning("No submissions of '%s' to collect", self.assignment)
        for receipt in self.counting:
            target = self.step_folder(
                self.coursedir.submitted_directory, receipt.student, self.assignment
            )
            self._refuse_link(target)
            if target.parent.is_dir():
                disk.repair(target.parent)
            if target.is_dir() and not self._wanted(receipt, target):
                self.log.info("Kept as collected before: %s %s", receipt.student, self.assignment)
                continue
            self._collect(receipt, target)
            self.log.info("Collected: %s %s", receipt.student, self.assignment)
        introduce(self, self.names)

    def _wanted(self, receipt: Receipt, target: Path) -> bool:
        """Whether a submission takes the place of the one that was collected before."""
        held = self.coursedir.get_existing_timestamp(str(target))
        offered = parse_utc(receipt.timestamp)
        newer = held is None or offered > held
        return bool((self.update and newer) or (self.before_duedate and offered != held))

    def _collect(self, receipt: Receipt, target: Path) -> None:
        with hidden_folder(target) as arrived:
            self.client.fetch_submission(self.course, receipt.id, arrived)
            stamped = Receipt.model_validate_json((arrived / RECEIPT).read_bytes())
            if stamped != receipt or not matches(receipt, arrived):
                _ = translator()
                self.refuse(
                    _(
                        "The submission of “{student}” is not what its receipt was given for;"
                        " nothing of it was collected. Please tell the administrator."
                    ).format(student=receipt.student)
                )
            (arrived / TIMESTAMP).write_text(receipt.timestamp)
            disk.replace(arrived, target)

    def _refuse_link(self, target: Path) -> None:
        for path in (target, target.parent):
            if path.is_symlink():
                _ = translator()
                self.refuse(
                    _("“{folder}” is a link; remove it and collect again.").format(folder=path)
                )


def receipt_of(entry: dict[str, object]) -> Receipt:
    """The receipt in an entry of the service's list, its names safe as names of folders."""
    receipt = Receipt.model_validate({name: entry.get(name) for name in Receipt.model_fields})
    check_person(receipt.student)
    check_id(receipt.assignment)
    check_id(receipt.id)
    return receipt


def chosen(receipts: list[Receipt], due: datetime | None) -> Receipt:
    """The newest submission, or the newest in time if there is one."""
    newest_first = sorted(receipts, key=lambda receipt: receipt.time, reverse=True)
    in_time = [receipt for receipt in newest_first if due is None or receipt.time <= due]
    return (in_time or newest_first)[0]


@contextmanager
def gradebook_of(plugin: Exchange) -> Iterator[Gradebook | None]:
    """The instructor's gradebook; None if there is none yet, so that no look makes one."""
    database = plugin.coursedir.db_url.removeprefix("sqlite:///")
    if database != plugin.coursedir.db_url and not Path(database).exists():
        yield None
        return
    with Gradebook(plugin.coursedir.db_url, plugin.coursedir.course_id) as gradebook:
        yield gradebook


def due_date(plugin: Exchange) -> datetime | None:
    """When an assignment is due by the instructor's gradebook, if that says so."""
    with gradebook_of(plugin) as gradebook:
        try:
            found = gradebook.find_assignment(plugin.assignment) if gradebook else None
        except MissingEntry:
            return None
        due: datetime | None = found.duedate if found else None
    return due.replace(tzinfo=UTC) if due else None


def introduce(plugin: Exchange, names: Mapping[str, str]) -> None:
    """Writes learners' names into the gradebook, where nobody has written one yet.

    The formgrader shows *last name, first name*. A person's own name is not cut in two: it stands
    whole in the first place, and the name they sign in with in the second.
    """
    with gradebook_of(plugin) as gradebook:
        if gradebook is None:
            return
        known = {student.id: student for student in gradebook.students}
        for student, name in sorted(names.items()):
            person = known.get(student)
            if name and (person is None or (person.last_name, person.first_name) == (None, None)):
                gradebook.update_or_create_student(
                    student, last_name=name[:LONGEST_NAME], first_name=student
                )
