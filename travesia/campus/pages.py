"""The campus's pages: templates, filled in a reader's language and time zone."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from markupsafe import Markup, escape

from travesia import design
from travesia.campus.dates import Moments
from travesia.campus.overview import Desk, ModuleView, Work
from travesia.campus.records import short_id
from travesia.language import Translate, available_languages, translations
from travesia.templates import environment

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
TOKENS = "tokens.css"


def fill(text: str, **values: Any) -> Markup:
    """A sentence with values in its places: text is escaped, markup of our own stays."""
    return escape(text).format(**values)


def code(text: str) -> Markup:
    """Text to be read letter by letter."""
    return Markup("<code>{}</code>").format(text)


def foreign(text: str) -> Markup:
    """The English words of a program that has no translation, marked as English."""
    return Markup('<strong lang="en">{}</strong>').format(text)


def language_names() -> list[tuple[str, str]]:
    """Each language served with its own name for itself: `("es", "Español")`."""
    return [
        (each, (Locale.parse(each).get_display_name() or each).capitalize())
        for each in available_languages()
    ]


class Pages:
    """The writer of pages below one address of the hub."""

    def __init__(self, *, prefix: str, hub: str, demonstration: bool) -> None:
        self.prefix = prefix
        self._always = {
            "prefix": prefix,
            "hub": hub,
            "demonstration": demonstration,
            "files_url": f"{hub}user-redirect/tree",
            "lab_url": f"{hub}user-redirect/lab",
            "formgrader_url": f"{hub}user-redirect/formgrader",
            "asset": self.asset,
            "fill": fill,
            "code": code,
            "foreign": foreign,
            "short_id": short_id,
        }
        self._environment = environment(TEMPLATES, "jinja2.ext.i18n")

    def asset(self, name: str) -> str:
        """The address of a static file, which changes whenever its content does."""
        return f"{self.prefix}static/{name}?v={_fingerprint(name)}"

    def render(self, template: str, moments: Moments, values: Mapping[str, Any]) -> str:
        """A page in the language and the zone of the reader."""
        catalogue = translations(moments.language)
        return self._environment.get_template(template).render(
            self._always,
            _=catalogue.gettext,
            gettext=catalogue.gettext,
            ngettext=catalogue.ngettext,
            language=moments.language,
            locale=str(moments.locale).replace("_", "-"),
            languages=language_names(),
            moments=moments,
            **values,
        )


@cache
def _fingerprint(name: str) -> str:
    content = design.tokens_css().encode() if name == TOKENS else (STATIC / name).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


def learner_lead(modules: Iterable[ModuleView], moments: Moments, _: Translate) -> str:
    """The one sentence under a learner's greeting: what to do next."""
    for module in modules:
        if module.next == "before":
            return _("Start with the test before the lesson: it shows what you know already.")
        if module.work and module.work.state != "closed":
            return _work_lead(module.work, moments, _)
    return _("Start with the lesson.")


def _work_lead(work: Work, moments: Moments, _: Translate) -> str:
    if work.state == "marked":
        return _("Your feedback is ready. Read it while your decisions are fresh.")
    if work.state == "handed-in":
        return _("Your assignment has arrived. You will find your feedback here.")
    if work.overdue:
        return _("The due date has passed. You can still hand in your assignment.")
    if work.due:
        return _("Start with the lesson, then do the assignment. It is due {when}.").format(
            when=moments.relative(work.due)
        )
    return _("Start with the lesson, then do the assignment.")


def instructor_lead(desks: Iterable[Desk], _: Translate) -> str:
    """The one sentence under an instructor's greeting: how much waits."""
    waiting = sum(entry.waits for desk in desks for entry in desk.entries)
    if waiting:
        return _("Submissions waiting for your marks: {number}.").format(number=waiting)
    return _("Nothing waits for your marks.")


def error_words(status: int, _: Translate) -> tuple[str, str]:
    """What happened and what to do about it, for a status of HTTP."""
    match status:
        case 404:
            return _("This page does not exist"), _(
                "The address may have changed, or what it showed is not yours to see. "
                "Everything that is yours can be reached from your course."
            )
        case 403:
            return _("This page is not open to you"), _(
                "If you pressed a button on a page that had been open for a long time, go back, "
                "reload that page and press it again. If you think you should be able to see "
                "this, tell your instructor."
            )
        case 400 | 405 | 422:
            return _("The campus did not understand that"), _(
                "Go to your course and try again from there. Nothing was changed."
            )
        case 502 | 503 | 504:
            return _("The campus cannot reach the hub"), _(
                "Wait a minute and reload this page. What you handed in is safe."
            )
        case _other:
            return _("Something went wrong on our side"), _(
                "It is not your fault, and what you handed in is safe. Wait a minute and try "
                "again; if it happens again, tell your instructor."
            )
