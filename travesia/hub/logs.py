"""The files that the hub's programs write their messages to, kept from growing without bound."""

import os
from pathlib import Path

LARGEST = 5_000_000
# The hub's own turns itself over.
OWN = "hub.log"


def bound(folder: Path) -> None:
    """Keep the last messages of each file that has grown too large beside it, and empty it.

    Programs write on at the end of the emptied file, because all of them append.
    """
    for entry in os.scandir(folder):
        if not entry.name.endswith(".log") or entry.name == OWN:
            continue
        if entry.stat(follow_symlinks=False).st_size <= LARGEST:
            continue
        path = Path(entry.path)
        with path.open("r+b") as log:
            log.seek(-LARGEST, os.SEEK_END)
            path.with_suffix(".log.1").write_bytes(log.read())
            log.truncate(0)
