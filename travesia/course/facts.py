"""Facts that age: dated records of law, figures, contacts and institutions, cited by id."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import model_validator

from travesia.course.document import ContentModel, load
from travesia.course.questions import Identifier, Localise, Text
from travesia.scenarios.parts import Day

LIFE_IN_DAYS = {"law": 180, "figure": 180, "institution": 180, "contact": 90}
"""How long a record may be trusted after it was checked, at most."""


class Fact(ContentModel):
    """One statement that was true on a day, how sure it is and until when it may be shown."""

    id: Identifier
    kind: Literal["law", "figure", "institution", "contact"]
    text: Text
    source: Text
    confidence: Literal["text", "verified", "computed", "known", "unsure"]
    as_of: Day
    """The day of the text or figure that the record states."""
    checked: Day | None = None
    """The day on which somebody last compared the record with it; `as_of` if left out."""
    expires: Day
    link: str = ""

    @model_validator(mode="after")
    def _expires_in_time(self) -> Self:
        days = (self.expires - (self.checked or self.as_of)).days
        allowed = LIFE_IN_DAYS[self.kind]
        if not 0 < days <= allowed:
            raise ValueError(
                f"{self.id} expires {days} days after it was checked: "
                f"a record of kind {self.kind} lives for 1 to {allowed} days."
            )
        return self

    def expired(self, today: date) -> bool:
        """Whether the record has to be checked again before anybody relies on it."""
        return today > self.expires


class Instrument(ContentModel):
    """A law or other source that references name in short: its full name and its text's date."""

    id: Text
    """The short name, such as `LM`."""
    title: Text
    """The full name, in the language in which it was published."""
    text_of: Day | None = None
    """The day of the last reform in the text that was read."""
    link: str = ""


class FactFile(ContentModel):
    """The dated records of a course, and the instruments that its references name."""

    instruments: tuple[Instrument, ...] = ()
    facts: tuple[Fact, ...] = ()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = [fact.id for fact in self.facts]
        repeated = sorted({each for each in ids if ids.count(each) > 1})
        if repeated:
            raise ValueError(f"two facts are called {repeated[0]}: rename one.")
        names = [instrument.id for instrument in self.instruments]
        twice = sorted({each for each in names if names.count(each) > 1})
        if twice:
            raise ValueError(f"two instruments are called {twice[0]}: rename one.")
        return self


def load_facts(path: Path) -> dict[str, Fact]:
    """The dated records of a YAML file by id.

    Raises:
        ContentError: naming the file, the line and the remedy.
    """
    return {fact.id: fact for fact in load(path, FactFile).facts}


def load_instruments(path: Path) -> dict[str, Instrument]:
    """The instruments of a YAML file of records by their short names.

    Raises:
        ContentError: naming the file, the line and the remedy.
    """
    return {each.id: each for each in load(path, FactFile).instruments}


def expired(facts: dict[str, Fact], today: date) -> list[Fact]:
    """The records that have to be checked again on a day."""
    return [fact for fact in facts.values() if fact.expired(today)]


def iter_strings(fact: Fact) -> Iterator[tuple[str, str]]:
    """Every text of a record with its catalogue context."""
    yield f"fact:{fact.id}/text", fact.text


def localised(fact: Fact, localise: Localise) -> Fact:
    """The same record with its text in another language; the source keeps its own name."""
    return fact.model_copy(update={"text": localise(f"fact:{fact.id}/text", fact.text)})


def fact_form(fact: Fact) -> dict[str, Any]:
    """A record as JSON, as a lesson shows it."""
    return fact.model_dump(mode="json")
