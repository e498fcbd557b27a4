"""The demonstration: one instructor and three learners, the assignment released."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from travesia.course.manifest import Manifest
from travesia.exchange.store import Store
from travesia.hub import folders, passwords
from travesia.hub.people import People, new_password
from travesia.hub.place import Place
from travesia.hub.settings import COURSE_ID, HubSettings
from travesia.language import available_languages, translations

DAYS_UNTIL_DUE = 14
SECONDS_TO_GENERATE = 300

# username, name, language, kind, role in the course
PEOPLE = (
    ("rosa", "Rosa Méndez", "es", "instructor", "instructor"),
    ("ana", "Ana Culej", "es", "learner", "learner"),
    ("beto", "Beto Ruiz", "es", "learner", "learner"),
    ("carol", "Carol Baker", "en", "learner", "learner"),
)


class DemoError(Exception):
    """The demonstration could not be set up; the message says at which step and why."""


@dataclass(frozen=True)
class SignIn:
    """What somebody needs to sign in; the password is known here only until it is printed."""

    username: str
    kind: str
    language: str
    password: str


def set_up(settings: HubSettings, say: Callable[[str], None]) -> list[SignIn]:
    """The sign-ins of the people that were added now; none at a second start.

    Raises:
        DemoError: the assignment could not be generated.
    """
    people = People(settings.people_file)
    added = []
    for username, name, language, kind, role in PEOPLE if not people.path.exists() else ():
        people.add(username, name=name, language=language, kind=kind, demo=True)
        people.enrol(username, COURSE_ID, role)
        password = new_password()
        passwords.set_password(settings, username, password)
        added.append(SignIn(username, kind, language, password))
    release_assignments(settings, say)
    return added


def release_assignments(settings: HubSettings, say: Callable[[str], None]) -> None:
    """Generate and release each assignment of the course that is not released yet.

    Only in a demonstration: what a real course releases, and when, is its instructors' to say.

    Raises:
        DemoError: nbgrader could not generate one.
    """
    people = People(settings.people_file).all().values()
    instructors = (person for person in people if person.demo and person.kind == "instructor")
    instructor = next(instructors, None)
    if instructor is None:
        return
    manifest = Manifest.load(settings.checkout / "course.yaml")
    store = Store(settings.exchange)
    released = {release.assignment for release in store.releases(COURSE_ID)}
    place = Place(settings, instructor)
    due = datetime.now(UTC) + timedelta(days=DAYS_UNTIL_DUE)
    for module in manifest.modules:
        assignment = module.assignment
        if assignment is None or assignment.id in released:
            continue
        say(f"Releasing the assignment '{assignment.id}' …")
        _generate(place, assignment.id, due)
        store.publish_folder(
            COURSE_ID,
            assignment.id,
            settings.course_files / "release" / assignment.id,
            title=_titles(settings, assignment.id, assignment.title),
            due=due,
            by=instructor.username,
        )
    folders.prepare(settings)


def _generate(place: Place, assignment: str, due: datetime) -> None:
    """Make the student version with nbgrader itself, where the instructor's programs run."""
    place.write_configuration()
    nbgrader = [sys.executable, "-m", "nbgrader"]
    steps = [
        [*nbgrader, "generate_assignment", assignment, "--force", "--create"],
        [*nbgrader, "db", "assignment", "add", assignment, f"--duedate={due:%Y-%m-%d %H:%M} UTC"],
    ]
    for step in steps:
        _run(place, step)


def _run(place: Place, step: list[str]) -> None:
    done = subprocess.run(
        place.command(step),
        env=place.environment | {"TERM": os.environ.get("TERM", "dumb")},
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_GENERATE,
        check=False,
        cwd="/",
    )
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no message"]
        raise DemoError(f"'{' '.join(step[2:5])}' failed: {last[0]}")


def _titles(settings: HubSettings, assignment: str, title: str) -> dict[str, str]:
    """The assignment's title in every language of the lessons' catalogues."""
    catalogues = settings.checkout / "notebooks" / "locale"
    context = f"assignment:{assignment}/title"
    return {
        language: translations(language, catalogues).pgettext(context, title)
        for language in available_languages(catalogues)
    }
