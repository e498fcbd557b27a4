"""A case's own drawings: SVG of lines and text, cleaned so that nothing in one can run or load."""

from pathlib import Path

import nh3

from travesia.course.document import ContentError

LARGEST_PICTURE = 12_000
"""The most characters of a drawing: it travels to the learner with its scene."""

_SHAPES = {
    *("svg", "g", "path", "line", "polyline", "polygon", "rect", "circle", "ellipse"),
    *("text", "tspan", "title", "desc"),
}
_ATTRIBUTES = {
    *("viewBox", "d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "points"),
    *("width", "height", "transform", "fill", "stroke", "stroke-width", "stroke-linecap"),
    *("stroke-linejoin", "stroke-dasharray", "stroke-opacity", "fill-opacity", "opacity"),
    *("fill-rule", "font-size", "font-weight", "text-anchor", "preserveAspectRatio"),
}


def read_picture(folder: Path, src: str) -> str:
    """The drawing in a file of a case's folder, as SVG text that is safe to put into a page.

    Raises:
        ContentError: it is missing, too large or no SVG; the sentence names the remedy.
    """
    path = folder / src
    if path.suffix.lower() != ".svg":
        raise ContentError(f"the drawing {src} is no SVG: draw it as an .svg file.")
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContentError(f"the drawing {src} is missing: put it beside the case.") from None
    except (OSError, ValueError):
        raise ContentError(f"the drawing {src} cannot be read: save it as UTF-8 text.") from None
    if len(text) > LARGEST_PICTURE:
        raise ContentError(
            f"the drawing {src} has {len(text)} characters, {LARGEST_PICTURE} at most: simplify it."
        )
    clean = clean_svg(text)
    if not clean.startswith("<svg"):
        raise ContentError(f"the drawing {src} holds no drawing: start it with <svg viewBox=…>.")
    return clean


def clean_svg(text: str) -> str:
    """A drawing without anything but shapes, texts and their colours."""
    start = text.find("<svg")
    shapes = nh3.clean(
        text[start:] if start >= 0 else "",
        tags=_SHAPES,
        attributes=dict.fromkeys(_SHAPES, _ATTRIBUTES),
        clean_content_tags={"script", "style"},
        attribute_filter=_without_addresses,
        filter_style_properties=set(),
        strip_comments=True,
    )
    return " ".join(shapes.split())


def _without_addresses(_tag: str, _attribute: str, value: str) -> str | None:
    """A value, unless it could make the page fetch something."""
    return None if "url(" in value.lower() or "//" in value else value
