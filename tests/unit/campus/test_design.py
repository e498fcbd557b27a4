"""The design tokens: complete in light and dark, and legible in both."""

import re
from itertools import product

import pytest

from travesia import design

BLOCK = re.compile(r"([^{}]+)\{([^{}]*)\}")
PROPERTY = re.compile(r"(--tv-[a-z0-9-]+)\s*:\s*([^;]+);")
TEXT, GRAPHIC = 4.5, 3.0

GROUNDS = ["sand", "paper", "shade"]
PAIRS = [
    *product(["ink", "ink-soft"], [*GROUNDS, "water-tint", "clay-tint", "leaf-tint", "ochre-tint"]),
    *product(["water", "water-strong"], [*GROUNDS, "water-tint"]),
    *product(["clay-strong"], [*GROUNDS, "clay-tint"]),
    *product(["clay"], ["sand", "paper"]),
    *product(["leaf"], [*GROUNDS, "leaf-tint"]),
    *product(["ochre"], [*GROUNDS, "ochre-tint"]),
    *product(["on-water"], ["water", "water-strong"]),
    *product(["on-clay"], ["clay", "clay-strong"]),
]
GRAPHICS = [
    *product(["edge"], ["sand", "paper", "shade"]),
    *product(["focus"], [*GROUNDS, "water-tint", "clay-tint", "leaf-tint", "ochre-tint"]),
    *product([f"data-{number}" for number in range(1, 7)], ["sand", "paper"]),
]


def themes() -> dict[str, dict[str, str]]:
    css = re.sub(r"/\*.*?\*/", "", design.tokens_css(), flags=re.DOTALL)
    css = css.replace("@media screen and (prefers-color-scheme: dark) {", "")
    found: dict[str, dict[str, str]] = {}
    for selector, body in BLOCK.findall(css):
        properties = dict(PROPERTY.findall(body))
        if "--tv-ink" not in properties:
            continue
        name = "light" if '"true"' in selector else "dark" if '"false"' in selector else "asked"
        found[name] = properties
    return found


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_is_legible(theme: str, text: str, ground: str) -> None:
    colours = themes()[theme]
    assert contrast(colours[f"--tv-{text}"], colours[f"--tv-{ground}"]) >= TEXT


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), GRAPHICS)
def test_outlines_and_data_are_visible(theme: str, mark: str, ground: str) -> None:
    colours = themes()[theme]
    assert contrast(colours[f"--tv-{mark}"], colours[f"--tv-{ground}"]) >= GRAPHIC


def test_light_and_dark_define_the_same_names() -> None:
    assert themes()["light"].keys() == themes()["dark"].keys()


def test_dark_is_the_same_whoever_asks_for_it() -> None:
    assert themes()["asked"] == themes()["dark"]


def test_the_tokens_fetch_nothing() -> None:
    assert "url(" not in design.tokens_css()
    assert "@import" not in design.tokens_css()
