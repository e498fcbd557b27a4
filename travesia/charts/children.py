"""Children among the people detected in Mexico, by month."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from travesia import flows
from travesia.charts.chart import Chart
from travesia.charts.marks import Mark, Marks
from travesia.charts.template import HEIGHT
from travesia.charts.words import Words
from travesia.flows import Series
from travesia.language import Translate, translator

SERIES = "mexico-events-by-sex-age"
UNDER_12 = ("under-12-accompanied", "under-12-unaccompanied")
FROM_12 = "12-17"
ADULTS = "18-plus"
CHILDREN = (*UNDER_12, FROM_12)
GROUPS = {
    ("0-11", "accompanied"): UNDER_12[0],
    ("0-11", "unaccompanied"): UNDER_12[1],
    ("12-17", "all"): FROM_12,
    ("18+", "all"): ADULTS,
}
"""The chart's groups by age and accompaniment in the flow table."""


@dataclass(frozen=True)
class _View:
    """The data and the language that every part of the chart is made from."""

    series: Series
    events: pd.DataFrame
    """A row for each month, a column for each group, and `children` and `all`."""
    words: Words
    translate: Translate

    @property
    def end(self) -> pd.Timestamp:
        return self.events.index[-1]

    @property
    def years(self) -> pd.DataFrame:
        return self.events.groupby(self.events.index.year).sum()


def children_detected(language: str) -> Chart:
    """The chart of events of children detected in Mexico by month, in one language."""
    view = _view(language)
    _ = view.translate
    return Chart(
        title=_("Children and adolescents detected in Mexico, by month"),
        spec=_spec(view, language),
        summary=_summary(view),
        table=_by_year(view),
        monthly=_by_month(view),
        table_title=_("The figures by year"),
        monthly_title=_("The figures by month"),
        source=_source(view),
        language=language,
    )


def _view(language: str) -> _View:
    table = pd.DataFrame(flows.load(SERIES, quiet=True))
    table["group"] = [
        GROUPS[pair] for pair in zip(table["age"], table["accompaniment"], strict=True)
    ]
    events = table.pivot_table(index="period", columns="group", values="value", aggfunc="sum")
    events = events.astype("int64")
    events["children"] = events[list(CHILDREN)].sum(axis=1)
    events["all"] = events["children"] + events[ADULTS]
    return _View(flows.describe(SERIES), events, Words(language), translator(language))


def _spec(view: _View, language: str) -> dict[str, Any]:
    _ = view.translate
    events, words = view.events, view.words
    months = list(events.index)
    groups = [
        (_("Under 12"), events[list(UNDER_12)].sum(axis=1)),
        (_("12 to 17"), events[FROM_12]),
    ]
    bars = [
        {
            "type": "bar",
            "name": name,
            "x": months,
            "y": values.to_numpy(),
            "customdata": [words.number(value) for value in values],
            "hovertemplate": "%{customdata}<extra>%{fullData.name}</extra>",
            "marker": {"line": {"width": 0}},
        }
        for name, values in groups
    ]
    total = {
        "type": "scatter",
        "name": _("All children"),
        "x": months,
        "y": events["children"].to_numpy(),
        "customdata": [words.number(value) for value in events["children"]],
        "hovertemplate": "<b>%{customdata}</b><extra>%{fullData.name}</extra>",
        "mode": "markers",
        "marker": {"opacity": 0},
        "showlegend": False,
    }
    marks = Marks(language)
    marks.draw([Mark(change.day, _("Counting changed<br>{day}")) for change in view.series.breaks])
    until = marks.end(view.end)
    marks.counts(_("Events per month"), _("times detected, not persons"))
    return {
        "data": [*bars, total],
        "layout": {
            "barmode": "stack",
            "bargap": 0.15,
            "height": HEIGHT,
            "separators": words.separators,
            "shapes": marks.shapes,
            "annotations": marks.notes,
            "xaxis": {
                "type": "date",
                "range": [(months[0] - pd.DateOffset(days=20)).isoformat(), until.isoformat()],
                "tick0": "2018-01-01",
                "dtick": "M24",
                "minor": {"tick0": "2018-01-01", "dtick": "M12", "ticks": "outside"},
                "tickformat": "%Y",
                "tickangle": 0,
                "hoverformat": "%B %Y",
            },
            "yaxis": {"tickformat": ",d", "nticks": 6},
        },
    }


