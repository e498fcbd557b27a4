"""What imported series say of themselves: stored in English, shown in the reader's language."""

from pathlib import Path
from typing import Any

import pandas as pd
import published
import pytest

from travesia import flows
from travesia.charts import about
from travesia.charts.naming import title
from travesia.flows.columns import ALL, NAMES
from travesia.flows.importers import resource
from travesia.flows.package import Series
from travesia.language import translator

KNOWN = resource._known()
PUBLISHED_AS = {"UNHCR", "CC BY 4.0"}


def stored(series: str, source: str = "hdx", **columns: Any) -> Series:
    """What the catalogue holds of a series of one preliminary figure."""
    row = {
        **dict.fromkeys(NAMES, ALL), "period": pd.Timestamp("2024-01-01"), "frequency": "month",
        "counts": "events", "value": 7, "status": "preliminary", "source": source, **columns,
    }  # fmt: skip
    described = resource.resource(series, pd.DataFrame([row]), "x.parquet", "2024-02-01")
    return Series.model_validate(described)


@pytest.mark.parametrize("series", [*KNOWN["subjects"], "imported-mexico-events-by-sex-age"])
def test_every_sentence_of_an_imported_series_is_told_in_spanish(series: str) -> None:
    found = stored(series)
    told = found.told("es")
    pairs = zip(found.texts(), told.texts(), strict=True)
    assert [one for one, other in pairs if one == other and one != found.counts] == []
    assert title(found, translator("es")) == told.title
    assert found.told("en") == found


@pytest.mark.parametrize("source", KNOWN["sources"])
def test_licences_in_words_are_told_in_spanish_and_names_stay(source: str) -> None:
    found = stored("imported-hxl-persons", source)
    assert (found.licence == found.told("es").licence) is (found.licence in PUBLISHED_AS)
    assert found.told("es").source.title == found.source.title


def test_sentences_with_a_month_are_put_together_in_the_readers_language() -> None:
    told = stored("imported-mexico-events-by-sex-age").told("es")
    assert told.title == "Eventos de personas en situación irregular en México, por sexo y edad"
    assert told.ends.startswith("Termina en 2024-01, con el archivo importado más reciente. El ")
    assert told.caveats[-1] == "Preliminar desde 2024-01: la fuente la va a revisar."


def test_loading_exporting_and_drawing_records_speak_spanish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRAVESIA_FLOWS", str(tmp_path / "own"))
    row = published.named(published.CTDC_2025, yearOfRegistration=2019, citizenship="HND",
                          isForcedLabour=1)  # fmt: skip
    text = published.table(published.CTDC_2025, *[row] * 7)
    flows.import_file(published.write(tmp_path / "ctdc.csv", text))
    monkeypatch.setenv("TRAVESIA_LANGUAGE", "es")
    table = flows.load("imported-ctdc-records")
    assert capsys.readouterr().out.startswith(
        "imported-ctdc-records cuenta registros. Registros de un conjunto de datos sintético; un "
        "registro no es una persona. Ten en cuenta: Los registros son sintéticos"
    )
    listed = flows.catalogue().loc["imported-ctdc-records"]
    assert listed["title"] == "Registros sintéticos de víctimas de trata"
    assert listed["licence"] == "Consulta las condiciones de uso de CTDC"
    note = flows.export(table, tmp_path / "given.csv").note
    assert "Termina en 2019-12" in note
    assert "Nothing is suppressed" not in note
    drawn = about("imported-ctdc-records")
    assert (drawn.title, drawn.unit) == (listed["title"], "Registros")
    assert "OIM y organizaciones asociadas" in drawn.source
