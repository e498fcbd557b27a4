"""Countries by the names and codes that publishers give them, as ISO 3166-1 alpha-3."""

from functools import cache

from travesia.flows import columns as flow
from travesia.flows.countries import country_codes, country_name
from travesia.flows.importers.values import Cell, fold, label, remembered

_STATELESS = {"apatridas", "apatrida", "stateless", "stateless persons", "sta", "stl", "xxa"}
_UNKNOWN = {
    "no especificado", "no especificados", "no identificado", "se desconoce", "desconocido",
    "no identificada", "no especificada", "sin especificar", "unknown", "unk", "ukn", "xxx",
    "not specified",
    "nacionalidad no especificada", "unknown or stateless", "unknown origin",
}  # fmt: skip
_OTHER = {
    "otros", "otras", "otro", "otra", "otros paises", "otras nacionalidades", "other", "others",
    "other countries", "various", "var", "various/unknown", "ooo", "mixed", "multiple",
    "otros no especificados",
}  # fmt: skip

# What the standard lists do not hold: Mexico's bulletin puts the noun first, CBP writes in capitals
# and without apostrophes, UNHCR and IOM use the United Nations' long names.
_NAMES = {
    "BHS": ("Bahamas, Las", "Las Bahamas"),
    "BOL": ("Bolivia (Estado Plurinacional de)", "Bolivia (Plurinational State of)"),
    "BRN": ("Brunei", "Brunei Darussalam"),
    "BIH": ("Bosnia y Herzegovina", "Bosnia-Herzegovina"),
    "BLR": ("Belarus", "Belarús", "Bielorusia"),
    "BWA": ("Botswana",),
    "CAF": ("Centroafricana, Rep.", "Central African Rep.", "República Centroafricana"),
    "CHN": ("China, Peoples Republic of", "China, República Popular", "China, Rep. Popular"),
    "CIV": ("Costa de Marfil", "Cote d'Ivoire", "Ivory Coast", "Côte d'Ivoire"),
    "COD": ("Congo, Rep. Dem.", "Congo, Rep. Dem. del", "Congo, Rep. Democrática del",
            "República Democrática del Congo", "Dem. Rep. of the Congo",
            "Democratic Republic of the Congo", "Congo (Kinshasa)", "Zaire",
            "Congo, República Democrática del", "Congo, Dem Rep of the"),
    "COG": ("Congo", "Congo, Rep. del", "Congo, Rep.", "Republic of the Congo",
            "Congo, Republic of", "Congo (Brazzaville)", "República del Congo"),
    "CPV": ("Cabo Verde", "Cape Verde"),
    "CZE": ("Checa, Rep.", "República Checa", "Czech Rep.", "Czech Republic", "Chequia"),
    "DEU": ("Alemania, Rep. Federal",),
    "DOM": ("Dominicana, Rep.", "República Dominicana", "Dominican Rep.", "Dominican Republic"),
    "FJI": ("Fiyi", "Fidji", "Fiji"),
    "FSM": ("Micronesia (Federated States of)", "Micronesia"),
    "GBR": ("Reino Unido", "United Kingdom", "Gran Bretaña", "Inglaterra", "Great Britain",
            "United Kingdom of Great Britain and Northern Ireland"),
    "GMB": ("Gambia", "The Gambia"),
    "GUY": ("Guyana", "Guayana"),
    "HKG": ("Hong Kong", "China, Hong Kong SAR"),
    "IRN": ("Irán", "Iran (Islamic Republic of)", "Iran (Islamic Rep. of)",
            "Iran, Islamic Republic of", "Irán, Rep. Islámica"),
    "KNA": ("San Cristóbal y Nieves", "San Kitts y Nevis"),
    "KOR": ("Corea, Rep. (Sur)", "Corea del Sur", "Corea, Rep. de", "Rep. of Korea",
            "Republic of Korea", "Korea, Republic of", "Corea, República de", "Korea, South"),
    "KAZ": ("Kazajstán", "Kazajistán"),
    "LAO": ("Laos", "Lao People's Dem. Rep.", "Lao People's Democratic Republic"),
    "LBY": ("Libia", "Libya", "Libyan Arab Jamahiriya"),
    "LKA": ("Sri Lanka",),
    "MAC": ("Macao", "China, Macao SAR"),
    "MDA": ("Moldova", "Moldavia", "Rep. of Moldova", "Republic of Moldova", "Moldova, Rep. de"),
    "MKD": ("Macedonia", "North Macedonia", "Macedonia del Norte",
            "The former Yugoslav Republic of Macedonia"),
    "MMR": ("Mianmar (Birmania)", "Myanmar", "Myanmar (Burma)", "Birmania", "Burma", "Mianmar"),
    "MWI": ("Malawi", "Malaui"),
    "NLD": ("Países Bajos (Holanda)", "Holanda", "Netherlands (Kingdom of the)", "Países Bajos",
            "The Netherlands", "Netherlands"),
    "PRK": ("Corea, Rep. Dem. (Norte)", "Corea del Norte", "Dem. People's Rep. of Korea",
            "Democratic People's Republic of Korea", "Corea, Rep. Pop. Dem. (Norte)"),
    "PNG": ("Papúa Nueva Guinea", "Papua Nueva Guinea"),
    "PSE": ("Palestina", "Palestine", "Palestinian", "State of Palestine", "Palestina, Estado de",
            "Palestinian Territories", "occupied Palestinian territory", "Estado de Palestina"),
    "RUS": ("Rusia", "Rusia, Federación de", "Russian Federation", "Federación de Rusia",
            "Federación Rusa"),
    "SSD": ("Sudán del Sur", "South Sudan"),
    "STP": ("Santo Tomé y Príncipe", "Sto. Tomé y Príncipe", "Sao Tome and Principe"),
    "SWZ": ("Suazilandia", "Swazilandia", "Swaziland", "Esuatini", "Eswatini"),
    "SYR": ("Siria", "Syrian Arab Republic", "Syrian Arab Rep.", "Siria, Rep. Árabe"),
    "TLS": ("Timor Oriental", "Timor-Leste"),
    "TTO": ("Trinidad y Tobago", "Trinidad y Tabago", "Trinidad and Tobago"),
    "TUR": ("Turquía", "Turkey", "Türkiye", "Türkiye (Republic of)"),
    "TWN": ("Taiwán", "Taiwan"),
    "TZA": ("Tanzania", "United Rep. of Tanzania", "United Republic of Tanzania", "Tanzanía"),
    "UKR": ("Ucrania", "Ukrania"),
    "USA": ("Estados Unidos de América", "Estados Unidos", "United States of America",
            "United States", "E.U.A.", "EUA", "EE.UU.", "USA"),
    "UZB": ("Uzbekistán", "Uzbekistan"),
    "VAT": ("Santa Sede", "Holy See", "Vaticano"),
    "VCT": ("San Vicente y las Granadinas", "Saint Vincent and the Grenadines"),
    "VEN": ("Venezuela", "Venezuela (Bolivarian Republic of)", "Venezuela, Rep. Bolivariana de"),
    "VNM": ("Vietnam", "Viet Nam"),
    "XKX": ("Kosovo", "Serbia and Kosovo: S/RES/1244 (1999)", "Kosovo (S/RES/1244 (1999))"),
    "ZAF": ("Sudáfrica", "Sudáfrica, Rep.", "South Africa"),
    "BGD": ("Bangladesh", "Bangladés"),
    "BHR": ("Bahréin", "Barein", "Bahrein", "Bahrain"),
    "DZA": ("Argelia", "Algeria"),
    "ESH": ("Sahara Occidental", "Western Sahara"),
    "IRQ": ("Irak", "Iraq"),
    "KGZ": ("Kirguistán", "Kirguizistán", "Kirguizia", "Kirguisia"),
    "LCA": ("Santa Lucía", "Sta. Lucía"),
    "SVK": ("Eslovaquia", "Eslovaca, Rep.", "República Eslovaca"),
    "TJK": ("Tayikistán", "Tadjikistán"),
    "VIR": ("Islas Vírgenes (E.U.A.)", "Islas Vírgenes (EE.UU.)", "Islas Vírgenes Americanas"),
    "QAT": ("Qatar", "Catar"),
    "SAU": ("Arabia Saudita", "Arabia Saudí"),
    "SRB": ("Serbia", "Serbia and Montenegro"),
    "TCD": ("Chad",),
    "DJI": ("Djibouti", "Yibuti"),
    "RWA": ("Rwanda", "Ruanda"),
    "ZWE": ("Zimbabwe", "Zimbabue"),
    "KEN": ("Kenia", "Kenya"),
    "LSO": ("Lesotho", "Lesoto"),
    "MUS": ("Mauricio", "Mauritius"),
    "TKM": ("Turkmenistán", "Turkmenia"),
}  # fmt: skip


