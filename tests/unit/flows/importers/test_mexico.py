"""Mexico's bulletin tables, in the layouts of before and after the reform of 2021."""

from pathlib import Path
from typing import Any

import published
import pytest
import xlwt
from published import MONTHS, bulletin

from travesia.flows.importers import Refusal, read

CENTRAL = "América/América Central/"
ROWS = published.sums(
    [
        ("América Central/Guatemala", [5, 2, 7, 50, 20, 70]),
        ("América Central/Honduras", [4, 1, 5, 40, 10, 50]),
        ("Islas del Caribe/Dominicana, Rep.", [1, 0, 1, 10, 0, 10]),
        ("Asia/Corea, Rep. (Sur)", [0, 3, 3, 0, 30, 30]),
        ("/Apátridas", [1, 0, 1, 0, 0, 0]),
    ]
)


def one(path: Path, **options: Any) -> Any:
    (reading,) = read(path, **options)
    return reading


def kinds(reading: Any) -> list[str]:
    return [problem.kind for problem in reading.problems if problem.kind != "footnote"]


def figures(reading: Any, *columns: str) -> dict[Any, int]:
    table = reading.figures
    return table.groupby([table["period"].dt.strftime("%Y-%m"), *columns])["value"].sum().to_dict()


def test_the_subtotal_is_taken_where_months_have_columns_of_their_own(tmp_path: Path) -> None:
    reading = one(bulletin(tmp_path / "cuadro3.1.1_.xls", ROWS))
    assert reading.format == "mexico-events-by-nationality"
    assert reading.counts == "events"
    assert reading.period == ("2024-01", "2024-02")
    assert reading.total == 17 + 160
    assert kinds(reading) == []
    assert figures(reading, "nationality") == {
        ("2024-01", "GTM"): 7,
        ("2024-01", "HND"): 5,
        ("2024-01", "DOM"): 1,
        ("2024-01", "KOR"): 3,
        ("2024-01", "stateless"): 1,
        ("2024-02", "GTM"): 70,
        ("2024-02", "HND"): 50,
        ("2024-02", "DOM"): 10,
        ("2024-02", "KOR"): 30,
        ("2024-02", "stateless"): 0,
    }


@pytest.mark.parametrize(("year", "skip"), [(2019, 5), (2020, 4), (2015, 3)])
def test_until_2020_a_month_is_one_column_wherever_the_header_stands(
    tmp_path: Path, year: int, skip: int
) -> None:
    rows = published.sums([("América Central/Guatemala", [7, 70]), ("Asia/China", [1, 2])])
    reading = one(bulletin(tmp_path / "x.xls", rows, year=year, parts=(), skip=skip))
    assert figures(reading, "nationality") == {
        (f"{year}-01", "GTM"): 7,
        (f"{year}-01", "CHN"): 1,
        (f"{year}-02", "GTM"): 70,
        (f"{year}-02", "CHN"): 2,
    }


def test_a_dash_is_zero_and_an_empty_cell_is_not(tmp_path: Path) -> None:
    rows = [("Total general", [3, 7]), ("Guatemala", [3, "-"]), ("Honduras", [None, 7])]
    reading = one(bulletin(tmp_path / "x.xls", rows, parts=()))
    assert figures(reading, "nationality") == {
        ("2024-01", "GTM"): 3,
        ("2024-02", "GTM"): 0,
        ("2024-02", "HND"): 7,
    }
    assert "blank" in kinds(reading)


@pytest.mark.parametrize(
    "cell", ["1,234", "1 234", "1.234", "1\u00a0234", "1234", "1,234 2/", "1,234*"]
)
def test_a_count_written_as_text_is_read_with_its_separators_and_marks(
    tmp_path: Path, cell: str
) -> None:
    reading = one(
        bulletin(tmp_path / "x.xls", [("Guatemala¹", [cell])], parts=(), months=["Enero 1/"])
    )
    assert reading.total == 1234


