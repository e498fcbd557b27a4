"""What notebooks do with the libraries they load, done once before the first of them is run.

A library prepares a good part of itself when it is first used: tables of properties, compiled
patterns, templates. The warm server goes through the usual first uses, so that no submission has
to. They use data made here, take nothing from an assignment, and leave nothing that a notebook
could find: no setting, no warning, no random number drawn.
"""

import contextlib
import io
import sys
import warnings
from collections.abc import Callable
from typing import Any

Use = Callable[[Any], object]
Explain = Callable[..., object]

CSV = "month,country,events\n2023-01,AA,1\n2023-01,BB,2\n2023-02,AA,3\n2023-02,BB,5\n"


def run_through(show: Use, explain: Explain) -> None:
    """Uses each library that is loaded the way notebooks do.

    Args:
        show: formats a value as the last line of a cell is shown.
        explain: formats an exception, given its kind, itself and its traceback.
    """
    frame = None
    with warnings.catch_warnings():
        # One that is shown here would count as shown, and a notebook would not see its own.
        warnings.simplefilter("ignore")
        with contextlib.suppress(Exception):
            frame = _tables(show, explain)
        with contextlib.suppress(Exception):
            _figures(frame)


def _tables(show: Use, explain: Explain) -> Any:
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return None
    frame = pandas.read_csv(io.StringIO(CSV))
    show(frame.head())
    show(frame.describe())
    by_country = frame.groupby("country")["events"]
    show(by_country.sum())
    by_country.mean()
    wide = frame.pivot_table("events", "month", "country", "sum")
    wide.loc["2023-01", "AA"]
    wide.to_string()
    frame.groupby("month")["events"].sum().pct_change().dropna().round(3).to_string()
    frame[frame.country == "AA"].events.sum()
    frame.loc[frame["events"].idxmax(), "country"]
    frame.sort_values("events")["country"].iloc[-1]
    frame["share"] = frame["events"] / frame["events"].sum()
    frame.assign(month=pandas.to_datetime(frame["month"] + "-01")).merge(frame, on="country")
    frame["country"].value_counts()
    frame["country"].isin(["AA"]).any()
    try:
        # The library's own files are read and taken apart for the traceback.
        frame["missing"]
    except KeyError:
        explain(*sys.exc_info())
    return frame


def _figures(frame: Any) -> None:
    figures = sys.modules.get("plotly.graph_objects")
    if figures is not None:
        figure = figures.Figure()
        figure.add_bar(x=[1], y=[2])
        _show(figure)
    express = sys.modules.get("plotly.express")
    if express is not None and frame is not None:
        _show(express.line(frame, x="month", y="events", color="country"))
        express.bar(frame, x="country", y="events")


def _show(figure: Any) -> None:
    with contextlib.suppress(Exception):
        figure._repr_mimebundle_()
    with contextlib.suppress(Exception):
        figure._ipython_display_()
