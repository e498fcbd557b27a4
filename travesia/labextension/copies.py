"""Each person's own copies of the course's lessons, brought up to date without losing work."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock

from travesia.course.localise import localise_notebook
from travesia.course.pack import CASE_PATTERN, FACTS_NAME, PACK_NAME, QUESTIONS_NAME, build_pack
from travesia.labextension.files import write_whole
from travesia.labextension.ledger import LEDGER, Entry, Ledger, Put
from travesia.language import translations, translator

LESSONS = "lessons"
LESSON = "lesson.ipynb"
ANSWERS = "answers.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class LessonError(Exception):
    """A lesson cannot be given; the message is a sentence in the person's language."""


@dataclass(frozen=True)
class _Part:
    """One file of a lesson as this person gets it."""

    name: str
    content: bytes

    @property
    def put(self) -> Put:
        return Put(seen=_seen(self.name, self.content), release=_digest(self.content))


@dataclass(frozen=True)
class LessonCopies:
    """The lessons in one home.

    Attributes:
        source: the course's lessons, read-only: one folder a module.
        home: the person's home; copies lie in `lessons/<module>/`.
        language: the language in which a copy is written.
    """

    source: Path
    home: Path
    language: str

    def open(self, module: str) -> Path:
        """The notebook to open for a module, put or brought up to date first.

        A file the learner changed stays as it is, and `newer` then says so. Notebooks are compared
        by their cells' sources alone, because running and saving changes all else.

        Raises:
            LessonError: there is no such lesson, or it cannot be written.
        """
        with self._lock():
            ledger = Ledger(self.home)
            entry = ledger.entry(module)
            folder = self._folder(module)
            self._update(module, folder, entry)
            ledger.save()
            return folder / entry.current

    def newer(self, notebook: Path) -> bool:
        """Whether the course has a newer release than this copy, which the learner changed."""
        module = self._module_of(notebook)
        if module is None:
            return False
        entry = Ledger(self.home).entry(module)
        put = entry.files.get(notebook.name)
        return put is not None and bool(entry.newest) and put.release != entry.newest

    def fresh_copy(self, notebook: Path) -> Path:
        """The newest release as a notebook of its own beside a changed copy, which stays.

        Raises:
            LessonError: the notebook is no lesson of the course, or nothing can be written.
        """
        module = self._module_of(notebook)
        if module is None:
            _ = translator(self.language)
            raise LessonError(_("This notebook is not a lesson of the course."))
        with self._lock():
            ledger = Ledger(self.home)
            entry = ledger.entry(module)
            folder = self._folder(module)
            lesson = next(part for part in self._parts(module) if part.name == LESSON)
            for name, put in entry.files.items():
                if put.release == lesson.put.release and (folder / name).is_file():
                    entry.current = name
                    break
            else:
                entry.current = self._free_name(folder)
                self._write(folder, replace(lesson, name=entry.current), entry)
            entry.newest = lesson.put.release
            ledger.save()
            return folder / entry.current

    def _update(self, module: str, folder: Path, entry: Entry) -> None:
        if not entry.current or not (folder / entry.current).is_file():
            entry.current = LESSON
        stamp = self._stamp(module)
        if entry.stamp == stamp and all((folder / name).is_file() for name in entry.files):
            return
        for part in self._parts(module):
            if part.name == LESSON:
                entry.newest = part.put.release
                self._bring(folder, replace(part, name=entry.current), entry)
            else:
                self._bring(folder, part, entry)
        entry.stamp = stamp
        # A copy that the learner deleted is not missed.
        entry.files = {name: put for name, put in entry.files.items() if (folder / name).is_file()}

    def _bring(self, folder: Path, part: _Part, entry: Entry) -> None:
        """Writes a part where nothing of the learner's would be lost."""
        target = folder / part.name
        if not target.is_file() or part.name == PACK_NAME:
            self._write(folder, part, entry)
            return
        present = _seen(part.name, target.read_bytes())
        put = entry.files.get(part.name)
        if present == part.put.seen:
            changed = put is not None and put.release != part.put.release
            if changed:
                self._write(folder, part, entry)
            entry.files[part.name] = part.put
        elif put is not None and present == put.seen:
            self._write(folder, part, entry)
        elif put is None:
            # Nothing is known of it: the learner's own, of no release.
            entry.files[part.name] = Put(seen="", release="")

    def _write(self, folder: Path, part: _Part, entry: Entry) -> None:
        target = folder / part.name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_whole(target, part.content)
        except OSError as error:
            _ = translator(self.language)
            message = _("{path} could not be written: {reason}. Free some space and try again.")
            raise LessonError(
                message.format(path=f"{LESSONS}/{folder.name}/{part.name}", reason=error.strerror)
            ) from error
        entry.files[part.name] = part.put

    def _parts(self, module: str) -> Iterator[_Part]:
        folder = self._source_of(module)
        catalogue = translations(self.language, self.source / "locale")
        for path in _files(folder):
            name = path.relative_to(folder).as_posix()
            content = path.read_bytes()
            if path.suffix == ".ipynb":
                notebook = localise_notebook(json.loads(content), catalogue)
                content = _json(notebook)
            yield _Part(name, content)
        pack = build_pack(folder, self.source / "locale", form="practice")
        yield _Part(PACK_NAME, _json(pack))

    def _stamp(self, module: str) -> str:
        """Changes whenever something that a copy is made of changes."""
        paths = [
            *_files(self._source_of(module), packed=True),
            *sorted((self.source / "locale").glob("*.po")),
            *self.source.glob(FACTS_NAME),
        ]
        states = [
            (str(path), path.stat().st_mtime_ns, path.stat().st_size, self.language)
            for path in paths
        ]
        return _digest(_json(states))

    def _source_of(self, module: str) -> Path:
        folder = self.source / module
        if not _NAME.fullmatch(module) or not (folder / LESSON).is_file():
            _ = translator(self.language)
            message = _("The course has no lesson called “{module}”. Open it from the campus.")
            raise LessonError(message.format(module=module))
        return folder

    def _folder(self, module: str) -> Path:
        """Where a module's copies lie; a link there must not lead out of the home."""
        self._source_of(module)
        folder = self.home / LESSONS / module
        folder.mkdir(parents=True, exist_ok=True)
        if not folder.resolve().is_relative_to(self.home.resolve()):
            _ = translator(self.language)
            message = _("The folder {path} leads out of your home. Rename it and try again.")
            raise LessonError(message.format(path=f"{LESSONS}/{module}"))
        return folder

    def _module_of(self, notebook: Path) -> str | None:
        try:
            place = notebook.resolve().relative_to((self.home / LESSONS).resolve())
        except ValueError:
            return None
        return place.parts[0] if len(place.parts) == 2 else None

    def _lock(self) -> FileLock:
        path = self.home / LEDGER
        path.parent.mkdir(mode=0o700, exist_ok=True)
        return FileLock(path.with_suffix(".lock"), timeout=30)

    @staticmethod
    def _free_name(folder: Path) -> str:
        number = 2
        while (folder / (name := f"lesson-{number}.ipynb")).exists():
            number += 1
        return name


def _files(folder: Path, *, packed: bool = False) -> Iterator[Path]:
    """The files of a lesson; what the pack is made of only when asked for."""
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        hidden = any(part.startswith((".", "__")) for part in place.parts)
        if hidden or path.is_symlink() or not path.is_file() or path.name == ANSWERS:
            continue
        in_pack = path.parent == folder and (
            path.name in {QUESTIONS_NAME, PACK_NAME} or path.match(CASE_PATTERN)
        )
        if packed or not in_pack:
            yield path


def _seen(name: str, content: bytes) -> str:
    """What a learner sees in a file: of a notebook its cells' sources, of others everything."""
    if name.endswith(".ipynb"):
        try:
            cells = json.loads(content)["cells"]
            sources = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
        except (ValueError, LookupError, TypeError):
            return _digest(content)
        return _digest(_json(sources))
    return _digest(content)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
