"""The flow map in a notebook, drawn and moved by the browser alone."""

from functools import cache
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from travesia.charts.flow_map import FlowMap
from travesia.design import tokens_css
from travesia.language import translator
from travesia.templates import environment

_HERE = files("travesia.charts")
_TEMPLATES = environment(Path(__file__).parent / "templates")
_SCRIPTS = ("map_geometry.js", "map_lines.js", "map_marks.js", "map_paint.js", "map.js")
"""The parts of the drawing, each using those before it; together they are one module."""
_LOCALES = {"es": "es-MX", "en": "en"}
_maps = count(1)


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


@cache
def drawing() -> str:
    """The JavaScript that draws flow maps, its geometry with it: `flowMap` and `GEOMETRY`."""
    geometry = f"const GEOMETRY = {_read('geo/region.json').strip()};"
    return "\n".join([geometry, *(_uncommented(_read(name)) for name in _SCRIPTS)])


def _uncommented(script: str) -> str:
    """A script without its lines of comment, which no browser needs to be sent."""
    lines = script.splitlines()
    kept = (line for line in lines if line and not line.lstrip().startswith("//"))
    return "".join(f"{line}\n" for line in kept)


def style() -> str:
    """The style sheet of flow maps, the design tokens before it."""
    return tokens_css() + _read("map.css")


def skeleton(shown: FlowMap) -> str:
    """The HTML around a flow map's drawing, with every word on it."""
    return _TEMPLATES.get_template("map.html.j2").render(
        map=shown,
        language=shown.language,
        locale=_LOCALES.get(shown.language, shown.language),
        uid=f"tv-map-{next(_maps)}",
        _=translator(shown.language),
    )


class MapView(anywidget.AnyWidget):
    """A flow map in the browser, complete when it arrives: moving it asks the kernel nothing."""

    _esm = drawing() + _read("map_view.js")
    _css = style()

    html = traitlets.Unicode().tag(sync=True)
    document = traitlets.Dict().tag(sync=True)

    def __init__(self, shown: FlowMap) -> None:
        super().__init__(html=skeleton(shown), document=shown.document())

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Takes nothing: what the map shows is decided here."""
