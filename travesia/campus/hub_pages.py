"""The hub's own pages in Travesía's look and in the reader's language.

JupyterHub draws its sign-in and waiting pages from `TEMPLATES`, with `template_vars` in them. The
hub does not know a person's language before they sign in, so a page without a person holds each
sentence in every language, and shows the one that the browser asks for; without scripts all of
them are read, one below the other.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from travesia import design
from travesia.campus import hub_policy
from travesia.campus.pages import language_names
from travesia.campus.people import People
from travesia.campus.preferences import Preferences
from travesia.language import SOURCE_LANGUAGE, available_languages, translator

TEMPLATES = Path(__file__).parent / "hub_templates"
STYLE = TEMPLATES / "hub.css"

Say = Callable[..., Markup]


def template_vars(
    people: Path,
    *,
    campus_data: Path | None = None,
    campus: str = "/services/campus/",
    language: str = SOURCE_LANGUAGE,
    demonstration: bool = False,
) -> dict[str, Any]:
    """What `c.JupyterHub.template_vars` needs for the pages in `TEMPLATES`.

    Args:
        people: the registry of people (`people.json`).
        campus_data: the campus's own folder, where people's choice of language lies.
        campus: the address of the campus below the hub.
        language: the hub's own language, which stands first before anybody signed in.
        demonstration: whether every page says that isolation is off.
    """
    registry = People(people)
    preferences = Preferences(campus_data / "campus.sqlite") if campus_data else None

    def languages(user: Any) -> list[str]:
        """The languages to write a page in: the person's, or all before anybody signed in."""
        if user is None:
            return sorted(available_languages(), key=lambda each: each != language)
        chosen = preferences.language(user.name) if preferences else None
        for each in (chosen, registry.get(user.name).language):
            if each in available_languages():
                return [each]
        return [language]

    # JupyterHub calls each of these with the person who is signed in, or None.
    return {
        "_": lambda user: sayer(languages(user)),
        "tv_languages": languages,
        "tv_language_names": lambda _user: language_names(),
        "tv_nonce": lambda _user: hub_policy.nonce(),
        "tv_style": lambda _user: Markup(design.tokens_css() + STYLE.read_text(encoding="utf-8")),  # noqa: S704 - files of our own
        "tv_campus": campus,
        "tv_demonstration": demonstration,
    }


def sayer(languages: list[str]) -> Say:
    """A function that writes a sentence in each of the languages, marked as such."""

    def say(text: str, **values: Any) -> Markup:
        sentences = {each: escape(translator(each)(text)).format(**values) for each in languages}
        if len(sentences) == 1:
            return next(iter(sentences.values()))
        return Markup("").join(
            Markup('<span class="tv-say" lang="{language}">{sentence}</span>').format(
                language=language, sentence=sentence
            )
            for language, sentence in sentences.items()
        )

    return say
