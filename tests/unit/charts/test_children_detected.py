"""The chart of children detected in Mexico says what it counts, and says it without the figure."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from travesia import flows
from travesia.charts import CHARTS, Chart, children_detected
from travesia.charts.template import DATA, INK, INK_SOFT, LINE, PAPER, SHADE

LANGUAGES = ("en", "es")
PLOTLY = "application/vnd.plotly.v1+json"


@pytest.fixture(params=LANGUAGES)
def chart(request: pytest.FixtureRequest) -> Chart:
    return children_detected(request.param)


@pytest.fixture
def bundle(chart: Chart) -> dict[str, Any]:
    return chart.bundle()[PLOTLY]


def test_the_bars_add_up_to_the_children_of_the_table(chart: Chart) -> None:
    under_12, from_12, total = chart.figure.data
    table = flows.load("mexico-events-by-sex-age", quiet=True)
    children = table[table["age"] != "18+"].groupby("period")["value"].sum()
    assert list(under_12.y + from_12.y) == list(total.y) == list(children)


def test_the_year_2024_has_the_published_number_of_children(chart: Chart) -> None:
    row = chart.table[chart.table.iloc[:, 0] == "2024"].iloc[0].tolist()
    assert row == ["2024", "99,126", "766", "38,990", "138,882", "1,230,126", "11%"]


def test_there_is_a_row_for_every_month_and_every_year(chart: Chart) -> None:
    assert len(chart.monthly) == 88
    assert len(chart.table) == 8
    assert not chart.table.isna().to_numpy().any()


def test_an_unfinished_year_is_named_as_such(chart: Chart) -> None:
    assert chart.table.iloc[-1, 0] != "2025"
    assert "2025" in chart.table.iloc[-1, 0]


def test_the_break_of_2021_and_the_end_of_the_series_are_drawn_and_written(chart: Chart) -> None:
    lines = {shape.x0 for shape in chart.figure.layout.shapes if shape.type == "line"}
    assert lines == {"2021-01-11", "2025-04-16"}
    written = [note.text for note in chart.figure.layout.annotations]
    assert any("2021" in text for text in written)
    assert any("2025" in text for text in written)


def test_nothing_is_an_arrow_and_nothing_is_red(chart: Chart) -> None:
    assert not any(note.showarrow for note in chart.figure.layout.annotations)
    colours = re.findall(r"#[0-9a-fA-F]{6}", chart.figure.to_json())
    for colour in colours:
        red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
        assert not (red > 1.6 * green and red > 1.6 * blue), colour


def test_the_figure_uploads_nothing_and_fits_its_place(bundle: dict[str, Any]) -> None:
    assert bundle["config"]["showSendToCloud"] is False
    # Told to be responsive, plotly takes its height from JupyterLab's box, which has none.
    assert "responsive" not in bundle["config"]
    assert bundle["layout"]["height"] > 300
    assert "width" not in bundle["layout"]
    assert bundle["layout"]["xaxis"]["tickangle"] == 0


def test_the_figure_is_small_enough_for_a_slow_line(chart: Chart) -> None:
    assert len(chart.figure.to_json()) < 30_000


def test_the_text_alternative_gives_the_figures_and_their_limits(chart: Chart) -> None:
    for figure in ("16,239", "719", "138,882", "1,230,126", "155,730"):
        assert figure in chart.summary
    assert "3.1.3" in chart.source
    assert "2026" in chart.source


def test_languages_differ_in_every_text_and_agree_in_every_number() -> None:
    english, spanish = children_detected("en"), children_detected("es")
    for text in ("title", "summary", "source", "table_title", "monthly_title"):
        assert getattr(english, text) != getattr(spanish, text), text
    assert set(english.table.columns).isdisjoint(spanish.table.columns)
    assert english.table.iloc[:, 1:6].to_numpy().tolist() == (
        spanish.table.iloc[:, 1:6].to_numpy().tolist()
    )


def test_a_language_without_a_catalogue_gets_english() -> None:
    assert children_detected("xx").title == children_detected("en").title


def test_every_colour_is_a_design_token() -> None:
    tokens = Path(flows.__file__).parents[1] / "design" / "tokens.css"
    css = tokens.read_text(encoding="utf-8").lower()
    for colour in (INK, INK_SOFT, PAPER, SHADE, LINE, *DATA):
        assert colour in css


def test_a_lesson_finds_the_chart_by_its_id() -> None:
    assert CHARTS["children-detected"]("en").title == children_detected("en").title


def test_months_are_drawn_in_order_from_first_to_last(chart: Chart) -> None:
    months = [datetime.fromisoformat(str(month)[:10]) for month in chart.figure.data[0].x]
    assert months == sorted(months)
    assert (months[0].year, months[-1].year, months[-1].month) == (2018, 2025, 4)