@pytest.mark.parametrize("subtotal", ["Subtotal", "Sub-total", "Sub total 1/", "Total"])
def test_the_subtotal_is_known_however_it_is_written(tmp_path: Path, subtotal: str) -> None:
    parts = ("Presentados 1/", "Canalizados 2/", subtotal)
    assert one(bulletin(tmp_path / "x.xls", ROWS, parts=parts)).total == 17 + 160


def test_the_day_of_a_decree_in_the_title_is_not_the_tables_year(tmp_path: Path) -> None:
    title = published.TITLE + " (Decreto del 11 de noviembre de 2020)"
    assert one(bulletin(tmp_path / "x.xls", ROWS, title=title)).period == ("2024-01", "2024-02")


def test_regions_and_totals_are_not_counted_twice_but_checked(tmp_path: Path) -> None:
    rows = [(name, list(values)) for name, values in ROWS]
    rows[1][1][2] = 99
    reading = one(bulletin(tmp_path / "x.xls", rows))
    assert reading.total == 17 + 160
    (wrong,) = [each for each in reading.problems if each.kind == "total-mismatch"]
    assert wrong.text == "enero: “América Central” says 99, its rows add up to 12."
    assert wrong.place.endswith("row 9, column D")


def test_parts_that_do_not_add_up_to_their_subtotal_are_named(tmp_path: Path) -> None:
    rows = [("Guatemala", [5, 2, 8])]
    reading = one(bulletin(tmp_path / "x.xls", rows, months=["Enero"]))
    assert reading.total == 8
    assert kinds(reading) == ["subtotal-mismatch"]


def test_a_years_total_that_its_months_do_not_add_up_to_is_named(tmp_path: Path) -> None:
    rows = [("Guatemala", [5, 2, 7, 1, 1, 2, 6, 3, 10])]
    reading = one(bulletin(tmp_path / "x.xls", rows, total=True))
    assert reading.total == 9
    assert [each.text for each in reading.problems if each.kind == "total-mismatch"] == [
        "The year's total of “Guatemala” says 10, its months add up to 9."
    ]


def test_months_that_are_not_published_yet_are_no_zeros(tmp_path: Path) -> None:
    rows = [("Guatemala", [7, 9, *["-"] * 10]), ("Honduras", [1, 1, *[None] * 10])]
    reading = one(bulletin(tmp_path / "x.xls", rows, parts=(), months=MONTHS))
    assert reading.period == ("2024-01", "2024-02")
    assert "unpublished" in kinds(reading)
    assert set(reading.figures["status"]) == {"preliminary"}


def test_a_whole_year_is_final_unless_the_table_says_preliminary(tmp_path: Path) -> None:
    rows = [("Guatemala", list(range(1, 13)))]
    whole = one(bulletin(tmp_path / "a.xls", rows, parts=(), months=MONTHS))
    said = [published.PRELIMINARY.format(day="15 de febrero de 2025")]
    noted = one(bulletin(tmp_path / "b.xls", rows, parts=(), months=MONTHS, notes=said))
    assert set(whole.figures["status"]) == {"final"}
    assert set(noted.figures["status"]) == {"preliminary"}
    assert (noted.vintage, noted.vintage_from) == ("2025-02-15", "stated")
    assert (whole.vintage, whole.vintage_from) == ("2024-12-31", "period")


def test_every_country_name_of_the_bulletin_is_known(tmp_path: Path) -> None:
    names = ["Dominicana, Rep.", "Corea, Rep. (Sur)", "Centroafricana, Rep.", "Checa, Rep.",
             "Mianmar (Birmania)", "Países Bajos (Holanda)", "Apátridas", "Fiyi", "Eslovaca, Rep.",
             "Sta. Lucía", "Congo, República Democrática del", "Kirguisia"]  # fmt: skip
    reading = one(
        bulletin(tmp_path / "x.xls", [(name, [1]) for name in names], parts=(), months=["Ene"])
    )
    assert set(reading.figures["nationality"]) == {
        "DOM", "KOR", "CAF", "CZE", "MMR", "NLD", "stateless", "FJI", "SVK", "LCA", "COD", "KGZ",
    }  # fmt: skip


