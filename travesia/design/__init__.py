"""The design tokens that everything drawn for people shares: colours, sizes, spaces."""

from functools import cache
from pathlib import Path

TOKENS = Path(__file__).parent / "tokens.css"


@cache
def tokens_css() -> str:
    """The style sheet that defines the `--tv-*` custom properties, for light and dark."""
    return TOKENS.read_text(encoding="utf-8")
