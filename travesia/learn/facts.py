"""Dated records of law, figures and contacts, shown where a lesson relies on them."""

from datetime import UTC, datetime
from typing import Any

from travesia.learn.content import Desk
from travesia.learn.screen import ItemScreen, Summary

N_ = str  # marks a sentence for the catalogue; it is translated where it is shown

CONFIDENCE = {
    "text": N_("Read in the text itself."),
    "verified": N_("Verified in the source."),
    "computed": N_("Computed from published figures."),
    "known": N_("Known to practitioners, not yet verified here."),
    "unsure": N_("Unsure: check it before you rely on it."),
}
"""How sure a record is, in words."""


class FactsScreen(ItemScreen):
    """Some facts with their sources, the day of checking, and a warning once they are too old."""

    def __init__(self, desk: Desk, identifiers: tuple[str, ...]) -> None:
        super().__init__(desk, "facts")
        self.records: list[dict[str, Any]] = [desk.facts[each] for each in identifiers]

    @property
    def today(self) -> str:
        """This day, as records write days."""
        return datetime.now(UTC).date().isoformat()

    def confidence(self, record: dict[str, Any]) -> str:
        """How sure a record is, in the learner's language."""
        sentence = CONFIDENCE[record["confidence"]]
        return self._(sentence)

    def html(self) -> str:
        """The facts."""
        return self.render("facts.html.j2")

    def summary(self) -> Summary:
        """The facts, which are the same on paper."""
        return Summary(self.html(), "\n".join(record["text"] for record in self.records))
