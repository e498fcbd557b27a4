"""Transit-flow figures: each a table with what it counts, who published it and where it ends."""

from travesia.flows.catalogue import Break, Series, describe, load

__all__ = ["Break", "Series", "describe", "load"]
