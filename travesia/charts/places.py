"""Places as maps and tables name them: countries, states and, beyond the map, continents."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from travesia.language import translator

OTHER = "other"

# ISO 3166 alpha-3 by the continent that the region's map shows them as.
_BEYOND = {
    "002": "AGO BDI BEN BFA BWA CAF CIV CMR COD COG COM CPV DJI DZA EGY ERI ESH ETH GAB GHA GIN "
    "GMB GNB GNQ KEN LBR LBY LSO MAR MDG MLI MOZ MRT MUS MWI NAM NER NGA RWA SDN SEN SLE SOM SSD "
    "STP SWZ SYC TCD TGO TUN TZA UGA ZAF ZMB ZWE",
    "142": "AFG ARE ARM AZE BGD BHR BRN BTN CHN CYP GEO HKG IDN IND IRN IRQ ISR JOR JPN KAZ KGZ "
    "KHM KOR KWT LAO LBN LKA MAC MDV MMR MNG MYS NPL OMN PAK PHL PRK PSE QAT SAU SGP SYR THA TJK "
    "TKM TLS TUR TWN UZB VNM YEM",
    "150": "ALB AND AUT BEL BGR BIH BLR CHE CZE DEU DNK ESP EST FIN FRA GBR GRC HRV HUN IRL ISL "
    "ITA KOS LIE LTU LUX LVA MCO MDA MKD MLT MNE NLD NOR POL PRT ROU RUS SMR SRB SVK SVN SWE UKR "
    "VAT XKX",
    "009": "AUS FJI FSM KIR MHL NRU NZL PLW PNG SLB TON TUV VUT WSM",
}
_CONTINENT = {code: continent for continent, codes in _BEYOND.items() for code in codes.split()}

# Babel knows no states; their names are the same in the languages of this region.
_STATES = {
    "MX-AGU": "Aguascalientes", "MX-BCN": "Baja California", "MX-BCS": "Baja California Sur",
    "MX-CAM": "Campeche", "MX-CHH": "Chihuahua", "MX-CHP": "Chiapas",
    "MX-CMX": "Ciudad de México", "MX-COA": "Coahuila", "MX-COL": "Colima", "MX-DUR": "Durango",
    "MX-GRO": "Guerrero", "MX-GUA": "Guanajuato", "MX-HID": "Hidalgo", "MX-JAL": "Jalisco",
    "MX-MEX": "Estado de México", "MX-MIC": "Michoacán", "MX-MOR": "Morelos",
    "MX-NAY": "Nayarit", "MX-NLE": "Nuevo León", "MX-OAX": "Oaxaca", "MX-PUE": "Puebla",
    "MX-QUE": "Querétaro", "MX-ROO": "Quintana Roo", "MX-SIN": "Sinaloa",
    "MX-SLP": "San Luis Potosí", "MX-SON": "Sonora", "MX-TAB": "Tabasco",
    "MX-TAM": "Tamaulipas", "MX-TLA": "Tlaxcala", "MX-VER": "Veracruz", "MX-YUC": "Yucatán",
    "MX-ZAC": "Zacatecas", "US-AZ": "Arizona", "US-CA": "California", "US-NM": "New Mexico",
    "US-TX": "Texas",
}  # fmt: skip
_REGIONS = {"en": "en_001", "es": "es_MX"}


@cache
def coordinates() -> Mapping[str, tuple[float, float]]:
    """Longitude and latitude, in degrees, of the point that stands for each place."""
    text = (files("travesia.charts") / "geo" / "places.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({row["code"]: (float(row["lon"]), float(row["lat"])) for row in rows})


def on_map(code: str) -> str | None:
    """The place that stands for a code on the map: itself, its continent, or nothing."""
    if code in coordinates():
        return code
    return _CONTINENT.get(code)


@cache
def place_name(code: str, language: str) -> str:
    """A country's, state's or continent's name in a language; an unknown code as it stands."""
    _ = translator(language)
    words = {
        OTHER: _("Other"),
        "unknown": _("Unknown"),
        "stateless": _("Stateless"),
        "all": _("All"),
    }
    if code in words or code in _STATES:
        return words.get(code) or _STATES[code]
    alpha2 = (get_global("territory_aliases").get(code) or [code])[0]
    name = _locale(language).territories.get(alpha2)
    return str(name) if name else code


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(_REGIONS.get(language, language))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_001")
