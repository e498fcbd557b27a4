"""What an imported series says of itself, in any language; it is stored in English.

Its sentences are in the interface's catalogue, as their template (`importers/series.yaml.j2`) is.
Two hold a month and are put together here, when they are stored and again when they are shown.
"""

import re
from typing import TYPE_CHECKING

from travesia.language import Translate

if TYPE_CHECKING:
    from travesia.flows.package import Licence, Series, Source

PREFIX = "imported-"
_ENDS = re.compile(r"It ends in (\d{4}-\d\d), with the newest imported file\. (.+)")
_PRELIMINARY = re.compile(r"Preliminary from (\d{4}-\d\d) on: the publisher will revise it\.")


def ends(month: str, more: str, _: Translate) -> str:
    """Where a series ends, in a sentence, and what is always true of its end."""
    return _("It ends in {month}, with the newest imported file. {more}").format(
        month=month, more=_(more)
    )


def preliminary(month: str, _: Translate) -> str:
    """From when on its figures are preliminary, in a sentence."""
    return _("Preliminary from {month} on: the publisher will revise it.").format(month=month)


def told(text: str, _: Translate) -> str:
    """A stored text in the reader's language; as it is, where nobody has translated it."""
    if found := _ENDS.fullmatch(text):
        return ends(found[1], found[2], _)
    if found := _PRELIMINARY.fullmatch(text):
        return preliminary(found[1], _)
    # gettext has the catalogue's own header for an empty text.
    return _(text) if text else text


def title(text: str, _: Translate) -> str:
    """A stored title in the reader's language: what it is, and by what its table is split."""
    subject, comma, by = text.rpartition(", by ")
    whole = told(text, _)
    split = f"by {by}"
    return f"{told(subject, _)}, {_(split)}" if comma and whole == text else whole


def series_told(series: "Series", _: Translate) -> "Series":
    """An imported series with its words in the reader's language."""

    def tell(record: "Source | Licence", name: str) -> "Source | Licence":
        return record.model_copy(update={name: told(getattr(record, name), _)})

    words = ("unit", "ends", "suppression")
    return series.model_copy(
        update={
            "title": title(series.title, _),
            **{name: told(getattr(series, name), _) for name in words},
            "caveats": tuple(told(each, _) for each in series.caveats),
            "sources": tuple(tell(each, "publisher") for each in series.sources),
            "licenses": tuple(tell(each, "title") for each in series.licenses),
        }
    )
