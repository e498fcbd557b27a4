"""Countries and Mexican states: their codes, and their names in any language."""

import re
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

KOSOVO = "XKX"
"""The code that statistics use; ISO 3166 has none."""
# Withdrawn, reserved and private codes, which CLDR resolves all the same.
_NO_COUNTRY = {"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR", "ASC", "CPT", "DGA", "TAA", "QUU"} | {
    "XAA",
    "XBB",
    "XKK",
    "ZZZ",
}

MEXICAN_STATES = {
    "MX-AGU": "Aguascalientes",
    "MX-BCN": "Baja California",
    "MX-BCS": "Baja California Sur",
    "MX-CAM": "Campeche",
    "MX-CHH": "Chihuahua",
    "MX-CHP": "Chiapas",
    "MX-CMX": "Ciudad de México",
    "MX-COA": "Coahuila",
    "MX-COL": "Colima",
    "MX-DUR": "Durango",
    "MX-GRO": "Guerrero",
    "MX-GUA": "Guanajuato",
    "MX-HID": "Hidalgo",
    "MX-JAL": "Jalisco",
    "MX-MEX": "México",
    "MX-MIC": "Michoacán",
    "MX-MOR": "Morelos",
    "MX-NAY": "Nayarit",
    "MX-NLE": "Nuevo León",
    "MX-OAX": "Oaxaca",
    "MX-PUE": "Puebla",
    "MX-QUE": "Querétaro",
    "MX-ROO": "Quintana Roo",
    "MX-SIN": "Sinaloa",
    "MX-SLP": "San Luis Potosí",
    "MX-SON": "Sonora",
    "MX-TAB": "Tabasco",
    "MX-TAM": "Tamaulipas",
    "MX-TLA": "Tlaxcala",
    "MX-VER": "Veracruz",
    "MX-YUC": "Yucatán",
    "MX-ZAC": "Zacatecas",
}
"""The 32 states by ISO 3166-2 code."""


@cache
def country_codes() -> frozenset[str]:
    """The ISO 3166-1 alpha-3 codes in use, and XKX."""
    return frozenset({*_two_letters(), KOSOVO})


@cache
def country_name(code: str, language: str = "en") -> str:
    """The name of a country in a language; the code itself where there is no name for it."""
    two = "XK" if code == KOSOVO else _two_letters().get(code)
    try:
        names = Locale.parse(language, sep="-" if "-" in language else "_").territories
    except (UnknownLocaleError, ValueError):
        names = Locale("en").territories
    return str(names.get(two, code))


@cache
def _two_letters() -> dict[str, str]:
    """Alpha-2 by alpha-3 of today's countries: CLDR's aliases, less what is no country."""
    names = Locale("en").territories
    return {
        three: two[0]
        for three, two in get_global("territory_aliases").items()
        if re.fullmatch("[A-Z]{3}", three)
        and three not in _NO_COUNTRY
        and len(two) == 1
        and two[0] in names
    }
