"""What the first page shows: a learner's modules, an instructor's desk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from travesia.campus.people import People, Person, alphabetical
from travesia.campus.records import Record, Records
from travesia.course.manifest import Assignment, Manifest, Module
from travesia.exchange.attempts import passes
from travesia.exchange.receipt import Release


@dataclass(frozen=True)
class FeedbackPage:
    """A marked notebook that its learner may read."""

    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Work:
    """One assignment as its learner finds it."""

    id: str
    title: str
    release: Release | None
    record: Record
    now: datetime
    open_url: str
    feedback_url: str

    @property
    def state(self) -> str:
        """Where the work stands: `closed`, `open`, `handed-in` or `marked`."""
        if self.record.marks and not self.record.superseded:
            return "marked"
        if self.record.receipts:
            return "handed-in"
        return "open" if self.release else "closed"

    @property
    def due(self) -> datetime | None:
        """When it is to be handed in, if there is such a time."""
        return self.release.due if self.release else None

    @property
    def overdue(self) -> bool:
        """Whether the due date has passed with nothing handed in."""
        return self.due is not None and self.due < self.now and not self.record.receipts

    @property
    def late(self) -> bool:
        """Whether the last submission came after the due date."""
        return self.record.late(self.due)

    @property
    def pages(self) -> list[FeedbackPage]:
        """The pages of feedback, with their addresses."""
        return [
            FeedbackPage(name.rpartition(".")[0], self.feedback_url + quote(name, safe=""))
            for name in self.record.pages
        ]


@dataclass(frozen=True, kw_only=True)
class ModuleView:
    """One module as its learner finds it."""

    id: str
    title: str
    summary: str
    situations: tuple[str, ...]
    minutes: int
    lesson_url: str
    work: Work | None
    before: Work | None = None
    attempts: tuple[Work, ...] = ()

    @property
    def works(self) -> list[Work]:
        """What there is to hand in after the lesson: the assignment, the final test."""
        return [each for each in (self.work, *self.attempts) if each]

    @property
    def next(self) -> str:
        """Which of the module's doors comes next: `before`, `lesson`, `assignment` or none."""
        if self.work and self.work.record.receipts:
            return ""
        if self.work and self.work.overdue:
            return "assignment"
        return "before" if self.before and self.before.state == "open" else "lesson"


@dataclass(frozen=True, kw_only=True)
class DeskEntry:
    """One learner's last submission, as the instructor finds it."""

    person: Person
    record: Record
    late: bool

    @property
    def marked(self) -> bool:
        """Whether feedback on this very submission has been released."""
        return self.record.marks is not None and not self.record.superseded

    @property
    def waits(self) -> bool:
        """Whether the instructor has something left to do for it."""
        return not self.marked or self.record.unmarked > 0


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One assignment as its instructor finds it; without a roster, nobody is known to miss."""

    id: str
    title: str
    release: Release | None
    entries: tuple[DeskEntry, ...]
    missing: tuple[Person, ...] | None
    enrolled: int | None


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The reader of one course's records at one moment."""

    course: Manifest
    records: Records
    people: People
    prefix: str
    hub: str
    now: datetime

    def modules(self, student: str) -> list[ModuleView]:
        """The course's modules as one learner finds them."""
        return [self._module(module, student) for module in self.course.modules]

    def work(self, assignment_id: str, student: str) -> Work | None:
        """One assignment as one learner finds it; None if the course has no such assignment."""
        found = self.course.assignments().get(assignment_id)
        return self._work(found[1], student) if found else None

    def desks(self) -> list[Desk]:
        """The course's assignments and released tests as their instructor finds them."""
        known = self.people.learners(self.course.id)
        roster = None if known is None else frozenset(known)
        waiting = {test.id for test in self.tests_to_release()}
        return [
            self._desk(each, roster)
            for _, each in self.course.assignments().values()
            if each.id not in waiting
        ]

    def tests_to_release(self) -> list[Assignment]:
        """The forms of the course's tests that nobody has released yet."""
        return [
            each
            for module in self.course.modules
            for each in (module.tests.assignments() if module.tests else ())
            if self.records.release(self.course.id, each.id) is None
        ]

    def _module(self, module: Module, student: str) -> ModuleView:
        forms = module.tests.assignments() if module.tests else []
        tests = [self._work(each, student) for each in forms]
        return ModuleView(
            id=module.id,
            title=module.title,
            summary=module.summary,
            situations=tuple(outcome.situation for outcome in module.outcomes),
            minutes=module.minutes.reading + module.minutes.deciding,
            lesson_url=f"{self.hub}user-redirect/travesia/open/lesson/{quote(module.id, safe='')}",
            work=self._work(module.assignment, student) if module.assignment else None,
            before=next((each for each in tests[:1] if each.release), None),
            attempts=tuple(self._open(tests[1:])),
        )

    def _open(self, attempts: Sequence[Work]) -> Iterator[Work]:
        """The attempts at a test that are open: one comes only after the one before it failed."""
        for attempt in attempts:
            if not attempt.release:
                return
            yield attempt
            marks = attempt.record.marks
            if marks is None or passes(marks, self.course.pass_mark):
                return

    def _work(self, assignment: Assignment, student: str) -> Work:
        place = f"{quote(self.course.id, safe='')}/{quote(assignment.id, safe='')}"
        return Work(
            id=assignment.id,
            title=assignment.title,
            release=self.records.release(self.course.id, assignment.id),
            record=self.records.record(self.course.id, assignment.id, student),
            now=self.now,
            open_url=f"{self.hub}user-redirect/travesia/open/assignment/{place}",
            feedback_url=f"{self.prefix}feedback/{place}/",
        )

    def _desk(self, assignment: Assignment, roster: frozenset[str] | None) -> Desk:
        release = self.records.release(self.course.id, assignment.id)
        due = release.due if release else None
        records = self.records.records(self.course.id, assignment.id)
        entries = [
            DeskEntry(
                person=self.people.get(student),
                record=record,
                late=record.late(due),
            )
            for student, record in records.items()
        ]
        entries.sort(key=lambda entry: entry.record.receipts[0].time, reverse=True)
        missing = None
        if roster is not None:
            people = [self.people.get(student) for student in roster - records.keys()]
            missing = tuple(sorted(people, key=lambda person: alphabetical(person.name)))
        return Desk(
            id=assignment.id,
            title=assignment.title,
            release=release,
            entries=tuple(entries),
            missing=missing,
            enrolled=None if roster is None else len(roster | records.keys()),
        )
