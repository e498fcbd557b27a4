"""Charts: one public function each, from data to a figure with text alternative and table."""

from collections.abc import Callable

from travesia.charts.about import About, ChartDataError
from travesia.charts.bands import uncertainty_band
from travesia.charts.chart import Chart
from travesia.charts.children import children_detected
from travesia.charts.export import ExportError
from travesia.charts.flow_map import Counted, FlowDataError, FlowMap, flow_map
from travesia.charts.heat import origin_destination
from travesia.charts.marks import Mark, known_marks
from travesia.charts.multiples import small_multiples
from travesia.charts.naming import about
from travesia.charts.pyramid import age_sex_pyramid
from travesia.charts.region import movements, regional_movements
from travesia.charts.routes import route_map, schematic_routes, transit_routes
from travesia.charts.sankey import corridors
from travesia.charts.series import time_series
from travesia.charts.small_cells import SMALLEST
from travesia.charts.template import config, template

CHARTS: dict[str, Callable[[str], Chart | FlowMap]] = {
    "children-detected": children_detected,
    "movements": regional_movements,
    "routes": transit_routes,
}
"""Every chart by the id that lessons name it by."""

__all__ = [
    "CHARTS",
    "SMALLEST",
    "About",
    "Chart",
    "ChartDataError",
    "Counted",
    "ExportError",
    "FlowDataError",
    "FlowMap",
    "Mark",
    "about",
    "age_sex_pyramid",
    "children_detected",
    "config",
    "corridors",
    "flow_map",
    "known_marks",
    "movements",
    "origin_destination",
    "regional_movements",
    "route_map",
    "schematic_routes",
    "small_multiples",
    "template",
    "time_series",
    "transit_routes",
    "uncertainty_band",
]
