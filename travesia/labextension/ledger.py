"""What was put into a person's home, so that an update can tell what the person changed."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from travesia.labextension.files import write_whole

LEDGER = Path(".travesia", "lessons.json")
SCHEMA = 1


@dataclass
class Put:
    """One file as it was put: what the learner sees in it, and which release it came from."""

    seen: str
    release: str


@dataclass
class Entry:
    """One lesson: the state of the course it was brought to, and the files put."""

    stamp: str = ""
    newest: str = ""
    current: str = ""
    files: dict[str, Put] = field(default_factory=dict)


class Ledger:
    """The ledger of the lessons in one home.

    A damaged ledger is set aside, and what lies in the home counts as the learner's own.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / LEDGER
        self.lessons = self._read()

    def entry(self, module: str) -> Entry:
        """What is known of one module's lesson; empty for one that was never put."""
        return self.lessons.setdefault(module, Entry())

    def save(self) -> None:
        """Writes the ledger, whole or not at all."""
        self.path.parent.mkdir(mode=0o700, exist_ok=True)
        lessons = {module: asdict(entry) for module, entry in self.lessons.items()}
        content = {"schema": SCHEMA, "lessons": lessons}
        write_whole(self.path, json.dumps(content, indent=1, ensure_ascii=False).encode())

    def _read(self) -> dict[str, Entry]:
        try:
            content = json.loads(self.path.read_text("utf-8"))
            return {
                module: Entry(
                    stamp=str(entry["stamp"]),
                    newest=str(entry["newest"]),
                    current=str(entry["current"]),
                    files={
                        name: Put(seen=str(put["seen"]), release=str(put["release"]))
                        for name, put in entry["files"].items()
                    },
                )
                for module, entry in content["lessons"].items()
            }
        except FileNotFoundError:
            return {}
        except (ValueError, LookupError, TypeError, AttributeError):
            self._set_aside()
            return {}

    def _set_aside(self) -> None:
        number = 1
        while (aside := self.path.with_name(f"lessons.damaged-{number}.json")).exists():
            number += 1
        self.path.rename(aside)
