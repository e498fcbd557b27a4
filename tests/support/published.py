"""Small files in exactly the formats that the publishers of migration figures give."""

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import xlwt

MONTHS = ("Enero", "Febrero", "Marzo", "Abril", "Mayo", "Junio", "Julio", "Agosto", "Septiembre",
          "Octubre", "Noviembre", "Diciembre")  # fmt: skip
TITLE = (
    "3.1.1 Eventos de personas en situación migratoria irregular en México, según continente y "
    "país de nacionalidad, {year}"
)
PRELIMINARY = "Nota: cifras preliminares, información actualizada al {day}."

AREAS = (
    "Fiscal Year,Month Grouping,Month (abbv),Component,Land Border Region,Area of Responsibility,"
    "AOR (Abbv),Demographic,Citizenship,Title of Authority,Encounter Type,Encounter Count"
)
STATES = (
    "Fiscal Year,Month Grouping,Month (abbv),Land Border Region,State,Demographic,Citizenship,"
    "Title of Authority,Encounter Count"
)
MISSING = (
    "Main ID,Incident ID,Region,Incident Date,Year,Reported Month,Number Dead,Minimum Estimated "
    "Number of Missing,Number of Survivors,Number of Females,Number of Males,Number of Children,"
    "Region of Origin,Cause of Death,Country of Origin,Location of death,Information Source,"
    "Coordinates,Migration route,URL,UNSD Geographical Grouping,Source Quality"
)
APPLICATIONS = (
    "year,coo_name,coo,coo_iso,coa_name,coa,coa_iso,procedure_type,app_type,dec_level,app_pc,"
    "applied"
)
DECISIONS = (
    "year,coo_name,coo,coo_iso,coa_name,coa,coa_iso,procedure_type,dec_level,dec_pc,dec_recognized,"
    "dec_other,dec_rejected,dec_closed,dec_total"
)
POPULATION = (
    "year,coo_name,coo,coo_iso,coa_name,coa,coa_iso,refugees,asylum_seekers,returned_refugees,idps,"
    "returned_idps,stateless,ooc,oip,hst"
)
HAPI = (
    "resource_hdx_id,origin_location_ref,asylum_location_ref,population_group,gender,age_range,"
    "min_age,max_age,population,reference_period_start,reference_period_end,origin_location_code,"
    "origin_location_name,asylum_location_code,asylum_location_name"
)
CTDC_2021 = (
    "yearOfRegistration,gender,ageBroad,majorityStatusAtExploit,traffickMonths,citizenship,"
    "CountryOfExploitation,meansOfControlDebtBondage,meansOfControlTakesEarnings,"
    "meansOfControlThreats,meansOfControlPsychologicalAbuse,meansOfControlPhysicalAbuse,"
    "meansOfControlSexualAbuse,meansOfControlFalsePromises,meansOfControlPsychoactiveSubsta,"
    "meansOfControlRestrictsMovement,meansOfControlRestrictsMedicalCa,"
    "meansOfControlExcessiveWorkingHo,meansOfControlThreatOfLawEnforce,"
    "meansOfControlWithholdsNecessiti,meansOfControlWithholdsDocuments,meansOfControlOther,"
    "isForcedLabour,isSexualExploit,isOtherExploit,typeOfLabourAgriculture,"
    "typeOfLabourConstruction,typeOfLabourDomesticWork,typeOfLabourHospitality,typeOfLabourOther,"
    "typeOfSexProstitution,typeOfSexPornography,typeOfSexOther,recruiterRelationIntimatePartner,"
    "recruiterRelationFriend,recruiterRelationFamily,recruiterRelationOther"
)
CTDC_2025 = (
    "yearOfRegistration,gender,ageBroad,citizenship,CountryOfExploitation,traffickMonths,"
    "meansDebtBondageEarnings,meansThreats,meansAbusePsyPhySex,meansFalsePromises,"
    "meansDrugsAlcohol,meansDenyBasicNeeds,meansExcessiveWorkHours,meansWithholdDocs,"
    "isForcedLabour,isSexualExploit,isOtherExploit,typeOfLabourAgriculture,"
    "typeOfLabourConstruction,typeOfLabourDomesticWork,typeOfLabourHospitality,"
    "typeOfSexProstitution,typeOfSexPornography,recruiterRelationIntimatePartner,"
    "recruiterRelationFriend,recruiterRelationFamily,recruiterRelationOther"
)

