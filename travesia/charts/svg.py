"""Small pieces of SVG: shapes and text in the colours of the design tokens."""

import io
import re
import textwrap
from collections.abc import Iterable, Sequence
from html import escape

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif'

# In a page with the tokens the picture follows its light or dark theme; elsewhere it is light.
_TOKENS = {
    "#1f2a30": "ink", "#4a565c": "ink-soft", "#fffdf9": "paper", "#ede7db": "shade",
    "#dcd4c4": "line", "#f7f4ee": "sand", "#0b6e75": "data-1", "#9a7410": "data-4",
    "#4a5fa8": "data-3", "#8c4a7f": "data-5", "#3f4a4f": "data-6",
}  # fmt: skip
_DASHES = {"dash": "8 5", "dot": "2 4", "dashdot": "8 4 2 4", "longdash": "14 6"}
# The drawing program knows no custom properties.
_TOKEN_COLOUR = re.compile(r"var\(--tv-[a-z0-9-]+,(#[0-9a-f]{6})\)")
_TAGS = re.compile(r"</?[a-z]+>")


_TITLE, _TITLE_ROW, _SOURCE_ROW, _EDGE = 18, 24, 16, 14

__all__ = ["alone", "cut", "escape", "framed", "light_png", "lines", "number", "paint", "path",
           "picture", "png", "rectangle", "text", "width_of"]  # fmt: skip


def paint(colour: str) -> str:
    """A colour as a style's value: the token of that colour where there is one."""
    name = _TOKENS.get(colour)
    return f"var(--tv-{name},{colour})" if name else escape(colour)


def number(value: float) -> str:
    """A coordinate, as short as a tenth of a pixel needs."""
    return f"{value:.1f}".removesuffix(".0")


def rectangle(
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str,
    opacity: float = 1,
    hint: str = "",
) -> str:
    """A filled rectangle, with a text that a browser shows on pointing."""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(max(width, 0))}" '
        f'height="{number(max(height, 0))}" style="fill:{paint(fill)}"{_opacity(opacity)}'
        + (f"><title>{escape(hint)}</title></rect>" if hint else "/>")
    )


def path(
    data: str,
    *,
    stroke: str = "none",
    width: float = 1.5,
    fill: str = "none",
    dash: str = "",
    opacity: float = 1,
    hint: str = "",
) -> str:
    """A line or a filled shape along an SVG path."""
    style = f"fill:{paint(fill)};stroke:{paint(stroke)};stroke-width:{number(width)}"
    if dash in _DASHES:
        style += f";stroke-dasharray:{_DASHES[dash]}"
    start = f'<path d="{data}" style="{style}" stroke-linejoin="round"{_opacity(opacity)}'
    return f"{start}><title>{escape(hint)}</title></path>" if hint else f"{start}/>"


def lines(points: Iterable[Sequence[float] | None]) -> str:
    """A path through points, broken where there is none."""
    parts, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        parts.append(f"{pen}{number(point[0])} {number(point[1])}")
        pen = "L"
    return "".join(parts)


def text(
    words: str,
    x: float,
    y: float,
    *,
    size: float = 12,
    fill: str = "#1f2a30",
    anchor: str = "start",
    bold: bool = False,
    halo: str = "",
) -> str:
    """Text on one line or several, its first baseline at `y`; plotly's tags are left out."""
    rows = words.split("<br>")
    style = f"fill:{paint(fill)};font-size:{number(size)}px"
    if bold:
        style += ";font-weight:600"
    if halo:
        style += f";stroke:{paint(halo)};stroke-width:3px;paint-order:stroke;stroke-linejoin:round"
    spans = "".join(
        f'<tspan x="{number(x)}" dy="{0 if row == 0 else number(size * 1.3)}"'
        + (' font-weight="600">' if "<b>" in line else ">")
        + f"{escape(_TAGS.sub('', line))}</tspan>"
        for row, line in enumerate(rows)
    )
    at = f'x="{number(x)}" y="{number(y)}"'
    return f'<text {at} text-anchor="{anchor}" style="{style}">{spans}</text>'


def width_of(words: str, size: float = 12) -> float:
    """About how wide a text is, in pixels."""
    return max(len(_TAGS.sub("", line)) for line in words.split("<br>")) * size * 0.56


def picture(parts: Iterable[str], width: float, height: float, title: str, described: str) -> str:
    """A whole SVG picture with its name and its text alternative; it loads and runs nothing."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" '
        f'role="img" font-family="{escape(FONT)}" style="max-width:100%;height:auto">'
        f"<title>{escape(title)}</title><desc>{escape(described)}</desc>"
        + rectangle(0, 0, width, height, fill="#fffdf9")
        + "".join(parts)
        + "</svg>"
    )


def framed(
    parts: Iterable[str], width: float, height: float, title: str, source: str
) -> tuple[list[str], float]:
    """A picture's pieces with its title above and its source below, and how high they are now."""
    heading = _wrapped(title, width, _TITLE)
    note = _wrapped(source, width, 11)
    top = _EDGE + _TITLE_ROW * len(heading)
    end = top + height + _SOURCE_ROW
    return [
        text("<br>".join(heading), _EDGE, _EDGE + _TITLE, size=_TITLE, bold=True),
        cut("".join(parts), width, height, top),
        text("<br>".join(note), _EDGE, end, size=11, fill="#4a565c"),
    ], end + _SOURCE_ROW * len(note)


def cut(drawn: str, width: float, height: float, top: float = 0) -> str:
    """A picture within the picture, so far from its top: what lies beyond its edges is cut off."""
    return f'<svg y="{number(top)}" width="{number(width)}" height="{number(height)}">{drawn}</svg>'


def _wrapped(words: str, width: float, size: float) -> list[str]:
    """A text on as many lines as it needs in a picture so many pixels wide."""
    return textwrap.wrap(words, max(20, int((width - 2 * _EDGE) / (size * 0.56)))) or [""]


def png(picture: str, *, zoom: float = 1.5) -> bytes:
    """A picture of this module as PNG, drawn without a browser; `zoom` times as many pixels."""
    import resvg_py  # noqa: PLC0415 - only a page without scripts needs it

    return bytes(resvg_py.svg_to_bytes(svg_string=alone(picture), zoom=zoom))


def light_png(picture: str) -> bytes:
    """The same in at most 256 colours, a third as heavy, for pages that hold many of them."""
    from PIL import Image  # noqa: PLC0415 - only a page without scripts needs it

    drawn = Image.open(io.BytesIO(png(picture))).convert("RGB")
    light = io.BytesIO()
    # What is drawn small keeps its colour too, which says what it counts.
    own = [part for colour in _TOKENS for part in bytes.fromhex(colour[1:])]
    palette = Image.new("P", (1, 1))
    palette.putpalette(own + (drawn.quantize(256 - len(_TOKENS)).getpalette() or []))
    drawn.quantize(palette=palette, dither=Image.Dither.NONE).save(light, "PNG", optimize=True)
    return light.getvalue()


def alone(picture: str) -> str:
    """A picture for outside a page: in plain colours, which every drawing program knows."""
    return _TOKEN_COLOUR.sub(r"\1", picture)


def _opacity(value: float) -> str:
    return "" if value >= 1 else f' opacity="{value:.2f}"'
