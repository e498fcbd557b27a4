"""Your own series: files that you downloaded, read and merged from a notebook."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from travesia.flows.importers import Reading
    from travesia.flows.importers.outcome import Outcome


def inspect_file(path: str | Path, *, vintage: str = "") -> "list[Reading]":
    """What a downloaded file holds, table by table; nothing is kept. Showing one says it in words.

    Args:
        path: the file as it was downloaded; its name plays no part.
        vintage: the day of the edition (`2025-02-14`), where the file does not say it.

    Raises:
        Refusal: it is of no known format, or something in it is not understood; the sentence says
            where.
    """
    # Whoever only loads a series does not wait for the importers and what they need.
    from travesia.flows.importers.read import read  # noqa: PLC0415

    return list(read(Path(path), vintage=vintage))


def import_file(
    path: str | Path, *, vintage: str = "", into: str | Path | None = None
) -> "list[Outcome]":
    """Merges a downloaded file into your own series, and says what changed, series by series.

    Args:
        path: the file as it was downloaded.
        vintage: the day of the edition, where the file does not say it.
        into: the folder of your own series; the one that the catalogue shows by default.

    Raises:
        Refusal: the file cannot be read, or the folder not be written; nothing was changed.
    """
    from travesia.flows.importers.read import read  # noqa: PLC0415
    from travesia.flows.importers.store import Store  # noqa: PLC0415

    return Store(Path(into) if into else None).add(read(Path(path), vintage=vintage), str(path))
