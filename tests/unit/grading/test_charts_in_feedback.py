"""Charts that a learner's notebook draws stand in its feedback as pictures, words and tables."""

import base64
import re

import pytest

from travesia.charts import graded
from travesia.learn.answers import READ_ONLY_VARIABLE

DRAWN = """
from IPython.display import display
from travesia import flows
from travesia.charts import (
    about, age_sex_pyramid, children_detected, corridors, movements, origin_destination,
    regional_movements, small_multiples, time_series, transit_routes, uncertainty_band,
)

events = flows.load("mexico-events", quiet=True)
told = about("mexico-events")
of_2024 = events[events["period"].dt.year == 2024]
some = events[events["nationality"].isin(["VEN", "HND", "HTI"])]
by_month = of_2024.groupby("period", as_index=False)["value"].sum().astype({"value": float})
by_month = by_month.assign(low=by_month["value"] * 0.8, high=by_month["value"] * 1.4)
ages = ("0-11", "12-17", "18+")
display(
    time_series(some, told, by="nationality"),
    small_multiples(some, told, by="nationality"),
    corridors(movements(of_2024), told),
    origin_destination(movements(of_2024), told),
    uncertainty_band(by_month, told),
    age_sex_pyramid(
        flows.load("mexico-events-by-sex-age", quiet=True), about("mexico-events-by-sex-age"),
        ages=ages,
    ),
    transit_routes("es"),
    children_detected("es"),
)
display(regional_movements())
children_detected("es").figure.update_layout(height=300)
"""
CHARTS = 10
PATIENCE = "c.SandboxedExecute.timeout = 120\nc.SandboxedExecute.total_seconds = 240\n"


@pytest.fixture(scope="module")
def page(new_course, tmp_path_factory, right_values, run_first):
    course = new_course(tmp_path_factory.mktemp("charts") / "human-security")
    with (course.root / "nbgrader_config.py").open("a") as configuration:
        configuration.write(PATIENCE)
    course.hand_in("ana", right_values, run_first(DRAWN))
    course.run("autograde", "arrival")
    course.run("generate_feedback", "arrival")
    return (course.root / "feedback/ana/arrival/assignment.html").read_text(encoding="utf-8")


def test_each_chart_is_a_picture_with_its_title_its_words_and_its_tables(page):
    pictures = re.findall(r'<img src="data:image/png;base64,([^"]+)"', page)
    assert len(pictures) == CHARTS
    assert all(base64.b64decode(each).startswith(b"\x89PNG") for each in pictures)
    assert page.count("<h4 lang=") == CHARTS
    assert page.count("<table") >= CHARTS
    said = ("Movimientos en la región", "eventos, no personas", "Fuente: SEGOB")
    for words in (*said, "361,203", "Las cifras del mapa"):
        assert words in page


def test_the_page_with_charts_runs_and_asks_nothing(page):
    assert "<script" not in page
    assert not re.search(r"""(src|href)=["'](?!data:image/png)""", page)
    assert "plotly" not in page.lower()


def test_charts_and_questions_are_told_in_the_same_way_that_they_are_graded():
    assert graded.VARIABLE == READ_ONLY_VARIABLE
