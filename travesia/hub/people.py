"""The registry of people: who may sign in, in which language, in which course.

The public part is one JSON file. Passwords are hashed by the authenticator and lie in the hub's
database alone.
"""

import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from travesia.hub.settings import COURSE_GID, FIRST_PERSON_UID, LAST_PERSON_UID

KINDS = ("learner", "instructor", "analyst")
COURSE_ROLES = ("learner", "instructor")
NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")
LONGEST_SHOWN = 100
COURSE = re.compile(r"[a-z][a-z0-9-]{0,62}")
RESERVED_NAMES = frozenset({"root", "campus", "proxy", "hub", "probe", "travesia"})

# Without letters and digits that look alike: passwords are read off a screen or from paper.
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 - an alphabet, not a password
PASSWORD_GROUPS, PASSWORD_GROUP_LENGTH = 4, 4


class PeopleError(Exception):
    """Something asked of the registry that can't be done; the message says why and what to do."""


@dataclass(frozen=True)
class Person:
    """One person of the hub.

    Attributes:
        username: what they sign in with.
        name: what others see.
        language: the language they are served in.
        kind: learner, instructor or analyst; decides what their server shows.
        uid: their number when root starts the hub; never given again.
        courses: course id to their role in it.
        demo: whether the account came with the demonstration.
        before: their kind before they instructed a course, or empty.
    """

    username: str
    name: str
    language: str
    kind: str
    uid: int
    courses: dict[str, str] = field(default_factory=dict)
    demo: bool = False
    before: str = ""

    @property
    def gid(self) -> int:
        """Their group when root starts the hub: instructors share the course's folders."""
        return COURSE_GID if self.kind == "instructor" else self.uid

    @property
    def groups(self) -> list[str]:
        """Their hub groups, from which every service learns what they may do."""
        prefixes = {"learner": "nbgrader-", "instructor": "formgrade-"}
        return sorted(prefixes[role] + course for course, role in self.courses.items())


class People:
    """The registry in one folder; every change is one locked, atomic write."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def all(self) -> dict[str, Person]:
        """Everybody, by username.

        Raises:
            PeopleError: the file is damaged.
        """
        return {
            name: Person(username=name, **entry) for name, entry in self._read()["people"].items()
        }

    def get(self, username: str) -> Person | None:
        """One person, or None."""
        return self.all().get(username)

    def add(
        self, username: str, *, name: str, language: str, kind: str = "learner", demo: bool = False
    ) -> Person:
        """A new person with a number nobody had before.

        Raises:
            PeopleError: the name is or was somebody's, is reserved or unusable, what others see
                can't be shown in a line, or no number is free.
        """
        if not NAME.fullmatch(username) or username in RESERVED_NAMES:
            raise PeopleError(
                f"'{username}' can't be a user name: use 1 to 31 of a-z, 0-9, '-' and '_', "
                "a letter first, and none of the names the hub needs itself."
            )
        if kind not in KINDS:
            raise PeopleError(f"'{kind}' is not a kind of person: use one of {', '.join(KINDS)}.")
        name = " ".join(name.split()) or username
        if len(name) > LONGEST_SHOWN or not name.isprintable():
            raise PeopleError(
                f"{name!r} can't be what others see of '{username}': use at most {LONGEST_SHOWN} "
                "letters, and none that can't be seen."
            )
        with self._change() as registry:
            if username in registry["people"]:
                raise PeopleError(f"There is a person '{username}' already.")
            if any(username == gone["username"] for gone in registry["removed"]):
                raise PeopleError(
                    f"'{username}' belonged to somebody who was removed, and what they handed in "
                    "is kept under that name: choose another."
                )
            uid = registry["next_uid"]
            if uid > LAST_PERSON_UID:
                raise PeopleError("All numbers for people are used up.")
            registry["next_uid"] = uid + 1
            person = Person(username, name, language, kind, uid, {}, demo)
            registry["people"][username] = _entry(person)
        return person

    def remove(self, username: str) -> Person:
        """The person taken out of the registry; their number stays taken.

        Raises:
            PeopleError: nobody has that name.
        """
        with self._change() as registry:
            entry = registry["people"].pop(username, None)
            if entry is None:
                raise PeopleError(f"Nobody is called '{username}'.")
            registry["removed"].append(
                {"username": username, "uid": entry["uid"], "at": datetime.now(UTC).isoformat()}
            )
        return Person(username=username, **entry)

    def enrol(self, username: str, course: str, role: str) -> Person:
        """The person with their role in a course, and of the kind that goes with their roles.

        Who instructs is an instructor; who no longer instructs any course is what they were before,
        for the kind opens the keys and everybody's work.

        Raises:
            PeopleError: nobody has that name, or the course id or role is not usable.
        """
        if role not in COURSE_ROLES:
            raise PeopleError(f"'{role}' is no role in a course: use {' or '.join(COURSE_ROLES)}.")
        if not COURSE.fullmatch(course):
            raise PeopleError(f"'{course}' can't be a course id: use a-z, 0-9 and '-'.")
        with self._change() as registry:
            entry = registry["people"].get(username)
            if entry is None:
                raise PeopleError(
                    f"Nobody is called '{username}': add them first ('travesia person add')."
                )
            entry["courses"][course] = role
            if role == "instructor" and entry["kind"] != "instructor":
                entry["before"], entry["kind"] = entry["kind"], "instructor"
            elif entry["kind"] == "instructor" and "instructor" not in entry["courses"].values():
                entry["kind"] = entry.pop("before", "") or "learner"
        return Person(username=username, **entry)

    def _read(self) -> dict[str, Any]:
        if not self.path.exists():
            return {"schema": 1, "next_uid": FIRST_PERSON_UID, "people": {}, "removed": []}
        try:
            registry: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise PeopleError(
                f"{self.path} is damaged ({error}): put back a copy, or mend that place."
            ) from error
        return registry

    @contextmanager
    def _change(self) -> Iterator[dict[str, Any]]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self.path}.lock"):
            registry = self._read()
            yield registry
            fresh = self.path.with_suffix(".new")
            with fresh.open("w", encoding="utf-8") as file:
                json.dump(registry, file, indent=1, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            fresh.chmod(0o644)
            fresh.replace(self.path)


class Roll:
    """The names in a registry, for who asks all the time: it is read again where it has changed."""

    def __init__(self) -> None:
        self._seen: tuple[int, int] | None = None
        self._names: frozenset[str] | None = None

    def names(self, path: Path) -> frozenset[str] | None:
        """Everybody's name, or None where that can't be told."""
        try:
            status = path.stat()
            seen = status.st_ino, status.st_mtime_ns
            if seen != self._seen:
                self._names = frozenset(People(path).all())
                self._seen = seen
        except (OSError, PeopleError):
            return None
        return self._names


def _entry(person: Person) -> dict[str, Any]:
    entry = asdict(person)
    del entry["username"]
    return entry


def new_password() -> str:
    """A password to hand to one person: 4 groups of 4 letters and digits, 79 bits."""
    groups = (
        "".join(secrets.choice(PASSWORD_LETTERS) for _ in range(PASSWORD_GROUP_LENGTH))
        for _ in range(PASSWORD_GROUPS)
    )
    return "-".join(groups)
