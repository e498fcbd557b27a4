"""What the charts of the catalogue's series are called, and what they count, in each language."""

from collections.abc import Mapping

from travesia.charts.about import About
from travesia.charts.marks import Mark, known_marks
from travesia.charts.words import Words
from travesia.flows import Series, describe, imported
from travesia.language import Translate, current_language, translator

_UNDER_TITLE_42 = ("title-42-begins", "title-42-ends")


def about(series: str, language: str = "") -> About:
    """What a chart of a series of the catalogue says beside its figures.

    Args:
        series: the series' id.
        language: the language of every word; the reader's own if not given.

    Raises:
        UnknownSeriesError: the catalogue holds no series of that name.
    """
    language = language or current_language()
    _ = translator(language)
    found = describe(series).told(language)
    unit, meaning = counting(_)[found.counts]
    return About(
        title=title(found, _),
        unit=unit,
        meaning=meaning,
        source=source(found, language),
        marks=_marks(found, language),
        annual={
            year.year: year.value
            for year in found.annual
            if year.group in {"all", "all ages"} and year.year >= int(found.end[:4])
        },
        until=found.end,
        language=language,
    )


def counting(_: Translate) -> Mapping[str, tuple[str, str]]:
    """What is counted, and what that is and is not, by the word of the flow table."""
    return {
        "events": (_("Events"), _("times detected, not persons")),
        "encounters": (_("Encounters"), _("times met at the border, not persons")),
        "transits": (_("Transits"), _("passages registered, not persons")),
        "entries": (_("Entries"), _("entries registered, not persons")),
        "applications": (_("Applications"), _("persons who asked for asylum")),
        "decisions": (_("Decisions"), _("persons whose application was decided or closed")),
        "returns": (_("Returns"), _("acts of return, not persons")),
        "deaths": (_("Dead and missing"), _("persons, a minimum")),
        "persons": (_("Residents"), _("persons who live there, no movement")),
        "records": (_("Records"), _("records or cases, not persons")),
    }


def title(series: Series, _: Translate) -> str:
    """What a series is called; an imported one as the catalogue calls it."""
    names = {
        "mexico-events": _("Events of people in an irregular situation in Mexico"),
        "mexico-events-by-sex-age": _("Events in Mexico by sex and age"),
        "mexico-events-by-state": _("Events in Mexico by state"),
        "mexico-events-by-year": _("Events in Mexico by year, as published"),
        "mexico-returns": _("Returns of people from Mexico"),
        "cbp-encounters": _("Encounters at the south-west border of the United States"),
        "cbp-encounters-by-sector": _("Encounters at the south-west border by sector"),
        "us-apprehensions-by-year": _("Encounters by the Border Patrol by fiscal year"),
        "darien-transits": _("Transits of the Darién, Panama"),
        "darien-transits-by-year": _("Transits of the Darién by year, 2010 to 2019"),
        "darien-transits-by-sex-age": _("Transits of the Darién by sex and age"),
        "honduras-entries": _("Irregular entries into Honduras"),
        "honduras-entries-by-sex-age": _("Irregular entries into Honduras by sex and age"),
        "honduras-entries-total": _("Irregular entries into Honduras since 2014"),
        "guatemala-returns": _("Returns to Guatemala"),
        "mexico-asylum-applications": _("Asylum applications in Mexico"),
        "mexico-asylum-decisions": _("Asylum decisions in Mexico"),
        "missing-migrants-by-country": _("Dead and missing persons by country"),
        "missing-migrants-by-cause": _("Dead and missing persons by cause"),
        "migrant-stock": _("People living in another country of the corridor"),
    }
    return names.get(series.id) or imported.title(series.title, _)


def source(series: Series, language: str) -> str:
    """Publisher, period, vintage and the day of checking, as one line."""
    _, words = translator(language), Words(language)
    first, last = (Words.month_of(month) for month in (series.start, series.end))
    return _(
        "Source: {publisher}, {first} to {last}, edition {vintage}; {licence}. Checked on {day}."
    ).format(
        publisher=series.publisher,
        first=words.month(first),
        last=words.month(last),
        vintage=series.vintage,
        licence=series.licence,
        day=words.day(series.checked),
    )


def _marks(series: Series, language: str) -> tuple[Mark, ...]:
    known = known_marks(language)
    _ = translator(language)
    breaks = [Mark(change.day, _("Counting changed<br>{day}"), counting=True)
              for change in series.breaks]  # fmt: skip
    titled = [known[name] for name in _UNDER_TITLE_42 if series.place in {"USA", "MEX"}]
    return (*breaks, *titled, known["turn-2025"])
