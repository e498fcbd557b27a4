"""What a notebook shows: the content pack that lies beside it, in the learner's language."""

import atexit
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from travesia.course.document import ContentError
from travesia.course.pack import (
    CASE_PATTERN,
    PACK_NAME,
    QUESTIONS_NAME,
    Pack,
    build_pack,
    read_pack,
)
from travesia.language import SOURCE_LANGUAGE, current_language, translator
from travesia.learn.answers import FILE_NAME, AnswerStore
from travesia.scenarios import CaseError

KEYS = "keys"


class ContentMissingError(Exception):
    """Content that is not there or cannot be read; its text is a sentence for the learner."""


@dataclass(frozen=True)
class Desk:
    """One notebook's folder as a learner works in it: its content, language and answers."""

    folder: Path
    language: str
    form: str
    questions: dict[str, Any]
    cases: dict[str, Any]
    facts: dict[str, Any]
    store: AnswerStore
    instruments: dict[str, Any] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    preview: bool = False

    @property
    def graded(self) -> bool:
        """Whether the answers count, so that nothing tells right from wrong before it is marked."""
        return self.form == "graded"

    @property
    def person(self) -> str:
        """Who works here, for an order of options that stays the same for each person."""
        return os.environ.get("JUPYTERHUB_USER", "")


def open_desk(folder: Path | None = None, language: str | None = None) -> Desk:
    """The content and answers of a notebook's folder, by default the one this kernel runs in.

    Raises:
        ContentMissingError: there is no content, or it cannot be read.
    """
    folder = (folder or Path.cwd()).absolute()
    language = language or current_language()
    source, pack = _pack(folder, language)
    preview = source != folder
    content = pack["by_language"].get(language) or pack["by_language"].get(SOURCE_LANGUAGE) or {}
    # What an author tries out in `source/` must not travel with the assignment.
    answers = _preview_folder(folder) if preview else folder
    return Desk(
        folder=folder,
        language=language,
        form=str(pack.get("form", "practice")),
        questions=content.get("questions", {}),
        cases=content.get("cases", {}),
        facts=content.get("facts", {}),
        store=AnswerStore(answers / FILE_NAME, language),
        instruments=pack.get("instruments", {}),
        pictures=pack.get("pictures", {}),
        preview=preview,
    )


def _pack(folder: Path, language: str) -> tuple[Path, Pack]:
    """The pack of a notebook's folder, and the folder that its content comes from."""
    _ = translator(language)
    pack = folder / PACK_NAME
    keys = folder.parent.parent / KEYS / folder.name
    if pack.is_file():
        try:
            return folder, _read(pack, pack.stat().st_mtime_ns)
        except ContentError as error:
            raise ContentMissingError(
                _(
                    "The file {file} in the folder {folder} cannot be read. Open the lesson or "
                    "the assignment from your course page to get a fresh copy. Your answers are "
                    "kept."
                ).format(file=PACK_NAME, folder=folder.name)
            ) from error
    for source in (folder, keys):
        if (source / QUESTIONS_NAME).is_file() or any(source.glob(CASE_PATTERN)):
            try:
                return source, _build(source, _changed(source))
            except (ContentError, CaseError) as error:
                # Whoever builds from source files is their author, and reads what is wrong there.
                raise ContentMissingError(
                    _("The content of the folder {folder} cannot be read. {reason}").format(
                        folder=source.name, reason=error
                    )
                ) from error
    raise ContentMissingError(
        _(
            "The file {file} is missing from the folder {folder}, so there is nothing to show. "
            "Open the lesson or the assignment from your course page to get a fresh copy. "
            "Your answers are kept."
        ).format(file=PACK_NAME, folder=folder.name)
    )


def _changed(folder: Path) -> tuple[tuple[str, int], ...]:
    """What a pack is built from, and when each file last changed."""
    files = [
        *folder.rglob("*.yaml"),
        *folder.rglob("*.svg"),
        *folder.parent.glob("*.yaml"),
        *folder.parent.glob("shared/*.yaml"),
        *(folder.parent / "locale").glob("*.po"),
    ]
    return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Pack:
    return read_pack(path)


@lru_cache(maxsize=8)
def _build(folder: Path, _changed: tuple[tuple[str, int], ...]) -> Pack:
    return build_pack(folder)


@cache
def _preview_folder(_folder: Path) -> Path:
    """Where the answers to what an author tries out are, as long as this program runs."""
    made = Path(tempfile.mkdtemp(prefix="travesia-preview-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made
