"""Children among the people detected in Mexico, by month."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import plotly.graph_objects as go

from travesia import flows
from travesia.charts.chart import Chart
from travesia.charts.template import INK, INK_SOFT, SHADE, template
from travesia.charts.words import Words
from travesia.flows import Series
from travesia.language import Translate, translator

SERIES = "mexico-children-events"
UNDER_12 = ("under-12-accompanied", "under-12-unaccompanied")
FROM_12 = "12-17"
CHILDREN = (*UNDER_12, FROM_12)
HEIGHT = 460
ROOM_AFTER_THE_END = pd.DateOffset(months=9)


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
        figure=_figure(view),
        summary=_summary(view),
        table=_by_year(view),
        monthly=_by_month(view),
        table_title=_("The figures by year"),
        monthly_title=_("The figures by month"),
        source=_source(view),
    )


def _view(language: str) -> _View:
    events = flows.load(SERIES).pivot_table(
        index="month", columns="group", values="events", aggfunc="sum", observed=True
    )
    # A categorical index of columns refuses the sums that follow.
    events.columns = [str(name) for name in events.columns]
    events = events.astype("int64")
    events["children"] = events[list(CHILDREN)].sum(axis=1)
    events["all"] = events["children"] + events["18-plus"]
    return _View(flows.describe(SERIES), events, Words(language), translator(language))


def _figure(view: _View) -> go.Figure:
    _ = view.translate
    events, words = view.events, view.words
    groups = [
        (_("Under 12"), events[list(UNDER_12)].sum(axis=1)),
        (_("12 to 17"), events[FROM_12]),
    ]
    figure = go.Figure(
        [
            go.Bar(
                name=name,
                x=events.index,
                y=values.to_numpy(),
                customdata=[words.number(value) for value in values],
                hovertemplate="%{customdata}<extra>%{fullData.name}</extra>",
                marker_line_width=0,
            )
            for name, values in groups
        ]
    )
    figure.add_scatter(
        name=_("All children"),
        x=events.index,
        y=events["children"].to_numpy(),
        customdata=[words.number(value) for value in events["children"]],
        hovertemplate="<b>%{customdata}</b><extra>%{fullData.name}</extra>",
        mode="markers",
        marker={"opacity": 0},
        showlegend=False,
    )
    figure.update_layout(
        template=template(),
        barmode="stack",
        bargap=0.15,
        height=HEIGHT,
        separators=words.separators,
        xaxis={
            "range": [events.index[0] - pd.DateOffset(days=20), view.end + ROOM_AFTER_THE_END],
            "tick0": "2018-01-01",
            "dtick": "M24",
            "minor": {"tick0": "2018-01-01", "dtick": "M12", "ticks": "outside"},
            "tickformat": "%Y",
            "tickangle": 0,
            # Plotly knows the names of months in English only: offline, figures serve everybody.
            "hoverformat": "%m/%Y",
        },
        yaxis={"tickformat": ",d", "nticks": 6},
    )
    _say_what_is_counted(figure, view)
    _mark_break(figure, view)
    _mark_end(figure, view)
    return figure


def _say_what_is_counted(figure: go.Figure, view: _View) -> None:
    _ = view.translate
    figure.add_annotation(
        text=_("<b>Events per month</b><br>times detected, not persons"),
        xref="paper", x=0, xanchor="left", yref="paper", y=1, yanchor="bottom", yshift=50,
        align="left", showarrow=False, font={"color": INK},
    )  # fmt: skip


def _mark_break(figure: go.Figure, view: _View) -> None:
    _ = view.translate
    for change in view.series.breaks:
        _mark(
            figure,
            change.day,
            _("Counting changed<br>{day}").format(day=view.words.short_day(change.day)),
        )


def _mark_end(figure: go.Figure, view: _View) -> None:
    _ = view.translate
    end = view.end + pd.DateOffset(months=1) - pd.DateOffset(days=15)
    figure.add_vrect(
        x0=end, x1=view.end + ROOM_AFTER_THE_END, fillcolor=SHADE, line_width=0, layer="below"
    )
    _mark(
        figure,
        end.date(),
        _("Series ends<br>{month}").format(month=view.words.short_month(view.end)),
    )


def _mark(figure: go.Figure, day: date, text: str) -> None:
    figure.add_vline(x=day.isoformat(), line={"color": INK_SOFT, "width": 1.5, "dash": "dot"})
    figure.add_annotation(
        text=text, x=day.isoformat(), xanchor="right", yref="paper", y=1, yanchor="bottom",
        yshift=4, align="right", xshift=-2, showarrow=False, font={"size": 12, "color": INK_SOFT},
    )  # fmt: skip


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
            ).format(year=annual.year, events=words.number(annual.events))
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
        publication=series.publication,
        table=series.table,
        first=view.words.month(view.events.index[0]),
        last=view.words.month(view.end),
        day=view.words.day(series.checked),
    )
