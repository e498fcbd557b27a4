"""What is never tested: the teaching rules' list, looked for in every question that counts.

Years of prison and tolls are learnt by heart and help nobody; a hotline's number ages; and no
question ties a nationality to an offence.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from travesia.course.localise import localiser
from travesia.course.pack import load_folder_questions
from travesia.course.questions import iter_strings, localised
from travesia.language import translations

_NEAR = r"[^.?!;]{0,60}"
"""Within the same sentence."""
_NUMBERS = r"\b(?:01[ -]?)?[89]00[ -]\d{3}[ -]\d{4}\b|(?<![\d,.-])(?:911|089|088|078)(?![\d,-])"


def _either(first: str, second: str) -> str:
    return rf"\b(?:{first}){_NEAR}\b(?:{second})|\b(?:{second}){_NEAR}\b(?:{first})"


_WORDS = {
    "en": {
        "years of prison": _either(r"years?\b", r"prison|jail|imprisonment"),
        "the toll of a tragedy": r"\b(?:death toll|massacres?|how many \w* ?(?:died|killed))\b",
        "the number of a hotline": _NUMBERS,
        "a nationality's link to an offence": _either(
            r"Hondurans?|Guatemalans?|Salvador[ae]?i?ans?|Nicaraguans?|Venezuelans?|Haitians?|"
            r"Cubans?|Colombians?|Ecuador[ei]?ans?|Mexicans?",
            r"gangs?|robber|theft|thie(?:f|ves)|homicide|murder|drugs?\b|extort|kidnapp|crim(?:e|inal)"
            r"|offen[cd]|smuggl|traffick",
        ),
    },
    "es": {
        "years of prison": _either(r"años?\b", r"prisión|cárcel|reclusión"),
        "the toll of a tragedy": r"\b(?:masacres?|matanzas?|cuánt[oa]s \w* ?(?:murier|matar)on)\b",
        "the number of a hotline": _NUMBERS,
        "a nationality's link to an offence": _either(
            r"hondureñ[oa]s?|guatemaltec[oa]s?|salvadoreñ[oa]s?|nicaragüenses?|venezolan[oa]s?|"
            r"haitian[oa]s?|cuban[oa]s?|colombian[oa]s?|ecuatorian[oa]s?|mexican[oa]s?",
            r"pandill|maras?\b|rob(?:o|ar|ó)\b|homicid|asesin|drogas?\b|extorsi|secuestr|delit|"
            r"delincuen|crim(?:en|inal)|trata\b|tráfico",
        ),
    },
}  # fmt: skip
_PATTERNS = {
    language: {what: re.compile(pattern, re.IGNORECASE) for what, pattern in words.items()}
    for language, words in _WORDS.items()
}


def never_tested(folder: Path, languages: Sequence[str]) -> Iterator[str]:
    """A sentence for each question of a folder that asks for what is never tested."""
    for language in languages:
        localise = localiser(translations(language, folder.parent / "locale"))
        for question in load_folder_questions(folder).values():
            told = {text for _, text in iter_strings(localised(question, localise))}
            where = f"keys/{folder.name}/questions.yaml, {question.id} ({language})"
            for what, words in sorted({each for text in told for each in found(text, language)}):
                yield (
                    f"{where}: “{words}” looks like {what}, which is never tested: ask what "
                    "somebody does instead."
                )


def found(text: str, language: str) -> Iterator[tuple[str, str]]:
    """What in a text is never tested, with the words that say so; none in other languages."""
    for what, pattern in _PATTERNS.get(language.partition("_")[0], {}).items():
        for match in pattern.finditer(text):
            yield what, match[0]
