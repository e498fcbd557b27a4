"""The files that the hub's programs write their messages to, kept from growing without bound."""

import os
from contextlib import suppress
from pathlib import Path

LARGEST = 5_000_000
# The hub's own turns itself over.
OWN = "hub.log"


def bound(folder: Path) -> None:
    """Keep the last messages of each file that has grown too large beside it, and empty it.

    Programs write on at the end of the emptied file, because all of them append.
    """
    for entry in list(os.scandir(folder)):
        if not entry.name.endswith(".log") or entry.name == OWN:
            continue
        # It may have gone since it was listed, and a full disk holds up none of the others.
        with suppress(OSError):
            if entry.stat(follow_symlinks=False).st_size > LARGEST:
                _turn_over(Path(entry.path))


def _turn_over(path: Path) -> None:
    with path.open("r+b") as log:
        log.seek(-LARGEST, os.SEEK_END)
        kept = log.read()
        # First, so that a full disk has the room for what is kept.
        log.truncate(0)
    path.with_suffix(".log.1").write_bytes(kept)
