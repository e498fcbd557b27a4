"""Translators for every learner-facing string, read from gettext catalogues.

English is the source language, so it needs no catalogue. A catalogue is a `.po` file that is
edited as content; it is compiled in memory when first used, so that nothing generated has to be
kept beside it. A further language needs a `.po` file and nothing else.
"""

import gettext
import io
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

SOURCE_LANGUAGE = "en"
LANGUAGE_VARIABLE = "TRAVESIA_LANGUAGE"
INTERFACE_CATALOGUES = Path(__file__).parent / "locale"

Translate = Callable[[str], str]


class CatalogueError(ValueError):
    """A catalogue that cannot be read, with a sentence that names it and the remedy."""


def current_language() -> str:
    """The language of the person this process works for, as the hub set it; English if unset."""
    return os.environ.get(LANGUAGE_VARIABLE, SOURCE_LANGUAGE)


def available_languages(folder: Path = INTERFACE_CATALOGUES) -> list[str]:
    """The languages that a folder of catalogues serves, the source language first."""
    return [SOURCE_LANGUAGE, *sorted(path.stem for path in folder.glob("*.po"))]


def translations(language: str, folder: Path = INTERFACE_CATALOGUES) -> gettext.NullTranslations:
    """The gettext translations of one language from `folder/<language>.po`.

    A language without a catalogue gives the source strings: a page in English is better than no
    page.

    Raises:
        CatalogueError: the catalogue is damaged.
    """
    path = folder / f"{language}.po"
    if language == SOURCE_LANGUAGE or not path.is_file():
        return gettext.NullTranslations()
    return _compiled(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _compiled(path: Path, _changed: int) -> gettext.GNUTranslations:
    try:
        with path.open("rb") as source:
            catalogue = read_po(source, abort_invalid=True)
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path} is not UTF-8 text: save it as UTF-8.") from error
    except PoFileError as error:
        raise CatalogueError(
            f"{path}, line {error.lineno + 1}: this is no catalogue ({error}): check the quotes."
        ) from error
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def translator(language: str | None = None) -> Translate:
    """A function that gives an interface string in a language (the current one by default)."""
    return translations(language or current_language()).gettext
