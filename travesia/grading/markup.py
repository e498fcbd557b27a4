"""Small pieces of HTML from authored Markdown and from hostile text.

Only elements are used that nbconvert's own sanitiser lets pass, so that an explanation looks the
same in the formgrader and in the feedback.
"""

import html
import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

_INLINE = MarkdownIt("zero", {"html": False}).enable(["emphasis", "backticks", "escape", "entity"])
LONGEST_TITLE = 120
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[«¿¡“A-ZÁÉÍÓÚÑ])")


def writable(text: str) -> str:
    """Text that can be written as UTF-8: half a surrogate pair, which JSON allows, cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")


def escape(text: str) -> str:
    """Text as HTML: no character of it is markup, and each can be written as UTF-8."""
    return html.escape(writable(text))


def inline(text: str) -> str:
    """One authored Markdown text as HTML, its paragraphs as blocks; links become their words."""
    paragraphs = [part.strip() for part in writable(text).split("\n\n") if part.strip()]
    rendered = [_INLINE.renderInline(part) for part in paragraphs]
    if len(rendered) <= 1:
        return "".join(rendered)
    return "".join(f'<div class="tv-paragraph">{part}</div>' for part in rendered)


def plain(text: str) -> str:
    """An authored Markdown text without its markup, on one line."""
    words = [_words(token) for token in _INLINE.parseInline(writable(text))]
    return " ".join("".join(words).split())


def title(text: str) -> str:
    """An authored text's first paragraph as a title: its first whole sentences, or else words."""
    line = plain(text.strip().split("\n\n")[0])
    if len(line) <= LONGEST_TITLE:
        return line
    ends = [end.start() for end in _SENTENCE_END.finditer(line) if end.start() <= LONGEST_TITLE]
    if ends:
        return line[: ends[-1]]
    return line[:LONGEST_TITLE].rsplit(" ", 1)[0] + "…"


def _words(token: Token) -> str:
    if token.children:
        return "".join(_words(child) for child in token.children)
    return " " if token.type in {"softbreak", "hardbreak"} else token.content


def blank_lines_kept(text: str) -> str:
    """A learner's own text as HTML, its lines as they were written."""
    return f'<pre class="tv-own-words">{escape(text)}</pre>'
