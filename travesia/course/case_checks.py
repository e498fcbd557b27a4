"""What a case must hold as part of a course: every language, readable, with its drawings.

`travesia.scenarios.check` looks at the case itself; this looks at what lies around it.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from gettext import NullTranslations
from pathlib import Path

from travesia.course.document import ContentError
from travesia.course.localise import localiser
from travesia.course.manifest import MANIFEST_NAME, Manifest
from travesia.course.media import read_picture
from travesia.course.pack import CASE_PATTERN
from travesia.course.reading import NOTHING, SHORTEST, Bounds, ease, measure, words_in
from travesia.language import SOURCE_LANGUAGE, available_languages, translations
from travesia.scenarios import Case, CaseError, Problem, iter_strings, load_case
from travesia.scenarios.groups import Shared

SHOWN = 60
"""How much of a long sentence or a missing text a message quotes."""


def check_around(case: Case, folder: Path, bounds: Mapping[str, Bounds]) -> list[Problem]:
    """The problems of a case's drawings, translations, readability and substitute.

    Args:
        case: the case in the source language.
        folder: the folder that it was read from.
        bounds: how hard its texts may be to read, by language.
    """
    # Resolved: of `.`, where an author works in the case's own folder, the parent is `.` again.
    catalogues = folder.resolve().parent / "locale"
    return [
        *_pictures(case, folder),
        *_substitute(case, folder),
        *_untranslated(case, catalogues),
        *_hard_to_read(case, catalogues, bounds),
    ]


def bounds_of(path: Path) -> Mapping[str, Bounds]:
    """The bounds of the course that a file belongs to; the defaults where it belongs to none."""
    own = path.parent.resolve()
    for folder in (own, *own.parents):
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
    nodes = _contexts(case)
    for language in available_languages(catalogues):
        if language == SOURCE_LANGUAGE:
            continue
        catalogue = copy.copy(translations(language, catalogues))
        catalogue.add_fallback(_Missing())
        for context, text in iter_strings(case):
            if not catalogue.pgettext(context, text):
                yield _problem(
                    case,
                    _node_of(context, nodes),
                    f"the text “{_short(text)}” ({context.split('/', 1)[-1]}) is not in"
                    f" {language}.po",
                    "run `travesia translate extract` and translate it",
                )


def _contexts(case: Case) -> dict[str, str]:
    """The node of each node's and each choice's context; a group's first copy stands for it."""
    found: dict[str, str] = {}
    for name, node in case.nodes.items():
        shared = case.shared.get(name, Shared(f"case:{case.id}", name, ""))
        found.setdefault(f"{shared.context}/node:{shared.node}", name)
        for choice in node.choices:
            own = choice.id.removeprefix(shared.prefix)
            found.setdefault(f"{shared.context}/choice:{own}", name)
    return found


def _node_of(context: str, nodes: Mapping[str, str]) -> str:
    """The node that a context belongs to; empty for the case's own texts."""
    while "/" in context:
        context = context.rpartition("/")[0]
        if context in nodes:
            return nodes[context]
    return ""


@dataclass(frozen=True)
class _Read:
    """What a learner reads at one place of a case."""

    node: str
    """Empty for the case's own texts, which `place` then names."""
    place: tuple[str, ...]
    prose: tuple[str, ...]
    brief: tuple[str, ...]
    """Titles, times and articles. As sentences they would make the prose beside them look easier,
    and a law's own name can't be put more simply: they may not be long, and count for no ease."""


def _hard_to_read(case: Case, catalogues: Path, bounds: Mapping[str, Bounds]) -> Iterator[Problem]:
    for language in available_languages(catalogues):
        limit = bounds.get(language, Bounds())
        localised = case.localised(localiser(translations(language, catalogues)))
        whole = NOTHING
        for read in (*_own_texts(localised), *(_scene(localised, name) for name in case.nodes)):
            whole += measure("\n\n".join(read.prose), language)
            yield from _hard_at(case, read, language, limit)
        got = ease(whole, language)
        if got is not None and got < limit.ease:
            yield _problem(
                case,
                "",
                f"its reading ease in {language} is {got:.0f}, and {limit.ease:g} is asked",
                "use shorter sentences and shorter words",
            )


def _hard_at(case: Case, read: _Read, language: str, limit: Bounds) -> Iterator[Problem]:
    figures = measure("\n\n".join(read.prose), language)
    got = ease(figures, language)
    if got is not None and figures.words >= SHORTEST and got < limit.scene:
        asked = f"{limit.scene:g} is asked of a scene" if read.node else f"{limit.scene:g} is asked"
        yield _problem(
            case,
            read.node,
            f"its reading ease in {language} is {got:.0f}, and {asked}",
            "use shorter sentences and shorter words",
            *read.place,
        )
    longest = measure("\n\n".join([*read.prose, *read.brief]), language).longest
    if words_in(longest) > limit.sentence:
        yield _problem(
            case,
            read.node,
            f"a sentence in {language} has {words_in(longest)} words, and {limit.sentence} are"
            f" allowed (“{_short(longest)}”)",
            "make two of it",
            *read.place,
        )


def _own_texts(case: Case) -> Iterator[_Read]:
    """What is read before the first scene, and in a pause."""
    yield _Read("", ("title",), (), (case.title,))
    for field in ("summary", "grounding"):
        if text := getattr(case, field):
            yield _Read("", (field,), (text,), ())
    for name, role in case.roles.items():
        yield _Read("", ("roles", name), (role.briefing,), (role.title,))


def _scene(case: Case, name: str) -> _Read:
    """Everything that is read at a node in any role: scene, options, consequences, ending."""
    node = case.nodes[name]
    prose: list[str | None] = [node.note, node.text, *node.text_by_role.values()]
    prose += [passage.text for passage in node.passages]
    prose += [moment.text for moment in node.timeline]
    brief = [moment.at for moment in node.timeline]
    if node.illustration:
        prose.append(node.illustration.alt)
    if node.ending:
        prose += [node.ending.text, *node.ending.text_by_role.values()]
        brief.append(node.ending.title)
    for choice in node.choices:
        prose += [choice.text, *choice.text_by_role.values()]
        for feedback in (choice.feedback, *choice.feedback_by_role.values()):
            if feedback:
                prose += [feedback.person, feedback.why, feedback.say]
                brief.append(feedback.article)
    return _Read(
        name, (), tuple(dict.fromkeys(text for text in prose if text)), tuple(filter(None, brief))
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN].rstrip()}…"
