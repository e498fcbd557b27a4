"""Catalogues: filled from the source, merged with what is translated, and checked."""

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import polib
from babel import Locale, UnknownLocaleError
from babel.messages.plurals import get_plural

from travesia.course.document import ContentError
from travesia.course.strings import Domain, String, domains
from travesia.language import SOURCE_LANGUAGE

SAME_LIST = Path("travesia") / "locale" / "same.txt"
LIKE_ENOUGH = 0.75
"""How alike a changed interface text and an old one must be for its translation to be proposed."""

_PERCENT = re.compile(r"%\((\w+)\)[sd]")
_MARKUP = re.compile(r"<[^>]*>|\{[^}]*\}|%\(\w+\)[sd]|&\w+;")
Key = tuple[str | None, str]


def extract(root: Path, languages: list[str]) -> list[Path]:
    """Writes every string of a checkout into its catalogues, and gives the files that changed.

    Translations are kept. Where a text changed, its old translation stays as a proposal, marked
    fuzzy; where a text is gone, its translation is kept as obsolete.
    """
    changed: list[Path] = []
    for domain in domains(root):
        strings = domain.strings()
        for language in languages:
            path = domain.catalogues / f"{language}.po"
            before = path.read_text(encoding="utf-8") if path.is_file() else None
            if before is None and not strings:
                continue
            after = str(_merged(domain, strings, _catalogue(path), language)).rstrip() + "\n"
            if after != before:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(after, encoding="utf-8")
                changed.append(path)
    return changed


def build(root: Path) -> list[Path]:
    """Compiles every catalogue beside itself for tools that read `.mo` files."""
    built: list[Path] = []
    for domain in domains(root):
        for path in sorted(domain.catalogues.glob("*.po")):
            target = path.with_suffix(".mo")
            _catalogue(path).save_as_mofile(str(target))
            built.append(target)
    return built


def status(root: Path, languages: list[str]) -> list[str]:
    """What is not right in the catalogues, one sentence a problem; none when all is well."""
    same = _same(root / SAME_LIST)
    problems: list[str] = []
    used: set[str] = set()
    for domain in domains(root):
        strings = domain.strings()
        for language in languages:
            problems += _problems(domain, strings, language, same, used)
    problems += [
        f"{SAME_LIST}: {_short(text)} is listed and no longer the same in any language: "
        "take the line out."
        for text in sorted(same - used)
    ]
    return problems


def _catalogue(path: Path) -> polib.POFile:
    if not path.is_file():
        return polib.POFile(wrapwidth=96)
    try:
        return polib.pofile(str(path), encoding="utf-8", wrapwidth=96)
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path} is not a catalogue ({error}): correct that line.") from error


def _merged(
    domain: Domain, strings: list[String], old: polib.POFile, language: str
) -> polib.POFile:
    new = polib.POFile(wrapwidth=96)
    new.metadata = _metadata(language)
    known: dict[Key, polib.POEntry] = {(each.msgctxt, each.msgid): each for each in old}
    wanted = {string.key for string in strings}
    left = [entry for key, entry in known.items() if key not in wanted and _translated(entry)]
    for string in strings:
        entry = known.get(string.key)
        if entry is None or (entry.obsolete and not _translated(entry)):
            entry = _proposed(domain, string, left)
        entry.obsolete = False
        entry.occurrences = [(file, "") for file in string.files]
        entry.comment = "\n".join(string.comments)
        if string.plural and not entry.msgid_plural:
            entry.msgid_plural = string.plural
            entry.msgstr_plural = dict.fromkeys(range(_plurals(language)), "")
        new.append(entry)
    for entry in left:
        entry.obsolete = True
        entry.occurrences = []
        entry.flags = []
        new.append(entry)
    return new


