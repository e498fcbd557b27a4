"""What a learner touches inside a notebook: questions, cases, saved answers.

Each function is one readable line in a cell and gives what the cell shows::

    from travesia.learn import case, chart, choice, fact, match, number, order, short, text, truth

    choice("who-decides")

Content comes from the pack beside the notebook (`content.json`), answers go into `answers.json`
beside it. Whatever is wrong is shown as a sentence in the learner's language, never raised.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from travesia.learn.cells import (
        case,
        chart,
        choice,
        fact,
        match,
        number,
        order,
        short,
        spot,
        text,
        truth,
    )

__all__ = [
    "case",
    "chart",
    "choice",
    "fact",
    "match",
    "number",
    "order",
    "short",
    "spot",
    "text",
    "truth",
]


def __getattr__(name: str) -> Any:
    """A cell's function; the widgets that it shows are loaded when it is first asked for.

    So who only reads saved answers, as grading does, need not wait for them.
    """
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from travesia.learn import cells  # noqa: PLC0415 - see above

    return getattr(cells, name)