Rows = Sequence[tuple[str, Sequence[object]]]


def table(header: str, *rows: Sequence[object] | str) -> str:
    """A CSV with a header and rows, each a line or its cells."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        if isinstance(row, str):
            text.write(row + "\n")
        else:
            writer.writerow(row)
    return header + "\n" + text.getvalue()


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A text as a file."""
    path.write_bytes(text.encode(encoding))
    return path


def named(header: str, **cells: object) -> list[object]:
    """A row with some cells filled by the name of their column."""
    names = header.split(",")
    assert set(cells) <= {name.replace(" ", "_") for name in names}
    return [cells.get(name.replace(" ", "_"), "") for name in names]


def sums(rows: Rows) -> list[tuple[str, list[object]]]:
    """Rows of countries under their regions, with the regions' and the table's own sums before."""
    regions: dict[str, list[tuple[str, Sequence[object]]]] = {}
    for name, values in rows:
        region, _, country = name.rpartition("/")
        regions.setdefault(region, []).append((country, values))

    def added(chosen: Rows) -> list[object]:
        columns = zip(*(values for _, values in chosen), strict=True)
        return [sum(each for each in column if isinstance(each, int)) for column in columns]

    found: list[tuple[str, list[object]]] = [("Total general", added(rows))]
    for region, countries in regions.items():
        if region:
            found.append((region, added(countries)))
        found += [(country, list(values)) for country, values in countries]
    return found


def bulletin(
    path: Path,
    rows: Rows,
    *,
    title: str = TITLE,
    year: int | str = 2024,
    months: Sequence[str] = MONTHS[:2],
    parts: Sequence[str] = ("Presentados", "Canalizados", "Subtotal"),
    notes: Sequence[str] = ("(-) Significa cero.", "Fuente: UPMRIP, SEGOB."),
    skip: int = 5,
    total: bool = False,
    sheet: str = "Cuadro",
) -> Path:
    """A table of Mexico's bulletin as Excel 97: `skip` rows, merged months, rows, footnotes.

    Args:
        rows: a label and its values, month by month and, in a month, part by part.
        parts: the sub-columns of each month; none until 2020.
    """
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet)
    page.write(1, 0, title.format(year=year))
    page.write(skip, 0, "Continente / país de nacionalidad")
    width = max(len(parts), 1)
    heads = [*months, "Total"] if total else list(months)
    for at, month in enumerate(heads):
        left = 1 + at * width
        if width > 1:
            page.write_merge(skip, skip, left, left + width - 1, month)
        else:
            page.write(skip, left, month)
        for under, part in enumerate(parts):
            page.write(skip + 1, left + under, part)
    body = skip + (2 if parts else 1)
    for down, (name, values) in enumerate(rows):
        page.write(body + down, 0, name)
        for across, value in enumerate(values):
            if value is not None:
                page.write(body + down, 1 + across, value)
    for down, note in enumerate(notes):
        page.write(body + len(rows) + 1 + down, 0, note)
    book.save(str(path))
    return path


def zipped(path: Path, **entries: str) -> Path:
    """A zip of texts, such as UNHCR's downloads are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name.replace("__", "."), text)
    return path


def excel_2007(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """The parts of a workbook of one sheet, each a text, to be put into a zip."""
    shown = [
        "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) for row in rows
    ]
    cells = "".join(f"<row>{row}</row>" for row in shown)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    return {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet '
        'name="Datos" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData>'
        "</worksheet>",
    }
