"""A case as one page that needs nothing else: for its author, before anybody plays it.

The page holds every text of the case in every language and role, the key, and what the checks
say. It plays with its own small engine, and is no way to hand a case to learners: the key is in it.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from travesia.course.case_checks import bounds_of, check_around
from travesia.course.localise import localiser
from travesia.course.media import clean_svg
from travesia.design import tokens_css
from travesia.language import available_languages, translations, translator
from travesia.learn import prose
from travesia.learn.screen import render
from travesia.scenarios import (
    CRITICAL_TITLES,
    DIMENSION_TITLES,
    Case,
    CaseError,
    Problem,
    check,
    load_case,
)
from travesia.scenarios.graph import graph_svg

_HERE = Path(__file__).parent
N_ = str  # marks a string for the catalogue; it is translated below

WORDS = {
    "role": N_("Your role: {role}"),
    "decide": N_("What do you do?"),
    "decided": N_("You decided:"),
    "brings": N_("What your decision brings"),
    "continue": N_("Continue"),
    "again": N_("Play again from the start"),
    "person": N_("For the person"),
    "why": N_("Why"),
    "article": N_("The rule"),
    "say": N_("You can say"),
    "end": N_("The end: {title}"),
    "note": N_("Before you go on"),
    "step": N_("Step {number}"),
}


def preview_page(path: Path, *, live: bool = False) -> str:
    """The page of a case file, whole or as the list of what is wrong with it.

    Args:
        path: the case's file.
        live: whether the page reloads when its server says that the file has changed.
    """
    try:
        case = load_case(path, path.name)
        problems: Sequence[Problem] = [
            *check(case),
            *check_around(case, path.parent, bounds_of(path)),
        ]
    except CaseError as error:
        return _page(path.name, None, error.problems, "", live=live)
    return _page(case.title, _data(case, path), problems, graph_svg(case), live=live)


def watched(path: Path) -> tuple[tuple[str, int], ...]:
    """What a page is made of, and when each file last changed."""
    folders = [path.parent, path.parent.parent / "shared", path.parent.parent / "locale"]
    files = [
        each
        for folder in folders
        if folder.is_dir()
        for pattern in ("*.yaml", "*.svg", "*.po")
        for each in folder.glob(pattern)
    ]
    return tuple(sorted((str(each), each.stat().st_mtime_ns) for each in files))


def _page(
    title: str,
    data: Mapping[str, Any] | None,
    problems: Sequence[Problem],
    graph: str,
    *,
    live: bool,
) -> str:
    # A `<` inside a script element could end it.
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return render(
        "preview.html.j2",
        title=title,
        css=Markup(tokens_css() + (_HERE / "view.css").read_text(encoding="utf-8")),  # noqa: S704 - our own style sheets
        script=Markup((_HERE / "preview.js").read_text(encoding="utf-8")),  # noqa: S704 - our own script
        data=Markup(text),  # noqa: S704 - JSON in which no tag can begin
        problems=problems,
        graph=Markup(graph),  # noqa: S704 - drawn by us, every text in it escaped
        live=live,
    )


def _data(case: Case, path: Path) -> dict[str, Any]:
    catalogues = path.parent.parent / "locale"
    return {
        "start": case.start,
        "languages": {
            language: _in_language(
                case.localised(localiser(translations(language, catalogues))), language
            )
            for language in available_languages(catalogues)
        },
        "pictures": {
            node.illustration.src: clean_svg(drawing.read_text(encoding="utf-8"))
            for node in case.nodes.values()
            if node.illustration and (drawing := path.parent / node.illustration.src).is_file()
        },
    }


def _in_language(case: Case, language: str) -> dict[str, Any]:
    """A case with its Markdown made HTML, and the words of the page, in one language."""
    _ = translator(language)
    data = case.localised(_as_html).data()
    return {
        "words": {name: _(word) for name, word in WORDS.items()},
        "dimensions": {name: _(title) for name, title in DIMENSION_TITLES.items()},
        "criticals": {name: _(title) for name, title in CRITICAL_TITLES.items()},
        "case": data,
    }


def _as_html(context: str, text: str) -> str:
    """A text as HTML: a paragraph where it may have several, else a line."""
    last = context.rsplit("/", 1)[-1].split("@", maxsplit=1)[0]
    if last == "alt":
        return text
    whole = (
        last in {"summary", "briefing", "note", "text", "grounding"} and "/choice:" not in context
    )
    return str(prose.block(text) if whole else prose.inline(text))
