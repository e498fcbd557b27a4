"""One screen, one address: what is shown, what code gives it, and what can be taken along."""

import json
from concurrent.futures import Future
from pathlib import Path

import pandas as pd
import pytest

from travesia.explorer import Choice, ChoiceError, Explorer, explorer
from travesia.explorer.answer import answer
from travesia.explorer.code import ibis_lines, pandas_lines
from travesia.explorer.cube import Cube, cube
from travesia.flows import catalogue
from travesia.flows.package import parquet
from travesia.flows.rollup import roll_up

VIEWS = [
    Choice("mexico-events"),
    Choice("mexico-events", "2021-01", "2023-12", {"nationality": ("VEN", "HTI")}),
    Choice("mexico-events-by-sex-age", words={"sex": ("female",), "age": ("12-17",)}),
    Choice("mexico-events-by-state", "2020-01", "", {"place": ("MX-CHP",)}),
    Choice("darien-transits", "", "2024-06"),
    Choice("mexico-returns", "2022-01", "2022-12", {"nationality": ("GTM",)}),
]


def says(widget: Explorer, action: str, value: object = None, serial: int = 1) -> None:
    """What arrives when a browser sends something over the widget's channel."""
    widget._handle_custom_msg({"action": action, "value": value, "serial": serial}, [])


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.line)
@pytest.mark.parametrize("lines", [pandas_lines, ibis_lines])
def test_the_code_that_is_shown_gives_what_is_on_screen(opened, view, lines, capsys) -> None:
    shown = opened(view.series)
    shown.choose(view)
    found: dict[str, object] = {}
    exec(lines(view), found)
    for name in ("by_month", "by_nationality"):
        given = found[name]
        if isinstance(given, pd.DataFrame):
            given = given.set_index(given.columns[0])["value"]
        on_screen = getattr(shown.answer, name)
        given.index = given.index.astype(on_screen.index.dtype)
        pd.testing.assert_series_equal(
            pd.Series(given).dropna().astype("int64").sort_index(),
            on_screen.astype("int64").sort_index(),
            check_names=False,
            check_index_type=False,
        )


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.line)
def test_a_view_is_one_line_of_code_that_opens_it_again(view, opened) -> None:
    again = eval(view.line, {"explorer": explorer})
    assert again.choice == view


@pytest.mark.parametrize("series", sorted(catalogue().index))
def test_every_series_of_the_catalogue_can_be_shown(series, caches) -> None:
    found = answer(cube(roll_up(parquet(series))), Choice(series))
    assert found.series is not None
    assert found.series.source
    assert len(found.table) >= 1


def test_a_series_by_year_is_shown_and_told_in_years(opened) -> None:
    widget = opened("us-apprehensions-by-year")
    assert widget.state["said"].endswith("in 21 years.")
    assert widget.answer.series.table.iloc[-1, 0] == "fiscal year 2020"


def test_all_four_pictures_follow_one_choice(opened) -> None:
    widget = opened()
    value = {"series": "mexico-events", "start": "2022-01", "end": "2023-12",
             "nationality": ["HTI"], "sex": [], "age": [], "place": []}  # fmt: skip
    says(widget, "choose", value)
    found = widget.answer
    assert {row[0] for row in found.map.flows[["origin"]].to_numpy()} == {"HTI"}
    assert found.map.periods == ("2022", "2023")
    assert found.table.iloc[:, 0].tolist() == ["Haiti"]
    assert len(found.sankey.table) == 1
    assert found.series.monthly.iloc[0, 0] == "January 2022"
    assert widget.state["ack"] == 1


def test_an_answer_carries_only_what_changed(opened, monkeypatch) -> None:
    widget = opened()
    sent: list[set[str]] = []
    monkeypatch.setattr(widget, "send_state", lambda key=None: sent.append({*key}))
    says(widget, "choose", {"series": "mexico-events", "nationality": ["HTI"]}, serial=1)
    says(widget, "choose", {"series": "mexico-events", "nationality": ["HTI"]}, serial=2)
    assert sent == [{"series", "sankey", "table", "take", "map", "state"}, {"state"}]


def test_figures_that_cannot_be_prepared_are_a_sentence_and_can_be_asked_for_again(
    opened, monkeypatch
) -> None:
    ended: Future[Cube] = Future()
    ended.set_exception(OSError("No space left on device"))
    widget = Explorer(Choice("mexico-events"), "en", {"mexico-events": ended})
    expected = "The figures could not be prepared: No space left on device"
    assert widget.state["said"] == expected
    assert widget.wait().state["ready"]


def test_a_browser_is_believed_in_nothing(opened) -> None:
    widget = opened()
    before = widget.choice
    whole = {"series": "mexico-events", "nationality": ["VEN"]}
    for value in (
        None, [], "x", {}, {**whole, "series": "../../etc"}, {**whole, "start": "soon"},
        {**whole, "nationality": "VEN"},
        {**whole, "nationality": [1]}, {**whole, "nationality": ["V" * 1000]},
        {**whole, "nationality": ["VEN"] * 1000},
    ):  # fmt: skip
        says(widget, "choose", value)
        assert widget.choice == before
    says(widget, "delete", "everything")
    widget._handle_custom_msg("nonsense", [])
    widget.set_state({"state": {}, "shell": "<script>"})
    assert "<script>" not in widget.shell
    says(widget, "choose", {**whole, "nationality": ["<b>"]})
    assert "<b>" not in widget.take + widget.table + widget.series
    says(widget, "choose", whole)
    assert widget.choice.words == {"nationality": ("VEN",)}