def test_every_aggregate_of_the_bulletin_is_left_out(tmp_path: Path) -> None:
    aggregates = ["Total general", "América", "América del Norte", "América Central",
                  "Islas del Caribe", "América del Sur", "Asia", "Europa", "Oceania", "Oceanía",
                  "África"]  # fmt: skip
    rows: list[tuple[str, list[object]]] = [(name, [0]) for name in aggregates]
    reading = one(bulletin(tmp_path / "x.xls", [*rows, ("Ghana", [6])], parts=(), months=["Enero"]))
    assert set(reading.figures["nationality"]) == {"GHA"}


SEX_AGE = (
    "3.1.3 Eventos de personas en situación migratoria irregular en México, según grupos de edad, "
    "condición de viaje y sexo, {year}"
)


def test_sexes_ages_and_accompaniment_nest_in_either_order(tmp_path: Path) -> None:
    ages_first = [
        ("Total general", [60]),
        ("18 años y más", [10]), ("Hombres", [6]), ("Mujeres", [4]),
        ("De 12 a 17 años", [20]), ("Hombres", [11]), ("Mujeres", [9]),
        ("De 0 a 11 años", [30]),
        ("Acompañados", [28]), ("Hombres", [15]), ("Mujeres", [13]),
        ("No acompañados", [2]), ("Hombres", [1]), ("Mujeres", [1]),
    ]  # fmt: skip
    sexes_first = [
        ("Total", [60]),
        ("Hombres", [33]), ("18 años y más", [6]), ("12 a 17 años", [11]), ("0 a 11 años", [16]),
        ("Acompañados", [15]), ("No acompañados", [1]),
        ("Mujeres", [27]), ("18 años y más", [4]), ("12 a 17 años", [9]), ("0 a 11 años", [14]),
        ("Acompañados", [13]), ("No acompañados", [1]),
    ]  # fmt: skip
    options: dict[str, Any] = {"title": SEX_AGE, "parts": (), "months": ["Enero"]}
    by_age = one(bulletin(tmp_path / "a.xls", ages_first, **options))
    by_sex = one(bulletin(tmp_path / "b.xls", sexes_first, **options))
    columns = ("sex", "age", "accompaniment")
    assert by_age.format == "mexico-events-by-sex-age"
    assert kinds(by_age) == kinds(by_sex) == []
    assert figures(by_age, *columns) == figures(by_sex, *columns)
    assert figures(by_age, *columns)["2024-01", "female", "0-11", "accompanied"] == 13
    assert by_age.total == 60


def test_an_age_group_that_contains_others_is_their_sum(tmp_path: Path) -> None:
    rows = [
        ("Total general", [60]),
        ("18 años y más", [10]), ("Hombres", [6]), ("Mujeres", [4]),
        ("Menores de 18 años", [50]),
        ("12 a 17 años", [20]), ("Hombres", [11]), ("Mujeres", [9]),
        ("0 a 11 años", [30]), ("Acompañados", [28]), ("No acompañados", [2]),
    ]  # fmt: skip
    reading = one(
        bulletin(tmp_path / "x.xls", rows, title=SEX_AGE, parts=(), months=["Enero"])
    )  # fmt: skip
    assert (reading.total, kinds(reading)) == (60, [])
    assert set(reading.figures["age"]) == {"18+", "12-17", "0-11"}


@pytest.mark.parametrize(
    "rows",
    [
        ["12 a 17 años", "0 a 11 años", "Menores de 18 años"],
        ["Menores de 18 años", "Hombres", "Mujeres", "12 a 17 años", "Hombres", "Mujeres"],
    ],
)
def test_a_group_that_would_count_people_twice_is_refused(tmp_path: Path, rows: list[str]) -> None:
    path = bulletin(tmp_path / "x.xls", [(row, [1]) for row in rows], title=SEX_AGE, parts=(),
                    months=["Enero"])  # fmt: skip
    with pytest.raises(Refusal, match="repeats people of a row above it"):
        read(path)


