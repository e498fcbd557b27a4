"""Charts: one public function each, from data to a figure with text alternative and table."""

from collections.abc import Callable

from travesia.charts.chart import Chart
from travesia.charts.children import children_detected

CHARTS: dict[str, Callable[[str], Chart]] = {"children-detected": children_detected}
"""Every chart by the id that lessons name it by."""

__all__ = ["CHARTS", "Chart", "children_detected"]
