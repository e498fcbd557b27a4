"""Travesía's plotly template: the colours of the design tokens, calm and readable on a phone."""

import plotly.graph_objects as go

INK = "#1f2a30"
INK_SOFT = "#4a565c"
PAPER = "#fffdf9"
SHADE = "#ede7db"
LINE = "#dcd4c4"

# Told apart by people who see colours differently. The tokens' reddish second colour is left out:
# people who move are never drawn in red.
DATA = ("#0b6e75", "#9a7410", "#4a5fa8", "#8c4a7f", "#3f4a4f")

FONT = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, Cantarell, '
    '"DejaVu Sans", sans-serif'
)


def template() -> go.layout.Template:
    """The template that every chart is drawn with."""
    axis = {
        "gridcolor": LINE,
        "linecolor": INK_SOFT,
        "zerolinecolor": LINE,
        "automargin": True,
        # Dragging on a phone scrolls the page; it does not zoom the chart.
        "fixedrange": True,
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 14, "color": INK},
            "colorway": DATA,
            "paper_bgcolor": PAPER,
            "plot_bgcolor": PAPER,
            "dragmode": False,
            "hovermode": "x unified",
            "hoverlabel": {"bgcolor": PAPER, "bordercolor": INK_SOFT, "font": {"color": INK}},
            "margin": {"l": 8, "r": 12, "t": 96, "b": 8},
            "legend": {
                "orientation": "h",
                "x": 0,
                "xanchor": "left",
                "y": -0.12,
                "yanchor": "top",
                "traceorder": "normal",
            },
            "xaxis": {**axis, "showgrid": False, "ticks": "outside", "tickcolor": INK_SOFT},
            "yaxis": {**axis, "rangemode": "tozero"},
        }
    )
