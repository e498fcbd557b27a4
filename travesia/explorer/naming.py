"""What the explorer calls the words that can be chosen, and a choice of some of them."""

from collections.abc import Collection

from travesia.charts.places import place_name
from travesia.explorer.choice import Choice
from travesia.language import translator

_MOST = 4
"""The most words of a column that are named one by one."""


def word_name(column: str, word: str, language: str) -> str:
    """What a word of a column is called: a country, a state, a sex, an age."""
    _ = translator(language)
    known = {
        "female": _("Women and girls"),
        "male": _("Men and boys"),
        "all": _("Not told apart"),
    }
    if column in {"nationality", "place"} and word not in known:
        return place_name(word, language)
    return known.get(word) or place_name(word, language)


def chosen_words(choice: Choice, language: str, *, without: Collection[str] = ()) -> str:
    """The words that a choice keeps, as *Haiti, Cuba; Women and girls*; empty if it keeps all.

    Args:
        choice: the choice.
        language: the language of the names.
        without: columns that are told elsewhere.
    """
    _ = translator(language)
    parts = []
    for column, words in choice.words.items():
        if not words or column in without:
            continue
        named = ", ".join(word_name(column, word, language) for word in words[:_MOST])
        if len(words) > _MOST:
            named = _("{names} and {number} more").format(names=named, number=len(words) - _MOST)
        parts.append(named)
    return "; ".join(parts)
