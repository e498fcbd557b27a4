"""What a case must hold as part of a course: every language, readable, with its drawings.

`travesia.scenarios.check` looks at the case itself; this looks at what lies around it.
"""

import copy
from collections.abc import Iterator, Mapping
from gettext import NullTranslations
from pathlib import Path

from travesia.course.document import ContentError
from travesia.course.localise import localiser
from travesia.course.manifest import MANIFEST_NAME, Manifest
from travesia.course.media import read_picture
from travesia.course.pack import CASE_PATTERN
from travesia.course.reading import NOTHING, SHORTEST, Bounds, Measure, ease, measure, words_in
from travesia.language import SOURCE_LANGUAGE, available_languages, translations
from travesia.scenarios import Case, CaseError, Problem, iter_strings, load_case

SHOWN = 60
"""How much of a long sentence or a missing text a message quotes."""


def check_around(case: Case, folder: Path, bounds: Mapping[str, Bounds]) -> list[Problem]:
    """The problems of a case's drawings, translations, readability and substitute.

    Args:
        case: the case in the source language.
        folder: the folder that it was read from.
        bounds: how hard its texts may be to read, by language.
    """
    catalogues = folder.parent / "locale"
    return [
        *_pictures(case, folder),
        *_substitute(case, folder),
        *_untranslated(case, catalogues),
        *_hard_to_read(case, catalogues, bounds),
    ]


def bounds_of(path: Path) -> Mapping[str, Bounds]:
    """The bounds of the course that a file belongs to; the defaults where it belongs to none."""
    for folder in path.absolute().parents:
        manifest = folder / MANIFEST_NAME
        if manifest.is_file():
            try:
                return Manifest.load(manifest).reading
            except ContentError:
                # A broken manifest is `travesia check`'s to report; a case can be read without.
                return {}
    return {}


def _problem(case: Case, node: str, what: str, remedy: str, *inner: str | int) -> Problem:
    names: dict[str, object] = {"nodes": {name: {} for name in case.nodes}}
    location = ("nodes", node, *inner) if node else inner
    return case.origin.problem(location, what, remedy, names)


def _pictures(case: Case, folder: Path) -> Iterator[Problem]:
    for name, node in case.nodes.items():
        if node.illustration is None:
            continue
        try:
            read_picture(folder, node.illustration.src)
        except ContentError as error:
            what, _, remedy = str(error).partition(": ")
            yield _problem(case, name, what, remedy.rstrip("."), "illustration")


def _substitute(case: Case, folder: Path) -> Iterator[Problem]:
    """Who would rather not play a hard scene takes another case, and loses nothing by it."""
    tagged = [name for name, node in case.nodes.items() if node.note]
    if not tagged and case.substitute is None:
        return
    others = {other.id: other for other in _siblings(case, folder)}
    if case.substitute is None:
        if not any(other.substitute == case.id for other in others.values()):
            yield _problem(
                case,
                tagged[0],
                "it has a content note, and the case names no substitute",
                "write `substitute:` with a case of equal outcomes and points",
            )
        return
    other = others.get(case.substitute)
    if other is None:
        yield _problem(
            case,
            "",
            f"its substitute `{case.substitute}` is not in the same folder",
            "correct the id, or write that case",
            "substitute",
        )
        return
    for what, own, its in (
        ("points", case.points, other.points),
        ("outcomes", _outcomes(case), _outcomes(other)),
        ("roles", set(case.roles), set(other.roles)),
        ("dimensions", dict(case.dimensions), dict(other.dimensions)),
        ("rule for going back", case.practice, other.practice),
    ):
        if own != its:
            yield _problem(
                case,
                "",
                f"its substitute `{other.id}` has other {what}",
                "make the two equal, since they count alike",
                "substitute",
            )
    if other.substitute is not None:
        yield _problem(
            case,
            "",
            f"its substitute `{other.id}` names one itself",
            "take that one away: the two already stand for each other",
            "substitute",
        )


