"""Writing a file whole or not at all."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

WRITING = ".writing-"
"""How the name of a file begins while it is being written."""


def replace(path: Path, content: bytes) -> None:
    """Put a whole file in the place of another, or nothing: written, synced, then renamed."""
    with NamedTemporaryFile(dir=path.parent, prefix=WRITING, delete=False) as writing:
        try:
            writing.write(content)
            writing.flush()
            os.fsync(writing.fileno())
            Path(writing.name).replace(path)
        except BaseException:
            Path(writing.name).unlink(missing_ok=True)
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
