"""Recognising a file by its content, and reading it."""

from datetime import date
from pathlib import Path

from travesia.flows.importers import cbp, ctdc, hapi, hxl, mexico, missing_migrants, unhcr
from travesia.flows.importers.context import Context, Importer
from travesia.flows.importers.problems import Refusal
from travesia.flows.importers.reading import Reading
from travesia.flows.importers.sheet import Sheet
from travesia.flows.importers.source import Source, opened
from travesia.flows.importers.values import shown, squeeze

# What HDX publishes has UNHCR's names and HXL tags: named columns are surer than tags.
IMPORTERS: tuple[Importer, ...] = (
    cbp.read_areas,
    cbp.read_states,
    missing_migrants.read,
    unhcr.read_applications,
    unhcr.read_decisions,
    unhcr.read_population,
    hapi.read,
    ctdc.read,
    hxl.read,
    mexico.read,
)
KNOWN = (
    "Mexico's bulletin tables (UPMRIP), CBP's encounters by area or by state, the Missing Migrants "
    "export, UNHCR's applications, decisions and population, HAPI's refugees, tables with HXL "
    "tags, and CTDC's synthetic dataset"
)


def read(path: Path, *, vintage: str = "") -> tuple[Reading, ...]:
    """Every table of a file that is of a known format, read into flow tables.

    Args:
        path: the file as it was downloaded; its name plays no part.
        vintage: the day of the edition (`2025-02-14`), where the file does not say it.

    Raises:
        Refusal: the file is of no known format, or something in it cannot be understood; the
            sentence names the file, the place and the remedy.
    """
    if vintage:
        _check_vintage(vintage)
    with opened(Path(path)) as source:
        readings = tuple(
            reading for sheet in source.sheets for reading in _readings(source, sheet, vintage)
        )
        if not readings:
            raise Refusal(_unknown(source))
        _check_apart(readings)
        return readings


def _readings(source: Source, sheet: Sheet, vintage: str) -> tuple[Reading, ...]:
    for importer in IMPORTERS:
        context = Context(source.sha256, vintage, source.saved, source.problems.copy())
        found = importer(sheet, context)
        if found is not None:
            return found if isinstance(found, tuple) else (found,)
    return ()


def _check_apart(readings: tuple[Reading, ...]) -> None:
    """Refuse two sheets of one series: which of them stands, or whether both do, nobody said."""
    seen: dict[str, str] = {}
    for reading in readings:
        if reading.series in seen:
            raise Refusal(
                f"{seen[reading.series]} and {reading.sheet} are both {reading.title}; give each "
                "in a file of its own."
            )
        seen[reading.series] = reading.sheet


def _check_vintage(vintage: str) -> None:
    try:
        date.fromisoformat(vintage)
    except ValueError as error:
        raise Refusal(f"“{vintage}” is no day: give the vintage like 2025-02-14.") from error


def _unknown(source: Source) -> str:
    sheet = source.sheets[0]
    rows = [cells for _, cells in sheet.top() if any(squeeze(cell) for cell in cells)]
    widest = max(rows, key=lambda cells: sum(bool(squeeze(cell)) for cell in cells), default=[])
    named = [shown(cell, 25) for cell in widest if squeeze(cell)][:4]
    seen = f"its columns begin with {', '.join(named)}" if named else "it is empty"
    return f"{source.name} is of no known format ({seen}). Known are: {KNOWN}."
