"""What people chose on the campus for themselves: so far, the language."""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

log = logging.getLogger(__name__)

SCHEMA = "CREATE TABLE IF NOT EXISTS preference (person TEXT PRIMARY KEY, language TEXT NOT NULL)"


class Preferences:
    """The choices of each person, kept in a small database of the campus's own."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()

    def language(self, person: str) -> str | None:
        """The language a person chose; None if they never chose one."""
        if not self.path.is_file():
            return None
        try:
            # The hub asks here too: it must leave nothing that the campus then cannot write.
            with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True)) as database:
                row = database.execute(
                    "SELECT language FROM preference WHERE person = ?", (person,)
                ).fetchone()
        except sqlite3.Error:
            log.exception("%s cannot be read for the language people chose", self.path)
            return None
        return row[0] if row else None

    def set_language(self, person: str, language: str) -> None:
        """Keep the language that a person chose."""
        with closing(self._connect()) as database, database:
            database.execute(
                "INSERT INTO preference (person, language) VALUES (?, ?) "
                "ON CONFLICT (person) DO UPDATE SET language = excluded.language",
                (person, language),
            )

    def _connect(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self.path, timeout=5)
        database.execute(SCHEMA)
        return database
