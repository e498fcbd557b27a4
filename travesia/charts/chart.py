"""What a chart consists of, whoever shows it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import plotly.graph_objects as go

PLOTLY_MIME = "application/vnd.plotly.v1+json"

QUIET_CONFIG: Mapping[str, Any] = {
    "displayModeBar": False,
    "displaylogo": False,
    "scrollZoom": False,
    # Plotly 7 otherwise offers to upload the chart to a service of its own.
    "showSendToCloud": False,
}


@dataclass(frozen=True)
class Chart:
    """A chart in one language: the figure, and everything that says the same without seeing it."""

    title: str
    figure: go.Figure
    summary: str
    """The text alternative: what the figure shows and what it cannot show."""
    table: pd.DataFrame
    """The figures by year, with headings and numbers as they are read."""
    monthly: pd.DataFrame
    """The figures by month, likewise."""
    table_title: str
    monthly_title: str
    source: str
    """Publisher, what is counted, period, vintage, and the day of checking."""
    config: Mapping[str, Any] = field(default_factory=lambda: dict(QUIET_CONFIG))

    def bundle(self) -> dict[str, Any]:
        """The figure as a notebook displays it, with a configuration that uploads nothing."""
        figure = json.loads(self.figure.to_json())
        return {
            PLOTLY_MIME: {**figure, "config": dict(self.config)},
            "text/plain": self.summary,
        }