def _siblings(case: Case, folder: Path) -> Iterator[Case]:
    for path in sorted(folder.glob(CASE_PATTERN)):
        if path.name == Path(case.origin.file).name:
            continue
        try:
            other = load_case(path)
        except CaseError:
            continue
        if other.id != case.id:
            yield other


def _outcomes(case: Case) -> set[str]:
    return {*case.outcomes, *(node.outcome for node in case.nodes.values() if node.outcome)}


class _Missing(NullTranslations):
    """Stands behind a catalogue and answers only what that one does not have."""

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002 - gettext's signature
        return ""


def _untranslated(case: Case, catalogues: Path) -> Iterator[Problem]:
    for language in available_languages(catalogues):
        if language == SOURCE_LANGUAGE:
            continue
        catalogue = copy.copy(translations(language, catalogues))
        catalogue.add_fallback(_Missing())
        for context, text in iter_strings(case):
            if not catalogue.pgettext(context, text):
                yield _problem(
                    case,
                    _node_of(case, context),
                    f"the text “{_short(text)}” ({context.split('/', 1)[-1]}) is not in"
                    f" {language}.po",
                    "run `travesia translate extract` and translate it",
                )


def _node_of(case: Case, context: str) -> str:
    """The node that a context belongs to; empty for the case's own texts."""
    for part in context.split("/"):
        kind, _, name = part.partition(":")
        if kind == "node":
            return next((each for each, at in case.shared.items() if at.node == name), name)
        if kind == "choice":
            for node_name, node in case.nodes.items():
                if any(
                    choice.id == name or choice.id.endswith(f"-{name}") for choice in node.choices
                ):
                    return node_name
    return ""


def _hard_to_read(case: Case, catalogues: Path, bounds: Mapping[str, Bounds]) -> Iterator[Problem]:
    for language in available_languages(catalogues):
        limit = bounds.get(language, Bounds())
        localised = case.localised(localiser(translations(language, catalogues)))
        whole = NOTHING
        for name, texts in scene_texts(localised).items():
            figures = measure("\n\n".join(texts), language)
            whole += figures
            yield from _scene(case, name, figures, language, limit)
        got = ease(whole, language)
        if got is not None and got < limit.ease:
            yield _problem(
                case,
                "",
                f"its reading ease in {language} is {got:.0f}, and {limit.ease:g} is asked",
                "use shorter sentences and shorter words",
            )


def _scene(
    case: Case, name: str, figures: Measure, language: str, limit: Bounds
) -> Iterator[Problem]:
    got = ease(figures, language)
    if got is not None and figures.words >= SHORTEST and got < limit.scene:
        yield _problem(
            case,
            name,
            f"its reading ease in {language} is {got:.0f}, and {limit.scene:g} is asked of a scene",
            "use shorter sentences and shorter words",
        )
    long = words_in(figures.longest)
    if long > limit.sentence:
        yield _problem(
            case,
            name,
            f"a sentence in {language} has {long} words, and {limit.sentence} are allowed"
            f" (“{_short(figures.longest)}”)",
            "make two of it",
        )


def scene_texts(case: Case) -> dict[str, list[str]]:
    """Everything that is read at each node in any role: scene, options, consequences, ending."""
    return {name: list(dict.fromkeys(_read_at(case, name))) for name in case.nodes}


def _read_at(case: Case, name: str) -> Iterator[str]:
    node = case.nodes[name]
    texts: list[str | None] = [node.note, node.text, *node.text_by_role.values()]
    texts += [passage.text for passage in node.passages]
    texts += [moment.text for moment in node.timeline]
    if node.ending:
        texts += [node.ending.text, *node.ending.text_by_role.values()]
    for choice in node.choices:
        texts += [choice.text, *choice.text_by_role.values()]
        for feedback in (choice.feedback, *choice.feedback_by_role.values()):
            if feedback:
                texts += [feedback.person, feedback.why, feedback.say]
    yield from (text for text in texts if text)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN].rstrip()}…"
