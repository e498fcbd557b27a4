"""A chart leaves the notebook with its title and source, or a sentence says what is missing."""

import io
from pathlib import Path

import pytest
from PIL import Image

from travesia import flows
from travesia.charts import (
    Chart,
    ExportError,
    FlowDataError,
    about,
    age_sex_pyramid,
    children_detected,
    regional_movements,
)
from travesia.charts.export import framed
from travesia.charts.svg import light_png, png
from travesia.charts.template import DATA


@pytest.fixture(scope="module")
def chart() -> Chart:
    return children_detected("es")


@pytest.fixture(scope="module")
def pyramid() -> Chart:
    events = flows.load("mexico-events-by-sex-age", quiet=True)
    ages = ("0-11", "12-17", "18+")
    return age_sex_pyramid(events, about("mexico-events-by-sex-age", "es"), ages=ages)


def test_an_exported_figure_carries_its_title_and_its_source(chart: Chart) -> None:
    figure = framed(chart)
    assert chart.title in figure["layout"]["title"]["text"]
    notes = " ".join(note["text"].replace("<br>", " ") for note in figure["layout"]["annotations"])
    assert chart.source in notes
    assert figure["config"]["locale"] == "es"


def test_a_file_of_another_kind_is_refused_by_name(chart: Chart, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"chart\.pdf ends in neither \.png nor \.svg"):
        chart.save(tmp_path / "chart.pdf")


def test_a_picture_is_in_the_readers_language_and_names_the_source_with_chromium(
    pyramid: Chart, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = pyramid.save(tmp_path / "pyramid.svg").read_text()
    assert pyramid.title in picture
    assert "Mujeres y niñas" in picture
    assert "SEGOB" in picture
    assert pyramid.save(tmp_path / "pyramid.png").read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("program", "said"), [("absent", "no se encontró"), ("broken", "aquí no arranca")]
)
def test_where_no_chromium_starts_the_picture_is_drawn_without_it_and_a_sentence_says_so(
    pyramid: Chart,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    program: str,
    said: str,
) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 2\n")
    broken.chmod(0o755)
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / program))
    picture = pyramid.save(tmp_path / "pyramid.svg").read_text()
    assert said in capsys.readouterr().out
    assert pyramid.title in picture.split("</desc>")[1]
    assert "SEGOB" in picture.split("</desc>")[1]
    assert "var(" not in picture
    assert pyramid.save(tmp_path / "pyramid.png").read_bytes().startswith(b"\x89PNG")


def test_the_flow_map_is_saved_with_its_title_its_sources_and_what_it_counts(
    tmp_path: Path,
) -> None:
    region = regional_movements("es")
    picture = region.save(tmp_path / "map.svg", period="2023").read_text().split("</desc>")[1]
    assert region.title in picture
    assert "Eventos, no personas." in picture
    assert ">2023<" in picture
    assert region.save(tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(FlowDataError, match="no period '1999'"):
        region.save(tmp_path / "map.png", period="1999")


def test_the_still_picture_becomes_a_png_without_a_browser(chart: Chart) -> None:
    drawn = png(chart.still())
    assert drawn.startswith(b"\x89PNG")
    assert len(drawn) > 10_000


def test_a_picture_for_feedback_is_light_and_keeps_the_colours_that_say_what_is_counted() -> None:
    drawn = regional_movements("es").still()
    light = light_png(drawn)
    assert len(light) < 0.4 * len(png(drawn))
    shown = Image.open(io.BytesIO(light)).convert("RGB")
    colours = {"#{:02x}{:02x}{:02x}".format(*colour) for _, colour in shown.getcolors(256) or ()}
    assert set(DATA[:4]) <= colours
