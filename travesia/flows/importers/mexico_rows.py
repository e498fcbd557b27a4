"""The rows of Mexico's bulletin tables: which are sums of others, and what each stands for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from travesia.flows import columns as flow
from travesia.flows.countries import MEXICAN_STATES
from travesia.flows.importers.cuadro import Line
from travesia.flows.importers.names import country
from travesia.flows.importers.values import fold

Columns = dict[str, str]


@dataclass(frozen=True)
class Part:
    """A row of a table: the figures it stands for, or the rows it is the sum of.

    Attributes:
        line: the row.
        columns: the flow table's columns that the row's label fixes; empty for a sum.
        depth: of a sum, how far to the right it stands; of a figure, beyond every sum.
        crossing: whether it is a crossing point, which is never kept by itself.
    """

    line: Line
    columns: Columns
    depth: int
    is_sum: bool
    crossing: bool = False


class RepeatedRow(Exception):  # noqa: N818 - as below
    """A row whose group is in another row's already, so that its figures would count twice."""

    def __init__(self, line: Line) -> None:
        super().__init__(line.label)
        self.line = line


class UnknownRow(Exception):  # noqa: N818 - it becomes a refusal where the sheet is known
    """A row whose label stands for nothing that is known."""

    def __init__(self, line: Line) -> None:
        super().__init__(line.label)
        self.line = line


_TOTAL = {"total", "total general", "gran total", "total nacional", "nacional"}
_CONTINENTS = {"america": 1, "asia": 1, "europa": 1, "oceania": 1, "africa": 1,
               "america del norte": 2, "america central": 2, "centroamerica": 2,
               "islas del caribe": 2, "caribe": 2, "america del sur": 2, "sudamerica": 2,
               "medio oriente": 2}  # fmt: skip
_FIGURE = 9
_STATES = {
    **{fold(name): code for code, name in MEXICAN_STATES.items()},
    "estado de mexico": "MX-MEX",
    "distrito federal": "MX-CMX",
    "cd. de mexico": "MX-CMX",
    "coahuila de zaragoza": "MX-COA",
    "michoacan de ocampo": "MX-MIC",
    "veracruz de ignacio de la llave": "MX-VER",
    "queretaro de arteaga": "MX-QUE",
}
_SEXES = {"hombres": "male", "hombre": "male", "mujeres": "female", "mujer": "female",
          "masculino": "male", "femenino": "female", "ninos": "male",
          "ninas": "female"}  # fmt: skip
_AGES = {"18 anos y mas": "18+", "18 y mas": "18+", "mayores de 18 anos": "18+",
         "de 18 anos y mas": "18+", "adultos": "18+", "mayores de edad": "18+",
         "12 a 17 anos": "12-17", "de 12 a 17 anos": "12-17", "entre 12 y 17 anos": "12-17",
         "0 a 11 anos": "0-11", "de 0 a 11 anos": "0-11", "menores de 12 anos": "0-11",
         "hasta 11 anos": "0-11", "0 a 17 anos": "0-17", "de 0 a 17 anos": "0-17",
         "menores de 18 anos": "0-17", "menores": "0-17", "menores de edad": "0-17"}  # fmt: skip
_WITHIN = {("0-17", "0-11"), ("0-17", "12-17")}
"""Age groups and those within them."""
_COMPANY = {"acompanados": "accompanied", "no acompanados": "unaccompanied",
            "acompanadas": "accompanied", "no acompanadas": "unaccompanied",
            "viajan acompanados": "accompanied", "viajan solos": "unaccompanied"}  # fmt: skip


def by_nationality(lines: Iterable[Line]) -> list[Part]:
    """The rows of a table by region and nationality.

    Raises:
        UnknownRow: a label stands for nothing that is known.
        RepeatedRow: a country stands twice under one name.
    """
    parts = []
    seen: set[str] = set()
    for line in lines:
        name = fold(line.label)
        found = country(line.label)
        if name in _TOTAL:
            parts.append(Part(line, {}, 0, is_sum=True))
        elif name in _CONTINENTS:
            parts.append(Part(line, {}, _CONTINENTS[name], is_sum=True))
        elif found is None:
            raise UnknownRow(line)
        else:
            # Who has no country stands beside the continents, in none of them.
            beside = found in {flow.STATELESS, flow.UNKNOWN, flow.OTHER}
            # “Otros países” stands in each continent.
            if name in seen and not beside:
                raise RepeatedRow(line)
            seen.add(name)
            parts.append(Part(line, {"nationality": found}, 1 if beside else _FIGURE, is_sum=False))
    return parts


