"""The words of the course: what is never written about people, and what a person has to read.

The list is the one of the teaching rules. Words that are right or wrong by their meaning are not
decided here: they are listed for reading.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

PERSON = {
    "en": r"(?:migrants?|persons?|people|child(?:ren)?|adolescents?|boys?|girls?|men|man|wom[ae]n|"
    r"famil(?:y|ies)|foreigners?|immigrants?)",
    "es": r"(?:migrantes?|personas?|gente|niñ[oa]s?|adolescentes?|hombres?|mujer(?:es)?|"
    r"familias?|extranjer[oa]s?|inmigrantes?|centroamerican[oa]s?)",
}
# What is quoted is somebody else's word, the law's above all: it is read, not refused.
_QUOTED = re.compile(r"“[^”]*”|«[^»]*»|‘[^’]*’|(?m:^>.*$)")
_UNSEEN = re.compile(r"`[^`]*`|\]\([^)]*\)|<[^>]*>|\{[^}]*\}")


@dataclass(frozen=True)
class Rule:
    """A word that is not written, with what to write; or one whose use a person has to read."""

    pattern: re.Pattern[str]
    write: str
    refused: bool


@dataclass(frozen=True)
class Finding:
    """A word found in a text."""

    word: str
    write: str
    refused: bool

    def __str__(self) -> str:
        """What to do about it."""
        if self.refused:
            return f"“{self.word}” is not written here: write {self.write}."
        return f"“{self.word}” is for a person to read: {self.write}."


def _rule(pattern: str, write: str, *, refused: bool = True) -> Rule:
    return Rule(re.compile(rf"\b{pattern}\b", re.IGNORECASE), write, refused)


_COMPARED = (
    r"(?!\s+(?:de\s+(?:\d|un|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|"
    r"trece|catorce|quince|dieci|los\s+(?:dos|tres|daños))|que|o\s+igual|a\s+\d|"
    r"(?:daño|riesgo|medida|grado|tiempo|plazo|número|cantidad|costo|gravedad|duda|importancia|"
    r"nivel|edad\s+que)s?\b))"
)
# In English *minor* is a noun where no noun follows it.
_NOUN = (
    r"(?=\s*(?:$|[.,;:!?)”’'])|\s+(?:who|that|is|was|has|had|must|may|can|cannot|could|should|and|"
    r"or|in|at|with|without|from|of|to|by|on|alone|travell?\w*)\b)"
)

RULES: dict[str, tuple[Rule, ...]] = {
    "es": (
        _rule(rf"{PERSON['es']}\s+(?:\w+\s+)?ilegal(?:es)?", "“en situación irregular”"),
        _rule(r"(?:los|las|unos|unas|un|una)\s+ilegal(?:es)?", "“personas en situación irregular”"),
        _rule(r"ilegal(?:es|mente)?", "is it about an act, never a person?", refused=False),
        _rule(
            rf"(?:{PERSON['es']}|los|las|un|una)\s+indocumentad[oa]s?",
            "“sin documentos”, “en situación irregular”",
        ),
        _rule(r"indocumentad[oa]s?", "is it about a person?", refused=False),
        _rule(rf"menor(?:es)?{_COMPARED}", "“niña, niño, adolescente”"),
        _rule(r"menas?", "“niña, niño, adolescente”"),
        _rule(r"(?:olas?|oleadas?|avalanchas?)", "“más personas”, or the number and its unit"),
        _rule(r"flujos?\s+masivos?", "“más personas”, or the number and its unit"),
        _rule(r"invasi(?:ón|ones)", "“más personas”, or the number and its unit"),
        _rule(r"crisis\s+migratorias?", "what happened, and to whom"),
        _rule(r"caravanas?", "is it written as a threat?", refused=False),
        _rule(r"rescat(?:ar|ó|aron|ad[oa]s?|e)", "does it mean detaining?", refused=False),
        _rule(r"asegura(?:miento|d[oa]s?)", "does it mean detaining?", refused=False),
        _rule(r"(?:presentad|alojad|canalizad)[oa]s?", "is the word explained?", refused=False),
        _rule(r"(?:coyotes?|polleros?)", "“traficante de migrantes”"),
        _rule(r"(?<!posible )(?<!posibles )víctimas?", "recognised by who may?", refused=False),
        _rule(r"trata\s+de\s+blancas", "“trata de personas”"),
        _rule(r"tráfico\s+de\s+personas", "“trata de personas” or “tráfico ilícito de migrantes”"),
        _rule(r"extracontinental(?:es)?", "“de África”, “de Asia”, or the country"),
        _rule(r"deporta(?:ción|ciones|d[oa]s?|r)", "is it the exact act?", refused=False),
        _rule(r"hoy", "will it be true on another day?", refused=False),
    ),
    "en": (
        _rule(rf"illegal\s+(?:\w+\s+)?{PERSON['en']}", "“in an irregular situation”"),
        _rule(r"illegals", "“people in an irregular situation”"),
        _rule(r"illegal(?:ly)?", "is it about an act, never a person?", refused=False),
        _rule(r"aliens?", "“foreigner”, “person”"),
        _rule(
            rf"(?:the|an)\s+undocumented(?!\s+{PERSON['en']})|undocumenteds",
            "“people without documents”",
        ),
        _rule(r"minors", "“children”, “adolescents”"),
        _rule(r"unaccompanied\s+minor", "“unaccompanied child”"),
        _rule(rf"minor{_NOUN}", "“child”, “adolescent”"),
        _rule(
            rf"(?:waves?|surges?|floods?|influx)\s+of\s+(?:\w+\s+)?{PERSON['en']}",
            "“more people”, or the number and its unit",
        ),
        _rule(r"(?:waves?|surges?|floods?|influx)", "is it about people?", refused=False),
        _rule(r"(?:migration|migrant|border)\s+crisis", "what happened, and to whom"),
        _rule(r"caravans?", "is it written as a threat?", refused=False),
        _rule(r"(?:rescued|secured)", "does it mean detained?", refused=False),
        _rule(r"(?:presented|housed)", "does it mean detained?", refused=False),
        _rule(r"(?:coyotes?|polleros?)", "“smuggler”"),
        _rule(r"(?<!possible )victims?", "recognised by who may?", refused=False),
        _rule(r"white\s+slavery", "“trafficking in persons”"),
        _rule(r"(?:extracontinental|bogus)", "“from …”, “unfounded”"),
        _rule(r"deport(?:ation|ations|ed|s|ing)?", "is it the exact act?", refused=False),
        _rule(r"today", "will it be true on another day?", refused=False),
    ),
}


def check_text(text: str, language: str) -> Iterator[Finding]:
    """The words of a text that are refused or have to be read; none in other languages."""
    seen = _UNSEEN.sub(lambda match: " " * len(match[0]), text)
    quoted = [match.span() for match in _QUOTED.finditer(seen)]
    found: list[tuple[int, int]] = []
    for rule in RULES.get(language.partition("_")[0], ()):
        for match in rule.pattern.finditer(seen):
            start, end = match.span()
            # The first rule that names a word decides about it.
            if any(first < end and start < last for first, last in found):
                continue
            found.append((start, end))
            own = not any(first <= start and end <= last for first, last in quoted)
            yield Finding(match[0], rule.write, rule.refused and own)
