"""Where strings for people are written: the package, the lessons, and the instructor's keys."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.extract import extract_from_dir

from travesia import scenarios
from travesia.course import facts, localise, questions
from travesia.course.manifest import MANIFEST_NAME, Manifest
from travesia.course.pack import CASE_PATTERN, FACTS_NAME, QUESTIONS_NAME
from travesia.course.source_notebook import content_name, read_notebook
from travesia.flows import package

_METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.j2", "jinja2")]
# A template that cannot be read would otherwise lose its strings without a word.
_OPTIONS = {"**.html": {"silent": "false"}, "**.j2": {"silent": "false"}}


@dataclass
class String:
    """One text for people with the files it is written in."""

    text: str
    context: str | None = None
    plural: str | None = None
    files: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str | None, str]:
        """What tells the string from others in a catalogue."""
        return self.context, self.text


@dataclass(frozen=True)
class Domain:
    """A set of strings that has catalogues of its own, one file a language."""

    name: str
    catalogues: Path
    content: bool
    """Whether a string is known by its context, as content is, or by its text."""
    root: Path

    def strings(self) -> list[String]:
        """Every string of the domain, once each, in the order of its files.

        Raises:
            ContentError: a file of content cannot be read, naming it and the remedy.
            CaseError: likewise, of a case.
        """
        match self.name:
            case "interface":
                found = _interface(self.root)
            case "notebooks":
                found = _lessons(self.root)
            case "figures":
                found = _figures(self.root)
            case _:
                found = _keys(self.root)
        return _once(found)


def domains(root: Path) -> list[Domain]:
    """The domains of a checkout: interface, lessons, keys, and what the figures' catalogue says."""
    return [
        Domain("interface", root / "travesia" / "locale", content=False, root=root),
        Domain("notebooks", root / "notebooks" / "locale", content=True, root=root),
        Domain("keys", root / "keys" / "locale", content=True, root=root),
        Domain("figures", root / "travesia" / "flows" / "locale", content=False, root=root),
    ]


def _once(found: Iterator[String]) -> list[String]:
    strings: dict[tuple[str | None, str], String] = {}
    for string in found:
        known = strings.setdefault(string.key, string)
        if known is not string:
            known.files += [file for file in string.files if file not in known.files]
            known.comments += [each for each in string.comments if each not in known.comments]
            known.plural = known.plural or string.plural
    return list(strings.values())


def _interface(root: Path) -> Iterator[String]:
    package = root / "travesia"
    extracted = sorted(
        extract_from_dir(
            str(package),
            method_map=_METHODS,
            options_map=_OPTIONS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        ),
        key=lambda each: (each[0], each[1]),
    )
    for file, _line, message, comments, context in extracted:
        text, plural = message if isinstance(message, tuple) else (message, None)
        if text:
            yield String(text, context, plural, [f"travesia/{file}"], list(comments))


def _lessons(root: Path) -> Iterator[String]:
    manifest = root / MANIFEST_NAME
    if manifest.is_file():
        yield from _marked(manifest, root, Manifest.load(manifest).iter_strings())
    records = root / "notebooks" / FACTS_NAME
    if records.is_file():
        for fact in facts.load_facts(records).values():
            yield from _marked(records, root, facts.iter_strings(fact))
    for folder in _folders(root / "notebooks"):
        yield from _notebooks(folder, root)
        yield from _items(folder, root)


def _figures(root: Path) -> Iterator[String]:
    descriptor = root / "travesia" / "flows" / "data" / package.DESCRIPTOR
    if descriptor.is_file():
        for resource in package.read_package(descriptor.parent)["resources"]:
            series = package.Series.model_validate(resource)
            yield from (String(text, files=[_within(descriptor, root)]) for text in series.texts())


def _keys(root: Path) -> Iterator[String]:
    drawn = _drawn_forms(root)
    for folder in _folders(root / "source"):
        if folder.name not in drawn:
            yield from _notebooks(folder, root)
    for folder in _folders(root / "keys"):
        if folder.name not in drawn:
            yield from _items(folder, root)


def _drawn_forms(root: Path) -> set[str]:
    """The folders of forms that were drawn from a pool: their words are the pool's."""
    manifest = root / MANIFEST_NAME
    if not manifest.is_file():
        return set()
    modules = Manifest.load(manifest).modules
    tests = [module.tests for module in modules if module.tests]
    return {assignment.id for each in tests for assignment in each.assignments()}


def _folders(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    return sorted(each for each in parent.iterdir() if each.is_dir() and each.name != "locale")


def _notebooks(folder: Path, root: Path) -> Iterator[String]:
    for path in sorted(folder.glob("*.ipynb")):
        notebook = read_notebook(path)
        yield from _marked(path, root, localise.iter_strings(notebook, content_name(path)))


def _items(folder: Path, root: Path) -> Iterator[String]:
    path = folder / QUESTIONS_NAME
    if path.is_file():
        for question in questions.load_questions(path).values():
            yield from _marked(path, root, questions.iter_strings(question))
    for path in sorted(folder.glob(CASE_PATTERN)):
        yield from _marked(path, root, scenarios.iter_strings(scenarios.load_case(path)))


def _marked(path: Path, root: Path, texts: Iterator[tuple[str, str]]) -> Iterator[String]:
    for context, text in texts:
        if text:
            yield String(text, context, files=[_within(path, root)])


def _within(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
