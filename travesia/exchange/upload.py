"""An archive on its way into the exchange, kept aside until it is whole and safe."""

import secrets
import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from travesia.exchange.archive import Inflater, Limits, unpack
from travesia.exchange.errors import no_room_is_told

INCOMING = ".incoming"


class Upload:
    """Receives one archive into a hidden folder beside the course's, on the same file system.

    Until the store moves the unpacked files to their place, nothing of an upload can be seen;
    what a killed service leaves behind lies in the hidden folder and is swept at the next start.
    """

    def __init__(self, course_folder: Path, limits: Limits) -> None:
        self.id = secrets.token_hex(10)
        self._limits = limits
        self._place = course_folder / INCOMING / self.id
        self.files = self._place / "files"
        with no_room_is_told():
            self.files.mkdir(parents=True, mode=0o700)
            self._tar = (self._place / "archive.tar").open("x+b")
        self._inflater = Inflater(self._tar, limits)

    @property
    def received(self) -> int:
        """The bytes that have arrived, compressed as they were."""
        return self._inflater.received

    def write(self, chunk: bytes) -> None:
        """Takes the next bytes of the compressed archive."""
        with no_room_is_told():
            self._inflater.write(chunk)

    def unpack(self, reserved: Collection[str]) -> list[str]:
        """Ends the archive and lays its files out below `files`; gives their names."""
        with no_room_is_told():
            self._inflater.finish()
            names = unpack(self._tar, self.files, self._limits, reserved)
        self._tar.close()
        (self._place / "archive.tar").unlink()
        return names

    def discard(self) -> None:
        """Removes whatever is left of the upload; harmless when it was stored."""
        # Closing writes what is still held back, which a full disk refuses once more.
        with suppress(OSError):
            self._tar.close()
        shutil.rmtree(self._place, ignore_errors=True)