def _key(name: Cell) -> str:
    text = fold(label(name)).replace("&", " y ").replace("’", "'").replace("st.", "saint")
    words = "".join(each if each.isalnum() else " " for each in text).split()
    return " ".join(word for word in words if word not in {"the", "las", "los", "la", "el"})


@cache
def _by_name() -> dict[str, str]:
    names = {}
    for language in ("en", "es", "es_MX"):
        for code in country_codes():
            name = country_name(code, language)
            names[_key(name)] = code
            names.setdefault(_key(name.replace(" y ", " and ")), code)
    for code, given in _NAMES.items():
        for name in given:
            names[_key(name)] = code
            # "Rep. Checa" and "Checa, Rep." are the same.
            first, comma, last = name.partition(", ")
            if comma:
                names.setdefault(_key(f"{last} {first}"), code)
    return names


@remembered
def country(name: Cell) -> str | None:
    """The code for a country's name in Spanish or English, or `stateless`, `unknown`, `other`.

    `None` if the name is none of these.
    """
    text = fold(label(name))
    if text in _STATELESS:
        return flow.STATELESS
    if text in _UNKNOWN:
        return flow.UNKNOWN
    if text in _OTHER:
        return flow.OTHER
    return _by_name().get(_key(name))


@remembered
def code(cell: Cell) -> str | None:
    """An ISO 3166-1 alpha-3 code as a flow table holds it; `None` if it is none."""
    text = label(cell).upper()
    if text in country_codes():
        return text
    folded = text.casefold()
    if folded in _STATELESS:
        return flow.STATELESS
    if folded in _UNKNOWN:
        return flow.UNKNOWN
    return flow.OTHER if folded in _OTHER else None
