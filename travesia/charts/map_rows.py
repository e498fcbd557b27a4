"""A flow map's table as arrays of numbers, so that a map is drawn while its reader waits."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from travesia.charts.places import on_map


@dataclass(frozen=True)
class MapRows:
    """The rows that a flow map can draw, an entry a row in each array.

    Attributes:
        month: how many months after 1970 began each figure's period begins.
        origin: the number of the place left, in `places`.
        destination: the number of the place reached.
        counted: the number of what is counted, in `kinds`.
        value: the figures.
        places: countries, states and continents by their codes.
        kinds: what is counted, by its id.
    """

    month: np.ndarray
    origin: np.ndarray
    destination: np.ndarray
    counted: np.ndarray
    value: np.ndarray
    places: tuple[str, ...]
    kinds: tuple[str, ...]

    @property
    def year(self) -> np.ndarray:
        """How many years after 1970 began each figure's year."""
        return self.month // 12

    def kept(self, which: np.ndarray) -> "MapRows":
        """The rows that a mask keeps."""
        return replace(
            self,
            month=self.month[which],
            origin=self.origin[which],
            destination=self.destination[which],
            counted=self.counted[which],
            value=self.value[which],
        )


def map_rows(data: pd.DataFrame) -> MapRows:
    """The rows of a flow map's table whose places stand on the map and whose figure is there."""
    origins, destinations = pd.factorize(data["origin"]), pd.factorize(data["destination"])
    drawn = {code: on_map(code) for code in {*origins[1], *destinations[1]}}
    places = tuple(sorted({place for place in drawn.values() if place is not None}))
    counted, kinds = pd.factorize(data["counted"])

    def numbers(found: tuple[np.ndarray, pd.Index]) -> np.ndarray:
        # A missing code is -1, and so takes the last number, which says that there is no place.
        own = [places.index(place) if (place := drawn[code]) else -1 for code in found[1]]
        return np.array([*own, -1])[found[0]]

    rows = MapRows(
        month=data["period"].to_numpy().astype("datetime64[M]").astype("int64"),
        origin=numbers(origins),
        destination=numbers(destinations),
        counted=counted,
        value=data["value"].to_numpy("float64", na_value=np.nan),
        places=places,
        kinds=tuple(map(str, kinds)),
    )
    there = (rows.origin >= 0) & (rows.destination >= 0) & (rows.counted >= 0)
    return rows.kept(there & ~np.isnan(rows.value))
