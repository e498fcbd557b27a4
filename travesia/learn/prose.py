"""Markdown of the course as HTML that may stand in a page: no scripts, no raw HTML, no images.

Pictures are shown by the case view itself, which knows their alternative text.
"""

from functools import cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "h4", "h5", "h6", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").enable("strikethrough")


def block(text: str) -> Markup:
    """Paragraphs of Markdown as safe HTML."""
    return _clean(_parser().render(text))


def inline(text: str) -> Markup:
    """One line of Markdown as safe HTML, without a paragraph around it."""
    return _clean(_parser().renderInline(text))


def _clean(html: str) -> Markup:
    # nh3 has cleaned it: from here on it is markup, not text.
    return Markup(  # noqa: S704
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}, "ol": {"start"}},
            url_schemes={"https", "mailto"},
            link_rel="noopener noreferrer",
        )
    )