def _proposed(domain: Domain, string: String, left: list[polib.POEntry]) -> polib.POEntry:
    """A new entry: empty, or with the translation of the text that it seems to replace."""
    entry = polib.POEntry(msgctxt=string.context, msgid=string.text, msgstr="")
    if domain.content:
        replaced = next((each for each in left if each.msgctxt == string.context), None)
    else:
        close = difflib.get_close_matches(
            string.text, [each.msgid for each in left], n=1, cutoff=LIKE_ENOUGH
        )
        replaced = next((each for each in left if close and each.msgid == close[0]), None)
    if replaced is None or replaced.msgid_plural:
        return entry
    if domain.content:
        left.remove(replaced)
    entry.msgstr = replaced.msgstr
    entry.previous_msgid = replaced.msgid
    entry.flags = ["fuzzy"]
    return entry


def _metadata(language: str) -> dict[str, str]:
    # No dates: a catalogue changes when a text does, and only then.
    return {
        "Project-Id-Version": "travesia",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": f"nplurals={_plurals(language)}; plural={_plural_rule(language)};",
    }


def _plurals(language: str) -> int:
    return get_plural(language).num_plurals


def _plural_rule(language: str) -> str:
    return get_plural(language).plural_expr


def _problems(
    domain: Domain, strings: list[String], language: str, same: set[str], used: set[str]
) -> Iterator[str]:
    path = domain.catalogues / f"{language}.po"
    shown = path.relative_to(domain.root)
    if not path.is_file():
        if strings:
            yield f"{shown} is missing: run `travesia translate extract`."
        return
    entries: dict[Key, polib.POEntry] = {
        (each.msgctxt, each.msgid): each for each in _catalogue(path) if not each.obsolete
    }
    for string in strings:
        entry = entries.pop(string.key, None)
        if entry is None:
            yield f"{shown}: {_name(string)} is not in it: run `travesia translate extract`."
            continue
        where = f"{shown}, line {entry.linenum}: {_name(string)}"
        if "fuzzy" in entry.flags:
            yield f"{where} changed in the source: read its translation and unmark it."
            continue
        texts = [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]
        if not all(text.strip() for text in texts):
            yield f"{where} is not translated: translate it."
            continue
        yield from (f"{where} {fault}" for fault in _faults(domain, string, texts, same, used))
    for entry in entries.values():
        yield (
            f"{shown}, line {entry.linenum}: {_short(entry.msgid)} is no longer in the source: "
            "run `travesia translate extract`."
        )


def _faults(
    domain: Domain, string: String, texts: list[str], same: set[str], used: set[str]
) -> Iterator[str]:
    for text in texts:
        if text.strip() == string.text.strip() and _has_words(text):
            used.add(_line(string.text))
            if _line(string.text) not in same:
                yield f"is the same as in the source: translate it, or list it in {SAME_LIST}."
        if domain.content:
            continue
        expected = _placeholders(string.text) | _placeholders(string.plural or "")
        found = _placeholders(text)
        if found - expected or (expected - found and string.plural is None):
            yield (
                f"has the placeholders {_listed(found)} where the source has "
                f"{_listed(expected)}: use the source's."
            )


def _placeholders(text: str) -> set[str]:
    try:
        braces = {name for _, name, _, _ in Formatter().parse(text) if name}
    except ValueError:
        braces = set()
    return braces | set(_PERCENT.findall(text))


def _has_words(text: str) -> bool:
    return bool(re.search(r"[^\W\d_]{2}", _MARKUP.sub("", text)))


def _translated(entry: polib.POEntry) -> bool:
    return bool(entry.msgstr or any(entry.msgstr_plural.values()))


def _same(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def _line(text: str) -> str:
    return " ".join(text.split())


def _name(string: String) -> str:
    return string.context or _short(string.text)


def _short(text: str) -> str:
    line = _line(text)
    return f"“{line[:60]}…”" if len(line) > 60 else f"“{line}”"


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def check_languages(languages: list[str]) -> list[str]:
    """The languages without the source language.

    Raises:
        ContentError: a code names no language.
    """
    for language in languages:
        try:
            Locale.parse(language)
        except (UnknownLocaleError, ValueError) as error:
            raise ContentError(
                f"{language} names no language: use a code such as es or pt_BR."
            ) from error
    return [language for language in languages if language != SOURCE_LANGUAGE]
