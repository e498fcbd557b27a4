"""Ages and sexes on two sides of one axis."""

from collections.abc import Mapping, Sequence

import pandas as pd

from travesia.charts.about import About, ChartDataError, require
from travesia.charts.chart import Chart
from travesia.charts.small_cells import is_small
from travesia.charts.template import DATA, HEIGHT
from travesia.language import translator


def age_sex_pyramid(
    data: pd.DataFrame,
    about: About,
    *,
    ages: Sequence[str],
    names: Mapping[str, str] | None = None,
) -> Chart:
    """The pyramid of counts by age group, women to the left and men to the right.

    A group without a row or without a figure has no bar, never a zero, and the share of women and
    girls is said only where every figure is shown.

    Args:
        data: `sex` (`female` or `male`; other values are named in the text, not drawn), `age` and
            `value`; rows of the same sex and age are added up, and missing figures
            are in no sum.
        about: what the figures count and how they are to be read.
        ages: the age groups from youngest to oldest.
        names: what the age groups are called, where that is not what the table says.

    Raises:
        ChartDataError: a column or an age group is missing, or nothing is large enough to draw.
    """
    _ = translator(about.language)
    require(data, "sex", "age", "value")
    words = about.words
    absent = [age for age in ages if age not in set(data["age"].astype(str))]
    if absent:
        raise ChartDataError(
            f"The chart's table has no rows of the age group {', '.join(absent)}; it has "
            f"{', '.join(sorted(set(data['age'].astype(str))))}."
        )
    rows = pd.DataFrame(data).assign(value=pd.to_numeric(data["value"]).astype("float64"))
    wide = rows.groupby(["age", "sex"], observed=True)["value"].sum(min_count=1).unstack("sex")
    known = [sex for sex in ("female", "male") if sex in wide.columns]
    wide = wide.reindex(index=list(ages), columns=["female", "male"])
    shown = wide.mask(wide.apply(is_small, smallest=about.smallest))
    if not known or shown.isna().all(axis=None):
        raise ChartDataError(
            "No count of women or men in the table is known and large enough to show."
        )
    labels = [(names or {}).get(age, age) for age in ages]
    furthest = float(shown.max().max())
    step = _step(furthest)
    ticks = [step * index for index in range(-2, 3)]
    sexes = {"female": (_("Women and girls"), -1, DATA[2]), "male": (_("Men and boys"), 1, DATA[0])}
    bars = [
        {
            "type": "bar", "orientation": "h", "name": name, "y": labels,
            "x": [None if pd.isna(value) else side * float(value) for value in shown[sex]],
            "customdata": ["" if pd.isna(v) else words.number(round(v)) for v in shown[sex]],
            "hovertemplate": "%{y}: <b>%{customdata}</b><extra>%{fullData.name}</extra>",
            "marker": {"color": colour, "line": {"width": 0}},
        }
        for sex, (name, side, colour) in sexes.items()
    ]  # fmt: skip
    drawn = rows["sex"].isin(["female", "male"]) & rows["age"].astype(str).isin(ages)
    finding = _finding(
        shown,
        about,
        names or {},
        {sex: name for sex, (name, _side, _colour) in sexes.items()},
        whole=bool(shown.notna().all(axis=None) and rows.loc[drawn, "value"].notna().all()),
    )
    if rows["value"].isna().any():
        finding += " " + _("Missing figures are in no sum.")
    unknown = rows.loc[
        ~rows["sex"].isin(["female", "male"]) & rows["age"].astype(str).isin(ages), "value"
    ].sum()
    if unknown >= about.smallest:
        finding += " " + _("{number} of unknown or other sex are not drawn.").format(
            number=words.number(round(unknown))
        )
    elsewhere = rows.loc[~rows["age"].astype(str).isin(ages), "value"].sum()
    if elsewhere >= about.smallest:
        finding += " " + _("{number} of other ages, or of no known age, are not drawn.").format(
            number=words.number(round(elsewhere))
        )
    table = pd.DataFrame({_("Age"): labels})
    for sex, (name, _side, _colour) in sexes.items():
        table[name] = [
            "–" if pd.isna(value) else f"< {about.smallest}" if pd.isna(seen)
            else words.number(round(value))
            for value, seen in zip(wide[sex], shown[sex], strict=True)
        ]  # fmt: skip
    return Chart(
        title=about.title,
        spec={
            "data": bars,
            "layout": {
                "height": max(320, min(HEIGHT + 200, 150 + 46 * len(ages))),
                "barmode": "relative",
                "bargap": 0.18,
                "separators": words.separators,
                "margin": {"t": 62},
                "hovermode": "closest",
                "annotations": [
                    {
                        "text": f"<b>{about.unit}</b><br>{about.meaning}", "align": "left",
                        "xref": "paper", "yref": "paper", "x": 0, "y": 1, "yshift": 10,
                        "xanchor": "left", "yanchor": "bottom", "showarrow": False,
                    }
                ],
                "xaxis": {
                    "type": "linear", "range": [-2.1 * step, 2.1 * step], "tickvals": ticks,
                    "ticktext": [words.number(abs(tick)) for tick in ticks],
                },
                "yaxis": {"type": "category", "categoryarray": labels, "automargin": True},
            },
        },
        summary=about.said(finding),
        table=table,
        table_title=_("The figures by age and sex"),
        source=about.source,
        language=about.language,
    )  # fmt: skip


def _finding(
    shown: pd.DataFrame,
    about: About,
    names: Mapping[str, str],
    sexes: Mapping[str, str],
    *,
    whole: bool,
) -> str:
    """The largest group that is shown and, if the figures are whole, the share of women."""
    _, words = translator(about.language), about.words
    age, sex = shown.stack().idxmax()
    number = float(shown.loc[age, sex])
    if not number:
        return _("No figure shown is above zero.")
    said = {"group": names.get(age, age), "sex": sexes[sex], "number": words.number(round(number))}
    if not whole:
        # A share of the rest would be false, and with a total from elsewhere give a cell away.
        return _(
            "The largest group shown is {group} ({sex}) with {number}; the share of women and "
            "girls is not given, because a figure is missing or not shown."
        ).format(**said)
    share = words.share(shown["female"].sum() / shown.sum().sum())
    return _(
        "The largest group is {group} ({sex}) with {number}; women and girls are {share}."
    ).format(**said, share=share)


def _step(furthest: float) -> int:
    """Half of a round number that the longest bar stays below."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if size * factor * 2 >= furthest:
                return size * factor
        size *= 10
