"""Writing a file so that it is there whole, or is as it was before."""

import os
import tempfile
from pathlib import Path

# A home belongs to one person; what is put there is for that person's programs.
PRIVATE = 0o600
READABLE = 0o644


def write_whole(path: Path, content: bytes, mode: int = PRIVATE) -> None:
    """Puts content into a file, whole or not at all; a link there is replaced, never followed."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