def _summary(view: _View) -> str:
    _ = view.translate
    events, words, years = view.events, view.words, view.years
    first, last = events.index[0], view.end
    peak = events["children"].idxmax()
    last_full_year = years.loc[last.year - 1]
    sentences = [
        _(
            "Bars show, for each month from {first} to {last}, how many times the migration "
            "authority of Mexico detected a person under 18 in an irregular situation. They count "
            "events, not persons: a child who is detected twice is two events."
        ).format(first=words.month(first), last=words.month(last)),
        _(
            "The highest month is {peak} with {peak_events} events of children; the last is "
            "{last} with {last_events}."
        ).format(
            peak=words.month(peak),
            peak_events=words.number(events.loc[peak, "children"]),
            last=words.month(last),
            last_events=words.number(events.loc[last, "children"]),
        ),
        _(
            "In {year} there were {children} events of children among {all} of all ages "
            "({share}); {under_12} of them were of children under 12."
        ).format(
            year=last.year - 1,
            children=words.number(last_full_year["children"]),
            all=words.number(last_full_year["all"]),
            share=words.share(last_full_year["children"] / last_full_year["all"]),
            under_12=words.number(last_full_year[list(UNDER_12)].sum()),
        ),
        *(
            _(
                "On {day} the way of counting changed, because the law has children channelled to "
                "child protection instead of detained: a step across that day is no trend."
            ).format(day=words.day(change.day))
            for change in view.series.breaks
        ),
        _(
            "The series ends in {last}: later months are not in it, so the chart does not show "
            "today."
        ).format(last=words.month(last)),
        *(
            _(
                "For the whole of {year} the publisher gives {events} events of people of all "
                "ages; it is not known here how many were of children."
            ).format(year=annual.year, events=words.number(annual.value))
            for annual in view.series.annual
        ),
        _(
            "From 12 to 17 the table does not tell accompanied from unaccompanied adolescents, "
            "and no figure here shows people who travel south or stay."
        ),
    ]
    return " ".join(sentences)


def _by_year(view: _View) -> pd.DataFrame:
    _ = view.translate
    last = view.end

    def label(year: int) -> str:
        if year != last.year or last.month == 12:
            return str(year)
        return _("{year}, {first} to {last}").format(
            year=year,
            first=view.words.month_alone(date(year, 1, 1)),
            last=view.words.month_alone(last),
        )

    years = view.years
    table = _columns(view, years)
    table.insert(0, _("Year"), [label(year) for year in years.index])
    table[_("All ages")] = [view.words.number(value) for value in years["all"]]
    table[_("Children's share")] = [
        view.words.share(share) for share in years["children"] / years["all"]
    ]
    return table


def _by_month(view: _View) -> pd.DataFrame:
    _ = view.translate
    table = _columns(view, view.events)
    table.insert(0, _("Month"), [view.words.month(month) for month in view.events.index])
    return table


def _columns(view: _View, events: pd.DataFrame) -> pd.DataFrame:
    _ = view.translate
    headings = {
        "under-12-accompanied": _("Under 12, accompanied"),
        "under-12-unaccompanied": _("Under 12, unaccompanied"),
        FROM_12: _("12 to 17"),
        "children": _("All children"),
    }
    return pd.DataFrame(
        {
            heading: [view.words.number(value) for value in events[group]]
            for group, heading in headings.items()
        }
    )


def _source(view: _View) -> str:
    _ = view.translate
    series = view.series
    return _(
        "Source: {publisher}, {publication}, table {table}, {first} to {last}, as compiled by the "
        "IOM Global Data Institute; the publisher revises past months. It counts events of people "
        "in an irregular situation, not persons. Open data. Checked on {day}."
    ).format(
        publisher=series.publisher,
        publication=series.source.title,
        table=series.source.table,
        first=view.words.month(view.events.index[0]),
        last=view.words.month(view.end),
        day=view.words.day(series.checked),
    )