def test_a_count_too_small_to_show_is_nowhere_on_the_screen(opened) -> None:
    widget = opened()
    rows = widget.answer.rows
    totals = rows.groupby("nationality")["value"].sum()
    assert (totals >= 5).all()
    rows.loc[:, "value"] = 3
    from travesia.explorer import answer as module

    table = module._table(rows, module.about("mexico-events"))
    assert "3" not in set(table.iloc[:, 1])


def test_the_total_on_the_screen_gives_no_small_count_back() -> None:
    from travesia.explorer import answer as module

    months = pd.to_datetime(["2023-01-01"] * 3)
    counts = {"period": months, "nationality": ["HND", "VEN", "CUB"], "value": [90, 40, 3]}
    table = module._table(pd.DataFrame(counts), module.about("mexico-events"))
    assert table.iloc[:, 1].tolist() == ["90", "not shown", "< 5"]


def test_a_choice_without_figures_says_so(opened) -> None:
    widget = opened()
    widget.choose(Choice("mexico-events", "1990-01", "1990-12"))
    assert widget.state["said"] == "No figure of this series fits the choice."
    assert widget.map == {}


def test_figures_chart_and_citation_go_beside_the_notebook_and_over_nothing(
    opened, tmp_path, monkeypatch
) -> None:
    widget = opened("mexico-events", period=("2024-01", "2024-12"))
    from travesia.charts import export

    def no_chromium(*_):
        raise export.NoBrowserError(missing=True)

    monkeypatch.setattr(export, "_drawn", no_chromium)
    for serial, action in enumerate(["data", "data", "figure", "citation"], start=1):
        says(widget, action, serial=serial)
        assert "mexico-events" in widget.state["said"], widget.state["said"]
    names = {path.name for path in tmp_path.iterdir()}
    assert {"mexico-events.csv", "mexico-events-2.csv", "mexico-events.png",
            "mexico-events-citation.txt"} <= names  # fmt: skip
    citation = (tmp_path / "mexico-events-citation.txt").read_text()
    assert "SEGOB" in citation
    assert widget.choice.line in citation
    assert "events" in (tmp_path / "mexico-events.csv").read_text()


def test_a_wrong_address_is_a_sentence() -> None:
    with pytest.raises(ChoiceError, match="There is no series 'nowhere'"):
        explorer("nowhere")
    with pytest.raises(ChoiceError, match="'2021-13' is no month"):
        explorer("mexico-events", period=("2021-13", ""))
    with pytest.raises(ChoiceError, match="the first month comes first"):
        explorer("mexico-events", period=("2022-01", "2021-01"))


def test_another_series_starts_anew(opened) -> None:
    widget = opened("mexico-events", nationality=["VEN"])
    says(widget, "choose", {"series": "darien-transits", "nationality": ["VEN"]})
    widget.wait()
    assert widget.choice == Choice("darien-transits")


def test_the_screen_speaks_the_readers_language(opened, monkeypatch) -> None:
    monkeypatch.setenv("TRAVESIA_LANGUAGE", "es")
    widget = opened("darien-transits")
    assert 'lang="es"' in widget.shell
    assert "Haití" in widget.controls
    assert "enero" in widget.answer.series.monthly.iloc[0, 0]
    assert json.dumps(widget.get_state(), default=str)


def test_what_is_taken_along_says_what_was_chosen_of_the_series(opened) -> None:
    view = VIEWS[2]
    shown = opened(view.series)
    shown.choose(view)
    assert "only: Women and girls; 12-17." in shown.answer.series.summary
    assert "only: Women and girls; 12-17" in shown.answer.series.still()
    says(shown, "data")
    written = Path(f"{view.series}.csv").read_text(encoding="utf-8")
    assert "# Of the series only: Women and girls; 12-17." in written
    shown = opened("mexico-events", nationality=["HTI", "CUB", "HND", "GTM", "VEN", "ECU"])
    assert "only: Haiti, Cuba, Honduras, Guatemala and 2 more." in shown.answer.series.summary
    lines = opened("mexico-events", nationality=["HTI", "CUB"]).answer
    assert "only:" not in lines.series.summary
    assert "only: Haiti, Cuba." in lines.sankey.summary


def test_a_word_that_the_series_does_not_have_is_named(opened) -> None:
    said = opened("mexico-events", nationality=["Haiti"]).state["said"]
    assert said == "This series has no nationality “Haiti”."
    said = opened("mexico-events", nationality=["HTI", "XYZ"]).state["said"]
    assert said == "This series has no nationality “XYZ”."


@pytest.mark.parametrize(
    ("given", "remedy"),
    [
        ({"nationality": "HTI"}, r'nationality=\["HTI"\]'),
        ({"period": "2023-01"}, r'\("2021-01", "2024-12"\)'),
        ({"period": ("2023-01",)}, r'\("2021-01", "2024-12"\)'),
    ],
)
def test_a_word_in_place_of_a_list_is_refused_with_the_way_to_write_it(given, remedy) -> None:
    with pytest.raises(ChoiceError, match=remedy):
        explorer(**given)


def test_an_end_of_the_period_gives_way_to_the_other_that_is_moved_past_it(opened) -> None:
    shown = opened(period=("2019-01", "2020-12"))
    for _ in range(2):  # as a form is sent that was not told yet what gave way
        says(shown, "choose", {"series": "mexico-events", "start": "2022-01", "end": "2020-12"})
        assert (shown.choice.start, shown.choice.end) == ("2022-01", "")
    shown = opened(period=("2022-01", "2023-12"))
    says(shown, "choose", {"series": "mexico-events", "start": "2022-01", "end": "2019-12"})
    assert (shown.choice.start, shown.choice.end) == ("", "2019-12")


def test_one_month_is_said_in_the_singular(opened) -> None:
    said = opened("mexico-events", period=("2023-05", "2023-05")).state["said"]
    assert said == "39,965 events in one month."