def by_state(lines: Iterable[Line]) -> list[Part]:
    """The rows of a table by state.

    Raises:
        UnknownRow: a label stands for nothing that is known.
        RepeatedRow: a state stands twice.
    """
    parts = []
    seen: set[str] = set()
    for line in lines:
        name = fold(line.label)
        if name in _TOTAL:
            parts.append(Part(line, {}, 0, is_sum=True))
        elif name in _STATES:
            if _STATES[name] in seen:
                raise RepeatedRow(line)
            seen.add(_STATES[name])
            parts.append(Part(line, {"place": _STATES[name]}, _FIGURE, is_sum=False))
        elif country(line.label) in {flow.UNKNOWN, flow.OTHER}:
            parts.append(Part(line, {"place": flow.UNKNOWN}, _FIGURE, is_sum=False))
        else:
            raise UnknownRow(line)
    return parts


def by_crossing(lines: Iterable[Line]) -> list[Part]:
    """The rows of a table by state and crossing point: states are kept, points only checked."""
    parts = []
    inside = False
    for line in lines:
        name = fold(line.label)
        if name in _TOTAL:
            parts.append(Part(line, {}, 0, is_sum=True))
        elif name in _STATES:
            inside = True
            parts.append(Part(line, {"place": _STATES[name]}, 1, is_sum=False))
        elif inside:
            parts.append(Part(line, {}, _FIGURE, is_sum=False, crossing=True))
        else:
            raise UnknownRow(line)
    return parts


def by_sex_and_age(lines: Iterable[Line]) -> list[Part]:
    """The rows of a table by sex, age and accompaniment, nested in any order.

    A label adds to those above it, and replaces the one of its own kind and what stood under that;
    a row is a sum if the next one goes deeper. An age group within another goes below it.

    Raises:
        UnknownRow: a label stands for nothing that is known.
        RepeatedRow: a group stands twice, or beside one that contains it.
    """
    path: list[tuple[str, str]] = []
    taken: list[tuple[Line, list[tuple[str, str]]]] = []
    for line in lines:
        kind, word = _kind(line)
        if kind == "total":
            path = []
        else:
            above = next(
                (at for at, (each, other) in enumerate(path)
                 if each == kind and (other, word) not in _WITHIN),
                len(path),
            )  # fmt: skip
            path = [*path[:above], (kind, word)]
        taken.append((line, path))
    parts = []
    for at, (line, here) in enumerate(taken):
        following = taken[at + 1][1] if at + 1 < len(taken) else []
        is_sum = not here or (len(following) > len(here) and following[: len(here)] == here)
        parts.append(
            Part(
                line, {} if is_sum else dict(here), len(here) if is_sum else _FIGURE, is_sum=is_sum
            )
        )
    _check_apart([part for part in parts if not part.is_sum])
    return parts


def _check_apart(parts: list[Part]) -> None:
    for at, part in enumerate(parts):
        if any(_overlap(part.columns, other.columns) for other in parts[:at]):
            raise RepeatedRow(part.line)


def _overlap(one: Columns, other: Columns) -> bool:
    """Whether somebody can be in both groups."""
    pairs = ((one[name], other[name]) for name in one.keys() & other.keys())
    return all(a == b or (a, b) in _WITHIN or (b, a) in _WITHIN for a, b in pairs)


def _kind(line: Line) -> tuple[str, str]:
    name = fold(line.label)
    if name in _TOTAL:
        return "total", ""
    for kind, words in (("sex", _SEXES), ("age", _AGES), ("accompaniment", _COMPANY)):
        if name in words:
            return kind, words[name]
    raise UnknownRow(line)


Rows = Callable[[Iterable[Line]], list[Part]]


def sums(parts: list[Part], values: list[int | None]) -> list[tuple[Part, int, int]]:
    """The sums that do not agree with their rows: each with what it says and what they add up to.

    Args:
        parts: the rows of a table.
        values: the value of each row in one column.
    """
    wrong = []
    for at, part in enumerate(parts):
        is_kept = not part.is_sum and not part.crossing
        if not part.is_sum and not (is_kept and _has_points(parts, at)):
            continue
        below = []
        for other, value in zip(parts[at + 1 :], values[at + 1 :], strict=True):
            if other.depth <= part.depth:
                break
            if other.crossing if is_kept else not other.is_sum and not other.crossing:
                below.append(value or 0)
        stated = values[at]
        if stated is not None and below and stated != sum(below):
            wrong.append((part, stated, sum(below)))
    return wrong


def _has_points(parts: list[Part], at: int) -> bool:
    return at + 1 < len(parts) and parts[at + 1].crossing