def test_states_are_read_by_their_codes(tmp_path: Path) -> None:
    title = "3.1.2 Eventos de personas en situación irregular, según entidad federativa, {year}"
    rows = [("Total general", [9]), ("Chiapas", [5]), ("Estado de México", [3]), ("Coahuila", [1])]
    reading = one(bulletin(tmp_path / "x.xls", rows, title=title, parts=(), months=["Enero"]))
    assert reading.series == "imported-mexico-events-by-state"
    assert set(reading.figures["place"]) == {"MX-CHP", "MX-MEX", "MX-COA"}


def test_returns_keep_their_kinds(tmp_path: Path) -> None:
    title = "3.2.4 Eventos de personas devueltas por la autoridad migratoria mexicana, {year}"
    parts = ("Deportados", "Retorno asistido", "Retorno asistido de menores", "Subtotal")
    rows = [("Total general", [3, 2, 1, 6]), ("Honduras", [3, 2, 1, 6])]
    reading = one(
        bulletin(tmp_path / "x.xls", rows, title=title, parts=parts, months=["Enero"], skip=3)
    )
    assert reading.counts == "returns"
    assert figures(reading, "measure") == {
        ("2024-01", "deportation"): 3,
        ("2024-01", "assisted-return"): 2,
        ("2024-01", "assisted-return-of-children"): 1,
    }


def test_crossing_points_are_added_up_to_their_state_and_never_kept(tmp_path: Path) -> None:
    title = "5.1 Eventos de repatriación de mexicanos desde Estados Unidos, según punto, {year}"
    rows = [("Total", [12]), ("Baja California", [9]), ("Punto Uno", [5]), ("Punto Dos", [4]),
            ("Sonora", [3]), ("Punto Tres", [2])]  # fmt: skip
    reading = one(bulletin(tmp_path / "x.xls", rows, title=title, parts=(), months=["Enero"]))
    assert figures(reading, "place") == {("2024-01", "MX-BCN"): 9, ("2024-01", "MX-SON"): 3}
    assert [each.text for each in reading.problems if each.kind == "total-mismatch"] == [
        "enero: “Sonora” says 3, its rows add up to 2."
    ]
    assert "Punto" not in reading.figures.to_csv()


def test_airport_rejections_are_events_of_their_own(tmp_path: Path) -> None:
    title = "1.6 Eventos de personas extranjeras rechazadas en aeropuertos, según país, {year}"
    reading = one(
        bulletin(tmp_path / "x.xls", [("Cuba", [8])], title=title, parts=(), months=["Enero"])
    )
    assert reading.series == "imported-mexico-airport-rejections-by-nationality"
    assert set(reading.figures["measure"]) == {"refused-entry"}


@pytest.mark.parametrize(
    ("rows", "options", "says"),
    [
        ([("Wakanda", [1])], {}, "row 7: “Wakanda” is no country"),
        ([("Guatemala", ["muchos"])], {}, "row 7, column B: “muchos” is not a whole number"),
        ([("Guatemala", [1.5])], {}, "column B: “1.5” is not a whole number"),
        ([("", [5])], {}, "row 7 has figures and no name"),
        ([("Guatemala", [5])], {"year": ""}, "no year stands above its months"),
        ([("Guatemala", [5])], {"year": "2023 y 2024"}, "more than one year (2023 and 2024)"),
        ([("Guatemala", [5])], {"title": "Precios, {year}"}, "says none of: persons in"),
        ([("Guatemala", [5, 1])], {"months": ["Enero", "Trimestre"]}, "column C: “Trimestre”"),
        ([("Guatemala", [5, 1])], {"months": ["Febrero", "Enero"]}, "the months do not follow"),
        (
            [("Guatemala", [5, 1])],
            {"months": ["Enero"], "parts": ("Presentados", "Canalizados")},
            "(B to C) have no “Subtotal”",
        ),
        ([("Total general", [5])], {}, "holds totals alone"),
        ([("Guatemala", ["-"])], {}, "every figure is zero or empty"),
    ],
)  # fmt: skip
def test_what_it_does_not_know_is_named_with_its_place(
    tmp_path: Path, rows: Any, options: dict[str, Any], says: str
) -> None:
    options = {"parts": (), "months": ["Enero"], **options}
    with pytest.raises(Refusal) as refusal:
        read(bulletin(tmp_path / "x.xls", rows, **options))
    assert says in str(refusal.value)
    assert "x.xls" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_table_saved_as_csv_in_windows_1252_with_semicolons_is_the_same(tmp_path: Path) -> None:
    text = (
        f"{published.TITLE.format(year=2024)};;\n\nContinente/país;Enero;Febrero\n"
        "Total general;1.241;2\nGuatemala;1.234;-\nMéxico;7;2\n\nFuente: UPMRIP.;;\n"
    )
    path = published.write(tmp_path / "x.csv", text, "cp1252")
    reading = one(path)
    assert reading.total == 1243
    assert "encoding" in kinds(reading)


