"""Making HTML safe that came, in part or whole, from a learner.

nbconvert's own `sanitize_html` leaves Markdown as nbgrader's formgrader draws it untouched, and
shows the tags of every heading and paragraph as text where it does clean. These two functions take
the place of its filters, through `HTMLExporter.filters`.
"""

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

# fmt: off
TAGS = frozenset(
    {
        "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl",
        "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "kbd", "li", "ol", "p", "pre",
        "q", "s", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td",
        "tfoot", "th", "thead", "tr", "u", "ul",
    }
)
# fmt: on
ATTRIBUTES = {"*": {"class", "lang"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
LONGEST = 500_000
KEPT = 4_000
_OWN_CLASS = re.compile(r"tv-[a-z-]+|highlight|hl-[a-z0-9]+")
_CODE_CLASS = re.compile(r"tv-[a-z-]+|[a-z][a-z0-9]{0,2}")

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def clean_html(element: object) -> str:
    """HTML without anything that runs, loads, links or covers the page."""
    text = element.decode("utf-8", "replace") if isinstance(element, bytes) else str(element)
    text = text[:LONGEST].encode("utf-8", "replace").decode("utf-8")
    # What a key says of an answer is in many pages; what is long would only fill the memory.
    cleaned: str = _known_clean(text) if len(text) <= KEPT else _CLEANER.clean(text)
    return cleaned


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Keeps the classes of our own explanations and of coloured code, and none of the page's."""
    if name != "class":
        return value
    allowed = _CODE_CLASS if tag == "span" else _OWN_CLASS
    return " ".join(each for each in value.split() if allowed.fullmatch(each)) or None


_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={name: set(allowed) for name, allowed in ATTRIBUTES.items()},
    attribute_filter=_attribute,
    url_schemes=set(),
)
_known_clean = lru_cache(maxsize=512)(_CLEANER.clean)


def markdown_html(source: object, *, below: int = 0) -> str:
    """Markdown as safe HTML; its headings go `below` so many levels of the page's own."""
    text = str(source)[:LONGEST].encode("utf-8", "replace").decode("utf-8")
    # The prose of an assignment is in everybody's page.
    made: str = _known(text, below) if len(text) <= KEPT else _made(text, below)
    return made


def _made(text: str, below: int) -> str:
    tokens: list[Token] = _MARKDOWN.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + below)}"
    return clean_html(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


_known = lru_cache(maxsize=512)(_made)
