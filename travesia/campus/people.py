"""Who people are to each other: the names and languages of the public registry."""

import json
import logging
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Person:
    """A person as others may know them; what the registry does not say is None.

    `kind` and `courses` say what a page shows of a person, never what the person may do: that comes
    from hub groups.
    """

    id: str
    name: str
    language: str | None = None
    kind: str | None = None
    courses: Mapping[str, str] = field(default_factory=dict)
    """Course ids with the person's role in each."""


def alphabetical(name: str) -> str:
    """What names are sorted by: their letters without accents, so that Álvaro is not after Zoe."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(each for each in letters if not unicodedata.combining(each)).casefold()


class People:
    """The registry in `people.json`, read again whenever the file changes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._changed: int | None = None
        self._people: dict[str, Person] = {}

    def get(self, person_id: str) -> Person:
        """The person of a hub user name; one the registry does not hold goes by that name."""
        self._refresh()
        return self._people.get(person_id) or Person(person_id, person_id)

    def learners(self, course: str) -> list[str] | None:
        """The user names of a course's learners; None while the registry cannot be read.

        The hub's groups would not do: they lack whoever has not signed in yet, and keep whoever
        was removed since.
        """
        self._refresh()
        if self._changed is None:
            return None
        return [
            person.id for person in self._people.values() if person.courses.get(course) == "learner"
        ]

    def room_used(self, person_id: str) -> float:
        """How much of their room a person's files take, as the hub last measured it; 1 is full."""
        try:
            measured = json.loads(self.path.with_name("room.json").read_text(encoding="utf-8"))
            return float(measured.get(person_id, 0))
        except (OSError, ValueError, TypeError, AttributeError):
            # Nothing is measured before a workspace has run.
            return 0

    def _refresh(self) -> None:
        try:
            changed = self.path.stat().st_mtime_ns
            if changed == self._changed:
                return
            entries = json.loads(self.path.read_text(encoding="utf-8"))["people"]
            self._people = {
                person_id: Person(
                    id=person_id,
                    name=str(entry.get("name") or person_id),
                    language=entry.get("language"),
                    kind=entry.get("kind"),
                    courses=dict(entry.get("courses") or {}),
                )
                for person_id, entry in entries.items()
            }
            self._changed = changed
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            # A registry that cannot be read costs people their display names, not their page.
            log.exception("%s cannot be read as the registry of people", self.path)
