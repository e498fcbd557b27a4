"""Taking along what is on the explorer's screen: figures, a chart, how to cite them."""

from pathlib import Path

import pandas as pd

from travesia.charts import SMALLEST, ExportError
from travesia.explorer.answer import Answer
from travesia.explorer.naming import chosen_words
from travesia.flows import describe
from travesia.flows.exports import ExportError as FiguresError
from travesia.flows.exports import export
from travesia.language import translator


def data(shown: Answer, language: str) -> str:
    """Writes the figures by month and nationality as CSV, small cells emptied; says where."""
    _ = translator(language)
    path = _free(f"{shown.choice.series}.csv")
    table = shown.rows.groupby(["period", "nationality"], as_index=False)["value"].sum()
    table["period"] = pd.to_datetime(table["period"]).dt.strftime("%Y-%m")
    try:
        written = export(
            table,
            path,
            series=shown.choice.series,
            keys=("period", "nationality"),
            only=chosen_words(shown.choice, language),
        )
    except (FiguresError, OSError) as error:
        return _("The figures were not saved: {reason}").format(reason=error)
    return _("{file}: {rows} rows, {hidden} of them emptied because they are small.").format(
        file=written.path.name, rows=written.rows, hidden=written.suppressed
    )


def figure(shown: Answer, language: str) -> str:
    """Writes the chart over time as PNG; says where."""
    _ = translator(language)
    if shown.series is None:
        return _("There is nothing to draw for this choice.")
    try:
        path = shown.series.save(_free(f"{shown.choice.series}.png"), say=_nobody)
    except ExportError as error:
        return _("The chart was not saved: {reason}").format(reason=error)
    return _("{file} is beside this notebook.").format(file=path.name)


def citation(shown: Answer, language: str) -> str:
    """Writes publisher, period, caveats and the view's own line as text; says where."""
    _ = translator(language)
    series = describe(shown.choice.series).told(language)
    path = _free(f"{shown.choice.series}-citation.txt")
    lines = [
        series.citation_in(language),
        "",
        series.line_in(language),
        *series.caveats[1:],
        "",
        shown.choice.line,
        "",
    ]
    try:
        path.write_text("\n".join(lines), encoding="utf-8")
    except OSError as error:
        return _("The citation was not saved: {reason}").format(reason=error)
    return _("{file} is beside this notebook.").format(file=path.name)


def _nobody(_sentence: str) -> None:
    """Hears which program drew the picture: on the screen it makes no difference."""


def _free(name: str) -> Path:
    """A name in the notebook's folder that no file has: nothing is written over."""
    path, number = Path(name), 2
    while path.exists():
        path = Path(name).with_stem(f"{Path(name).stem}-{number}")
        number += 1
    return path


__all__ = ["SMALLEST", "citation", "data", "figure"]
