"""How hard a text is to read, by the formulas that each language's schools use.

Spanish: INFLESZ, the scale of Szigriszt-Pazos' formula of 1993 as graded by Barrio-Cantalejo et al.
(An. Sist. Sanit. Navar. 2008, 31(2)): 55 to 65 is *normal*, what a newspaper reads like. English:
Flesch's reading ease of 1948: 60 to 70 is plain English. Both grow with ease. A language
without a formula here is measured by the length of its sentences alone.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from pydantic import Field

from travesia.course.document import ContentModel

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Initials and abbreviations of these texts do not end a sentence.
_ABBREVIATION = re.compile(r"\b(?:art|arts|núm|párr|vs|Sr|Sra|Dr|Dra)\.", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…]+[\"”»')\]*_]*(?=\s|$)|\n{2,}|:\s*\n")
_MARKUP = re.compile(r"[*_`>#]|\]\([^)]*\)|\[")


class Bounds(ContentModel):
    """What a course asks of its texts in one language; the defaults mean about grade 8."""

    ease: float = 65
    """The lowest reading ease of a whole case, on the language's own scale."""
    scene: float = 55
    """The lowest ease of one scene of it, which may be harder than the whole."""
    sentence: Annotated[int, Field(ge=5)] = 30
    """The most words that a sentence may have."""


SHORTEST = 40
"""The fewest words for which a formula of averages says something."""


@dataclass(frozen=True)
class Measure:
    """The figures of a text: words, sentences, syllables and the longest sentence."""

    words: int
    sentences: int
    syllables: int
    longest: str

    def __add__(self, other: "Measure") -> "Measure":
        return Measure(
            self.words + other.words,
            self.sentences + other.sentences,
            self.syllables + other.syllables,
            max(self.longest, other.longest, key=words_in),
        )


NOTHING = Measure(0, 0, 0, "")


def measure(text: str, language: str) -> Measure:
    """The figures of a text of one or several paragraphs of Markdown."""
    plain = _ABBREVIATION.sub(lambda found: found.group()[:-1], _MARKUP.sub("", text))
    sentences = [each.strip() for each in _SENTENCE_END.split(plain) if _WORD.search(each)]
    count = _SYLLABLES.get(language, english_syllables)
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    return Measure(
        words=len(words),
        sentences=len(sentences),
        syllables=sum(count(word) for word in words),
        longest=max(sentences, key=words_in, default=""),
    )


def ease(figures: Measure, language: str) -> float | None:
    """The reading ease on the language's scale; None for a language without one, or no text."""
    if language not in _FORMULAS or not figures.words:
        return None
    return _FORMULAS[language](
        figures.syllables / figures.words, figures.words / max(1, figures.sentences)
    )


def words_in(sentence: str) -> int:
    """How many words a sentence has."""
    return len(_WORD.findall(sentence))


_SPANISH_VOWELS = re.compile(
    # A weak vowel with an accent stands alone; else weak ones join what is beside them.
    r"[íú]|[iuüy]?[aeoáéó][iuüy]?(?![íú])|[iuüy]?[aeoáéó]|[iuü][iuü]?|y(?![aeiouáéíóú])"
)


@lru_cache(maxsize=20_000)
def spanish_syllables(word: str) -> int:
    """The syllables of a Spanish word: diphthongs joined, hiatus apart, silent u left out."""
    lowered = re.sub(r"qu(?=[eiéí])", "q", word.lower())
    lowered = re.sub(r"gu(?=[eiéí])", "g", lowered)
    return max(1, len(_SPANISH_VOWELS.findall(lowered)))


_ENGLISH_VOWELS = re.compile(r"[aeiouy]+")


@lru_cache(maxsize=20_000)
def english_syllables(word: str) -> int:
    """The syllables of an English word, by its groups of vowels less those that are silent."""
    lowered = re.sub(r"['’]s?$|['’]", "", word.lower())
    groups = len(_ENGLISH_VOWELS.findall(lowered))
    silent_e = re.search(r"[^aeiouyl]e$|[aeiouy]le$", lowered)
    silent_es = re.search(r"[^aeiouysxzcg]es$", lowered) and not re.search(r"[sc]hes$", lowered)
    silent_ed = re.search(r"[^aeiouytd]ed$", lowered)
    apart = len(
        re.findall(r"i[ao](?!us)|eo(?!ple)|ua(?!r)|[aeiouy]ing|[dr]ea$|creat", lowered)
    ) - len(re.findall(r"[tcs]i[ao]", lowered))
    groups += max(0, apart) - bool(silent_e or silent_es or silent_ed)
    return max(1, groups)


_SYLLABLES: Mapping[str, Callable[[str], int]] = {
    "es": spanish_syllables,
    "en": english_syllables,
}
_FORMULAS: Mapping[str, Callable[[float, float], float]] = {
    "es": lambda syllables, words: 206.835 - 62.3 * syllables - words,
    "en": lambda syllables, words: 206.835 - 84.6 * syllables - 1.015 * words,
}
