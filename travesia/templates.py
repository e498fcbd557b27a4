"""Templates of pages and widgets: what is filled in is escaped, what is missing is an error."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def environment(folder: Path, *extensions: str) -> Environment:
    """The templates in a folder, each read once.

    Args:
        folder: where they are.
        extensions: Jinja's, by name.
    """
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=extensions,
    )
