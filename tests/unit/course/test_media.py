"""Drawings: only shapes, texts and colours come through; what else is in a file does not."""

import pytest

from travesia.course.document import ContentError
from travesia.course.media import clean_svg, read_picture

DRAWING = (
    '<svg viewBox="0 0 40 20"><title>A road</title>'
    '<path d="M0 10h40" stroke="currentColor" stroke-width="2" fill="none"></path></svg>'
)


def test_a_drawing_of_lines_comes_through_as_it_is(tmp_path):
    (tmp_path / "road.svg").write_text(f'<?xml version="1.0"?>\n<!-- by hand -->\n{DRAWING}')
    assert read_picture(tmp_path, "road.svg") == DRAWING


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<style>* { background: url(https://elsewhere.example/x) }</style>",
        '<image href="https://elsewhere.example/x"/>',
        '<use href="https://elsewhere.example/x#a"/>',
        '<a href="javascript:alert(1)"><text>press</text></a>',
        '<foreignObject><img src="x" onerror="alert(1)"></foreignObject>',
        '<path d="M0 0" onload="alert(1)"/>',
        '<path d="M0 0" fill="url(https://elsewhere.example/x)"/>',
        '<path d="M0 0" style="fill: url(https://elsewhere.example/x)"/>',
        '<animate attributeName="href" to="javascript:alert(1)"/>',
    ],
)
def test_nothing_in_a_drawing_can_run_or_fetch(hostile):
    clean = clean_svg(DRAWING.replace("</svg>", f"{hostile}</svg>"))
    assert clean.startswith('<svg viewBox="0 0 40 20">')
    for sign in ("elsewhere", "alert", "script", "onload", "onerror", "href", "style", "<img"):
        assert sign not in clean


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("road.png", "x", "the drawing road.png is no SVG: draw it as an .svg file."),
        ("road.svg", "x", "the drawing road.svg holds no drawing"),
        ("road.svg", DRAWING + " " * 12_000, "12000 at most: simplify it."),
        (None, "", "the drawing road.svg is missing: put it beside the case."),
    ],
)
def test_a_file_that_is_no_drawing_is_refused_in_a_sentence(tmp_path, name, content, sentence):
    if name:
        (tmp_path / name).write_text(content)
    with pytest.raises(ContentError) as caught:
        read_picture(tmp_path, name or "road.svg")
    assert sentence in str(caught.value)