def test_two_sheets_of_one_series_are_refused_and_a_cover_sheet_is_not(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("Portada").write(0, 0, "Boletín")
    for name in ("3.1.1", "3.1.1 bis"):
        page = book.add_sheet(name)
        page.write(0, 0, published.TITLE.format(year=2024))
        page.write(2, 1, "Enero")
        page.write(3, 0, "Cuba")
        page.write(3, 1, 7)
    book.save(str(tmp_path / "x.xls"))
    with pytest.raises(Refusal, match=r"sheet 3\.1\.1 and x\.xls, sheet 3\.1\.1 bis are both"):
        read(tmp_path / "x.xls")


def test_a_month_with_the_mark_of_a_footnote_is_that_month(tmp_path: Path) -> None:
    path = bulletin(tmp_path / "x.xls", ROWS, months=("Enero1/", "Febrero p/"))
    assert one(path).period == ("2024-01", "2024-02")
    assert one(path).total == 17 + 160


def test_figures_before_the_months_are_refused_unless_they_are_the_years_total(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.xls"
    given = [("Guatemala", [7, 3, 4]), ("Honduras", [5, 1, 4])]
    with pytest.raises(Refusal, match="column B: “Eneero” stands before the months"):
        read(bulletin(path, given, months=("Eneero", "Febrero", "Marzo"), parts=()))
    assert one(bulletin(path, given, months=("Total", "Enero", "Febrero"), parts=())).total == 12


def test_figures_below_a_note_are_refused_and_not_lost(tmp_path: Path) -> None:
    rows = [("Guatemala", [7, 3]), ("Nota: sigue en la página 2", []), ("Honduras", [5, 1])]
    with pytest.raises(Refusal, match="row 9: “Honduras” has figures and stands below a note"):
        read(bulletin(tmp_path / "x.xls", rows, parts=()))


@pytest.mark.parametrize(("name", "other"), [("Guatemala", "Honduras"), ("Chiapas", "Tabasco")])
def test_a_country_or_a_state_that_stands_twice_is_refused(
    tmp_path: Path, name: str, other: str
) -> None:
    rows = [(name, [7, 3]), (other, [5, 1]), (name, [7, 3])]
    with pytest.raises(Refusal, match=f"row 9: “{name}” repeats people of a row above it"):
        read(bulletin(tmp_path / "x.xls", rows, parts=()))


@pytest.mark.parametrize("written", ["1’234’567", "1'234,567", "1'234'567", "1\u2009234\u2009567"])
def test_millions_are_read_however_they_are_parted(tmp_path: Path, written: str) -> None:
    reading = one(bulletin(tmp_path / "x.xls", [("Guatemala", [written])], parts=()))
    assert reading.total == 1_234_567


def test_months_are_known_by_every_usual_abbreviation(tmp_path: Path) -> None:
    names = (
        "Ene.",
        "FEB",
        "Mzo",
        "Abr",
        "May.",
        "Jun",
        "Jul",
        "Agto.",
        "Sept",
        "Oct",
        "Nov",
        "Dic",
    )
    path = bulletin(tmp_path / "x.xls", [("Cuba", [*range(1, 13)])], months=names, parts=())
    found = figures(one(path))
    assert list(found.values()) == list(range(1, 13))
