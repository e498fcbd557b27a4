"""Who people are to each other: the names and languages of the public registry."""

import json
import logging
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Person:
    """A person as others may know them; what the registry does not say is None.

    `kind` says what a page offers and never what a person may do: that comes from hub groups.
    """

    id: str
    name: str
    language: str | None = None
    kind: str | None = None


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
                )
                for person_id, entry in entries.items()
            }
            self._changed = changed
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            # A registry that cannot be read costs people their display names, not their page.
            log.exception("%s cannot be read as the registry of people", self.path)
