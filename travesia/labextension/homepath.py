"""A path that came from a browser, taken as a place in the person's home or refused."""

from pathlib import Path


class OutsideHomeError(Exception):
    """The path names nothing in the person's home."""


def in_home(home: Path, path: object, suffix: str = "") -> Path:
    """The existing file that a request's path names, with every link followed.

    Raises:
        OutsideHomeError: the path is no path, names nothing, or leads out of the home.
    """
    if not isinstance(path, str) or not path or "\0" in path or Path(path).is_absolute():
        raise OutsideHomeError
    root = home.resolve()
    try:
        found = (root / path).resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise OutsideHomeError from error
    if not found.is_relative_to(root) or not found.is_file() or found.suffix != suffix:
        raise OutsideHomeError
    return found
