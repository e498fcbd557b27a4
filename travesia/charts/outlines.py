"""The region's outlines in longitude and latitude, from the file that the flow map draws too."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

Line = list[tuple[float, float]]


@cache
def outlines() -> Mapping[str, Sequence[Line]]:
    """Rings and lines of `land`, `lakes`, `countries` and `states`, in degrees."""
    text = (files("travesia.charts") / "geo" / "region.json").read_text(encoding="utf-8")
    document = json.loads(text)
    scale = document["scale"]
    return {
        layer: [_decoded(line, scale) for line in document[layer]]
        for layer in ("land", "lakes", "countries", "states")
    }


def _decoded(text: str, scale: int) -> Line:
    """A line of the encoded polyline algorithm, longitude before latitude."""
    numbers, value, shift = [], 0, 0
    for letter in text:
        part = ord(letter) - 63
        value |= (part & 31) << shift
        shift += 5
        if part < 32:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    line, x, y = [], 0, 0
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        line.append((x / scale, y / scale))
    return line
