"""Transit-flow figures: one table for all, with what each series counts and where it ends.

from travesia import flows

flows.catalogue()                   # what there is
flows.describe("mexico-events")     # what has to be known to use it
flows.load("mexico-events")         # a table in pandas
flows.table("mexico-events")        # an Ibis table, for queries
flows.import_file("cuadro.xls")     # a newer file, as its publisher gives it
"""

from travesia.flows.exports import Exported, ExportError, export
from travesia.flows.frame import FlowColumn, FlowTable, MixedCountsWarning
from travesia.flows.lag import lagged
from travesia.flows.own import import_file, inspect_file
from travesia.flows.package import (
    Annual,
    Break,
    Series,
    UnknownSeriesError,
    catalogue,
    describe,
    load,
    table,
)

__all__ = [
    "Annual",
    "Break",
    "ExportError",
    "Exported",
    "FlowColumn",
    "FlowTable",
    "MixedCountsWarning",
    "Series",
    "UnknownSeriesError",
    "catalogue",
    "describe",
    "export",
    "import_file",
    "inspect_file",
    "lagged",
    "load",
    "table",
]
